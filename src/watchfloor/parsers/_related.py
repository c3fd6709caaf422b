"""`related.*`: every address, user, host and hash of an event, from the fields that `fields.yml` marks."""

from __future__ import annotations

import functools

import polars as pl

from watchfloor.schema.fields import declared


def related(events: pl.DataFrame) -> pl.DataFrame:
    """The events with `related.ip`, `.user`, `.hosts` and `.hash`: unique, sorted; null where there is nothing."""
    for name, fields in _marked().items():
        present = [field for field in fields if field in events.columns]
        if not present:
            continue
        lists = [pl.col(each) if declared()[each].array else pl.concat_list(each) for each in present]
        joined = pl.concat_list([each.fill_null([]) for each in lists]).list.drop_nulls().list.unique().list.sort()
        events = events.with_columns(joined.alias("@joined")).with_columns(
            pl.when(pl.col("@joined").list.len() > 0).then(pl.col("@joined")).alias(name)
        )
        events = events.drop("@joined")
    return events


@functools.cache
def _marked() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for field in declared().values():
        if field.related:
            found.setdefault(f"related.{field.related}", []).append(field.name)
    return {name: tuple(fields) for name, fields in found.items()}
