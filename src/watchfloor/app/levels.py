"""Levels that the user gives to rules in place of their own: a YAML mapping of rule id to level."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from watchfloor.alerts.levels import LEVELS, parse_level
from watchfloor.core.errors import UsageError
from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.context import read_mapping

FILE_NAME = "levels.yml"


def load_levels(given: Path | None, home: Path | None) -> dict[str, str]:
    """Rule id -> level, from the file given, else from `levels.yml` in the home, else none.

    Raises:
        UsageError: the file cannot be read, or an entry of it is no level.
    """
    own = home / FILE_NAME if home is not None else None
    path = given or (own if own is not None and own.exists() else None)
    return read_levels(path) if path is not None else {}


def read_levels(path: Path) -> dict[str, str]:
    """Rule id (lower-case, as ids are) -> level; see `load_levels` for errors."""
    levels = {}
    for rule, level in read_mapping(path).items():
        place = f"{path}: {str(rule)[:100]}"
        if not isinstance(level, str):
            raise UsageError("needs a level", place=place, way_out=f"Give one of {', '.join(LEVELS)}")
        try:
            levels[str(rule).strip().lower()] = parse_level(level)
        except UsageError as error:
            raise UsageError(f"unknown level {level[:100]!r}", place=place, way_out=error.way_out) from None
    return levels


def unknown(levels: Mapping[str, str], rules: RuleSet) -> list[str]:
    """Ids that a level is given to and that no loaded rule has."""
    return sorted(levels.keys() - {rule.id for rule in rules.every})
