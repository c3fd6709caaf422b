"""How well alerts and incidents tell what was planted in a week, by the lines that are evidence of each step."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = tuple[str, int]
"""File and line, as `log.file.path` and `log.line` name them."""
Step = tuple[str, str]
"""Ids of an attack and of one of its steps."""
Touched = Mapping[str, Mapping[Step, dt.datetime]]
"""Id of an alert -> steps of which it has evidence, and the time of the first."""
_LEVELS = ("informational", "low", "medium", "high", "critical")
MEDIUM_A_DAY = 5


@dataclass(frozen=True, slots=True)
class StepFound:
    """What was said of a step.

    Attributes:
        id: of the step.
        what: it is.
        expected: whether an alert is expected of it.
        alerts: rules whose alerts have a line of it as evidence, in the attack's incident; none where it was missed.
        elsewhere: rules of such alerts outside that incident.
    """

    id: str
    what: str
    expected: bool
    alerts: tuple[str, ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AttackFound:
    """What was said of an attack.

    Attributes:
        id: of the attack.
        expected: incident or low.
        incidents: of level high or above that have evidence of it; the first has the most steps.
        steps: what was said of each.
        ordered: whether the incident's alerts are told in the order of their times, and the first events told of the
            steps found are in the order in which these happened. Alerts of a day tell of several steps, and some begin
            with what was before the attack, so the alerts' own places do not say it.
        highest: level of its worst alert that is shown; empty where there is none.
    """

    id: str
    expected: str
    incidents: tuple[str, ...]
    steps: tuple[StepFound, ...]
    ordered: bool
    highest: str

    @property
    def right(self) -> bool:
        """Whether all is as it is expected."""
        if self.expected == "low":
            return not self.incidents and _rank(self.highest) <= _rank("low")
        return len(self.incidents) == 1 and self.ordered and all(each.alerts for each in self.steps if each.expected)


@dataclass(frozen=True, slots=True)
class Score:
    """What was said of a week.

    Attributes:
        attacks: of each that was planted.
        mixed: incidents with evidence of two attacks.
        stray: incidents without evidence of any.
        loud: rules of alerts of level high or above without evidence of any attack, and how many alerts.
        medium: day -> rules of alerts of level medium without evidence of any attack, and how many alerts.
    """

    attacks: tuple[AttackFound, ...]
    mixed: tuple[str, ...]
    stray: tuple[str, ...]
    loud: Mapping[str, int]
    medium: Mapping[str, Mapping[str, int]]

    @property
    def right(self) -> bool:
        """Whether the week is told as it should be."""
        quiet = all(sum(each.values()) <= MEDIUM_A_DAY for each in self.medium.values())
        return all(each.right for each in self.attacks) and not (self.mixed or self.stray or self.loud) and quiet


def score(
    planted: Mapping[str, Any], alerts: Sequence[Mapping[str, Any]], incidents: Sequence[Mapping[str, Any]]
) -> Score:
    """Compare what was planted (`attacks.yml`) with what was found.

    Args:
        planted: the file's content.
        alerts: as `analyze --alerts` gives them.
        incidents: as `analyze --incidents` gives them, with their timelines.
    """
    owner = {line: (attack["id"], step["id"]) for attack, step in _steps(planted) for line in _lines(step)}
    touched = {alert["id"]: _touched(alert, owner) for alert in alerts}
    found = {incident["id"]: _attacks_of(incident, touched) for incident in incidents}
    others = [alert for alert in alerts if not touched[alert["id"]]]
    loud = Counter(alert["rule"]["title"] for alert in others if _rank(alert["rule"]["level"]) >= _rank("high"))
    medium: dict[str, Counter[str]] = {}
    for alert in others:
        if alert["rule"]["level"] == "medium":
            medium.setdefault(alert["timestamp"][:10], Counter())[alert["rule"]["title"]] += 1
    return Score(
        tuple(_attack(attack, alerts, incidents, touched) for attack in planted["attacks"]),
        tuple(name for name, attacks in found.items() if len(attacks) > 1),
        tuple(name for name, attacks in found.items() if not attacks),
        loud,
        medium,
    )


def _rank(level: str) -> int:
    return _LEVELS.index(level) if level else -1


def _steps(planted: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for attack in planted["attacks"]:
        for step in attack["steps"]:
            yield attack, step


def _lines(step: Mapping[str, Any]) -> Iterator[Line]:
    for path, spans in step["evidence"].items():
        for number in numbers(spans):
            yield path, number


def numbers(spans: Iterable[int | str]) -> Iterator[int]:
    """The lines that `attacks.yml` names: one by one, or from first to last as `120-155`."""
    for span in spans:
        first, _, last = str(span).partition("-")
        yield from range(int(first), int(last or first) + 1)


def _touched(alert: Mapping[str, Any], owner: Mapping[Line, Step]) -> Mapping[Step, dt.datetime]:
    """Steps of which a line is evidence of the alert, and its first time; of a joined event, the line it ends with."""
    found: dict[Step, dt.datetime] = {}
    for event in alert["events"]:
        step = owner.get((event["log.file.path"], event["log.line"]))
        if step is not None:
            at = dt.datetime.fromisoformat(event["@timestamp"])
            found[step] = min(found.get(step, at), at)
    return found


def _attacks_of(incident: Mapping[str, Any], touched: Touched) -> set[str]:
    return {attack for part in incident["timeline"] for attack, _ in touched.get(part["id"], ())}


def _attack(
    attack: Mapping[str, Any],
    alerts: Sequence[Mapping[str, Any]],
    incidents: Sequence[Mapping[str, Any]],
    touched: Touched,
) -> AttackFound:
    mine = [alert for alert in alerts if any(name == attack["id"] for name, _ in touched[alert["id"]])]

    def covered(incident: Mapping[str, Any]) -> int:
        parts = (touched.get(part["id"], {}) for part in incident["timeline"])
        return len({step for part in parts for name, step in part if name == attack["id"]})

    about = sorted((each for each in incidents if covered(each)), key=covered, reverse=True)
    timeline = about[0]["timeline"] if about else []
    inside = frozenset(part["id"] for part in timeline)
    levels = [alert["rule"]["level"] for alert in mine]
    return AttackFound(
        attack["id"],
        attack["expected"],
        tuple(each["id"] for each in about),
        tuple(_step(step, mine, inside, touched) for step in attack["steps"]),
        _ordered(attack, timeline, touched),
        max(levels, key=_rank, default=""),
    )


def _ordered(attack: Mapping[str, Any], timeline: Sequence[Mapping[str, Any]], touched: Touched) -> bool:
    told = [dt.datetime.fromisoformat(part["timestamp"]) for part in timeline]
    evidence = [touched.get(part["id"], {}) for part in timeline]
    steps = ((attack["id"], step["id"]) for step in attack["steps"])
    times = ([found[step] for found in evidence if step in found] for step in steps)
    begins = [min(each) for each in times if each]
    return told == sorted(told) and begins == sorted(begins)


def _step(
    step: Mapping[str, Any],
    alerts: Sequence[Mapping[str, Any]],
    inside: frozenset[str],
    touched: Touched,
) -> StepFound:
    of_step = [alert for alert in alerts if any(each == step["id"] for _, each in touched[alert["id"]])]
    rules = sorted({alert["rule"]["title"] for alert in of_step if alert["id"] in inside})
    others = sorted({alert["rule"]["title"] for alert in of_step if alert["id"] not in inside})
    return StepFound(step["id"], step["what"], step["alert_expected"], tuple(rules), tuple(others))
