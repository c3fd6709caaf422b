"""An incident told: a summary in plain words, the steps in order with their evidence, who is in it and what to do."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from watchfloor.alerts.levels import worst_first
from watchfloor.incidents.facts import TACTICS, Shared, tactics_of
from watchfloor.incidents.weights import near

Step = Mapping[str, Any]
"""An alert in the form of the `--alerts` file, with `links` (kind, value, side) and `join` (see `facts.Join`)."""

_NAMES = {
    "device": "device",
    "domain": "name",
    "event": "event",
    "hash": "file",
    "host": "host",
    "ip": "address",
    "mac": "device",
    "mail": "mail address",
    "process": "process",
    "session": "log-on session",
    "user": "user",
}
_PLURALS = {"host": "hosts", "user": "users", "ip": "addresses"}
_UNNAMED = ("event", "process", "session")
"""Kinds whose values say nothing to a person."""
_SHOWN = ("host", "user", "ip", "device", "domain", "mail")
_FEW = 3


def told(head: Mapping[str, Any], steps: Sequence[Step]) -> dict[str, Any]:
    """The whole incident as plain JSON values.

    Args:
        head: what a list of incidents says of it.
        steps: its alerts, with `records` where some of the records behind them are at hand.
    """
    steps = sorted(steps, key=_place)
    return {
        **head,
        "summary": summary(head, steps),
        "tactics": _tactics(steps),
        "entities": entities(steps),
        "connections": connections(steps),
        "timeline": [_told(step) for step in steps],
        "response": list(dict.fromkeys(text for step in worst_first(steps) for text in step["rule"]["response"])),
        "first_steps": first_steps(steps),
    }


def summary(head: Mapping[str, Any], steps: Sequence[Step]) -> str:
    """A few sentences for somebody who has not seen an alert of it."""
    rules = len({step["rule"]["id"] for step in steps})
    who = _who(steps)
    about = f" about {who}" if who else ""
    counts = f"{_count(len(steps), 'alert')} of {_count(rules, 'rule')}"
    sentences = [f"{_span(head['first'], head['last'])}, {counts}{about}."]
    first, worst = steps[0], worst_first(steps)[0]
    if len(steps) > 1:
        sentences.append(f"It began with “{first['rule']['title']}”{_phase(first)}.")
    if worst["id"] != first["id"]:
        sentences.append(f"The worst is “{worst['rule']['title']}”{_phase(worst, worst['rule']['level'])}.")
    tactics = _tactics(steps)
    if len(tactics) > 1:
        sentences.append(f"It went through {', '.join(_words(name) for name in tactics)}.")
    sentences.append(f"Severity is {head['severity']} because of: {'; '.join(head['why'])}.")
    return " ".join(sentences)


def first_steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """What the rules say to do first, by the title of the rule, the worst first; what several say, once."""
    said: set[str] = set()
    found: dict[str, list[str]] = {}
    for step in worst_first(steps):
        new = [text for text in dict.fromkeys(step["rule"]["response"]) if text not in said]
        if new:
            found.setdefault(step["rule"]["title"], []).extend(new)
            said.update(new)
    return [{"rule": title, "steps": texts} for title, texts in found.items()]


def entities(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Who and what the alerts name, the most frequent first.

    `sides` tells whether it acted or was acted on, `known_as` of an address the devices that had it and of a person the
    accounts.
    """
    counts: Counter[tuple[str, str]] = Counter()
    known_as: dict[tuple[str, str], set[str]] = defaultdict(set)
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for step in steps:
        for named in {(link["kind"], link["value"]) for link in step["links"]}:
            counts[named] += 1
        for link in step["links"]:
            sides[link["kind"], link["value"]].add(link["side"])
            if link.get("known_as"):
                known_as[link["kind"], link["value"]].add(link["known_as"])
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [
        {
            "kind": kind,
            "value": value,
            "alerts": count,
            "sides": sorted(sides[kind, value]),
            "known_as": sorted(known_as[kind, value]),
        }
        for (kind, value), count in ordered
    ]


def entity_name(entity: Mapping[str, Any]) -> str:
    """An entity's value, and in brackets what else it is known as."""
    names = entity.get("known_as", ())
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"{entity['value']} ({', '.join(names[:_FEW])}{more})" if names else str(entity["value"])


def connections(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Who acted on whom, in how many alerts: from each actor to each target of an alert."""
    counts: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    for step in steps:
        by_side: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for link in step["links"]:
            if link["kind"] in _SHOWN:
                by_side[link["side"]].append((link["kind"], link["value"]))
        pairs = itertools.product(by_side["actor"], by_side["target"])
        counts.update((one, other) for one, other in pairs if one != other)
    return [
        {"from": {"kind": one[0], "value": one[1]}, "to": {"kind": other[0], "value": other[1]}, "alerts": count}
        for (one, other), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def reason(join: Mapping[str, Any]) -> str:
    """Why an alert is in the incident, in words."""
    if join["by_hand"]:
        shared = near([Shared(**each) for each in join["shared"]])
        return f"joined by hand; {_apart(join)}" if shared else "joined by hand"
    return _apart(join) if join["other"] else "the first alert"


def _apart(join: Mapping[str, Any]) -> str:
    named = [each for each in join["shared"] if each["kind"] not in _UNNAMED]
    values = [f"{_NAMES.get(each['kind'], each['kind'])} {each['value']}" for each in named[:_FEW]]
    same = [f"the same {_NAMES[kind]}" for kind in _UNNAMED if any(each["kind"] == kind for each in join["shared"])]
    return f"{_duration(join['apart'])} from an alert with {', '.join([*same, *values])}"


def evidence(why: Mapping[str, Any]) -> str:
    """One reason of an alert: the field and what it holds, or what was measured."""
    if why.get("selection") == "correlation":
        return ": ".join(text for text in (why["value"], why["pattern"]) if text)
    if why["field"] and not why["value"]:
        return f"{why['field']}: (empty)"
    return ": ".join(text for text in (why["field"], why["value"]) if text) or why["pattern"]


def reasons(step: Step) -> list[str]:
    """The reasons of an alert (see `evidence`), each once."""
    return list(dict.fromkeys(map(evidence, step["why"])))


def numbers(incident: Mapping[str, Any]) -> dict[str, int]:
    """Number of each alert's step in the timeline, from 1, by the alert's id."""
    return {step["id"]: number for number, step in enumerate(incident["timeline"], start=1)}


def told_change(change: Mapping[str, Any]) -> str:
    """What somebody did with the incident, without who, when and why."""
    return f"{change['kind']} {change['value']}".strip()


def belonging(step: Step, numbered: Mapping[str, int]) -> str:
    """Why an alert is in the incident, with the number of the step that it belongs to."""
    other = numbered.get(step["join"]["other"])
    return f"with step {other}, {step['join']['text']}" if other else str(step["join"]["text"])


def _told(step: Step) -> dict[str, Any]:
    kept = ("id", "timestamp", "last_timestamp", "count", "entities", "why", "events")
    rule = {name: value for name, value in step["rule"].items() if name != "response"}
    return {
        **{name: step[name] for name in kept},
        "records": step.get("records", []),
        "rule": rule,
        "tactics": list(tactics_of(tuple(rule["tags"]))),
        "join": {**step["join"], "text": reason(step["join"])},
    }


def _place(step: Step) -> tuple[dt.datetime, int, str]:
    """By time; what has the same time in the order in which attacks go."""
    tactics = tactics_of(tuple(step["rule"]["tags"]))
    return dt.datetime.fromisoformat(step["timestamp"]), TACTICS[tactics[0]] if tactics else len(TACTICS), step["id"]


def _tactics(steps: Iterable[Step]) -> list[str]:
    found = {name for step in steps for name in tactics_of(tuple(step["rule"]["tags"]))}
    return [name for name in TACTICS if name in found]


def _who(steps: Sequence[Step]) -> str:
    parts = []
    found = entities(steps)
    for kind in _SHOWN[:3]:
        values = [entity_name(entity) for entity in found if entity["kind"] == kind]
        if values:
            more = f" and {len(values) - _FEW} more" if len(values) > _FEW else ""
            parts.append(f"{_NAMES[kind] if len(values) == 1 else _PLURALS[kind]} {', '.join(values[:_FEW])}{more}")
    return "; ".join(parts)


def _phase(step: Step, *more: str) -> str:
    words = [*more, *map(_words, tactics_of(tuple(step["rule"]["tags"]))[:1])]
    return f" ({', '.join(words)})" if words else ""


def _words(tactic: str) -> str:
    return tactic.replace("-", " ")


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _span(first: str, last: str) -> str:
    one, other = dt.datetime.fromisoformat(first), dt.datetime.fromisoformat(last)
    start = f"{one:%Y-%m-%d %H:%M}"
    if other - one < dt.timedelta(minutes=1):
        return f"At {start} UTC"
    return f"From {start} to {other:{'%H:%M' if one.date() == other.date() else '%Y-%m-%d %H:%M'}} UTC"


def _duration(microseconds: int) -> str:
    """How long, roughly."""
    seconds = microseconds // 1_000_000
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            return _count(seconds // size, unit)
    return "less than a minute"
