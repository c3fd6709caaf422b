"""What the sources of a batch say of the formats in them: by the user's hint, by a header, by words in the path."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import re2

from watchfloor.parsers._catalog import line_parsers
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.schema.records import Source


@dataclass(frozen=True, slots=True)
class Origins:
    """Which sources name which parsers of lines; a batch may have as many sources as it has records.

    Attributes:
        headers: the header of each source, empty where there is none.
        named: parser's name -> the sources in its format by hint, else by header or path.
        under: parser's name -> the sources whose header is one of its format's.
        hinted: the sources whose format the user says.
    """

    headers: tuple[str, ...]
    named: dict[str, list[int]] = field(default_factory=dict)
    under: dict[str, list[int]] = field(default_factory=dict)
    hinted: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, sources: Sequence[Source]) -> Origins:
        """What these sources say."""
        found = cls(tuple(source.header for source in sources))
        hints = {name for name, _ in line_parsers()}
        for index, source in enumerate(sources):
            under = _by_header(source.header) if source.header else ()
            for name in under:
                found.under.setdefault(name, []).append(index)
            if source.parser in hints:
                found.hinted.append(index)
                names = {source.parser}
            else:
                names = {*under, *by_word(source.path)}
            for name in names:
                found.named.setdefault(name, []).append(index)
        return found

    def by_header(self, name: str, source: pl.Series) -> dict[str, Sequence[int]]:
        """The rows under each header that is in force for this parser; it is empty where none is."""
        own = set(self.under.get(name, ()))
        headers = {index: self.headers[index] if index in own else "" for index in source.unique().to_list()}
        if len(set(headers.values())) == 1:
            return dict.fromkeys(headers.values(), range(len(source)))
        found: dict[str, list[int]] = {}
        for row, index in enumerate(source.to_list()):
            found.setdefault(headers[index], []).append(row)
        return dict(found)


@functools.lru_cache(maxsize=4096)
def by_word(text: str) -> frozenset[str]:
    """The parsers of which a word stands in a path or in a program's name, whatever its case."""
    lower = text.lower()
    return frozenset(name for name, parser in line_parsers() if any(word in lower for word in parser.sources))


@functools.lru_cache(maxsize=4096)
def _by_header(header: str) -> tuple[str, ...]:
    return tuple(name for name, regex in _header_regexes() if regex.search(header))


@functools.cache
def _header_regexes() -> tuple[tuple[str, Any], ...]:
    parsers = [(name, each) for name, each in line_parsers() if isinstance(each, FieldsParser) and each.header]
    return tuple((name, re2.compile(each.header)) for name, each in parsers)
