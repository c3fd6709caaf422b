"""Lines of pairs in which somebody's own text reads like further pairs of the device's."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._pairs import TWICE

TOLD_TWICE = "fields-told-twice"
"""Action of a record of which no account, address or outcome can be believed."""
DOUBTED = {TWICE: "@twice"}
"""What a parser's table of fields has for lines that were read with keys which come once."""


def doubted(frame: pl.DataFrame, *, believed: tuple[str, ...] = ()) -> pl.DataFrame:
    """Records that tell twice what they say once: with no account, no address of the client and no outcome.

    Manufacturers do not document that quotes in values are escaped, so which of two values is the device's is not
    known. To be called on what is read, before users and addresses are made of it.

    Args:
        frame: columns, with `@twice` where a record has such keys.
        believed: columns of the client's side that stand in front of all that a client can write.
    """
    if "@twice" not in frame.columns:
        return frame
    twice = column(frame, "@twice").is_not_null()
    sides = ("source.", "client.", "user.", "destination.user.")
    unknown = [name for name in frame.columns if name.startswith(sides) and name not in believed]
    return frame.with_columns(
        *(pl.when(~twice).then(pl.col(name)).alias(name) for name in unknown),
        *(
            pl.when(twice).then(pl.lit(value)).otherwise(column(frame, name)).alias(name)
            for name, value in (("event.action", TOLD_TWICE), ("event.outcome", "unknown"))
        ),
        *(
            pl.when(twice).then(pl.lit([value])).otherwise(pl.col(name)).alias(name)
            for name, value in (("event.category", "authentication"), ("event.type", "info"))
        ),
    )
