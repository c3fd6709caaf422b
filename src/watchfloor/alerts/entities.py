"""Entities: the host, user and address that an alert is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from watchfloor.detect.sigma import BehaviorRule, Correlation, Rule, RuleSet
from watchfloor.schema.fields import declared
from watchfloor.schema.sigma_fields import Scope, scopes

FIELDS: dict[str, tuple[str, ...]] = {
    "host": ("host.name", "host.hostname", "winlog.computer_name", "destination.domain"),
    "user": ("user.name", "source.user.name"),
    "ip": ("source.ip",),
}
"""Kind of entity -> fields that may name it, the first that an event has wins."""

_KINDS = {"ip": "ip", "user": "user", "hosts": "host"}
"""`related` of a declared field -> kind."""
_SIGMA_FIELDS = {
    "ClientAddress": "ip",
    "ClientName": "host",
    "ComputerName": "host",
    "IpAddress": "ip",
    "SourceWorkstation": "host",
    "SubjectUserName": "user",
    "TargetServerName": "host",
    "TargetUserName": "user",
    "User": "user",
    "Workstation": "host",
    "WorkstationName": "host",
}
"""Fields of Windows events -> kind."""
_NOBODY = frozenset({"", "-", "n/a", "unknown"})


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """Somebody or something that an alert is about; `value` is lower-case, since hosts and accounts ignore case."""

    kind: str
    value: str


def entities_of(event: Mapping[str, Any]) -> tuple[Entity, ...]:
    """The event's entities, at most one per kind, in the order of `FIELDS`."""
    found = []
    for kind, names in FIELDS.items():
        values = (str(event.get(name) or "").strip().lower() for name in names)
        value = next((value for value in values if value not in _NOBODY), None)
        if value is not None:
            found.append(Entity(kind, value))
    return tuple(found)


def entity_columns() -> tuple[str, ...]:
    """Every field that may name an entity."""
    return tuple(name for names in FIELDS.values() for name in names)


def kinds_of_group(rules: RuleSet, correlation: Correlation) -> tuple[str, ...]:
    """Kinds of the entities that make a correlation's group, one per `group-by` name; it stands for an unknown one."""
    chosen = {rule.id: rule for rule in rules.rules} | {each.id: each.selection for each in rules.behaviors}
    others = {each.id: each for each in rules.correlations}
    return tuple(
        _kind_in_group(place, correlation, chosen, others) or _SIGMA_FIELDS.get(name, name)
        for place, name in enumerate(correlation.group_by)
    )


def _kind_in_group(
    place: int, correlation: Correlation, chosen: Mapping[str, Rule], others: Mapping[str, Correlation]
) -> str:
    """Kind of one of a group's values; of a correlation of correlations, as these know it."""
    for number, member in enumerate(correlation.members):
        name = correlation.group_fields(number)[place]
        if member in others:
            below = others[member]
            kinds = (
                [_kind_in_group(below.group_by.index(name), below, chosen, others)] if name in below.group_by else []
            )
        else:
            rule = chosen.get(member)
            kinds = [_kind(name, scope) for scope in scopes(rule.logsource, rule.taxonomy)] if rule else []
        if kind := next(filter(None, kinds), ""):
            return kind
    return ""


def kinds_of_fields(behavior: BehaviorRule, names: Sequence[str]) -> tuple[str, ...]:
    """Kinds of the entities that fields of a behaviour's events are; a field's name stands for an unknown one."""
    chosen = behavior.selection
    found = scopes(chosen.logsource, chosen.taxonomy)
    return tuple(next((kind for scope in found if (kind := _kind(name, scope))), name) for name in names)


def _kind(name: str, scope: Scope) -> str:
    if name in _SIGMA_FIELDS:
        return _SIGMA_FIELDS[name]
    fields = (declared().get(column) for column in scope.sources(name))
    return next((_KINDS[field.related] for field in fields if field and field.related in _KINDS), "")
