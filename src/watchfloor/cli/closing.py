"""The end of the closing screen: where the time went, and what to do next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from watchfloor.alerts.levels import rank
from watchfloor.app.analyze import Result
from watchfloor.app.learning import Learnt
from watchfloor.app.summary import Summary
from watchfloor.cli.terminal import plain, safe

_SHORT = 0.05
"""Seconds below which a stage is not worth a line."""
_BAR = 24
_ID = 12
_TITLES = 5
"""Rules that have learnt and are named."""
_LONGEST = 64
"""Characters of a value that a command is made of."""
_QUERIES = {"ip": "source.ip", "user": "user.name", "host": "host.name"}


def time_split(summary: Summary) -> RenderableType:
    """Seconds of wall clock and of CPU by stage, with a bar for the share of CPU."""
    shown = {name: spent for name, spent in summary.stages.items() if max(spent.wall, spent.cpu) >= _SHORT}
    if not shown:
        return Text("")
    total = sum(spent.cpu for spent in summary.stages.values())
    lines = [Text(f"{'Time':14}{'wall':>9} {'CPU':>9}", style="bold")]
    for name, spent in shown.items():
        bar = "█" * round(_BAR * spent.cpu / total) if total else ""
        lines.append(Text.assemble(f"{name:14}{spent.wall:>7.1f} s {spent.cpu:>7.1f} s  ", (bar, "dim")))
    if summary.processes > 1:
        lines.append(plain(f"{summary.processes} processes, added up", "dim"))
    return Group(Text(""), *lines)


def rules_line(result: Result) -> Iterator[Text]:
    """How many rules ran, and which could not."""
    loaded, problems = len(result.rules.every), len(result.rules.problems)
    note = f", {problems:,} note{'' if problems == 1 else 's'} (watchfloor rules list)" if problems else ""
    yield plain(f"{loaded:,} rules{note}", "dim")
    if result.rules.blind:
        lists = sorted({name.replace("_", " ") for rule in result.rules.blind for name in rule.blind})
        count = len(result.rules.blind)
        blind = f"{count:,} of them {'is' if count == 1 else 'are'} blind: policy.yml names no {', no '.join(lists)}"
        yield plain(f"{blind} (watchfloor policy show)", "dim")
    yield from _learnt(result.summary.learnt, result.home)
    for sentence in result.notes:
        yield Text.assemble(("! ", "yellow"), safe(sentence))
    for rule in result.unknown_levels[:_ID]:
        yield Text.assemble(("! ", "yellow"), safe(f"a level is given to {rule}, which no loaded rule has as its id"))
    if len(result.unknown_levels) > _ID:
        yield plain(f"! … and to {len(result.unknown_levels) - _ID:,} more ids", "yellow")


def _learnt(learnt: Learnt, home: Path | None) -> Iterator[Text]:
    """What learnt from the stored events, how many these were, and what became of its alerts."""
    if not (learnt.events or learnt.raised or learnt.withdrawn or learnt.kept):
        return
    parts = [
        f"{len(titles):,} {one if len(titles) == 1 else many}"
        for titles, one, many in (
            (learnt.behaviors, "behaviour", "behaviours"),
            (learnt.correlations, "correlation", "correlations"),
        )
        if titles
    ]
    titles = [*learnt.correlations, *learnt.behaviors]
    named = "; ".join(titles[:_TITLES]) + ("; …" if len(titles) > _TITLES else "")
    source = f"{learnt.events:,} stored events" if learnt.events else "what others have found"
    yield plain(f"{' and '.join(parts)}, new or changed, learnt from {source}: {named}", "dim")
    if learnt.raised or learnt.withdrawn or learnt.kept:
        raised = f"{learnt.raised:,} more alert{'' if learnt.raised == 1 else 's'}"
        changed = f"about the past they raise {raised} and take back {learnt.withdrawn:,}"
        if learnt.kept:
            changed += f"; {learnt.kept:,} of closed or noted incidents stay"
        yield plain(f"{changed} (watchfloor alerts list --home {shlex.quote(str(home))})", "dim")


def next_steps(result: Result) -> RenderableType:
    """The commands that lead on from here."""
    lines: list[RenderableType] = [Text("Next", style="bold")]
    for command, what in _steps(result):
        lines.append(Padding(Text(safe(command), style="cyan"), (0, 0, 0, 2), expand=False))
        lines.append(Padding(plain(what, "dim"), (0, 0, 0, 4), expand=False))
    return Group(Text(""), *lines)


def _steps(result: Result) -> Iterator[tuple[str, str]]:
    if result.home is None:
        yield "watchfloor analyze PATH --home DIR", "keep it, to search in it and to work on the incidents"
        if result.alerts:
            yield "watchfloor analyze PATH --timeline timeline.csv", "a row for each event of each alert"
        yield "watchfloor stats logons PATH", "who logged in or failed to, from where"
        return
    home = f"--home {shlex.quote(str(result.home))}"
    if result.incidents:
        worst = result.incidents[0]["id"][:_ID]
        yield f"watchfloor incidents show {worst} {home}", "what happened, and what to do first"
    if query := _query(result):
        yield f"watchfloor search {shlex.quote(query)} {home}", "everything that is known of it"
    yield f"watchfloor stats logons {home}", "who logged in or failed to, from where"
    if result.alerts:
        yield f"watchfloor stats pivots {home}", "what to look for elsewhere"


def _query(result: Result) -> str:
    """A search for somebody or something that the worst alert is about; empty when there is nothing to ask for."""
    worst_first = sorted(result.alerts, key=lambda alert: -rank(alert["rule"]["level"]))
    for entity in (each for alert in worst_first for each in alert["entities"]):
        kind, value = entity["kind"], entity["value"]
        if kind in _QUERIES and value.isprintable() and len(value) <= _LONGEST and not {'"', "\\"} & set(value):
            return f'{_QUERIES[kind]}:"{value}"'
    return ""
