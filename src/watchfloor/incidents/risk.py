"""Risk: whether alerts that belong together make an incident, and how bad it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from watchfloor.alerts.levels import LEVELS, rank
from watchfloor.alerts.links import is_public
from watchfloor.incidents.facts import DAY, Fact, Group
from watchfloor.incidents.weights import Roles, Weights

POINTS = {"": 1, "informational": 1, "low": 5, "medium": 25, "high": 60, "critical": 100}
"""Risk that one rule adds to an entity, by level, once however often it fires."""
THRESHOLD = 60
"""Risk of one entity at which an incident opens: one alert of level high, or three rules of level medium."""
HALVES = 7 * DAY
"""Time after which a rule's risk counts half, in microseconds."""

_VALUABLE = frozenset({"domain_controller", "server", "mail_relay", "backup", "management", "resolver"})
_FACTOR = 1.5
"""What a rule adds to an entity of such a role, beside others."""
_ENTITIES = frozenset({"host", "device", "user", "ip"})


@dataclass(frozen=True, slots=True)
class Risk:
    """How bad a group of alerts is.

    Attributes:
        points: risk of its riskiest entity.
        entity: kind and value of that entity; empty where the alerts name nobody.
        opens: whether it is an incident; else its alerts stay alerts.
        severity: one of `LEVELS`.
        reasons: what made it so, in plain words.
    """

    points: int
    entity: tuple[str, str]
    opens: bool
    severity: str
    reasons: tuple[str, ...]


def assess(found: Group, weights: Weights) -> Risk:
    """The risk of alerts that belong together.

    An incident opens on an alert of level high or above, when one entity's risk reaches `THRESHOLD`, or when somebody
    joined its alerts. What the company's own scanner does opens none, and never more than a low one. What somebody
    outside tried, and of which all records say that it failed or was denied, counts one level less from high on.
    """
    roles = weights.roles
    alerts = [replace(fact, level=LEVELS[rank(fact.level) - 1]) if _repelled(fact) else fact for fact in found.alerts]
    joined_by_hand = any(join.by_hand for join in found.joins.values())
    worst = max(alerts, key=lambda fact: (rank(fact.level), -fact.first))
    entity, points = _riskiest(alerts, roles)
    said = found.of(worst.id)
    in_vain = f", counts as {worst.level}, since all of it failed or was denied" if _repelled(said) else ""
    reasons = [f"{worst.title} ({said.level or 'no level'}{in_vain})"]
    if all(weights.is_scan(fact) for fact in alerts):
        return Risk(points, entity, joined_by_hand, "low", (*reasons, "the work of a known scanner"))
    opens = joined_by_hand or points >= THRESHOLD or any(rank(fact.level) >= rank("high") for fact in found.alerts)
    level = rank(worst.level)
    if points >= THRESHOLD and level < rank("high"):
        level += 1
        reasons.append(f"one level more, since {_named(entity)} is in alerts of {_rules(alerts, entity)} rules")
    valuable = sorted(
        {
            f"{link.value} is a {role.replace('_', ' ')}"
            for fact in found.alerts
            if not _repelled(fact)
            for link in fact.links
            for role in roles(link.kind, link.value) & _VALUABLE
            if link.kind in _ENTITIES and rank(fact.level) >= rank("medium")
        }
    )
    if valuable and level < rank("critical") and len({fact.rule_id for fact in alerts}) > 1:
        level += 1
        reasons.append(f"one level more, since {valuable[0]}")
    return Risk(points, entity, opens, LEVELS[level], tuple(reasons))


def _repelled(fact: Fact) -> bool:
    """Whether it is what somebody outside tried in vain; who is denied the way out may be inside all the same."""
    actors = [link for link in fact.links if link.kind in {"ip", "device", "host"} and link.side == "actor"]
    outside = actors and all(link.kind == "ip" and is_public(link.value) for link in actors)
    return bool(outside) and fact.failed and rank(fact.level) >= rank("high")


def _riskiest(alerts: Sequence[Fact], roles: Roles) -> tuple[tuple[str, str], int]:
    by_entity: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in sorted(alerts, key=lambda fact: (fact.first, fact.id)):
        for named in {(link.kind, link.value) for link in fact.links if link.kind in _ENTITIES}:
            by_entity[named].append(fact)
    best, most = ("", ""), 0.0
    for named, facts in sorted(by_entity.items()):
        points = _highest(facts) * (_FACTOR if roles(*named) & _VALUABLE else 1.0)
        if points > most:
            best, most = named, points
    return best, round(most)


def _highest(facts: Sequence[Fact]) -> float:
    """The highest sum over distinct rules at any time, each fading from its last alert on; `facts` by time."""
    last: dict[str, tuple[int, int]] = {}
    now, total, highest = facts[0].first, 0.0, 0.0
    for fact in facts:
        total *= 2 ** (-(fact.first - now) / HALVES)
        now = fact.first
        if fact.rule_id in last:
            time, points = last[fact.rule_id]
            total -= points * 2 ** (-(now - time) / HALVES)
        last[fact.rule_id] = now, POINTS.get(fact.level, 1)
        total += last[fact.rule_id][1]
        highest = max(highest, total)
    return highest


def _named(entity: tuple[str, str]) -> str:
    return " ".join(entity)


def _rules(alerts: Sequence[Fact], entity: tuple[str, str]) -> int:
    return len({fact.rule_id for fact in alerts if entity in {(link.kind, link.value) for link in fact.links}})
