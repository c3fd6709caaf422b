"""What was found, on the closing screen: levels, ATT&CK's tactics, and the worst alerts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from watchfloor.alerts.attack import TACTICS, tactics, techniques
from watchfloor.alerts.levels import LEVELS, rank, worst_first
from watchfloor.alerts.timeline import reason
from watchfloor.cli.styles import STYLES
from watchfloor.cli.terminal import plain, safe, shorten

_BAR = 32
_SHOWN = 12
"""Rules of which an alert is shown; all alerts are in the --alerts file."""
_INDENT = " " * 11
Alert = Mapping[str, Any]


def severity(alerts: Sequence[Alert], width: int) -> RenderableType:
    """A line for each level: its alerts, rules, events and ATT&CK's techniques."""
    if not alerts:
        return Group(Text(""), plain("No alerts.", "bold green"))
    lines = [_row(("Severity", "Alerts", "Rules", "Events"), "ATT&CK", "bold")]
    for level in (*reversed(LEVELS), ""):
        own = [alert for alert in alerts if alert["rule"]["level"] == level]
        if own:
            rules = len({alert["rule"]["id"] for alert in own})
            counts = (level or "(none)", f"{len(own):,}", f"{rules:,}", f"{sum(each['count'] for each in own):,}")
            lines.append(_row(counts, _techniques(own, width - 48), STYLES.get(level, "")))
    return Group(Text(""), *lines)


def _row(cells: tuple[str, str, str, str], attack: str, style: str) -> Text:
    level, *numbers = cells
    line = Text.assemble((level, style), " " * (14 - len(level)))
    line.append("".join(f"{number:>9} " for number in numbers), "bold" if style == "bold" else "")
    return line.append(f"  {attack}", "bold" if style == "bold" else "dim")


def _techniques(alerts: Sequence[Alert], room: int) -> str:
    """As many of the techniques as there is room for, the most frequent first, and how many are left out."""
    counts = Counter(each for alert in alerts for each in techniques(alert["rule"]["tags"]))
    names = [safe(name) for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    for shown in range(len(names), -1, -1):
        more = f"+{len(names) - shown}" if shown < len(names) else ""
        text = " ".join([*names[:shown], *([more] if more else [])])
        if len(text) <= room:
            return text
    return ""


def by_tactic(alerts: Sequence[Alert], width: int) -> RenderableType:
    """A bar for each of ATT&CK's tactics: its alerts, in the colour of the worst."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for alert in alerts:
        for tactic in tactics(alert["rule"]["tags"]):
            found[tactic].append(alert["rule"]["level"])
    if not found:
        return Text("")
    most = max(map(len, found.values()))
    room = max(min(_BAR, width - 34), 4)
    lines = [Text("Tactics", style="bold")]
    for tactic in (each for each in TACTICS if each in found):
        levels = found[tactic]
        bar = "█" * max(1, round(room * len(levels) / most))
        style = STYLES.get(max(levels, key=rank), "").replace("white on ", "")
        lines.append(Text.assemble(f"{tactic.capitalize():22}{len(levels):>8,}  ", (bar, style)))
    return Group(Text(""), *lines)


def worst(alerts: Sequence[Alert], width: int) -> Iterator[RenderableType]:
    """The worst alerts, of each rule the first one, and how many more there are."""
    if alerts:
        yield Group(Text(""), Text("Worst alerts", style="bold"))
    ordered = worst_first(alerts)
    by_rule: dict[str, list[Alert]] = {}
    for alert in ordered:
        by_rule.setdefault(alert["rule"]["id"], []).append(alert)
    for own in list(by_rule.values())[:_SHOWN]:
        yield alert_lines(own[0], width)
        if len(own) > 1:
            alike = "another alert" if len(own) == 2 else f"{len(own) - 1:,} more alerts"
            yield plain(f"{_INDENT}and {alike} of this rule", "dim")
    if len(by_rule) > _SHOWN:
        yield plain(f"  … and alerts of {len(by_rule) - _SHOWN:,} more rules: write all with --alerts FILE", "dim")


def alert_lines(alert: Alert, width: int, *, reasons: int = 3) -> RenderableType:
    """One alert in a few lines: level, rule, when and who, and the first of its reasons."""
    level = alert["rule"]["level"]
    head = Text.assemble(
        (f" {level or 'none'} ".ljust(10), STYLES.get(level, "")),
        " ",
        (safe(alert["rule"]["title"]), "bold"),
        (f"  ×{alert['count']:,}" if alert["count"] > 1 else "", "dim"),
    )
    who = "  ".join(map(entity_text, alert["entities"]))
    attack = " ".join(techniques(alert["rule"]["tags"]))
    times = alert["timestamp"][:19].replace("T", " ")
    lines: list[RenderableType] = [head, _indented("  ".join(filter(None, (times, who, attack))), "dim")]
    told = list(dict.fromkeys(map(reason, alert["why"])))[:reasons]
    lines += [Text(shorten(safe(f"{_INDENT}{each}"), width - 1), style="italic") for each in told]
    return Group(*lines)


def _indented(text: str, style: str) -> RenderableType:
    return Padding(plain(text, style), (0, 0, 0, len(_INDENT)), expand=False)


def entity_text(entity: Mapping[str, Any]) -> str:
    """Kind and value, and of an address the device that had it."""
    device = entity.get("device", {})
    name = device.get("hostname") or device.get("mac") or device.get("client_id")
    return f"{entity['kind']} {entity['value']}" + (f" ({name})" if name else "")
