"""Reads lines of `key=value` pairs, and of columns under a header or in a known order."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

_PAIR = re.compile(r"""([\w.@/-]+)\s?=\s?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']\S*)?)""")
_ESCAPED = re.compile(r"\\(.)")


def pairs(line: str, pattern: re.Pattern[str] = _PAIR) -> dict[str, str]:
    r"""The pairs of a line such as `a=1 b="two \"words\"" c=`; of a key that comes twice, the first value counts.

    What stands between quotes is a value and never read as further pairs.

    Args:
        line: the text.
        pattern: a group for the key, then one per way in which a value may be written.
    """
    found: dict[str, str] = {}
    for key, *values in pattern.findall(line):
        value = next((each for each in values if each), "")
        found.setdefault(key, _ESCAPED.sub(r"\1", value) if "\\" in value and values[0] is value else value)
    return found


def columns(lines: Sequence[str], names: Sequence[str], separator: str = ",") -> list[dict[str, str] | None]:
    """Each line's values by the names of its columns; None for a line with more values than names.

    Quotes are as RFC 4180 has them when the separator is a comma, a semicolon or a bar; a quote that does not end
    takes the rest of its line. Missing values at the end are left out.
    """
    quoted = separator in ",;|"
    found: list[dict[str, str] | None] = []
    for line in lines:
        if quoted and '"' in line:
            try:
                values = next(csv.reader([line.replace("\n", " ").replace("\r", " ")], delimiter=separator))
            except (csv.Error, StopIteration):
                values = line.split(separator)
        else:
            values = line.split(separator)
        found.append(None if len(values) > len(names) else dict(zip(names, values, strict=False)))
    return found
