"""What error logs of web servers have in common: what a level means."""

from __future__ import annotations

import polars as pl

_ERRORS = ["emerg", "alert", "crit", "error", "warn"]


def with_type(frame: pl.DataFrame) -> pl.DataFrame:
    """`event.category` and `event.type`: an error from the level `warn` up, else information."""
    kind = pl.when(pl.col("log.level").is_in(_ERRORS)).then(pl.lit("error")).otherwise(pl.lit("info"))
    return frame.with_columns(
        pl.concat_list(pl.lit("web")).alias("event.category"), pl.concat_list(kind).alias("event.type")
    )
