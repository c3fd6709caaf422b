"""The policy that a command goes by."""

from __future__ import annotations

from pathlib import Path

from watchfloor.core.settings import Settings
from watchfloor.policy.policy import FILE_NAME, Policy, read_policy


def load_policy(settings: Settings, given: Path | None, home: Path | None) -> Policy:
    """The policy that is given, set or in the home; one that says nothing where there is none.

    Raises:
        UsageError: it cannot be read or is something else; says the line.
    """
    path = policy_path(settings, given, home)
    return read_policy(path) if path else Policy()


def policy_path(settings: Settings, given: Path | None, home: Path | None) -> Path | None:
    """The file given, else the one of the settings, else the one in the home if there is one."""
    named = given or settings.policy
    if named is not None or home is None:
        return named
    own = home / FILE_NAME
    return own if own.exists() else None
