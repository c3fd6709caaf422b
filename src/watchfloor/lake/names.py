"""Physical column names: `_` for `.`, since Spark and z-order reject dots; only the lake knows them.

Declared fields have no two names that differ in `_` and `.` alone (a test holds it). Other fields keep their prefix and
encode the rest, so that every name can be turned back. Engines ignore case in names: columns that differ in case alone
are merged when a file is written.
"""

from __future__ import annotations

import functools
import re

from watchfloor.schema.fields import declared

_PREFIXES = {"winlog.event_data.": "winlog_event_data_", "winlog.user_data.": "winlog_user_data_", "": "other_"}
_ODD = re.compile(r"[^A-Za-z0-9_]|_(?=x[0-9a-f]+_)")
_CODE = re.compile(r"_x([0-9a-f]+)_")


@functools.lru_cache(maxsize=65_536)
def physical(name: str) -> str:
    """The column's name in files and in SQL."""
    if name in declared():
        return _plain(name)
    prefix = next(prefix for prefix in _PREFIXES if name.startswith(prefix))
    return _PREFIXES[prefix] + _ODD.sub(lambda found: f"_x{ord(found[0]):x}_", name.removeprefix(prefix))


@functools.lru_cache(maxsize=65_536)
def logical(column: str) -> str:
    """The field's name of a column."""
    known = _declared().get(column)
    if known is not None:
        return known
    for prefix, coded in _PREFIXES.items():
        if column.startswith(coded):
            return prefix + _CODE.sub(lambda found: chr(int(found[1], 16)), column.removeprefix(coded))
    return column


def _plain(name: str) -> str:
    return name.replace("@", "").replace(".", "_")


@functools.cache
def _declared() -> dict[str, str]:
    return {_plain(name): name for name in declared()}
