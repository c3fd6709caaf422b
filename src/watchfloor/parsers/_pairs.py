"""Reads lines of `key=value` pairs, and of columns under a header or in a known order."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

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
_VALUES = {'"': f'"{_DOUBLE}"', "'": f"'{_SINGLE}'", "": rf"""{_NO_PAIR}([^\s"'\\]*+)"""}
"""The ways to write a value, by the quote."""
_TILE = re.compile(rf"([\w.@/-]{{1,128}}+)=(?:{'|'.join(_VALUES.values())})(?:\s+|\Z)", re.DOTALL)
_OFTEN = 8
"""Lines of one shape after which it is worth a pattern of its own."""
_MOST_PAIRS, _MOST_SHAPES, _MOST_COUNTED = 160, 16, 4096


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


def all_pairs(lines: Sequence[str]) -> list[dict[str, str]]:
    """The pairs of each line, as `pairs` gives them, faster where many lines have the same keys in the same order."""
    shapes = _Shapes()
    found = []
    for line in lines:
        record = shapes.read(line)
        if record is None:
            record = pairs(line)
            shapes.learn(line, tuple(record))
        found.append(record)
    return found


class _Shapes:
    """The shapes of lines that came often, in one call; few, and forgotten with it."""

    def __init__(self) -> None:
        self._shapes: list[_Shape] = []
        self._likely: dict[tuple[int, int], _Shape] = {}
        self._seen: dict[tuple[str, ...], int] = {}

    def read(self, line: str) -> dict[str, str] | None:
        """The pairs of a line of a known shape: the one of the last line with as many marks comes first."""
        marks = line.count("="), line.count('"')
        likely = self._likely.get(marks)
        record = likely.read(line) if likely is not None else None
        if record is not None:
            return record
        for shape in self._shapes:
            record = shape.read(line) if shape is not likely else None
            if record is not None:
                if len(self._likely) < _MOST_COUNTED:
                    self._likely[marks] = shape
                return record
        return None

    def learn(self, line: str, keys: tuple[str, ...]) -> None:
        """Counts the keys of a line; those that come often give a shape."""
        if len(keys) > _MOST_PAIRS or len(self._seen) > _MOST_COUNTED:
            return
        self._seen[keys] = self._seen.get(keys, 0) + 1
        if self._seen[keys] % _OFTEN == 0 and len(self._shapes) < _MOST_SHAPES:
            tiles = [(tile[1], line[tile.end(1) + 1 : tile.end(1) + 2]) for tile in _TILE.finditer(line)]
            if tuple(key for key, _ in tiles) == keys:
                shape = _shape(tuple((key, mark if mark in _VALUES else "") for key, mark in tiles))
                if shape not in self._shapes:
                    self._shapes.insert(0, shape)


@dataclass(frozen=True, slots=True, eq=False)
class _Shape:
    """Lines with these keys in this order, each value between the quotes that it has in the line that gave the shape.

    Attributes:
        keys: the keys.
        quoted: those whose value may have escaped characters.
        pattern: a group for the value of each key.
    """

    keys: tuple[str, ...]
    quoted: tuple[str, ...]
    pattern: re.Pattern[str]

    def read(self, line: str) -> dict[str, str] | None:
        """The pairs of a line of this shape."""
        values = self.pattern.match(line)
        if values is None:
            return None
        record = dict(zip(self.keys, values.groups(), strict=True))
        if "\\" in line:
            record |= {key: _unescaped(record[key]) for key in self.quoted}
        return record


@functools.lru_cache(maxsize=256)
def _shape(tiles: tuple[tuple[str, str], ...]) -> _Shape:
    """The shape of lines with these keys, each with the quote around its value."""
    values = (f"{re.escape(key)}={_VALUES[quote]}" for key, quote in tiles)
    pattern = re.compile(r"\s*+" + r"\s++".join(values) + r"\s*+\Z", re.DOTALL)
    return _Shape(tuple(key for key, _ in tiles), tuple(key for key, quote in tiles if quote == '"'), pattern)


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
