"""Runs the parsers of whole lines: those that the source names first, then by content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from watchfloor.parsers._catalog import is_generic, line_parsers
from watchfloor.parsers._firsts import firsts, present
from watchfloor.parsers._objects import DATASET, parse_objects
from watchfloor.parsers._patterns import ROW, TEXT, extract, some, stacked, typed
from watchfloor.parsers._regex import ascii_classes
from watchfloor.parsers._times import parse_times
from watchfloor.parsers.plugin import FieldsParser, LineParser, MessageParser
from watchfloor.schema.records import Source

PROGRAM = "@program"
"""The program that wrote the record, by the envelope."""
PATH = "@path"
"""The file where a shipper read the record."""
_Split = tuple[list[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Lines:
    """The line parsers over rows of a batch's sources.

    Attributes:
        sources: what `@source` indexes.
        wanted: fields that get a column of their own.
    """

    sources: Sequence[Source]
    wanted: frozenset[str]

    def special(self, frame: pl.DataFrame) -> _Split:
        """Parsed rows of each parser, and the rows left: hints and headers, then paths and programs, then content."""
        found, rest = self._named(frame)
        return self._by_content(rest, found, generic=False)

    def generic(self, frame: pl.DataFrame) -> _Split:
        """The same for the parsers of no format in particular."""
        return self._by_content(frame, [], generic=True)

    def _by_content(self, rest: pl.DataFrame, found: list[pl.DataFrame], *, generic: bool) -> _Split:
        starts = present(rest[TEXT])
        for name, parser in line_parsers():
            if is_generic(name) != generic or not (parser.sieve == "" or starts & firsts(parser.sieve)):
                continue
            parsed, rest = self._line(rest, name, parser)
            if parsed:
                found.extend(parsed)
                starts = present(rest[TEXT])
        return found, rest

    def _named(self, rest: pl.DataFrame) -> _Split:
        found: list[pl.DataFrame] = []
        hints = {name for name, _ in line_parsers()}
        hinted = [index for index, source in enumerate(self.sources) if source.parser in hints]
        for name, parser in line_parsers():
            if rest.is_empty():
                break
            chosen = self._chosen(rest, name, parser, hinted)
            if chosen is not None and chosen.any():
                parsed, left = self._line(rest.filter(chosen), name, parser)
                rest = stacked([rest.filter(~chosen), left])
                found.extend(parsed)
        return found, rest

    def _chosen(
        self, frame: pl.DataFrame, name: str, parser: LineParser | FieldsParser, hinted: list[int]
    ) -> pl.Series | None:
        """Which rows are in this format by their source: by the user's hint, else by its header, path or program."""
        named = [
            index
            for index, source in enumerate(self.sources)
            if (source.parser == name if index in hinted else _names(source, parser))
        ]
        by_envelope = [column for column in (PROGRAM, PATH) if column in frame.columns] if parser.sources else []
        if not named and not by_envelope:
            return None
        chosen = frame["@source"].is_in(named)
        for column in by_envelope:
            words = frame[column].str.to_lowercase().str.contains_any(list(parser.sources)).fill_null(value=False)
            chosen |= words & ~frame["@source"].is_in(hinted)
        return chosen

    def _line(self, frame: pl.DataFrame, name: str, parser: LineParser | FieldsParser) -> _Split:
        """Parsed rows of one parser, and the rows left."""
        sifted = frame
        if parser.sieve:
            fits = frame[TEXT].str.contains(ascii_classes(parser.sieve)).fill_null(value=False)
            if isinstance(parser, FieldsParser) and parser.header:
                under = [index for index, source in enumerate(self.sources) if _under(source, parser)]
                fits |= frame["@source"].is_in(under)
            if not fits.any():
                return [], frame
            sifted = some(frame, fits)
        if isinstance(parser, FieldsParser):
            parsed = list(self._fields(sifted, name, parser))
        else:
            parsed = [each for each in (_patterned(sifted, name, parser),) if not each.is_empty()]
        if not parsed:
            return [], frame
        rows = pl.concat([each[ROW] for each in parsed])
        return parsed, frame.filter(~frame[ROW].is_in(rows.implode()))

    def _fields(self, frame: pl.DataFrame, name: str, parser: FieldsParser) -> Iterator[pl.DataFrame]:
        headers = [source.header if _under(source, parser) else "" for source in self.sources]
        column = pl.Series(headers, dtype=pl.String).gather(frame["@source"])
        for header in dict.fromkeys(column.to_list()):
            under = some(frame, column == header)
            values = parser.read(under[TEXT].to_list(), header)
            known = pl.Series([each is not None for each in values], dtype=pl.Boolean)
            objects = [each for each in values if each is not None]
            if objects:
                yield from parse_objects(name, parser, some(under, known).drop(TEXT), objects, self.wanted)


def _under(source: Source, parser: FieldsParser) -> bool:
    """Whether the header in force is one of this format."""
    return bool(parser.header and source.header and _matches(source.header, parser.header))


def _matches(header: str, regex: str) -> bool:
    return bool(pl.Series([header]).str.contains(regex)[0])


def _names(source: Source, parser: LineParser | FieldsParser) -> bool:
    if isinstance(parser, FieldsParser) and _under(source, parser):
        return True
    return any(word in source.path.lower() for word in parser.sources)


def _patterned(frame: pl.DataFrame, name: str, parser: LineParser) -> pl.DataFrame:
    parsed, _ = extract(frame, parser.patterns)
    if parsed.is_empty():
        return parsed
    if "_time" in parsed.columns:
        utc, local = parse_times(parsed["_time"], parser.times)
        parsed = parsed.drop("_time").with_columns(utc.alias("@timestamp"), local.alias("@local"))
    return finished(name, parser, parsed)


def finished(name: str, parser: LineParser | MessageParser, parsed: pl.DataFrame) -> pl.DataFrame:
    """What the patterns filled and what follows from it, in the fields' types, with the dataset."""
    frame = typed(parser.finish(typed(parsed))).drop(TEXT, strict=False)
    own = pl.lit(parser.dataset or name)
    named = pl.coalesce(frame[DATASET], own) if DATASET in frame.columns else own
    return frame.with_columns(named.alias(DATASET))
