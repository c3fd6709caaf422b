"""Reads lines of `key=value` pairs, and of columns under a header or in a known order."""

from __future__ import annotations

import csv
import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, overload

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
MANY = 256
"""Lines with the same keys from which on a table is cheaper than a dictionary for each."""
_MOST_PAIRS = 160
_SAMPLE = 1024
"""Lines that tell of what kinds all may be."""
_KINDS = 64
_QUOTED = ",;|"
"""Separators of tables in which quotes stand around values."""
TWICE = "told-twice"
"""Name under which the keys stand that a line tells twice, with different values."""
_INNER = "\x1f"
"""Stands for a separator between quotes."""


def pairs(line: str, pattern: re.Pattern[str] = _PAIR, *, once: Collection[str] = frozenset()) -> dict[str, str]:
    r"""The pairs of a line such as `a=1 b="two \"words\"" c=`; of a key that comes twice, the first value counts.

    What stands between quotes is a value and never read as further pairs; quotes that do not end take the rest.

    Args:
        line: the text.
        pattern: a group for the key, then one per way in which a value may be written.
        once: keys that a line has once unless somebody's text in it reads like pairs; those that come again with
            another value are told under `TWICE`, divided by blanks. Only with the usual pattern.
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
        elif key in once and found[key] != (_unescaped(quoted) if quoted else other or plain):
            found[TWICE] = f"{found[TWICE]} {key}" if TWICE in found else key
    return found


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(r"\1", value) if "\\" in value else value


def listed_pairs(line: str) -> dict[str, str]:
    """As `pairs`, of a line whose pairs are divided by commas or semicolons."""
    return pairs(line, _LISTED)


class Pairs(Sequence[Any]):
    """The values of lines by name, in order; of lines that share their names, the values are kept as columns.

    Attributes:
        tables: the places of such lines, ascending, and their values by name; none is null.
        others: the values of other lines by their place; None for a line of another format.
    """

    def __init__(
        self, tables: Sequence[tuple[pl.Series, pl.DataFrame]], others: Mapping[int, dict[str, str] | None]
    ) -> None:
        self.tables = tables
        self.others = others

    def __len__(self) -> int:
        return sum(len(rows) for rows, _ in self.tables) + len(self.others)

    @overload
    def __getitem__(self, place: int) -> Any: ...

    @overload
    def __getitem__(self, place: slice) -> list[Any]: ...

    def __getitem__(self, place: int | slice) -> Any:
        return self._records[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._records)

    @functools.cached_property
    def _records(self) -> list[dict[str, str] | None]:
        found = dict(self.others)
        for rows, table in self.tables:
            names = table.columns
            found |= {
                row: dict(zip(names, values, strict=True)) for row, values in zip(rows, table.rows(), strict=True)
            }
        return [found[row] for row in range(len(found))]

    def known(self) -> tuple[pl.Series, Pairs]:
        """Whether each line is of the format, and the values of those that are."""
        strange = [row for row, values in self.others.items() if values is None]
        there = pl.repeat(value=True, n=len(self), eager=True).scatter(strange, values=False)
        if not strange:
            return there, self
        places = there.cum_sum() - 1
        tables = [(places.gather(rows), table) for rows, table in self.tables]
        kept = places.to_list()
        others = {kept[row]: values for row, values in self.others.items() if values is not None}
        return there, Pairs(tables, others)


def parted(records: Sequence[dict[str, Any]], names: Collection[str]) -> tuple[Pairs, Pairs]:
    """The records' values of these names, and those of all others."""
    found = records if isinstance(records, Pairs) else Pairs([], dict(enumerate(records)))

    def only(*, chosen: bool) -> Pairs:
        tables = [
            (rows, table.select(name for name in table.columns if (name in names) == chosen))
            for rows, table in found.tables
        ]
        others = {
            row: values and {name: value for name, value in values.items() if (name in names) == chosen}
            for row, values in found.others.items()
        }
        return Pairs(tables, others)

    return only(chosen=True), only(chosen=False)


def merged(parts: Iterable[tuple[Sequence[int], Sequence[dict[str, str] | None]]]) -> Pairs:
    """The values of lines that were read in parts, each with its places among all."""
    tables: list[tuple[pl.Series, pl.DataFrame]] = []
    others: dict[int, dict[str, str] | None] = {}
    for places, part in parts:
        found = part if isinstance(part, Pairs) else Pairs([], dict(enumerate(part)))
        if found.tables:
            own = pl.Series(places, dtype=pl.Int64)
            tables += [(own.gather(rows), table) for rows, table in found.tables]
        others |= {places[row]: values for row, values in found.others.items()}
    return Pairs(tables, others)


def all_pairs(lines: Sequence[str], *, once: Collection[str] = frozenset()) -> Pairs:
    """The pairs of each line, as `pairs` gives them, faster where many lines have the same keys in the same order."""
    tables = _tables(lines, once) if len(lines) >= MANY else []
    return Pairs(tables, {row: pairs(lines[row], once=once) for row in untabled(tables, len(lines))})


def untabled(tables: Sequence[tuple[pl.Series, pl.DataFrame]], size: int) -> list[int]:
    """The places that are in none of the tables."""
    if not tables:
        return list(range(size))
    tabled = pl.repeat(value=False, n=size, eager=True)
    for rows, _ in tables:
        tabled = tabled.scatter(rows, values=True)
    return (~tabled).arg_true().to_list()


def _tables(lines: Sequence[str], once: Collection[str]) -> list[tuple[pl.Series, pl.DataFrame]]:
    texts = pl.Series(lines, dtype=pl.String).str.strip_chars()
    tokens = texts.str.extract_all(_TOKEN)
    lengths = tokens.list.eval(pl.element().str.len_bytes()).list.sum()
    tiled = (lengths == texts.str.len_bytes()) & tokens.list.len().is_between(1, _MOST_PAIRS)
    lists = pl.DataFrame({"row": tiled.arg_true(), "tokens": tokens.filter(tiled)})
    left = lists.with_columns(count=pl.col("tokens").list.len()).partition_by("count", as_dict=True)
    escaped = texts.str.contains("\\", literal=True).any()
    found = []
    for keys in _usual(lists["tokens"]):
        if len(set(keys)) < len(keys) and any(keys.count(key) > 1 for key in once):
            continue
        group = left[len(keys),]
        columns = _spread(group["tokens"], len(keys))
        begins = [pl.col(name).str.starts_with(f"{key}=") for name, key in zip(columns.columns, keys, strict=True)]
        alike = columns.select(pl.all_horizontal(begins)).to_series()
        if alike.sum() >= MANY:
            mine = columns if alike.all() else columns.filter(alike)
            values = [
                _value(pl.col(str(keys.index(key))).str.slice(len(key) + 1), escaped=escaped).alias(key)
                for key in dict.fromkeys(keys)
            ]
            found.append((group["row"].filter(alike), mine.select(values)))
            left[len(keys),] = group.filter(~alike)
    return found


def _value(texts: pl.Expr, *, escaped: bool) -> pl.Expr:
    bare = texts.str.strip_chars_end().str.strip_prefix('"').str.strip_suffix('"')
    return bare.str.replace_all(_ESCAPED.pattern, "$1") if escaped else bare


def _usual(tokens: pl.Series) -> list[tuple[str, ...]]:
    """The keys of kinds of lines, the more usual ones first, by some of the lines."""
    some = tokens.gather_every(max(len(tokens) // _SAMPLE, 1))
    kinds = Counter(tuple(token.partition("=")[0] for token in line) for line in some)
    return [keys for keys, _ in kinds.most_common(_KINDS)]


def table(keys: Sequence[str], values: pl.Series) -> pl.DataFrame:
    """The lists of values as columns; of a key that comes twice, the first counts."""
    columns = _spread(values, len(keys))
    return columns.select(pl.col(str(keys.index(key))).alias(key) for key in dict.fromkeys(keys))


def _spread(values: pl.Series, size: int) -> pl.DataFrame:
    """Lists of that many values as columns that are named by their place."""
    return values.list.to_struct(fields=[str(place) for place in range(size)]).struct.unnest()


def columns(lines: Sequence[str], names: Sequence[str], separator: str = ",", *, fewest: int = 0) -> Pairs:
    """Each line's values by the names of its columns; None for a line with more values than names, or too few.

    Quotes are as RFC 4180 has them when the separator is a comma, a semicolon or a bar; a quote that does not end
    takes the rest of its line. Missing values at the end are left out.
    """
    unique = len(set(names)) == len(names)  # else the last value counts
    often = by_count(lines, separator) if unique and len(lines) >= MANY else []
    tables = [(places, table(names[:size], values)) for size, places, values in often if fewest <= size <= len(names)]
    left = untabled(tables, len(lines))
    others: dict[int, dict[str, str] | None] = {}
    for row, values in zip(left, rows([lines[row] for row in left], separator), strict=True):
        others[row] = dict(zip(names, values, strict=False)) if fewest <= len(values) <= len(names) else None
    return Pairs(tables, others)


def by_count(lines: Sequence[str], separator: str) -> Iterator[tuple[int, pl.Series, pl.Series]]:
    """(count, places of the lines, lists of their values) of lines of which many have as many values.

    Of lines with quotes that mean something, those are left out whose quotes are not around whole values.
    """
    texts = pl.Series(lines, dtype=pl.String)
    quoted = separator in _QUOTED and texts.str.contains('"', literal=True).any()
    if quoted:
        texts = _unquoted(texts, separator)
    values = texts.str.split(separator)
    if quoted:
        values = values.list.eval(pl.element().str.replace_all(_INNER, separator, literal=True))
    lists = pl.DataFrame({"row": pl.int_range(len(lines), eager=True), "values": values, "count": values.list.len()})
    often = lists.drop_nulls().filter(pl.len().over("count") >= MANY)
    for (count,), group in often.partition_by("count", maintain_order=True, as_dict=True).items():
        yield count, group["row"], group["values"]


def _unquoted(texts: pl.Series, separator: str) -> pl.Series:
    """Lines without their quotes, separators between those written as another character.

    Null where quotes do not stand around whole values, or around others.
    """
    strange = texts.str.contains(rf"[\r\n{_INNER}]") | (texts.str.len_bytes() >= csv.field_size_limit())
    parts = pl.DataFrame({"row": pl.int_range(len(texts), eager=True), "part": texts.str.split('"')})
    parts = parts.with_columns(at=pl.int_ranges(pl.col("part").list.len()), count=pl.col("part").list.len())
    part, at, last = pl.col("part"), pl.col("at"), pl.col("at") == pl.col("count") - 1
    begins, ends = part.str.starts_with(separator), part.str.ends_with(separator)
    around = ((at == 0) | begins) & (last | ends) | ((part == "") & (pl.col("count") > 1) & ((at == 0) | last))
    flat = parts.explode("part", "at").with_columns(
        pl.when(at % 2 == 1).then(part.str.replace_all(separator, _INNER, literal=True)).otherwise(part),
        fits=(at % 2 == 1) & ~last | (at % 2 == 0) & around,
    )
    whole = flat.group_by("row", maintain_order=True).agg(part.str.join(""), fits=pl.col("fits").all())
    return whole.select(pl.when(pl.col("fits") & ~strange).then(part)).to_series()


def rows(lines: Sequence[str], separator: str = ",") -> list[list[str]]:
    """The values of each line, quotes read as `columns` does."""
    quoted = separator in _QUOTED
    return [_quoted(line, separator) if quoted and '"' in line else line.split(separator) for line in lines]


def _quoted(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.replace("\n", " ").replace("\r", " ")], delimiter=separator))
    except (csv.Error, StopIteration):
        return line.split(separator)
