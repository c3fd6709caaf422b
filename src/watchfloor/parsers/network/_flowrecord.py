"""What a flow record of any collector says, from columns that a parser's table filled.

Scratch columns: `@start` and `@end` (text of times, or epochs), `@first` and `@last` (times in UTC), `@seconds`.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._connection import connection
from watchfloor.parsers._times import epochs, nanoseconds, parse_times

_FORMS = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f")


def flow(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as events of a flow: times, sides, counters."""
    start, local_start = _moment(column(frame, "@start"))
    end, local_end = _moment(column(frame, "@end"))
    received, _ = _moment(column(frame, "@received"))
    lasted = (end - start).fill_null(local_end - local_start).dt.total_nanoseconds()
    lasted = lasted.fill_null(nanoseconds(column(frame, "@seconds")))
    known = end.is_not_null() | local_end.is_not_null() | start.is_not_null() | local_start.is_not_null()
    numbers = [name for name in ("source.as.number", "destination.as.number") if name in frame.columns]
    frame = frame.with_columns(
        pl.select(pl.when(known).then(end.fill_null(start)).otherwise(received)).to_series().alias("@timestamp"),
        local_end.fill_null(local_start).alias("@local"),
        start.alias("event.start"),
        end.alias("event.end"),
        pl.select(pl.when(lasted >= 0).then(lasted)).to_series().alias("event.duration"),
        pl.lit("event").alias("event.kind"),
        pl.lit(["network"]).alias("event.category"),
        pl.lit(["connection"]).alias("event.type"),
        pl.lit("netflow_flow").alias("event.action"),
        *(pl.when(pl.col(name) != "0").then(name).alias(name) for name in numbers),
    )
    frame = connection(frame)
    for total in ("bytes", "packets"):
        if f"source.{total}" in frame.columns:
            sent = column(frame, f"source.{total}").cast(pl.Int64, strict=False)
            known_total = column(frame, f"network.{total}").cast(pl.Int64, strict=False)
            frame = frame.with_columns(known_total.fill_null(sent).alias(f"network.{total}"))
    return frame.select(name for name in frame.columns if not name.startswith("@") or name in ("@timestamp", "@local"))


def _moment(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(UTC, local without zone) of texts that are epochs or ISO times."""
    utc, local = parse_times(texts, _FORMS)
    return epochs(texts).fill_null(utc), local
