"""Reads lines of `key=value` pairs, and of columns under a header or in a known order."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator, Sequence
from typing import overload

import polars as pl

_KEY = r"(?<![\w.@/-])([\w.@/-]{1,128}+)"
_NO_PAIR = r"(?![\w.@/-]{1,128}+\s?=)"
_DOUBLE = r'([^"\\]*+(?:\\.[^"\\]*+)*+)'
_SINGLE = r"([^'\\]*+(?:\\.[^'\\]*+)*+)"
_PAIR = re.compile(
    rf"{_KEY}\s?=(?:"
    rf'\s?"{_DOUBLE}(?:"|\\?\Z)'
    rf"|\s?'{_SINGLE}'"
    rf"|\s?{_NO_PAIR}([^\s\"']\S*+)|)",
    re.DOTALL,
)
_LISTED = re.compile(
    rf'{_KEY}=(?:"{_DOUBLE}(?:"|\\?\Z)' r"|([^\",;][^,;]*+)|)",
    re.DOTALL,
)
"""Pairs divided by commas or semicolons; what is not quoted may hold blanks."""
_ESCAPED = re.compile(r"""\\(["'\\])""")
_WORD = r"[A-Za-z0-9_.@/-]"
_SPACE = r"\s\x1c-\x1f"
_TOKEN = (
    rf'{_WORD}{{1,128}}=(?:"[^"\\]*(?:\\(?s:.)[^"\\]*)*"'
    rf"|{_WORD}*[!#$%&()*+,:;<>?\[\]^`{{|}}~][^{_SPACE}\"'\\]*"
    rf"|[^={_SPACE}\"'\\]*)\s*"
)
"""A pair in the syntax of Rust's regex crate; a line of nothing but these has no other reading.

A value without quotes has a `=` only behind a mark that no key may have, else what stands before it would be a key.
"""
_TABLE = 256
"""Lines with the same keys from which on a table is cheaper than a dictionary for each."""
_MOST_PAIRS = 160


def pairs(line: str, pattern: re.Pattern[str] = _PAIR) -> dict[str, str]:
    r"""The pairs of a line such as `a=1 b="two \"words\"" c=`; of a key that comes twice, the first value counts.

    What stands between quotes is a value and never read as further pairs; quotes that do not end take the rest.

    Args:
        line: the text.
        pattern: a group for the key, then one per way in which a value may be written.
    """
    found: dict[str, str] = {}
    if pattern.groups != _PAIR.groups:
        for key, *values in pattern.findall(line):
            value = next((each for each in values if each), "")
            found.setdefault(key, _unescaped(value) if values[0] is value else value)
        return found
    for key, quoted, other, plain in pattern.findall(line):
        if key not in found:
            found[key] = _unescaped(quoted) if quoted else other or plain
    return found


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(r"\1", value) if "\\" in value else value


def listed_pairs(line: str) -> dict[str, str]:
    """As `pairs`, of a line whose pairs are divided by commas or semicolons."""
    return pairs(line, _LISTED)


class Pairs(Sequence[dict[str, str]]):
    """The pairs of lines in order; of lines that share their keys, the values are kept as columns.

    Attributes:
        tables: the places of such lines, ascending, and their values by key; none is null.
        others: the pairs of each other line by its place.
    """

    def __init__(self, tables: Sequence[tuple[list[int], pl.DataFrame]], others: dict[int, dict[str, str]]) -> None:
        self.tables = tables
        self.others = others

    def __len__(self) -> int:
        return sum(len(rows) for rows, _ in self.tables) + len(self.others)

    @overload
    def __getitem__(self, place: int) -> dict[str, str]: ...

    @overload
    def __getitem__(self, place: slice) -> list[dict[str, str]]: ...

    def __getitem__(self, place: int | slice) -> dict[str, str] | list[dict[str, str]]:
        return self._records[place]

    def __iter__(self) -> Iterator[dict[str, str]]:
        return iter(self._records)

    @functools.cached_property
    def _records(self) -> list[dict[str, str]]:
        found = dict(self.others)
        for rows, table in self.tables:
            names = table.columns
            found |= {
                row: dict(zip(names, values, strict=True)) for row, values in zip(rows, table.rows(), strict=True)
            }
        return [found[row] for row in range(len(found))]


def all_pairs(lines: Sequence[str]) -> Pairs:
    """The pairs of each line, as `pairs` gives them, faster where many lines have the same keys in the same order."""
    tables = _tables(lines) if len(lines) >= _TABLE else []
    tabled = {row for rows, _ in tables for row in rows}
    return Pairs(tables, {row: pairs(line) for row, line in enumerate(lines) if row not in tabled})


def _tables(lines: Sequence[str]) -> list[tuple[list[int], pl.DataFrame]]:
    texts = pl.Series(lines, dtype=pl.String).str.strip_chars()
    tokens = texts.str.extract_all(_TOKEN)
    tiled = (tokens.list.join("") == texts) & tokens.list.len().is_between(1, _MOST_PAIRS)
    split = tokens.filter(tiled).list.eval(pl.element().str.splitn("=", 2))
    value = pl.element().struct.field("field_1")
    bare = value.str.strip_chars_end().str.strip_prefix('"').str.strip_suffix('"')
    if texts.str.contains("\\", literal=True).any():
        bare = bare.str.replace_all(_ESCAPED.pattern, "$1")
    lists = pl.DataFrame(
        {
            "row": tiled.arg_true(),
            "keys": split.list.eval(pl.element().struct.field("field_0")).list.join(" "),
            "values": split.list.eval(bare),
        }
    )
    often = lists.filter(pl.len().over("keys") >= _TABLE)
    groups = often.partition_by("keys", maintain_order=True, as_dict=True)
    return [(group["row"].to_list(), _table(keys.split(" "), group["values"])) for (keys,), group in groups.items()]


def _table(keys: list[str], values: pl.Series) -> pl.DataFrame:
    """The lists of values as columns; of a key that comes twice, the first counts."""
    columns = values.list.to_struct(fields=[str(place) for place in range(len(keys))]).struct.unnest()
    return columns.select(pl.col(str(keys.index(key))).alias(key) for key in dict.fromkeys(keys))


def columns(lines: Sequence[str], names: Sequence[str], separator: str = ",") -> list[dict[str, str] | None]:
    """Each line's values by the names of its columns; None for a line with more values than names.

    Quotes are as RFC 4180 has them when the separator is a comma, a semicolon or a bar; a quote that does not end
    takes the rest of its line. Missing values at the end are left out.
    """
    return [
        None if len(values) > len(names) else dict(zip(names, values, strict=False))
        for values in rows(lines, separator)
    ]


def rows(lines: Sequence[str], separator: str = ",") -> list[list[str]]:
    """The values of each line, quotes read as `columns` does."""
    quoted = separator in ",;|"
    return [_quoted(line, separator) if quoted and '"' in line else line.split(separator) for line in lines]


def _quoted(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.replace("\n", " ").replace("\r", " ")], delimiter=separator))
    except (csv.Error, StopIteration):
        return line.split(separator)
