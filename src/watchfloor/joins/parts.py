"""What the joins keep of a batch of events."""

from __future__ import annotations

import functools

import polars as pl
import pyarrow as pa

from watchfloor.core.catalog import plugins
from watchfloor.joins.plugin import Join
from watchfloor.schema.events import EventBatch

SCHEMA = pa.schema(
    {
        "join": pa.string(),
        "key": pa.string(),
        "time": pa.int64(),
        "event_id": pa.string(),
        "fields": pa.string(),
    }
)
"""One row per record and join: its key, time (microseconds since 1970), and what is kept of it as JSON."""
_PLACE = ("log.file.path", "log.line")


@functools.cache
def joins() -> dict[str, Join]:
    """The installed joins by name."""
    return {name: each for name, each in plugins("watchfloor.joins", "JOIN").items() if isinstance(each, Join)}


@functools.cache
def asked() -> frozenset[str]:
    """The fields that some join reads: parsers must give them a column of their own."""
    return frozenset(
        name for join in joins().values() for name in (*join.by, *join.within, *join.fields, *join.telling)
    )


def parts_of(events: EventBatch) -> pa.Table:
    """The parts of all joins, as `SCHEMA` says."""
    present = set(events.table["event.dataset"].unique().to_pylist())
    found = [
        part
        for name, join in joins().items()
        if not join.datasets.isdisjoint(present) and len(part := _parts(events, name, join))
    ]
    return pa.concat_tables(found) if found else SCHEMA.empty_table()


def _parts(events: EventBatch, name: str, join: Join) -> pa.Table:
    columns = events.table.column_names
    if not set(join.by) <= set(columns):
        return SCHEMA.empty_table()
    telling = [field for field in join.telling if field in columns]
    kept = [field for field in dict.fromkeys((*join.fields, *_PLACE)) if field in columns]
    needed = {
        *kept,
        *join.by,
        *telling,
        *(field for field in join.within if field in columns),
        "event.id",
        "@timestamp",
    }
    frame = pl.from_arrow(events.table.select([*needed, "event.dataset"]))
    assert isinstance(frame, pl.DataFrame)  # of a table, not of an array
    frame = frame.filter(
        pl.col("event.dataset").is_in(list(join.datasets)), *(pl.col(field).is_not_null() for field in join.by)
    )
    if join.telling:
        frame = frame.filter(
            pl.any_horizontal(*(pl.col(field).is_not_null() for field in telling), pl.lit(value=False))
        )
    # A field that no record of the batch has counts as empty, so that the key is that of the record, not of the batch.
    agree = [
        pl.col(field).cast(pl.String).fill_null("") if field in columns else pl.lit("")
        for field in (*join.by, *join.within)
    ]
    return (
        frame.select(
            pl.lit(name).alias("join"),
            pl.struct(each.alias(str(at)) for at, each in enumerate(agree)).struct.json_encode().alias("key"),
            pl.col("@timestamp").dt.epoch("us").alias("time"),
            pl.col("event.id").alias("event_id"),
            pl.struct(kept).struct.json_encode().alias("fields"),
        )
        .to_arrow()
        .cast(SCHEMA)
    )
