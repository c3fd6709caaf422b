"""Runs patterns over a column of texts."""

from __future__ import annotations

import functools
import re
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
HEAD = "_head"
"""A group whose name says that what stands behind it is the message, cut off in the same way."""
_REMAINDER = re.compile(r"\(\?P<([^>]+)>\(\?s:\.\*\)\)\$$")
_HIT = "_hit"
"""A group that is null where a pattern does not fit."""
_FIRST = 32
_MANY = 1024
"""Rows from which on a look at the first ones may save more than it costs."""
_NUMBERS = {"long": pl.Int64, "double": pl.Float64}


def extract(frame: pl.DataFrame, patterns: Sequence[Pattern]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that a pattern knows, with the fields it gives, and the rows that none knows.

    Both keep the columns `@row` and `@text` of `frame`; a group that is empty or `-` gives no value.
    """
    found: list[pl.DataFrame] = []
    rest = frame
    sift = Sift(frame[TEXT], [pattern.regex for pattern in patterns])
    alike = len(frame) >= _MANY
    for pattern in patterns:
        if rest.is_empty():
            break
        if not sift.may_fit(pattern.regex):
            continue
        taken, rest = _split(rest, ascii_digits(pattern.regex), alike=alike)
        alike = False
        if not taken.is_empty():
            found.append(constant(taken, pattern.fields))
            sift = sift.left(rest[TEXT])
    parsed = pl.concat(found, how="diagonal") if found else frame.clear()
    return parsed, rest


def _split(frame: pl.DataFrame, regex: str, *, alike: bool) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that fit, with what the groups give, and the others.

    Where rows may be alike and the first of them fit, all are asked for groups at once; that saves a pass over them.
    """
    marked, remainder = _marked(regex)
    texts = frame[TEXT]
    others = frame.clear()
    if not alike or not texts.head(_FIRST).str.contains(marked).all():
        hit = texts.str.contains(marked).fill_null(value=False)
        if not hit.any():
            return others, frame
        frame, others = some(frame, hit), frame.filter(~hit)
    groups = frame.select(pl.col(TEXT).str.extract_groups(marked)).unnest(TEXT)
    hit = groups[_HIT if remainder is None else HEAD].is_not_null()
    if not hit.all():
        frame, groups, others = frame.filter(hit), groups.filter(hit), frame.filter(~hit)
    if remainder is not None:
        left = pl.select(pl.lit(frame[TEXT]).str.strip_prefix(pl.lit(groups[HEAD]))).to_series()
        groups = groups.with_columns(left.alias(remainder))
    empty = pl.all().is_in(["", "-"])
    return frame.hstack(groups.drop(HEAD, _HIT, strict=False).select(pl.when(~empty).then(pl.all()))), others


@functools.lru_cache(maxsize=8192)
def _marked(regex: str) -> tuple[str, str | None]:
    """The regex with a group that tells whether it fits, and the field, if any, of what stands behind that group."""
    if f"(?P<{HEAD}>" in regex:
        return regex, "message"
    remainder = _REMAINDER.search(regex)
    if remainder is None:
        return f"(?:{regex})(?P<{_HIT}>)", None
    return f"(?P<{HEAD}>{regex[: remainder.start()]})", remainder[1]


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
