"""Chooses the parser of each record by its content and gives every event its common fields."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import orjson
import polars as pl

from watchfloor.core.catalog import plugins
from watchfloor.core.clock import utc_now
from watchfloor.parsers._json import parse_json
from watchfloor.parsers._patterns import ROW, TEXT, constant, extract, typed
from watchfloor.parsers._related import related
from watchfloor.parsers._syslog import peel
from watchfloor.parsers._times import LOCAL, parse_times, resolve
from watchfloor.parsers.plugin import JsonParser, LineParser, MessageParser
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import REST, declared
from watchfloor.schema.records import RawBatch

DATASET = "event.dataset"
SYSLOG = "linux.syslog"
UNKNOWN = "no parser knows this record"
_Kind = TypeVar("_Kind")


@functools.cache
def catalogued(kind: type[_Kind]) -> dict[str, _Kind]:
    """The installed parsers of one kind by name."""
    return {name: each for name, each in plugins("watchfloor.parsers", "PARSER").items() if isinstance(each, kind)}


def parse_records(batch: RawBatch, *, wanted: frozenset[str]) -> EventBatch:
    """One event per record, in order; which parser takes a record depends on that record and its source alone.

    What no parser knows, or what could not be framed or decoded, is an event of kind `pipeline_error` with its raw text.

    Args:
        batch: the records.
        wanted: fields that get a column of their own; a vendor's other fields share the rest column.
    """
    frame = _frame(batch)
    parts: list[pl.DataFrame] = []
    broken = frame.filter(pl.col("error.message").is_not_null())
    parts.append(broken)
    whole = frame.filter(pl.col("error.message").is_null()).drop("error.message")
    objects = whole[TEXT].str.contains(r"^\s*\{").fill_null(value=False)
    parts.extend(parse_json(whole.filter(objects), catalogued(JsonParser), wanted))
    parts.extend(_texts(whole.filter(~objects), batch))
    columns = [resolve(typed(part), batch.sources) for part in parts if not part.is_empty()]
    if not columns:
        columns = [broken]
    events = pl.concat(columns, how="diagonal_relaxed").sort(ROW)
    return EventBatch.of(_completed(events, batch, wanted))


def _frame(batch: RawBatch) -> pl.DataFrame:
    size = len(batch)
    return pl.DataFrame(
        {
            ROW: pl.int_range(size, eager=True),
            "@source": pl.from_arrow(batch.source),
            TEXT: pl.from_arrow(batch.raw),
            "error.message": pl.from_arrow(batch.error),
        },
        schema_overrides={"error.message": pl.String},
    )


def _texts(frame: pl.DataFrame, batch: RawBatch) -> Iterator[pl.DataFrame]:
    rest = frame
    for part, left in _lines(rest, batch):
        yield part
        rest = left
    envelopes, unknown = peel(rest)
    yield unknown.with_columns(pl.lit(UNKNOWN).alias("error.message"))
    if envelopes.is_empty():
        return
    rest = envelopes
    for part, left in _messages(rest):
        yield part
        rest = left
    inner = rest.with_columns(pl.col("message").alias(TEXT))
    for part, left in _lines(inner, batch):
        yield part
        inner = left
    yield inner.with_columns(pl.lit(SYSLOG).alias(DATASET))


def _lines(frame: pl.DataFrame, batch: RawBatch) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """(parsed rows, rows left) after each line parser; parsers that name the source go before those that do not."""
    rest = frame
    for name, parser, named in _line_parsers():
        if rest.is_empty():
            return
        mine, others = rest, rest.clear()
        if named:
            indexes = [
                index
                for index, source in enumerate(batch.sources)
                if source.parser == name or any(word in source.path.lower() for word in parser.sources)
            ]
            chosen = rest["@source"].is_in(indexes)
            mine, others = rest.filter(chosen), rest.filter(~chosen)
        parsed, left = extract(mine, parser.patterns)
        if parsed.is_empty():
            continue
        utc, local = parse_times(parsed["_time"], parser.times)
        if LOCAL in parsed.columns:  # the envelope's time stands in
            local = local.fill_null(parsed[LOCAL])
        timed = parsed.drop("_time").with_columns(utc.alias("@utc"), local.alias(LOCAL))
        if "@timestamp" in timed.columns:
            timed = timed.with_columns(pl.coalesce("@utc", "@timestamp").alias("@timestamp")).drop("@utc")
        else:
            timed = timed.rename({"@utc": "@timestamp"})
        rest = pl.concat([others, left]).sort(ROW)
        yield parser.finish(typed(timed)).with_columns(pl.lit(name).alias(DATASET)), rest


@functools.cache
def _line_parsers() -> tuple[tuple[str, LineParser, bool], ...]:
    found = catalogued(LineParser)
    named = [(name, parser, True) for name, parser in found.items()]
    return (*named, *((name, parser, False) for name, parser in found.items()))


def _messages(frame: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """(parsed rows, rows left) after each message parser."""
    rest = frame.with_columns(pl.col("message").alias(TEXT))
    parsers = sorted(catalogued(MessageParser).items(), key=lambda item: (not item[1].starts, item[0]))
    for name, parser in parsers:
        if rest.is_empty():
            return
        if parser.starts:
            mine = rest[TEXT].str.contains(parser.starts)
        else:
            mine = rest["process.name"].str.to_lowercase().is_in(sorted(parser.programs))
        mine = mine.fill_null(value=False)
        if not mine.any():
            continue
        parsed, unknown = extract(rest.filter(mine), parser.patterns)
        part = pl.concat([parsed, constant(unknown, parser.fields)], how="diagonal_relaxed")
        rest = rest.filter(~mine)
        yield parser.finish(typed(part)).with_columns(pl.lit(name).alias(DATASET)), rest


def _completed(events: pl.DataFrame, batch: RawBatch, wanted: frozenset[str]) -> pl.DataFrame:
    """The events with the fields that every event has, in a fixed order of columns."""
    source = events["@source"]
    reference = pl.Series([each.reference for each in batch.sources], dtype=pl.Datetime("us", "UTC"))
    ids = pl.Series([each.id for each in batch.sources], dtype=pl.String)
    paths = pl.Series([each.path for each in batch.sources], dtype=pl.String)
    line = pl.Series(pl.from_arrow(batch.line))
    names = set(events.columns)
    failed = pl.col("error.message").is_not_null() & pl.col(DATASET).is_null()
    missing = {"error.message": pl.String, DATASET: pl.String, "event.kind": pl.String}
    events = events.with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in missing.items() if name not in names
    )
    if "@timestamp" not in names:
        events = events.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("@timestamp"))
    events = events.with_columns(
        pl.coalesce("@timestamp", reference.gather(source)).alias("@timestamp"),
        (ids.gather(source) + ":" + line.cast(pl.String)).alias("event.id"),
        pl.lit(utc_now()).cast(pl.Datetime("us", "UTC")).alias("event.ingested"),
        pl.from_arrow(batch.raw).alias("event.original"),  # type: ignore[union-attr]  # an array gives a series
        paths.gather(source).alias("log.file.path"),
        line.alias("log.line"),
        pl.when(failed)
        .then(pl.lit("pipeline_error"))
        .otherwise(pl.coalesce("event.kind", pl.lit("event")))
        .alias("event.kind"),
        pl.col(DATASET).str.extract(r"^([^.]+)").alias("event.module"),
    )
    events = related(_rested(events.drop(ROW, "@source", TEXT, strict=False), wanted))
    empty = [name for name in events.columns if events[name].null_count() == len(events) and name not in _ALWAYS]
    return events.drop(empty).select(sorted(set(events.columns) - set(empty), key=_column_order))


_ALWAYS = frozenset({"@timestamp", "event.dataset", "event.id", "event.kind", "event.original"})


def _column_order(name: str) -> tuple[int, str]:
    return (_order().get(name, len(_order())), name)


@functools.cache
def _order() -> dict[str, int]:
    return {name: at for at, name in enumerate(declared())}


def _rested(events: pl.DataFrame, wanted: frozenset[str]) -> pl.DataFrame:
    """Undeclared fields that are not wanted, moved to the rest column."""
    spare = [name for name in events.columns if name not in declared() and name not in wanted]
    if not spare:
        return events
    rows = events.select(spare).to_dicts()
    known: Sequence[str | None] = events[REST].to_list() if REST in events.columns else [None] * len(events)
    texts = [_joined(row, text) for row, text in zip(rows, known, strict=True)]
    return events.drop(spare).with_columns(pl.Series(REST, texts, dtype=pl.String))


def _joined(row: dict[str, Any], text: str | None) -> str | None:
    values = {name: value for name, value in row.items() if value is not None}
    if text:
        values = {**orjson.loads(text), **values}
    return orjson.dumps(values).decode() if values else None
