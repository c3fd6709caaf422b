"""What the sources of a batch say of the formats in them: by the user's hint, by a header, by words in the path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from watchfloor.parsers.plugin import FieldsParser, LineParser
from watchfloor.schema.records import Source


@dataclass(frozen=True, slots=True)
class Origins:
    """Sources as columns: a batch may have as many as it has records.

    Attributes:
        headers: the header of each, empty where there is none.
        paths: the path of each, lower-case.
        hints: the user's hint for each where it names a parser of lines, else null.
    """

    headers: pl.Series
    paths: pl.Series
    hints: pl.Series

    @classmethod
    def of(cls, sources: Sequence[Source], names: frozenset[str]) -> Origins:
        """The columns of these sources; `names` are those of the parsers."""
        return cls(
            pl.Series([source.header for source in sources], dtype=pl.String),
            pl.Series([source.path.lower() for source in sources], dtype=pl.String),
            pl.Series([source.parser if source.parser in names else None for source in sources], dtype=pl.String),
        )

    def under(self, parser: LineParser | FieldsParser) -> pl.Series:
        """Of which sources the header in force is one of this format."""
        if not isinstance(parser, FieldsParser) or not parser.header:
            return pl.repeat(value=False, n=len(self.headers), eager=True)
        return (self.headers != "") & self.headers.str.contains(parser.header)

    def named(self, name: str, parser: LineParser | FieldsParser) -> pl.Series:
        """Which sources are in this format by the user's hint, else by their header or path."""
        said = self.under(parser)
        if parser.sources:
            said |= self.paths.str.contains_any(list(parser.sources))
        return pl.select(pl.when(self.hints.is_null()).then(said).otherwise(self.hints == name)).to_series()
