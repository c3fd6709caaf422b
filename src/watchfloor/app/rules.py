"""The rules a command works with: the built-in ones and the user's folders."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from watchfloor.core.collection import collection_paused
from watchfloor.core.errors import UsageError
from watchfloor.detect.sigma import RuleSet


def rule_roots(folders: Sequence[Path], *, builtin: bool) -> tuple[Path, ...]:
    """The places to load rules from.

    Raises:
        UsageError: a folder does not exist.
    """
    for folder in folders:
        if not folder.exists():
            raise UsageError("no such rule file or folder", place=str(folder))
    own = (content("rules"),) if builtin else ()
    return (*own, *folders)


def content(name: str) -> Path:
    """A folder of the bundled content."""
    return Path(str(resources.files("watchfloor").joinpath("content", name)))


def load_rules(roots: Sequence[Path], cache_dir: Path) -> RuleSet:
    """Load and compile the rules, from the cache where their text did not change."""
    with collection_paused():
        return RuleSet.load(list(roots), cache_dir=cache_dir)
