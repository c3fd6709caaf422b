"""Suppressions: alerts of a rule that are hidden for named entities until a date. They stay stored, and are counted."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.entities import FIELDS, Entity
from watchfloor.core.errors import UsageError
from watchfloor.policy.maintenance import Who
from watchfloor.policy.policy import Policy
from watchfloor.store.tables import suppression

MAX_TEXT = 1000
"""Longest reason, owner or value that is kept, in characters."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is hidden, by whom and until when.

    Attributes:
        number: of the suppression in its home; 0 before it is stored.
        rule_id: whose alerts.
        entities: of which an alert must have every one; an `ip` may be a network. Without any, every alert of the rule.
        until: alerts whose latest event is not before this moment are shown.
        owner: who answers for it.
        reason: why it is right to hide them.
        made: when it was made.
    """

    number: int
    rule_id: str
    entities: tuple[Entity, ...]
    until: dt.datetime
    owner: str
    reason: str
    made: dt.datetime

    def hides(self, rule_id: str, entities: Collection[Entity], last: dt.datetime) -> bool:
        """Whether it hides an alert: of this rule, about these, with its latest event then."""
        return (
            rule_id == self.rule_id
            and last < self.until
            and all(any(_is(wanted, entity) for entity in entities) for wanted in self.entities)
        )


class Suppressions:
    """Every suppression of a home and its maintenance windows, ready to be asked about many alerts."""

    def __init__(self, known: Iterable[Suppression], policy: Policy | None = None) -> None:
        self._policy = policy or Policy()
        self._by_rule: dict[str, list[Suppression]] = defaultdict(list)
        for each in known:
            self._by_rule[each.rule_id].append(each)

    def of(
        self, rule_id: str, entities: Iterable[Mapping[str, str]], first: dt.datetime, last: dt.datetime
    ) -> Suppression | None:
        """The first suppression that hides an alert, else one that stands for the maintenance window it is in.

        Args:
            rule_id: the alert's rule.
            entities: its entities as the store keeps them.
            first: time of its first event.
            last: time of its latest event.
        """
        candidates = self._by_rule.get(rule_id, ())
        if not candidates and not self._policy.maintenance:
            return None
        named = [Entity(entity["kind"], entity["value"]) for entity in entities]
        found = next((each for each in candidates if each.hides(rule_id, named, last)), None)
        return found or self._announced(rule_id, named, first, last)

    def _announced(
        self, rule_id: str, entities: Iterable[Entity], first: dt.datetime, last: dt.datetime
    ) -> Suppression | None:
        name = self._policy.in_maintenance((Who(each.kind, each.value) for each in entities), first, last)
        if name is None:
            return None
        return Suppression(0, rule_id, (), last, owner="policy.yml", reason=f"maintenance: {name}", made=first)

    def split(self, alerts: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Alerts in the form of the `--alerts` file: those that are shown, and those that are hidden."""
        shown: list[dict[str, Any]] = []
        hidden: list[dict[str, Any]] = []
        for alert in alerts:
            first, last = (dt.datetime.fromisoformat(alert[name]) for name in ("timestamp", "last_timestamp"))
            found = self.of(alert["rule"]["id"], alert["entities"], first, last)
            (hidden if found else shown).append(alert)
        return shown, hidden


def matches(wanted: Entity, entities: Iterable[Mapping[str, str]]) -> bool:
    """Whether one of an alert's entities, as the store keeps them, is the wanted one."""
    return any(_is(wanted, Entity(entity["kind"], entity["value"])) for entity in entities)


def entity_of(text: str) -> Entity:
    """An entity as users write it, `kind=value`; an address may be a network (`ip=10.0.0.0/8`).

    Raises:
        UsageError: it is of no known kind, or no address.
    """
    kind, equals, value = text.partition("=")
    kind, value = kind.strip().lower(), value.strip().lower()
    if not equals or not value or kind not in FIELDS:
        raise UsageError(f"no entity: {text[:100]!r}", way_out=f"Give KIND=VALUE with KIND one of {', '.join(FIELDS)}")
    if kind == "ip":
        try:
            network = ipaddress.ip_network(value, strict=False)
        except ValueError:
            raise UsageError(
                f"no address or network: {value[:100]!r}", way_out="ip=192.0.2.7 or ip=192.0.2.0/24"
            ) from None
        value = str(network.network_address) if network.num_addresses == 1 else str(network)
    return Entity(kind, _short(value, "value"))


def add(connection: sa.Connection, wanted: Suppression) -> int:
    """Store a suppression within the caller's transaction; its number.

    Raises:
        UsageError: nobody answers for it, there is no reason, or a text is too long.
    """
    for name in ("owner", "reason"):
        if not getattr(wanted, name).strip():
            raise UsageError(f"a suppression needs its {name}", way_out=f"--{name} TEXT")
        _short(getattr(wanted, name), name)
    values = {
        "rule_id": wanted.rule_id,
        "entities": [{"kind": entity.kind, "value": entity.value} for entity in wanted.entities],
        "until": wanted.until,
        "owner": wanted.owner,
        "reason": wanted.reason,
        "made": wanted.made,
    }
    number = connection.execute(sa.insert(suppression).values(values)).inserted_primary_key
    assert number is not None
    return int(number[0])


def remove(connection: sa.Connection, number: int) -> Suppression:
    """Take a suppression away within the caller's transaction; what it was.

    Raises:
        UsageError: there is no such suppression.
    """
    found = next((each for each in stored(connection) if each.number == number), None)
    if found is None:
        raise UsageError(f"no suppression {number}", way_out="See: watchfloor alerts suppressions")
    connection.execute(sa.delete(suppression).where(suppression.c.number == number))
    return found


def stored(connection: sa.Connection) -> Sequence[Suppression]:
    """Every suppression of the home, in the order in which they were made; also those whose time is over."""
    return [
        Suppression(
            row["number"],
            row["rule_id"],
            tuple(Entity(entity["kind"], entity["value"]) for entity in row["entities"]),
            row["until"],
            row["owner"],
            row["reason"],
            row["made"],
        )
        for row in connection.execute(sa.select(suppression).order_by(suppression.c.number)).mappings()
    ]


def _is(wanted: Entity, entity: Entity) -> bool:
    if wanted.kind != entity.kind:
        return False
    if wanted.kind != "ip":
        return wanted.value == entity.value
    try:
        return ipaddress.ip_address(entity.value) in ipaddress.ip_network(wanted.value)
    except ValueError:
        return wanted.value == entity.value


def _short(text: str, name: str) -> str:
    if len(text) > MAX_TEXT:
        raise UsageError(f"the {name} is longer than {MAX_TEXT} characters")
    return text
