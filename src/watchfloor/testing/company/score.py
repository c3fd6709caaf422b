"""How well alerts and incidents tell what was planted in a week, by the lines that are evidence of each step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = tuple[str, int]
"""File and line, as `log.file.path` and `log.line` name them."""
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
        ordered: whether the steps found begin in the incident in the order in which they happened.
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


def _touched(alert: Mapping[str, Any], owner: Mapping[Line, tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Attack and step of each line that is evidence of the alert; of a joined event, of the line that it ends with."""
    lines = ((event["log.file.path"], event["log.line"]) for event in alert["events"])
    return frozenset(owner[line] for line in lines if line in owner)


def _attacks_of(incident: Mapping[str, Any], touched: Mapping[str, frozenset[tuple[str, str]]]) -> set[str]:
    return {attack for part in incident["timeline"] for attack, _ in touched.get(part["id"], ())}


def _attack(
    attack: Mapping[str, Any],
    alerts: Sequence[Mapping[str, Any]],
    incidents: Sequence[Mapping[str, Any]],
    touched: Mapping[str, frozenset[tuple[str, str]]],
) -> AttackFound:
    steps = [step["id"] for step in attack["steps"]]
    mine = [alert for alert in alerts if any(name == attack["id"] for name, _ in touched[alert["id"]])]

    def covered(incident: Mapping[str, Any]) -> int:
        parts = (touched.get(part["id"], frozenset()) for part in incident["timeline"])
        return len({step for part in parts for name, step in part if name == attack["id"]})

    about = sorted((each for each in incidents if covered(each)), key=covered, reverse=True)
    inside = [part["id"] for part in about[0]["timeline"]] if about else []
    begins = {step: _first(inside, step, touched) for step in steps}
    order = [begins[step] for step in steps if begins[step] is not None]
    levels = [alert["rule"]["level"] for alert in mine]
    return AttackFound(
        attack["id"],
        attack["expected"],
        tuple(each["id"] for each in about),
        tuple(_step(step, mine, frozenset(inside), touched) for step in attack["steps"]),
        order == sorted(order, key=lambda place: place or 0),
        max(levels, key=_rank, default=""),
    )


def _first(inside: Sequence[str], step: str, touched: Mapping[str, frozenset[tuple[str, str]]]) -> int | None:
    return next((at for at, part in enumerate(inside) if any(step == each for _, each in touched.get(part, ()))), None)


def _step(
    step: Mapping[str, Any],
    alerts: Sequence[Mapping[str, Any]],
    inside: frozenset[str],
    touched: Mapping[str, frozenset[tuple[str, str]]],
) -> StepFound:
    of_step = [alert for alert in alerts if any(each == step["id"] for _, each in touched[alert["id"]])]
    rules = sorted({alert["rule"]["title"] for alert in of_step if alert["id"] in inside})
    others = sorted({alert["rule"]["title"] for alert in of_step if alert["id"] not in inside})
    return StepFound(step["id"], step["what"], step["alert_expected"], tuple(rules), tuple(others))
