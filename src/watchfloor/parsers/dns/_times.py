"""Times that name servers write as seconds since 1970."""

from __future__ import annotations

import polars as pl


def with_epoch(frame: pl.DataFrame) -> pl.DataFrame:
    """`@timestamp` from `_epoch`, seconds with or without a fraction, in place of it."""
    if "_epoch" not in frame.columns:
        return frame
    micros = (pl.col("_epoch").cast(pl.Float64, strict=False) * 1e6).round().cast(pl.Int64)
    moments = micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    known = [pl.col("@timestamp")] if "@timestamp" in frame.columns else []
    return frame.with_columns(pl.coalesce(*known, moments).alias("@timestamp")).drop("_epoch")
