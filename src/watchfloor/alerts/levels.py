"""Levels of alerts, lowest first (Sigma's)."""

from __future__ import annotations

from watchfloor.core.errors import UsageError

LEVELS = ("informational", "low", "medium", "high", "critical")


def rank(level: str) -> int:
    """Position of the level in `LEVELS`; an absent or unknown level ranks as the lowest."""
    return LEVELS.index(level) if level in LEVELS else 0


def parse_level(text: str) -> str:
    """A level as users write it (`high`, `HIGH`, `crit`, `med`, `info`).

    Raises:
        UsageError: no level starts like this.
    """
    wanted = text.strip().lower()
    for level in LEVELS:
        if wanted and level.startswith(wanted):
            return level
    raise UsageError("unknown level", place=repr(text), way_out=f"Give one of {', '.join(LEVELS)}")
