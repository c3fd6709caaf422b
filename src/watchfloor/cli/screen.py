"""The closing screen of `analyze`: what was read, how well it parsed, what was found."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from watchfloor.alerts.levels import LEVELS, rank
from watchfloor.app.analyze import Result
from watchfloor.app.summary import Summary
from watchfloor.cli.incident_screen import listed
from watchfloor.cli.rules_behaving import learning_text
from watchfloor.cli.styles import STYLES
from watchfloor.cli.terminal import plain, safe, shorten
from watchfloor.detect.behaviors.engine import Learning

_BAR = 24
_SHORT = 0.05
"""Seconds below which a stage is not worth a word."""
_SHOWN = 40
"""Alerts on the screen; all of them are in the --alerts file."""
_INCIDENTS = 10
_LEARNING = 5
"""Behaviours that still learn that are named."""
_PROBLEMS = 20


def show(console: Console, result: Result, level: str) -> None:
    """Print the whole screen; only alerts of `level` or above are listed."""
    summary = result.summary
    console.print(_headline(summary))
    if summary.parsers:
        console.print(_parsers(summary))
    console.print(_trouble(summary), end="")
    alerts = sorted(
        result.at_least(level), key=lambda alert: (-rank(alert["rule"]["level"]), alert["timestamp"], alert["id"])
    )
    console.print(_levels(result, alerts))
    for alert in alerts[:_SHOWN]:
        console.print(alert_lines(alert, console.width))
    if len(alerts) > _SHOWN:
        console.print(plain(f"  … and {len(alerts) - _SHOWN:,} more: write all with --alerts FILE", "dim"))
    for line in _learning(result.summary.learning):
        console.print(line)
    if result.suppressed:
        hidden = f"{result.suppressed:,} alert{'' if result.suppressed == 1 else 's'} hidden by suppressions"
        console.print(plain(f"{hidden}: watchfloor alerts list --suppressed", "dim"))
    if result.incidents:
        console.print()
        console.print(plain("Incidents", "bold underline"))
        listed(console, result.incidents[:_INCIDENTS], more=max(len(result.incidents) - _INCIDENTS, 0))
    console.print(_closing(result))


def _headline(summary: Summary) -> RenderableType:
    seconds = max(time.monotonic() - summary.started, 0.001)
    files = f"{summary.files:,} file{'' if summary.files == 1 else 's'}"
    head = Text.assemble(
        ("Read  ", "bold"),
        f"{summary.records:,} records from {files} ({_size(summary.bytes)}) in {seconds:.1f} s",
        (f"  ·  {summary.records / seconds:,.0f} records/s", "dim"),
    )
    if summary.new_events < summary.records:
        head.append(f"  ·  {summary.new_events:,} new to this home", "dim")
    if summary.joined:
        head.append(f"  ·  {summary.joined:,} joined events", "dim")
    return Padding(head, (1, 0, 0, 0))


def _parsers(summary: Summary) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name, justify in (
        ("parser", "left"),
        ("records", "right"),
        ("parsed", "right"),
        ("first", "left"),
        ("last", "left"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]  # a literal of Rich's own
    for name, count in sorted(summary.parsers.items(), key=lambda item: (-item[1].records, item[0])):
        share = (count.records - count.failed) / count.records
        table.add_row(
            plain(name),
            f"{count.records:,}",
            Text(_percent(share), style="green" if share == 1 else "yellow" if share > 0.9 else "red"),
            _moment(count.first),
            _moment(count.last),
        )
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


def _levels(result: Result, shown: Sequence[dict[str, Any]]) -> RenderableType:
    if not result.alerts:
        return Padding(plain("No alerts.", "bold green"), (1, 0, 0, 0))
    alerts = Counter(alert["rule"]["level"] for alert in result.alerts)
    rules: dict[str, set[str]] = {}
    events: Counter[str] = Counter()
    for alert in result.alerts:
        rules.setdefault(alert["rule"]["level"], set()).add(alert["rule"]["id"])
        events[alert["rule"]["level"]] += alert["count"]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("level")
    for name in ("alerts", "rules", "events"):
        table.add_column(name, justify="right")
    table.add_column("")
    most = max(alerts.values())
    for level in (*reversed(LEVELS), ""):
        if alerts[level]:
            bar = "█" * max(1, round(_BAR * alerts[level] / most))
            style = STYLES.get(level, "")
            cells = (f"{alerts[level]:,}", f"{len(rules[level]):,}", f"{events[level]:,}")
            table.add_row(Text(level or "(none)", style=style), *cells, Text(bar, style=style.replace("white on ", "")))
    hidden = len(result.alerts) - len(shown)
    note = plain(f"{hidden:,} alerts below the asked level are not listed", "dim") if hidden else Text("")
    return Padding(Group(table, note), (1, 0, 0, 0))


def alert_lines(alert: dict[str, Any], width: int, *, reasons: int = 3) -> RenderableType:
    """One alert in a few lines: level, rule, when and who, and the first of its reasons."""
    level = alert["rule"]["level"]
    head = Text.assemble(
        (f" {level or 'none'} ".ljust(10), STYLES.get(level, "")),
        " ",
        (safe(alert["rule"]["title"]), "bold"),
        (f"  ×{alert['count']:,}" if alert["count"] > 1 else "", "dim"),
    )
    who = "  ".join(map(entity_text, alert["entities"]))
    techniques = " ".join(tag[7:].upper() for tag in alert["rule"]["tags"] if tag.lower().startswith("attack.t1"))
    times = alert["timestamp"][:19].replace("T", " ")
    lines = [head, plain(f"           {times}  {who}  {techniques}".rstrip(), "dim")]
    for reason in alert["why"][:reasons]:
        told = (
            reason["value"] if reason["selection"] == "behavior" else f"{reason['field'] or 'text'} = {reason['value']}"
        )
        text = f"           {told}"
        lines.append(Text(shorten(safe(text), width - 1), style="italic"))
    return Group(*lines)


def entity_text(entity: dict[str, Any]) -> str:
    """Kind and value, and of an address the device that had it."""
    device = entity.get("device", {})
    name = device.get("hostname") or device.get("mac") or device.get("client_id")
    return f"{entity['kind']} {entity['value']}" + (f" ({name})" if name else "")


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


def _closing(result: Result) -> RenderableType:
    loaded, problems = len(result.rules.every), len(result.rules.problems)
    stages = result.summary.stages.items()
    spent = "  ".join(f"{name} {each.wall:.1f} s" for name, each in stages if each.wall >= _SHORT)
    note = f", {problems:,} note{'' if problems == 1 else 's'} (watchfloor rules list)" if problems else ""
    lines = [plain(f"{loaded:,} rules{note}  ·  {spent}", "dim")]
    if result.rules.blind:
        lists = sorted({name.replace("_", " ") for rule in result.rules.blind for name in rule.blind})
        count = len(result.rules.blind)
        blind = f"{count:,} of them {'is' if count == 1 else 'are'} blind: policy.yml names no {', no '.join(lists)}"
        lines.append(plain(f"{blind} (watchfloor policy show)", "dim"))
    return Padding(Group(*lines), (1, 0, 0, 0))


def _percent(share: float) -> str:
    """Never rounds up to 100 %."""
    return "100 %" if share == 1 else f"{int(share * 1000) / 10:.1f} %"


def _moment(moment: dt.datetime | None) -> Text:
    return Text(moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "–", style="" if moment else "dim")


def _size(size: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"
        size /= 1000
    raise AssertionError
