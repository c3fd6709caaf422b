"""The fields that every event has, whatever its parser."""

from __future__ import annotations

import datetime as dt
import functools

import polars as pl
import pyarrow as pa

from watchfloor.core.clock import utc_now
from watchfloor.parsers._place import placed
from watchfloor.parsers.derive import derived
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import REST, arrow_type, declared
from watchfloor.schema.records import RawBatch

_UTC = pl.Datetime("us", "UTC")
_FIRST, _LAST = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
_NEEDED: dict[str, pl.DataType | type[pl.DataType]] = {
    "error.message": pl.String,
    "event.dataset": pl.String,
    "event.kind": pl.String,
    "@timestamp": _UTC,
}


def completed(events: pl.DataFrame, batch: RawBatch, wanted: frozenset[str]) -> EventBatch:
    """The parsed rows with the common fields, in a fixed order of columns; scratch columns (`@x`, `_x`) are dropped."""
    events = placed(events)
    source = events["@source"]
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in _NEEDED.items() if name not in events.columns]
    reference = pl.Series([each.reference for each in batch.sources], dtype=_UTC).gather(source)
    unparsed = pl.col("error.message").is_not_null() & pl.col("event.dataset").is_null()
    hosts = [pl.col("host.hostname").alias("host.name")] if "host.hostname" in events.columns else []
    moments = [_credible(pl.col(name)) for name, dtype in events.schema.items() if dtype == _UTC]
    events = (
        events.with_columns(missing)
        .with_columns(moments)
        .with_columns(
            pl.coalesce("@timestamp", reference).alias("@timestamp"),
            pl.when(unparsed)
            .then(pl.lit("pipeline_error"))
            .otherwise(pl.col("event.kind").fill_null("event"))
            .alias("event.kind"),
            pl.col("event.dataset").str.extract(r"^([^.]+)").alias("event.module"),
            *(expr if "host.name" not in events.columns else pl.coalesce("host.name", expr) for expr in hosts),
        )
    )
    scratch = [name for name in events.columns if name.startswith("_") or (name[0] == "@" and name != "@timestamp")]
    columns = EventBatch.of(rested(events.drop(scratch), wanted)).table
    table = derived(_with_origin(columns, source, batch))
    full = [name for name in table.column_names if table.column(name).null_count < table.num_rows or name in _NEEDED]
    return EventBatch(table.select(sorted(full, key=_order)))


def _credible(moment: pl.Expr) -> pl.Expr:
    """Years 1 to 9999 in UTC are all that people and libraries can hold; the raw record keeps what was written."""
    return pl.when(moment.is_between(_FIRST, _LAST)).then(moment)


def _with_origin(table: pa.Table, source: pl.Series, batch: RawBatch) -> pa.Table:
    ids = pl.Series([each.id for each in batch.sources], dtype=pl.String).gather(source)
    paths = pl.Series([each.path for each in batch.sources], dtype=pl.String).gather(source)
    lines = pl.Series(pl.from_arrow(batch.line))
    for name, values in (
        ("event.id", (ids + ":" + lines.cast(pl.String)).to_arrow()),
        ("event.ingested", pa.repeat(pa.scalar(utc_now(), arrow_type("event.ingested")), len(batch))),
        ("event.original", batch.raw),
        ("log.file.path", paths.to_arrow()),
        ("log.line", batch.line),
    ):
        table = table.append_column(name, values.cast(arrow_type(name)))
    return table


@functools.cache
def _positions() -> dict[str, int]:
    return {name: at for at, name in enumerate(declared())}


def _order(name: str) -> tuple[int, str]:
    return _positions().get(name, len(_positions())), name


def rested(events: pl.DataFrame, wanted: frozenset[str]) -> pl.DataFrame:
    """Undeclared fields that are not wanted, moved with their types to the rest column."""
    spare = [name for name in events.columns if name not in declared() and name not in wanted]
    if not spare:
        return events
    known = [_members(pl.col(REST))] if REST in events.columns else []
    texts = [pl.when(pl.col(name).is_not_null()).then(_members(pl.struct(name).struct.json_encode())) for name in spare]
    joined = pl.concat_str([*known, *texts], separator=",", ignore_nulls=True)
    whole = pl.when(joined != "").then(pl.concat_str([pl.lit("{"), joined, pl.lit("}")]))
    return events.drop(spare, REST, strict=False).hstack(events.select(whole.alias(REST)))


def _members(objects: pl.Expr) -> pl.Expr:
    """JSON objects without their braces; null when there are no members."""
    inner = objects.str.strip_prefix("{").str.strip_suffix("}")
    return pl.when(inner != "").then(inner)
