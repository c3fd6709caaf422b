"""The closing screen of `analyze`: what was read, how well it parsed, what was found."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from watchfloor.app.analyze import Result
from watchfloor.app.summary import Summary
from watchfloor.cli.closing import next_steps, rules_line, time_split
from watchfloor.cli.findings_screen import by_tactic, severity, worst
from watchfloor.cli.incident_screen import listed
from watchfloor.cli.rules_behaving import learning_text
from watchfloor.cli.terminal import plain, safe, shorten, size
from watchfloor.detect.behaviors.engine import Learning

_WIDE, _WIDER = 80, 100
"""Columns of a terminal from which on the earliest moment has room beside the latest, and both have seconds."""
_PARSERS = 12
"""Parsers on the screen, those with most records."""
_INCIDENTS = 10
_LEARNING = 5
"""Behaviours that still learn that are named."""
_PROBLEMS = 20


def show(console: Console, result: Result, level: str) -> None:
    """Print the whole screen; only alerts of `level` or above are listed."""
    summary = result.summary
    console.print(_headline(summary))
    if summary.parsers:
        console.print(_parsers(summary, console.width))
    console.print(_trouble(summary), end="")
    if result.incidents:
        console.print()
        console.print(plain("Incidents", "bold underline"))
        listed(console, result.incidents[:_INCIDENTS], more=max(len(result.incidents) - _INCIDENTS, 0))
    alerts = result.at_least(level)
    console.print(severity(result.alerts, console.width))
    console.print(by_tactic(result.alerts, console.width))
    for part in worst(alerts, console.width):
        console.print(part)
    console.print(Group(*_unseen(result, len(alerts))), end="")
    console.print(time_split(summary))
    console.print(Group(Text(""), *rules_line(result)))
    console.print(next_steps(result))


def _unseen(result: Result, listed_alerts: int) -> Iterator[RenderableType]:
    """What is not told: alerts below the asked level, hidden ones, and what could not be found yet."""
    if below := len(result.alerts) - listed_alerts:
        said = "1 alert below the asked level is" if below == 1 else f"{below:,} alerts below the asked level are"
        yield plain(f"{said} not listed", "dim")
    yield from _learning(result.summary.learning)
    if result.suppressed:
        hidden = f"{result.suppressed:,} alert{'' if result.suppressed == 1 else 's'} hidden by suppressions"
        yield plain(f"{hidden}: watchfloor alerts list --suppressed", "dim")


def _headline(summary: Summary) -> RenderableType:
    seconds = max(time.monotonic() - summary.started, 0.001)
    files = f"{summary.files:,} file{'' if summary.files == 1 else 's'}"
    head = Text.assemble(
        ("Read  ", "bold"),
        f"{summary.records:,} records from {files} ({size(summary.bytes)}) in {seconds:.1f} s",
        (f"  ·  {summary.records / seconds:,.0f} records/s", "dim"),
    )
    if summary.new_events < summary.records:
        head.append(f"  ·  {summary.new_events:,} new to this home", "dim")
    if summary.joined:
        head.append(f"  ·  {summary.joined:,} joined events", "dim")
    return Group(Text(""), head)


def _parsers(summary: Summary, width: int) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("parser")
    table.add_column("records", justify="right")
    table.add_column("parsed", justify="right")
    times = ("first", "last") if width >= _WIDE else ("last",)
    form = "%Y-%m-%d %H:%M:%S" if width >= _WIDER else "%Y-%m-%d %H:%M"
    for name in times:
        table.add_column(name, no_wrap=True)
    most = sorted(summary.parsers.items(), key=lambda item: (-item[1].records, item[0]))
    for name, count in most[:_PARSERS]:
        share = (count.records - count.failed) / count.records
        table.add_row(
            plain(name),
            f"{count.records:,}",
            Text(_percent(share), style="green" if share == 1 else "yellow" if share > 0.9 else "red"),
            *(_moment(getattr(count, name), form) for name in times),
        )
    if len(most) > _PARSERS:
        rest = sum(count.records for _, count in most[_PARSERS:])
        table.add_row(plain(f"… {len(most) - _PARSERS:,} more", "dim"), Text(f"{rest:,}", style="dim"))
    return table


def _trouble(summary: Summary) -> RenderableType:
    lines: list[Text] = []
    for reason, count in summary.errors.most_common(5):
        lines.append(
            Text.assemble(("  ! ", "yellow"), safe(f"{count:,} records kept unparsed: {shorten(reason, 120)}"))
        )
    lines.extend(Text.assemble(("  ! ", "red"), safe(problem)) for problem in summary.problems[:_PROBLEMS])
    if len(summary.problems) > _PROBLEMS:
        lines.append(plain(f"  ! … and {len(summary.problems) - _PROBLEMS:,} more inputs with trouble", "red"))
    return Group(*lines)


def _learning(learning: list[Learning]) -> Iterator[RenderableType]:
    """Behaviours that cannot find everything yet, and what was too much for one."""
    still = [each for each in learning if each.learning]
    for each in still[:_LEARNING]:
        text = f"  learning: {each.behavior.title}: {learning_text(each)}"
        yield Text(safe(text), style="yellow")
    if len(still) > _LEARNING:
        yield plain(f"  … and {len(still) - _LEARNING:,} more behaviours that still learn", "yellow")
    for each in learning:
        if each.refused:
            yield Text(f"  ! {safe(each.behavior.title)}: {each.refused:,} rows too many were not kept", style="red")


def _percent(share: float) -> str:
    """Never rounds up to 100 %."""
    return "100 %" if share == 1 else f"{int(share * 1000) / 10:.1f} %"


def _moment(moment: dt.datetime | None, form: str) -> Text:
    return Text(f"{moment:{form}}" if moment else "–", style="" if moment else "dim")
