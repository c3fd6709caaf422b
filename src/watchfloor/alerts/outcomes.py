"""What records say of whether something worked, as far as somebody can be trusted who says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COLUMNS = ("event.category", "event.type", "event.outcome")
"""Fields that say it."""

_GUARDED = frozenset({"authentication", "intrusion_detection", "network"})
"""Categories in which a guard that stands before the target decides; a web server that answers 404 may be robbed."""


def failed(event: Mapping[str, Any]) -> bool:
    """Whether nothing came of it: a log-in that failed, or what a firewall or an intrusion prevention denied."""
    categories = _texts(event, "event.category")
    if "authentication" in categories and "failure" in _texts(event, "event.outcome"):
        return True
    return not categories.isdisjoint(_GUARDED) and "denied" in _texts(event, "event.type")


def _texts(event: Mapping[str, Any], name: str) -> set[str]:
    value = event.get(name)
    return {str(each).lower() for each in (value if isinstance(value, list | tuple) else (value,)) if each}
