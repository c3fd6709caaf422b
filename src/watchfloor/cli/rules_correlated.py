"""Correlations in `rules show` and `rules explain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console

from watchfloor.app.rule_details import Correlated
from watchfloor.cli.ruleset import table
from watchfloor.cli.terminal import plain
from watchfloor.core.clock import from_microseconds, iso
from watchfloor.detect.sigma import Correlation, RuleSet
from watchfloor.detect.sigma.correlate.windows import Window

_POINTS = 30
"""Points of a group that are printed, the last ones."""
_GROUPS = 50
"""Groups that are printed, those that fire before the others; there are as many as a log has addresses."""


def print_correlated(console: Console, correlation: Correlation, correlated: Correlated) -> None:
    """The window of each group at each point."""
    console.print(plain(f"{correlation.title}: {correlation.text}", "bold"))
    for title, count in correlated.members.items():
        console.print(plain(f"  {title}: {count:,} match{'' if count == 1 else 'es'}"))
    if not correlated.windows:
        console.print(plain("  no match takes part: does not fire", "red"))
    groups = sorted(correlated.windows, key=lambda found: not any(window.fires for window in found[1]))
    for group, line in groups[:_GROUPS]:
        name = ", ".join(f"{field} {value}" for field, value in group.items()) or "all events together"
        fires = sum(window.fires for window in line)
        verdict = (f"fires {fires:,}×", "green") if fires else ("does not fire", "red")
        console.print(plain(f"{name}  ", "bold").append_text(plain(*verdict)))
        rows = table("", "at", "events", "since", correlation.kind)
        for window in line[-_POINTS:]:
            mark = ("✓", "green") if window.fires else ("✗", "red")
            moments = (_time(window.anchor), str(window.events), _time(window.first), window.measured)
            rows.add_row(plain(*mark), *map(plain, moments))
        console.print(rows)
        if len(line) > _POINTS:
            console.print(plain(f"  … after {len(line) - _POINTS:,} earlier points", "dim"))
    if len(groups) > _GROUPS:
        firing = sum(any(window.fires for window in line) for _, line in groups)
        more = f"… and {len(groups) - _GROUPS:,} more groups, {firing:,} of all fire; --json has every one"
        console.print(plain(more, "dim"))


def correlated_as_json(correlation: Correlation, correlated: Correlated) -> dict[str, Any]:
    """The same as data."""
    return {
        "id": correlation.id,
        "title": correlation.title,
        "correlation": correlation.text,
        "fires": any(window.fires for _, line in correlated.windows for window in line),
        "members": correlated.members,
        "groups": [
            {"group": group, "windows": [_as_json(window) for window in line]} for group, line in correlated.windows
        ],
    }


def correlation_lines(correlation: Correlation, rules: RuleSet) -> Iterator[str]:
    """What a correlation is made of, and which fields of which rule make its groups and values."""
    known = {rule.id: rule for rule in rules.every}
    for position, member in enumerate(correlation.members):
        yield f"  {known[member].title} ({member})"
        for name, field in zip(correlation.group_by, correlation.group_fields(position), strict=True):
            yield f"    grouped by {name}{f': {field}' if field != name else ''}"
        for field in correlation.value_fields(position):
            yield f"    measured: {field}"


def _as_json(window: Window) -> dict[str, Any]:
    return {
        "at": _time(window.anchor),
        "since": _time(window.first),
        "events": window.events,
        "measured": window.measured,
        "fires": window.fires,
    }


def _time(microseconds: int) -> str:
    return iso(from_microseconds(microseconds))
