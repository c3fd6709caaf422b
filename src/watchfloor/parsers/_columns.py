"""Columns of text: those that a frame may lack, and what their words mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl


def column(frame: pl.DataFrame, name: str) -> pl.Series:
    """The column of that name as text, nulls where there is none."""
    if name in frame.columns:
        return frame[name]
    return nulls(len(frame), pl.String).alias(name)


def nulls(size: int, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
    """A column without values."""
    return pl.repeat(None, size, dtype=dtype, eager=True)


def by_value(texts: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What each text is read as, asked once for each distinct text."""
    distinct = texts.unique()
    return texts.replace_strict(distinct, read(distinct), return_dtype=pl.String)


def first(frame: pl.DataFrame, *names: str) -> pl.Series:
    """For each row the first of these columns that has a value."""
    return pl.select(pl.coalesce([column(frame, name) for name in names])).to_series()


def word(texts: pl.Series, words: Mapping[str, str], default: str | None = None) -> pl.Series:
    """What each text, in lower case, means by a table; the default where the table does not tell."""
    lower = texts.str.to_lowercase()
    found = lower.replace_strict(dict(words), default=None, return_dtype=pl.String)
    return (
        found if default is None else pl.select(pl.when(texts.is_not_null()).then(found.fill_null(default))).to_series()
    )


def gathered(*words: pl.Expr | pl.Series, default: str | None = "info") -> pl.Expr:
    """A list of the words that are there; of the default where there are none, or null without a default."""
    joined = pl.concat_str(words, separator="\n", ignore_nulls=True)
    return pl.when(joined != "").then(joined).otherwise(pl.lit(default)).str.split("\n")


def listed(texts: pl.Series, words: Mapping[str, list[str]], default: list[str] | None = None) -> pl.Series:
    """As `word`, for fields that are lists; rows without a text have the default too."""
    known = {name: "\n".join(values) for name, values in words.items()}
    found = texts.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String)
    if default is not None:
        found = found.fill_null("\n".join(default))
    return found.str.split("\n")
