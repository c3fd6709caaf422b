"""What Entra ID's records have in common."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

Table = dict[str, str | tuple[str, ...]]
_CAPITALS = re.compile(r"^(?:[A-Z]+(?=[A-Z][a-z]|$)|[A-Z])")
_DEPTH = 3


def both_ways(fields: Table) -> Table:
    """A table for names that stand at the top, or inside `properties`, where diagnostic settings put them."""
    return {**{f"properties.{name}": target for name, target in fields.items()}, **fields}


def camel_case(record: Mapping[str, Any], depth: int = _DEPTH) -> dict[str, Any]:
    """The record with names as Graph has them, such as `ipAddress`, where tables and PowerShell write `IPAddress`.

    Texts of JSON objects, as tables hold them, become objects.

    Args:
        record: names in either case.
        depth: levels of objects that are gone through; deeper ones stay as they are.
    """
    found: dict[str, Any] = {}
    for name, value in record.items():
        held = _object(value) if type(value) is str and value[:1] == "{" else value
        found[_CAPITALS.sub(lambda match: match[0].lower(), name)] = (
            camel_case(held, depth - 1) if type(held) is dict and depth > 1 else held
        )
    return found


def _object(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
