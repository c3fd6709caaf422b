"""The sections of a report as plain values for its template: what is shown, what is counted, and what is left out."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watchfloor.alerts.levels import LEVELS, rank, worst_first
from watchfloor.core.clock import to_microseconds
from watchfloor.detect.sigma.coverage import Coverage
from watchfloor.incidents.facts import TACTICS, tactics_of
from watchfloor.incidents.story import entity_name
from watchfloor.reports.drawing import CELLS, Bars, bars, steps
from watchfloor.reports.graph import graph
from watchfloor.reports.histogram import Histogram, span_of
from watchfloor.reports.marks import Piece, marked, marked_in
from watchfloor.reports.observed import FileCount
from watchfloor.reports.report import (
    MAX_EXAMPLES,
    MAX_FIRST,
    MAX_LAST,
    MAX_LISTED,
    MAX_REASONS,
    MAX_RECORD,
    MAX_RECORDS,
    MAX_ROWS,
    MAX_RULES,
    MAX_STEPS,
    Report,
)

_DATASET, _ORIGINAL = "event.dataset", "event.original"
_CHART_ROWS = 12
_REST = "all other formats"
_UNPARSED = "(not recognised)"
_MOST_PLACED = 20_000
"""Alerts whose format is looked up for the drawing of events over time, the worst ones."""
_FORMATS = 4
_TITLES = 6
_ENTITIES = 24


def levels(report: Report) -> list[dict[str, Any]]:
    """Per level, the worst first, how many incidents, alerts, rules and events there are."""
    found: dict[str, dict[str, Any]] = {
        level: {"level": level, "incidents": 0, "alerts": 0, "rules": set(), "events": 0} for level in reversed(LEVELS)
    }
    for alert in report.alerts:
        row = found[alert["rule"]["level"] or LEVELS[0]]
        row["alerts"] += 1
        row["events"] += alert["count"]
        row["rules"].add(alert["rule"]["id"])
    for incident in report.incidents:
        found[incident["severity"]]["incidents"] += 1
    return [{**row, "rules": len(row["rules"])} for row in found.values()]


def tactics(report: Report) -> list[tuple[str, int, str]]:
    """Tactics that alerts are of, in the order of an attack, how many alerts each has, and the worst level of these."""
    counts: Counter[str] = Counter()
    worst: dict[str, str] = {}
    for alert in report.alerts:
        level = alert["rule"]["level"] or LEVELS[0]
        for tactic in tactics_of(tuple(alert["rule"]["tags"])):
            counts[tactic] += 1
            worst[tactic] = max(worst.get(tactic, level), level, key=rank)
    return [(tactic, counts[tactic], worst[tactic]) for tactic in TACTICS if counts[tactic]]


class Evidence:
    """The records of the alerts that are told, looked up at once."""

    def __init__(self, report: Report) -> None:
        told = [step for incident in report.told for _, step in _told(incident)]
        told.extend(alert for rule in single_rules(report)[0] for alert in rule["examples"])
        wanted = [event for alert in told for event in _chosen(alert)]
        self._records = report.lookup(wanted, (_DATASET, _ORIGINAL)) if wanted else {}

    def of(self, alert: Mapping[str, Any]) -> dict[str, Any]:
        """What an alert shows: its reasons with the matching part marked, and its first record.

        Of a correlation or a behaviour, which no record alone raises, the first and last ones, and how many there are.
        """
        reasons = [_reason(why) for why in alert["why"]]
        chosen = _chosen(alert)
        first = next(iter(chosen), None)
        values = [why["value"] for why in alert["why"] if why["column"]]
        found = [self._records.get(event["event.id"], {}) for event in chosen]
        return {
            "reasons": reasons[:MAX_REASONS],
            "more_reasons": max(len(reasons) - MAX_REASONS, 0),
            "first": first,
            "format": (found[0].get(_DATASET) or "") if found else "",
            "records": [
                {
                    "pieces": marked_in(original[:MAX_RECORD], values),
                    "cut": len(original) > MAX_RECORD,
                    "gap": place == MAX_FIRST and number == 0 and alert["count"] > len(chosen),
                }
                for place, record in enumerate(found)
                for number, original in enumerate((record.get(_ORIGINAL) or ())[: MAX_RECORDS // len(found)])
            ],
            "told": sum(bool(record.get(_ORIGINAL)) for record in found),
            "made_of": alert["count"] if _made_of_many(alert) else 1,
        }


def _made_of_many(alert: Mapping[str, Any]) -> bool:
    return any(why["selection"] in _MEASURED and not why["column"] for why in alert["why"])


def _chosen(alert: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The events whose records are shown."""
    events: list[Mapping[str, Any]] = alert["events"]
    return [*events[:MAX_FIRST], *events[MAX_FIRST:][-MAX_LAST:]] if _made_of_many(alert) else events[:1]


_MEASURED = {"behavior": "measured", "correlation": "condition"}
"""Selection of what is no test of a field -> what its pattern is."""


def _reason(why: Mapping[str, str]) -> dict[str, Any]:
    """One reason with what was looked for marked; what was measured or is missing marks nothing."""
    tested = bool(why["column"] and why["value"])
    found = marked(why["value"], why["pattern"]) if tested else [Piece(why["value"], hit=False)]
    return {
        "name": why["field"] or ("record" if why["column"] else ""),
        "says": "looks for" if why["column"] else _MEASURED.get(why["selection"], "looks for"),
        "selection": why["selection"],
        "pattern": "" if why["pattern"].casefold() == why["value"].casefold() else why["pattern"],
        "pieces": found,
    }


def incidents(report: Report, shown: Evidence) -> list[dict[str, Any]]:
    """The incidents that are told whole, with their drawings."""
    found = []
    for incident in report.told:
        named = [entity for entity in incident["entities"] if entity["kind"] not in {"event", "process", "session"}]
        timeline = incident["timeline"]
        numbers = {step["id"]: number for number, step in enumerate(timeline, start=1)}
        told = _told(incident)
        linked = {step["id"] for _, step in told}
        found.append(
            {
                "head": incident,
                "steps": steps(timeline),
                "graph": graph(incident),
                "told": [
                    {
                        "number": number,
                        "step": step,
                        "evidence": shown.of(step),
                        "other": numbers.get(step["join"]["other"], 0),
                        "link": step["join"]["other"] in linked,
                    }
                    for number, step in told
                ],
                "more_steps": max(len(timeline) - MAX_STEPS, 0),
                "entities": [{**entity, "name": entity_name(entity)} for entity in named[:_ENTITIES]],
                "more_entities": max(len(named) - _ENTITIES, 0),
            }
        )
    return found


def _told(incident: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    """The worst steps of an incident in the order of its timeline, each with its number in it."""
    numbered = list(enumerate(incident["timeline"], start=1))
    worst = sorted(numbered, key=lambda item: (-rank(item[1]["rule"]["level"]), item[0]))
    return sorted(worst[:MAX_STEPS], key=lambda item: item[0])


def listed(report: Report) -> tuple[list[Mapping[str, Any]], int]:
    """The incidents that have a line in the list, and how many more there are."""
    return list(report.incidents[:MAX_LISTED]), max(len(report.incidents) - MAX_LISTED, 0)


def single_rules(report: Report) -> tuple[list[dict[str, Any]], int]:
    """Alerts outside of incidents by rule, the worst first, and how many rules are left out."""
    members: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for alert in report.singles:
        members[alert["rule"]["id"]].append(alert)
    ordered = sorted(members.items(), key=lambda item: (-rank(item[1][0]["rule"]["level"]), -len(item[1]), item[0]))
    return [_of_rule(alerts) for _, alerts in ordered[:MAX_RULES]], max(len(ordered) - MAX_RULES, 0)


def _of_rule(alerts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    entities = Counter((each["kind"], each["value"]) for alert in alerts for each in alert["entities"])
    common = sorted(entities.items(), key=lambda item: (-item[1], item[0]))
    return {
        "rule": alerts[0]["rule"],
        "alerts": len(alerts),
        "events": sum(alert["count"] for alert in alerts),
        "first": min((alert["timestamp"] for alert in alerts), key=dt.datetime.fromisoformat),
        "last": max((alert["last_timestamp"] for alert in alerts), key=dt.datetime.fromisoformat),
        "entities": [(kind, value, count) for (kind, value), count in common[:MAX_REASONS]],
        "more_entities": max(len(common) - MAX_REASONS, 0),
        "examples": alerts[:MAX_EXAMPLES],
        "more": max(len(alerts) - MAX_EXAMPLES, 0),
    }


@dataclass(frozen=True, slots=True)
class OverTime:
    """Events over time with alerts on them.

    Attributes:
        ticks: texts at equal distances from the start to the end.
        cell: seconds that a column stands for.
        step: seconds that events were counted in.
        unplaced: alerts that are on no row, because they are too many to look up or outside the drawing.
    """

    rows: tuple[Bars, ...]
    ticks: tuple[str, ...]
    cell: float
    step: int
    unplaced: int


def over_time(report: Report) -> OverTime | None:
    """Events per format over time; an alert is marked where its first event is."""
    ordered = worst_first(report.alerts)
    firsts = {alert["id"]: alert["events"][0] for alert in ordered[:_MOST_PLACED] if alert["events"]}
    formats = report.lookup(firsts.values(), (_DATASET,)) if firsts else {}
    times = _merged(report.observed.times)
    marks: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for alert in ordered:
        first = firsts.get(alert["id"])
        name = formats.get(first["event.id"], {}).get(_DATASET) if first else None
        if first and name:
            row = name if name in times.rows else _REST
            marks[row].append((_time(first["@timestamp"]), alert["rule"]["level"]))
    span = span_of(times, [time for own in marks.values() for time, _ in own])
    if span is None:
        return None
    rows = tuple(bars(times, name, span, marks[name]) for name in times.rows)
    length = span.end - span.start
    ticks = [_tick(span.start + length * part // 4, length) for part in range(5)]
    placed = sum(sum(mark.alerts.values()) for row in rows for mark in row.marks)
    return OverTime(rows, tuple(ticks), length / 1e6 / CELLS, times.step // 1_000_000, len(ordered) - placed)


def _merged(times: Histogram) -> Histogram:
    """The formats with most events, the most first, and all others as one row."""
    totals = {name: counts.total() for name, counts in times.rows.items()}
    ordered = sorted(totals, key=lambda name: (-totals[name], name))
    keep = ordered if len(ordered) <= _CHART_ROWS else ordered[: _CHART_ROWS - 1]
    merged = Histogram(times.step, {name: times.rows[name] for name in keep})
    for name in ordered[len(keep) :]:
        merged.rows.setdefault(_REST, Counter()).update(times.rows[name])
    return merged


def files(report: Report) -> tuple[list[dict[str, Any]], int]:
    """The files with their formats, those with trouble first, then the largest, and how many are left out."""
    ordered = sorted(report.observed.files.items(), key=lambda item: (-item[1].failed, -item[1].records, item[0]))
    return [_of_file(path, count) for path, count in ordered[:MAX_ROWS]], max(len(ordered) - MAX_ROWS, 0)


def _of_file(path: str, count: FileCount) -> dict[str, Any]:
    formats = sorted(count.formats.items(), key=lambda item: (-item[1], item[0]))
    return {
        "path": path or "(all further files together)",
        "count": count,
        "formats": [(name or _UNPARSED, records) for name, records in formats[:_FORMATS]],
        "more_formats": max(len(formats) - _FORMATS, 0),
    }


def blind(found: Iterable[Coverage]) -> tuple[list[dict[str, Any]], int, int]:
    """Why rules are blind, the reason of most rules first; and how many reasons and rules are left out."""
    reasons: dict[str, list[Coverage]] = defaultdict(list)
    for each in found:
        if each.because:
            reasons[each.because].append(each)
    ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [
        {
            "because": because,
            "rules": len(members),
            "titles": [member.rule for member in _worst(members)[:_TITLES]],
            "more": max(len(members) - _TITLES, 0),
        }
        for because, members in ordered[:MAX_ROWS]
    ]
    left = ordered[MAX_ROWS:]
    return rows, len(left), sum(len(members) for _, members in left)


def _worst(members: Sequence[Coverage]) -> list[Coverage]:
    return sorted(members, key=lambda each: (-rank(each.rule.level), each.rule.title, each.rule.id))


def errors(report: Report) -> tuple[list[tuple[str, int]], int]:
    """Why records were kept unparsed, the most frequent reason first, and how many reasons are left out."""
    ordered = sorted(report.errors.items(), key=lambda item: (-item[1], item[0]))
    return ordered[:MAX_ROWS], max(len(ordered) - MAX_ROWS, 0)


def span(report: Report) -> tuple[dt.datetime, dt.datetime] | None:
    """The times that parsed records are from."""
    first = min((each.first for each in report.formats if each.first), default=None)
    last = max((each.last for each in report.formats if each.last), default=None)
    return (first, last) if first and last else None


def _tick(time: int, length: int) -> str:
    moment = dt.datetime.fromtimestamp(time / 1e6, dt.UTC)
    if length < 20 * 3_600_000_000:
        return f"{moment:%H:%M:%S}" if length < 3_600_000_000 else f"{moment:%H:%M}"
    return f"{moment:%m-%d %H:%M}" if length < 20 * 86_400_000_000 else f"{moment:%Y-%m-%d}"


def _time(text: str) -> int:
    return to_microseconds(dt.datetime.fromisoformat(text))
