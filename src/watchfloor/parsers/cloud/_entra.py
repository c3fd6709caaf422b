"""What Entra ID's records have in common."""

from __future__ import annotations

from typing import Any

Table = dict[str, str | tuple[str, ...]]


def both_ways(fields: Table) -> Table:
    """A table for names that stand at the top, or inside `properties`, where diagnostic settings put them."""
    return {**{f"properties.{name}": target for name, target in fields.items()}, **fields}


def split_name(value: Any) -> dict[str, Any]:
    """Name, domain and address out of a user principal name; the name alone where it has no domain."""
    if type(value) is not str or not value:
        return {}
    name, mark, domain = value.rpartition("@")
    if not mark or not name or " " in value:
        return {"user.name": value}
    return {"user.name": name, "user.domain": domain, "user.email": value}
