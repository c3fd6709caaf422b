"""Runs patterns over a column of texts."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from watchfloor.parsers._firsts import Sift
from watchfloor.parsers._regex import ascii_digits
from watchfloor.parsers.plugin import Fields, Pattern
from watchfloor.schema.fields import declared

ROW = "@row"
"""Position of the record in its batch."""
TEXT = "@text"
"""What the patterns run over."""
REMAINDER = r"(?P<message>(?s:.*))$"
"""End of a pattern that takes all that is left as the message; cut off rather than matched, which costs less."""
_HEAD = "_head"
_NUMBERS = {"long": pl.Int64, "double": pl.Float64}


def extract(frame: pl.DataFrame, patterns: Sequence[Pattern]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that a pattern knows, with the fields it gives, and the rows that none knows.

    Both keep the columns `@row` and `@text` of `frame`; a group that is empty or `-` gives no value.
    """
    found: list[pl.DataFrame] = []
    rest = frame
    sift = Sift(frame[TEXT], [pattern.regex for pattern in patterns])
    for pattern in patterns:
        if rest.is_empty():
            break
        if not sift.may_fit(pattern.regex):
            continue
        regex = ascii_digits(pattern.regex)
        fits = regex.removesuffix(REMAINDER)
        hit = rest[TEXT].str.contains(fits).fill_null(value=False)
        if not hit.any():
            continue
        taken = rest.filter(hit)
        found.append(constant(_with_groups(taken, regex), pattern.fields))
        rest = rest.filter(~hit)
        sift = sift.left(rest[TEXT])
    parsed = pl.concat(found, how="diagonal") if found else frame.clear()
    return parsed, rest


def _with_groups(frame: pl.DataFrame, regex: str) -> pl.DataFrame:
    if "(?P<" not in regex:
        return frame
    head = regex.removesuffix(REMAINDER)
    if head != regex:
        head = f"(?P<{_HEAD}>{head})"
    groups = frame.select(pl.col(TEXT).str.extract_groups(head)).unnest(TEXT)
    if _HEAD in groups.columns:
        message = (
            frame[TEXT].to_frame().with_columns(groups[_HEAD]).select(pl.col(TEXT).str.strip_prefix(pl.col(_HEAD)))
        )
        groups = groups.drop(_HEAD).with_columns(message[TEXT].alias("message"))
    empty = pl.all().is_in(["", "-"])
    return frame.hstack(groups.select(pl.when(~empty).then(pl.all())))


def some(frame: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """The chosen rows, without a copy where that is all."""
    return frame if chosen.all() else frame.filter(chosen)


def constant(frame: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    """The frame with the same values in every row: texts, or lists of text."""
    return frame.with_columns(
        pl.lit(list(value), dtype=pl.List(pl.String)).alias(name)
        if isinstance(value, list)
        else pl.lit(str(value)).alias(name)
        for name, value in fields.items()
    )


def typed(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of text as the declared types of their fields; what is no number becomes null."""
    casts = []
    for name, dtype in frame.schema.items():
        field = declared().get(name)
        if field is None or dtype != pl.String:
            continue
        if field.array:
            casts.append(pl.when(pl.col(name).is_not_null()).then(pl.concat_list(name)).alias(name))
        elif field.type in _NUMBERS:
            casts.append(pl.col(name).cast(_NUMBERS[field.type], strict=False))
    return frame.with_columns(casts)


def overlaid(below: pl.DataFrame, above: pl.DataFrame) -> pl.DataFrame:
    """Two frames of the same rows side by side; where both have a column, a value of `above` counts first."""
    both = [name for name in above.columns if name in below.columns]
    merged = [above[name].fill_null(below[name]) if name in both else above[name] for name in above.columns]
    return below.drop(both).hstack(merged)


def stacked(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The rows of all parts in the order of `@row`; a column that a part lacks is null there."""
    full = [part for part in parts if not part.is_empty()]
    if len(full) < 2:
        return (full[0] if full else parts[0]).sort(ROW)
    return pl.concat(full, how="diagonal").sort(ROW)
