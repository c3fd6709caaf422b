"""Chooses the parser of each record by its content."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TypeVar

import polars as pl

from watchfloor.core.catalog import plugins
from watchfloor.parsers._common import completed
from watchfloor.parsers._json import parse_json
from watchfloor.parsers._patterns import ROW, TEXT, constant, extract, overlaid, stacked, typed
from watchfloor.parsers._syslog import bare, peel
from watchfloor.parsers._times import parse_times, resolve
from watchfloor.parsers.plugin import JsonParser, LineParser, MessageParser
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch

DATASET = "event.dataset"
SYSLOG = "linux.syslog"
"""Dataset of a syslog record whose message no parser knows."""
UNKNOWN = "no parser knows this record"
_ERROR = "error.message"
_Kind = TypeVar("_Kind", JsonParser, LineParser, MessageParser)


@functools.cache
def catalogued(kind: type[_Kind]) -> dict[str, _Kind]:
    """The installed parsers of one kind by name."""
    return {name: each for name, each in plugins("watchfloor.parsers", "PARSER").items() if isinstance(each, kind)}


def parse_records(batch: RawBatch, *, wanted: frozenset[str]) -> EventBatch:
    """One event per record, in order; which parser takes a record depends on that record and its source alone.

    What no parser knows, or what could not be framed or decoded, is an event of kind `pipeline_error` with its raw
    text.

    Args:
        batch: the records.
        wanted: fields that get a column of their own; a vendor's other fields share the rest column.
    """
    frame = _frame(batch)
    broken = frame[_ERROR].is_not_null()
    whole = frame.drop(_ERROR) if not broken.any() else frame.filter(~broken).drop(_ERROR)
    objects = whole[TEXT].str.contains(r"^\s*\{")
    parts = [frame.filter(broken).drop(TEXT)]
    parts += parse_json(_some(whole, objects), catalogued(JsonParser), batch.sources, wanted)
    parts += _texts(_some(whole, ~objects), batch)
    events = stacked([resolve(typed(part), batch.sources) for part in parts])
    return completed(events, batch, wanted)


def _frame(batch: RawBatch) -> pl.DataFrame:
    return pl.DataFrame(
        {
            ROW: pl.int_range(len(batch), eager=True),
            "@source": pl.from_arrow(batch.source),
            TEXT: pl.Series(pl.from_arrow(batch.raw), dtype=pl.String).fill_null(""),
            _ERROR: pl.Series(pl.from_arrow(batch.error), dtype=pl.String),
        }
    )


def _some(frame: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    return frame if chosen.all() else frame.filter(chosen)


def _texts(frame: pl.DataFrame, batch: RawBatch) -> Iterator[pl.DataFrame]:
    """Lines as they are, then what is in a syslog envelope, then the rest as unknown."""
    lines, rest = _lines(frame, batch)
    yield from (part.drop(TEXT) for part in lines)
    envelopes, unknown = peel(rest)
    hinted, unknown = _hinted_messages(unknown, batch)
    yield from hinted
    yield unknown.drop(TEXT).with_columns(pl.lit(UNKNOWN).alias(_ERROR))
    if envelopes.is_empty():
        return
    envelopes = envelopes.sort(ROW)
    inner = envelopes.select(ROW, "@source", bare("message").alias(TEXT), program().alias("@program"))
    parsed, inner = _messages(inner, batch)
    lines, inner = _lines(inner, batch)
    known = [*parsed, *lines, inner.with_columns(pl.lit(SYSLOG).alias(DATASET))]
    fields = stacked([part.drop("@source", TEXT, "@program", strict=False) for part in known])
    yield overlaid(envelopes.drop(TEXT, ROW), fields)


def program() -> pl.Expr:
    """The name by which message parsers know a program: the tag without path and parentheses, lower-case."""
    return pl.col("process.name").str.strip_chars("()").str.to_lowercase()


def _lines(frame: pl.DataFrame, batch: RawBatch) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """Parsed rows of each line parser, and the rows left. Parsers that the source names come before content."""
    found = []
    rest = frame
    parsers = catalogued(LineParser)
    for name, parser in parsers.items():
        named = [
            index for index, source in enumerate(batch.sources) if _names(source.parser, source.path, name, parser)
        ]
        chosen = rest["@source"].is_in(named) | _named_by_program(rest, batch, parser)
        if chosen.any():
            parsed, left = _line(rest.filter(chosen), name, parser)
            rest = stacked([rest.filter(~chosen), left])
            found.append(parsed)
    for name, parser in parsers.items():
        if rest.is_empty():
            break
        parsed, rest = _line(rest, name, parser)
        found.append(parsed)
    return [part for part in found if not part.is_empty()], rest


def _named_by_program(frame: pl.DataFrame, batch: RawBatch, parser: LineParser) -> pl.Series:
    """Whether the program in the envelope says so, where the user says nothing."""
    if not parser.sources or "@program" not in frame.columns:
        return pl.repeat(value=False, n=len(frame), dtype=pl.Boolean, eager=True)
    hinted = [index for index, source in enumerate(batch.sources) if source.parser in catalogued(LineParser)]
    named = frame["@program"].str.contains_any(list(parser.sources)).fill_null(value=False)
    return named & ~frame["@source"].is_in(hinted)


def _names(hint: str, path: str, name: str, parser: LineParser) -> bool:
    """Whether the source says that it is in this format: by the user's hint, else by its path."""
    if hint in catalogued(LineParser):
        return hint == name
    return any(word in path.lower() for word in parser.sources)


def _line(frame: pl.DataFrame, name: str, parser: LineParser) -> tuple[pl.DataFrame, pl.DataFrame]:
    sifted = frame
    if parser.sieve:
        sifted = _some(frame, frame[TEXT].str.contains(parser.sieve).fill_null(value=False))
    parsed, rest = extract(sifted, parser.patterns)
    if parsed.is_empty():
        return parsed, frame
    if len(sifted) < len(frame):
        rest = frame.filter(~frame[ROW].is_in(parsed[ROW].implode()))
    if "_time" in parsed.columns:
        utc, local = parse_times(parsed["_time"], parser.times)
        parsed = parsed.drop("_time").with_columns(utc.alias("@timestamp"), local.alias("@local"))
    return _finished(parsed, name, parser), rest


def _messages(frame: pl.DataFrame, batch: RawBatch) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """Parsed rows of each message parser, and the rows left."""
    found = []
    rest = frame
    for name, parser in _message_parsers():
        if rest.is_empty():
            break
        named = [index for index, source in enumerate(batch.sources) if source.parser == name]
        mine = rest[TEXT].str.contains(parser.starts) if parser.starts else rest["@program"].is_in(parser.programs)
        mine = mine.fill_null(value=False) | rest["@source"].is_in(named)
        if mine.any():
            found.append(_message(rest.filter(mine), name, parser))
            rest = rest.filter(~mine)
    return found, rest


@functools.cache
def _message_parsers() -> tuple[tuple[str, MessageParser], ...]:
    """Those that go by how the message starts come first."""
    return tuple(sorted(catalogued(MessageParser).items(), key=lambda item: (not item[1].starts, item[0])))


def _message(frame: pl.DataFrame, name: str, parser: MessageParser) -> pl.DataFrame:
    parsed, unknown = extract(frame, parser.patterns)
    part = pl.concat([parsed, constant(unknown, parser.fields)], how="diagonal") if len(unknown) else parsed
    return _finished(part, name, parser)


def _finished(parsed: pl.DataFrame, name: str, parser: LineParser | MessageParser) -> pl.DataFrame:
    """What the patterns filled and what follows from it, in the fields' types."""
    return typed(parser.finish(typed(parsed))).with_columns(pl.lit(name).alias(DATASET))


def _hinted_messages(frame: pl.DataFrame, batch: RawBatch) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """Messages without any envelope, of sources for which the user names a message parser."""
    found = []
    for name, parser in catalogued(MessageParser).items():
        named = [index for index, source in enumerate(batch.sources) if source.parser == name]
        mine = frame["@source"].is_in(named)
        if named and mine.any():
            part = _message(frame.filter(mine), name, parser)
            found.append(part.with_columns(pl.col(TEXT).alias("message")).drop(TEXT))
            frame = frame.filter(~mine)
    return found, frame
