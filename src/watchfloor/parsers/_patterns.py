"""Runs patterns over a column of texts."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from watchfloor.parsers.plugin import Fields, Pattern
from watchfloor.schema.fields import declared

ROW = "@row"
"""Position of the record in its batch."""
TEXT = "@text"
"""What the patterns run over."""
_WHOLE = "_whole"


def extract(frame: pl.DataFrame, patterns: Sequence[Pattern]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that a pattern knows, with the fields it gives, and the rows that none knows.

    A group that is empty or `-` gives no value.
    """
    found: list[pl.DataFrame] = []
    rest = frame
    for pattern in patterns:
        if rest.is_empty():
            break
        groups = rest.select(pl.col(TEXT).str.extract_groups(f"(?P<{_WHOLE}>{pattern.regex})")).unnest(TEXT)
        hit = groups[_WHOLE].is_not_null()
        if not hit.any():
            continue
        taken = groups.filter(hit).drop(_WHOLE)
        values = taken.with_columns(pl.when(pl.all().is_in(["", "-"])).then(None).otherwise(pl.all()).name.keep())
        known = rest.filter(hit).drop(set(values.columns) & set(rest.columns))
        found.append(constant(pl.concat([known, typed(values)], how="horizontal"), pattern.fields))
        rest = rest.filter(~hit)
    parsed = pl.concat(found, how="diagonal") if found else frame.clear()
    return parsed, rest


def constant(frame: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    """The frame with the same values in every row."""
    return frame.with_columns(
        pl.lit(value, dtype=pl.List(pl.String) if isinstance(value, list) else None).alias(name)
        for name, value in fields.items()
    )


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of text as the declared types of their fields; what is no number becomes null."""
    types = {"long": pl.Int64, "double": pl.Float64}
    casts = []
    for name, dtype in frame.schema.items():
        field = declared().get(name)
        if field is None or dtype != pl.String:
            continue
        if field.type in types and not field.array:
            casts.append(pl.col(name).cast(types[field.type], strict=False))
        elif field.array:
            casts.append(pl.when(pl.col(name).is_not_null()).then(pl.concat_list(name)).alias(name))
    return frame.with_columns(casts)
