"""Levels of alerts, lowest first (Sigma's)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from watchfloor.core.errors import UsageError

_Alert = TypeVar("_Alert", bound=Mapping[str, Any])
LEVELS = ("informational", "low", "medium", "high", "critical")


def rank(level: str) -> int:
    """Position of the level in `LEVELS`; an absent or unknown level ranks as the lowest."""
    return LEVELS.index(level) if level in LEVELS else 0


def worst_first(alerts: Iterable[_Alert]) -> list[_Alert]:
    """Alerts as `--alerts` writes them, by level, then by the time of their first event."""

    def place(alert: _Alert) -> tuple[int, dt.datetime, str]:
        # Read, not compared as text: a whole second is written without its fraction, and would come after it.
        return -rank(alert["rule"]["level"]), dt.datetime.fromisoformat(alert["timestamp"]), alert["id"]

    return sorted(alerts, key=place)


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
