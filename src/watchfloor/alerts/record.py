"""Writes alerts into the store and reads them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import sqlalchemy as sa

from watchfloor.alerts.devices import with_devices
from watchfloor.alerts.gather import AlertEvent, AlertPart
from watchfloor.alerts.levels import rank
from watchfloor.alerts.links import MANY, Link
from watchfloor.assets.holders import Terms
from watchfloor.core.clock import iso
from watchfloor.detect.sigma import BehaviorRule, Correlation, Rule
from watchfloor.store.tables import alert, alert_event, alert_link

_T = TypeVar("_T")
_LEARNING = "low"
"""Highest level of an alert of which too little is known to be sure."""
_CHUNK = 500
"""Ids per query: SQLite allows 32,766 parameters, other engines fewer."""


def record(connection: sa.Connection, parts: Sequence[AlertPart]) -> None:
    """Add each part's events to its alert, within the caller's transaction.

    Recording the same part again changes nothing: an event counts once per alert, and count, first and last time
    are those of the events recorded.
    """
    current = _current(connection, [part.id for part in parts])
    new, rows = [], []
    for part in parts:
        known = _known(connection, part.id, [event.id for event in part.events]) if part.id in current else set()
        added = [event_row(part.id, event) for event in part.events if event.id not in known]
        rows.extend(added)
        if part.id not in current:
            new.append(_new_row(part, added))
        elif added:
            values = _merged(current[part.id], part, added)
            connection.execute(sa.update(alert).where(alert.c.id == part.id).values(values))
    for table, values_ in ((alert, new), (alert_event, rows)):
        if values_:
            connection.execute(sa.insert(table), values_)
    record_links(connection, {part.id: part.links for part in parts})


def _current(connection: sa.Connection, ids: Sequence[str]) -> dict[str, sa.RowMapping]:
    found: dict[str, sa.RowMapping] = {}
    for chunk in chunks(ids):
        query = sa.select(alert).where(alert.c.id.in_(chunk))
        found.update((row["id"], row) for row in connection.execute(query).mappings())
    return found


def record_links(connection: sa.Connection, links: Mapping[str, Collection[Link]]) -> None:
    """Keep what alerts may be connected by: of each kind and side as many as tell that they are not too many."""
    rows = []
    for chunk in chunks([alert_id for alert_id, found in links.items() if found]):
        counts: Counter[tuple[str, str, str]] = Counter()
        known: set[tuple[str, Link]] = set()
        for row in connection.execute(sa.select(alert_link).where(alert_link.c.alert_id.in_(chunk))):
            counts[row.alert_id, row.kind, row.side] += 1
            known.add((row.alert_id, Link(row.kind, row.value, row.side)))
        for alert_id in chunk:
            for link in sorted(set(links[alert_id])):
                full = counts[alert_id, link.kind, link.side] > MANY
                if not full and (alert_id, link) not in known:
                    counts[alert_id, link.kind, link.side] += 1
                    rows.append({"alert_id": alert_id, **asdict(link)})
    if rows:
        connection.execute(sa.insert(alert_link), rows)


def stored_alerts(
    connection: sa.Connection, ids: Collection[str], terms: Terms | None = None
) -> Iterator[dict[str, Any]]:
    """The alerts of these ids by first time, then id, each in the form of the `--alerts` file.

    Those that were withdrawn (they count no event any more) are left out. `terms` is what is known of the leases of
    their addresses beside the logs.
    """
    found: list[sa.RowMapping] = []
    for chunk in chunks(sorted(ids)):
        query = sa.select(alert).where(alert.c.id.in_(chunk), alert.c.count > 0)
        found.extend(connection.execute(query).mappings())
    found.sort(key=lambda row: (row["first_time"], row["id"]))
    for rows in chunks(found):
        own = sa.select(alert_event).where(alert_event.c.alert_id.in_([row["id"] for row in rows]))
        events: dict[str, list[sa.RowMapping]] = {}
        ordered = own.order_by(alert_event.c.timestamp, alert_event.c.event_id)
        for event in connection.execute(ordered).mappings():
            events.setdefault(event["alert_id"], []).append(event)
        yield from with_devices(connection, [_as_json(row, events.get(row["id"], [])) for row in rows], terms)


def refresh(connection: sa.Connection, rules: Iterable[Rule | Correlation | BehaviorRule]) -> None:
    """Give stored alerts what their rules say of themselves now."""
    now = {rule.id: rule for rule in rules}
    query = sa.select(alert.c.rule_id, alert.c.rule_title, alert.c.rule_level, alert.c.learning).distinct()
    for row in connection.execute(query).all():
        rule = now.get(row.rule_id)
        if rule is None:
            continue
        values = about_rule(rule, learning=row.learning)
        if (values["rule_title"], values["rule_level"]) != (row.rule_title, row.rule_level):
            own = sa.and_(alert.c.rule_id == rule.id, alert.c.learning == row.learning)
            connection.execute(sa.update(alert).where(own).values(values))


def about_rule(rule: Rule | Correlation | BehaviorRule, *, learning: bool = False) -> dict[str, Any]:
    """What an alert keeps of its rule, as columns of the store's table `alert`.

    Args:
        rule: the rule.
        learning: whether too little is known to be sure, so that the level is low at most.
    """
    return {
        "rule_id": rule.id,
        "rule_title": rule.title,
        "rule_level": min(rule.level, _LEARNING, key=rank) if learning else rule.level,
        "rule_tags": list(rule.tags),
        "rule_response": list(rule.response),
    }


def _known(connection: sa.Connection, alert_id: str, event_ids: list[str]) -> set[str]:
    known: set[str] = set()
    for chunk in chunks(event_ids):
        query = sa.select(alert_event.c.event_id).where(
            alert_event.c.alert_id == alert_id, alert_event.c.event_id.in_(chunk)
        )
        known.update(connection.execute(query).scalars())
    return known


def chunks(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The values in pieces that fit one query, whatever the engine of the store."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def event_row(alert_id: str, event: AlertEvent) -> dict[str, Any]:
    """The event as a row of the store's table `alert_event`."""
    return {
        "alert_id": alert_id,
        "event_id": event.id,
        "timestamp": event.timestamp,
        "path": event.path,
        "line": event.line,
        "record_id": event.record_id,
        "channel": event.channel,
        "failed": event.failed,
    }


def _new_row(part: AlertPart, added: list[dict[str, Any]]) -> dict[str, Any]:
    rule = part.rule
    times = [row["timestamp"] for row in added]
    return {
        "id": part.id,
        **about_rule(rule),
        "day": part.day,
        "entities": [asdict(entity) for entity in part.entities],
        "count": len(added),
        "first_time": min(times),
        "last_time": max(times),
        "revision": 1,
        **_explanation(part),
    }


def _merged(current: sa.RowMapping, part: AlertPart, added: list[dict[str, Any]]) -> dict[str, Any]:
    times = [row["timestamp"] for row in added]
    values: dict[str, Any] = {
        "count": current["count"] + len(added),
        "first_time": min(current["first_time"], *times),
        "last_time": max(current["last_time"], *times),
        "revision": current["revision"] + 1,
    }
    why = part.why_event
    if why and (why.timestamp, why.id) < (current["first_time"], current["why_event_id"]):
        values |= _explanation(part)
    return values


def _explanation(part: AlertPart) -> dict[str, Any]:
    assert part.why_event is not None
    return {"why": [asdict(reason) for reason in part.why], "why_event_id": part.why_event.id}


def _as_json(row: sa.RowMapping, events: list[sa.RowMapping]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "timestamp": iso(row["first_time"]),
        "last_timestamp": iso(row["last_time"]),
        "rule": {
            "id": row["rule_id"],
            "title": row["rule_title"],
            "level": row["rule_level"],
            "tags": row["rule_tags"],
            "response": row["rule_response"],
        },
        "entities": row["entities"],
        "why": row["why"],
        "count": row["count"],
        "events": [_event_as_json(event) for event in events],
    }


def _event_as_json(event: sa.RowMapping) -> dict[str, Any]:
    found = {
        "event.id": event["event_id"],
        "@timestamp": iso(event["timestamp"]),
        "log.file.path": event["path"],
        "log.line": event["line"],
        "winlog.record_id": event["record_id"],
        "winlog.channel": event["channel"],
    }
    return {name: value for name, value in found.items() if value is not None}
