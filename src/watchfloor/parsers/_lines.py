"""Runs the parsers of whole lines: those that the source names first, then by content."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from watchfloor.parsers._catalog import is_generic, line_parsers
from watchfloor.parsers._firsts import Sift
from watchfloor.parsers._objects import DATASET, parse_objects
from watchfloor.parsers._origins import Origins, by_word
from watchfloor.parsers._pairs import merged
from watchfloor.parsers._patterns import ROW, TEXT, extract, some, stacked, typed
from watchfloor.parsers._regex import ascii_classes
from watchfloor.parsers._times import parse_times
from watchfloor.parsers.plugin import FieldsParser, LineParser, MessageParser, Pattern
from watchfloor.schema.records import Source

PROGRAM = "@program"
"""The program that wrote the record, by the envelope."""
PATH = "@path"
"""The file where a shipper read the record."""
_GROUP = re.compile(r"\(\?P<([^>]+)>")
_Split = tuple[list[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Lines:
    """The line parsers over rows of a batch's sources.

    Attributes:
        origins: what `@source` indexes.
        wanted: fields that get a column of their own.
    """

    origins: Origins
    wanted: frozenset[str]

    @classmethod
    def of(cls, sources: Sequence[Source], wanted: frozenset[str]) -> Lines:
        """Over rows of these sources."""
        return cls(Origins.of(sources), wanted)

    def special(self, frame: pl.DataFrame) -> _Split:
        """Parsed rows of each parser, and the rows left: hints and headers, then paths and programs, then content."""
        found, rest = self._named(frame)
        return self._by_content(rest, found, generic=False)

    def generic(self, frame: pl.DataFrame) -> _Split:
        """The same for the parsers of no format in particular."""
        return self._by_content(frame, [], generic=True)

    def _by_content(self, rest: pl.DataFrame, found: list[pl.DataFrame], *, generic: bool) -> _Split:
        parsers = [(name, parser) for name, parser in line_parsers() if is_generic(name) == generic]
        sift = Sift(rest[TEXT], [parser.sieve for _, parser in parsers if parser.sieve])
        for name, parser in parsers:
            if parser.sieve and name not in self.origins.under and not sift.may_fit(parser.sieve):
                continue
            parsed, rest = self._line(rest, name, parser)
            if parsed:
                found.extend(parsed)
                sift = sift.left(rest[TEXT])
            if rest.is_empty():
                break
        return found, rest

    def _named(self, rest: pl.DataFrame) -> _Split:
        """Parsed rows of the parsers that their source, or the envelope's program or path, names."""
        found: list[pl.DataFrame] = []
        said = self._said(rest)
        for name, parser in line_parsers():
            if name not in said and name not in self.origins.named:
                continue
            chosen = rest["@source"].is_in(self.origins.named.get(name, []))
            for column, words in said.get(name, ()):
                chosen |= rest[column].is_in(words).fill_null(value=False) & ~rest["@source"].is_in(self.origins.hinted)
            if chosen.any():
                parsed, left = self._line(rest.filter(chosen), name, parser)
                rest = stacked([rest.filter(~chosen), left])
                found.extend(parsed)
            if rest.is_empty():
                break
        return found, rest

    def _said(self, frame: pl.DataFrame) -> dict[str, list[tuple[str, list[str]]]]:
        """Parser's name -> (column of the envelope, its values that name the parser)."""
        said: dict[str, list[tuple[str, list[str]]]] = {}
        for column in (PROGRAM, PATH):
            values: dict[str, list[str]] = {}
            for value in frame[column].unique().drop_nulls().to_list() if column in frame.columns else []:
                for name in by_word(value):
                    values.setdefault(name, []).append(value)
            for name, words in values.items():
                said.setdefault(name, []).append((column, words))
        return said

    def _line(self, frame: pl.DataFrame, name: str, parser: LineParser | FieldsParser) -> _Split:
        """Parsed rows of one parser, and the rows left."""
        sifted = frame
        if parser.sieve:
            fits = frame[TEXT].str.contains(ascii_classes(parser.sieve)).fill_null(value=False)
            if name in self.origins.under:
                fits |= frame["@source"].is_in(self.origins.under[name])
            if not fits.any():
                return [], frame
            sifted = some(frame, fits)
        if isinstance(parser, FieldsParser):
            parsed = self._fields(sifted, name, parser)
        else:
            parsed = [each for each in (_patterned(sifted, name, parser),) if not each.is_empty()]
        if not parsed:
            return [], frame
        rows = pl.concat([each[ROW] for each in parsed])
        return parsed, frame.filter(~frame[ROW].is_in(rows.implode()))

    def _fields(self, frame: pl.DataFrame, name: str, parser: FieldsParser) -> list[pl.DataFrame]:
        texts = frame[TEXT].to_list()
        groups = self.origins.by_header(name, frame["@source"])
        found = [(places, parser.read([texts[place] for place in places], header)) for header, places in groups.items()]
        known, values = merged(found).known()
        if not known.any():
            return []
        objects = values if values.tables else list(values)
        return list(parse_objects(name, parser, some(frame, known).drop(TEXT), objects, self.wanted))


def _patterned(frame: pl.DataFrame, name: str, parser: LineParser) -> pl.DataFrame:
    parsed, _ = extract(frame, parser.patterns)
    if parsed.is_empty():
        return parsed
    if "_time" in parsed.columns:
        utc, local = parse_times(parsed["_time"], parser.times)
        parsed = parsed.drop("_time").with_columns(utc.alias("@timestamp"), local.alias("@local"))
    return finished(name, parser, parsed)


def _filled(patterns: Sequence[Pattern]) -> Mapping[str, pl.DataType | type[pl.DataType]]:
    """The columns that some patterns may fill, with their types before they are those of the fields."""
    found: dict[str, pl.DataType | type[pl.DataType]] = {}
    for pattern in patterns:
        found |= dict.fromkeys(_groups(pattern.regex), pl.String)
        for name, value in pattern.fields.items():
            found[name] = pl.List(pl.String) if isinstance(value, list) else pl.String
    return found


@functools.lru_cache(maxsize=8192)
def _groups(regex: str) -> tuple[str, ...]:
    return tuple(_GROUP.findall(regex))


def finished(name: str, parser: LineParser | MessageParser, parsed: pl.DataFrame) -> pl.DataFrame:
    """What the patterns filled and what follows from it, in the fields' types, with the dataset.

    `finish` finds a column for each group and field of the parser, also where no record of the batch fills it.
    """
    there = {*parsed.columns, *(["_time"] if isinstance(parser, LineParser) else [])}
    absent = [(each, dtype) for each, dtype in _filled(parser.patterns).items() if each not in there]
    whole = parsed.with_columns(pl.lit(None, dtype=dtype).alias(each) for each, dtype in absent)
    frame = typed(parser.finish(typed(whole))).drop(TEXT, strict=False)
    frame = frame.drop(each for each, _ in absent if each in frame.columns and frame[each].null_count() == len(frame))
    own = pl.lit(parser.dataset or name)
    named = pl.coalesce(frame[DATASET], own) if DATASET in frame.columns else own
    return frame.with_columns(named.alias(DATASET))
