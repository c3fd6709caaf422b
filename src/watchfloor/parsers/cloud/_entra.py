"""What Entra ID's records have in common."""

from __future__ import annotations

Table = dict[str, str | tuple[str, ...]]


def both_ways(fields: Table) -> Table:
    """A table for names that stand at the top, or inside `properties`, where diagnostic settings put them."""
    return {**{f"properties.{name}": target for name, target in fields.items()}, **fields}
