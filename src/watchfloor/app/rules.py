"""The rules a command works with: the built-in ones and the user's folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from watchfloor.core.collection import collection_paused
from watchfloor.core.errors import UsageError
from watchfloor.detect.sigma import Context, RuleSet
from watchfloor.detect.sigma.context import read_placeholders
from watchfloor.detect.sigma.ruleset import Progress
from watchfloor.policy.policy import Policy


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


def rule_context(
    pipelines: Sequence[Path], placeholders: Path | None, policy: Policy, levels: Mapping[str, str] | None = None
) -> Context:
    """What rules are compiled with: policy, levels, and processing pipelines and values for placeholders from files.

    Raises:
        UsageError: a file cannot be read, is something else, or asks for something unsafe.
    """
    values = read_placeholders(placeholders) if placeholders is not None else {}
    if not pipelines:
        return Context(values, policy=policy, levels=levels or {})
    from watchfloor.detect.sigma.pipelines import read_pipelines  # noqa: PLC0415 - pySigma is slow to import

    return Context(values, read_pipelines(pipelines), policy, levels or {})


def load_rules(
    roots: Sequence[Path], cache_dir: Path, context: Context | None = None, progress: Progress | None = None
) -> RuleSet:
    """Load and compile the rules, from the cache where neither their text nor the context changed."""
    with collection_paused():
        return RuleSet.load(list(roots), cache_dir=cache_dir, context=context, progress=progress)
