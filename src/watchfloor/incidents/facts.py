"""What grouping knows of an alert, and what it says of a group: plain values, no store."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from watchfloor.alerts.links import Link

HOUR = 3_600_000_000
"""In microseconds, the unit of all times here."""
DAY = 24 * HOUR

TACTICS = {
    name: position
    for position, name in enumerate(
        (
            "reconnaissance",
            "resource-development",
            "initial-access",
            "execution",
            "persistence",
            "privilege-escalation",
            "defense-evasion",
            "credential-access",
            "discovery",
            "lateral-movement",
            "collection",
            "command-and-control",
            "exfiltration",
            "impact",
        )
    )
}
"""ATT&CK tactics in the order in which an intrusion usually goes (https://attack.mitre.org/tactics/enterprise/)."""


@functools.lru_cache(maxsize=4096)
def tactics_of(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The tactics that a rule's tags name, in the order of `TACTICS`."""
    found = {tag.removeprefix("attack.").replace("_", "-").lower() for tag in tags if tag.startswith("attack.")}
    return tuple(name for name in TACTICS if name in found)


@dataclass(frozen=True, slots=True)
class Fact:
    """One alert as grouping sees it.

    Attributes:
        first, last: times of its earliest and latest event, in microseconds since 1970.
        links: what it shares with others, hosts by their device and accounts by their person where these are known.
        failed: whether the records of all its events say that nothing came of what was tried.
    """

    id: str
    rule_id: str
    title: str
    level: str
    tags: tuple[str, ...]
    first: int
    last: int
    count: int
    links: tuple[Link, ...]
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Shared:
    """A value that two alerts have in common, and how much it says: from 0, nothing, to 1."""

    kind: str
    value: str
    weight: float


@dataclass(frozen=True, slots=True)
class Join:
    """Why an alert belongs to an incident: another alert of it, what both share, and the time between them.

    Attributes:
        other: id of the alert that it joined; empty for the first one.
        apart: time between the two, in microseconds.
        by_hand: somebody joined them; `shared` is then what a machine would have gone by, maybe nothing.
    """

    other: str = ""
    shared: tuple[Shared, ...] = ()
    apart: int = 0
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Alerts that belong together.

    Attributes:
        alerts: by first time, then id; the first one is the anchor that gives the incident its id.
        joins: alert id -> why it is in.
    """

    alerts: tuple[Fact, ...]
    joins: Mapping[str, Join]

    def of(self, alert: str) -> Fact:
        """The alert of an id."""
        return next(fact for fact in self.alerts if fact.id == alert)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about alerts: that all of them belong `together`, or that `left` and `right` stay `apart`.

    Attributes:
        number: decisions are kept in the order in which they were made; of two that disagree the later one holds, so
            alerts of both sides that were joined later end a split.
    """

    number: int
    kind: str
    left: frozenset[str]
    right: frozenset[str] = frozenset()
