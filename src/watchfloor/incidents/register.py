"""Incidents in the store: alerts in, incidents out, and what people say about them in between."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.levels import rank
from watchfloor.alerts.links import MANY, Link
from watchfloor.alerts.record import chunks
from watchfloor.alerts.suppression import Suppressions, stored
from watchfloor.core.clock import from_microseconds, to_microseconds
from watchfloor.core.ids import stable_id
from watchfloor.incidents.facts import Decision, Fact, Group
from watchfloor.incidents.risk import Risk
from watchfloor.policy.policy import Policy
from watchfloor.store.tables import (
    alert,
    alert_event,
    alert_link,
    incident,
    incident_alert,
    incident_change,
    incident_decision,
)

_SHARED_EVENT = 8
"""Alerts of one event that are connected by it; more rules than that on one event say no more."""
_ENTITIES = frozenset({"host", "user", "ip"})
_FAILED = (
    sa.select(alert_event.c.alert_id)
    .group_by(alert_event.c.alert_id)
    .having(sa.func.sum(sa.case((alert_event.c.failed.is_(True), 0), else_=1)) == 0)
)
"""Alerts of whose events all failed."""


def facts(connection: sa.Connection, policy: Policy, shown: Collection[str] | None = ()) -> list[Fact]:
    """Every alert of the store that neither a suppression nor a maintenance window hides, as grouping wants it.

    Args:
        connection: of the store.
        policy: for the windows.
        shown: alerts that are taken although they are hidden or withdrawn; None for all of them.
    """
    hidden = Suppressions(stored(connection), policy)
    links = links_of(connection)
    failed = {*connection.execute(_FAILED).scalars()}
    events: dict[str, list[Link]] = defaultdict(list)
    for alert_id, found in _same_events(connection):
        events[alert_id].append(found)
    query = sa.select(
        *(alert.c[name] for name in ("id", "rule_id", "rule_title", "rule_level", "rule_tags", "entities")),
        *(alert.c[name] for name in ("first_time", "last_time", "count")),
    )
    return [
        Fact(
            row["id"],
            row["rule_id"],
            row["rule_title"],
            row["rule_level"],
            tuple(row["rule_tags"]),
            to_microseconds(row["first_time"]),
            to_microseconds(row["last_time"]),
            row["count"],
            (*(links.get(row["id"]) or entity_links(row["entities"])), *events.get(row["id"], ())),
            row["id"] in failed,
        )
        for row in connection.execute(query).mappings()
        if shown is None
        or row["id"] in shown
        or (
            row["count"] > 0 and hidden.of(row["rule_id"], row["entities"], row["first_time"], row["last_time"]) is None
        )
    ]


def links_of(connection: sa.Connection, alerts: Collection[str] | None = None) -> dict[str, list[Link]]:
    """Alert id -> its links, but for kinds of which it has too many; of all alerts where none are named."""
    found: dict[str, dict[tuple[str, str], list[Link]]] = defaultdict(lambda: defaultdict(list))
    everything = sa.select(alert_link).order_by(*alert_link.primary_key)
    queries = (
        [everything]
        if alerts is None
        else [everything.where(alert_link.c.alert_id.in_(chunk)) for chunk in chunks(sorted(alerts))]
    )
    for query in queries:
        for row in connection.execute(query):
            found[row.alert_id][row.kind, row.side].append(Link(row.kind, row.value, row.side))
    return defaultdict(
        list,
        {
            alert_id: [link for links in kinds.values() if len(links) <= MANY for link in links]
            for alert_id, kinds in found.items()
        },
    )


def _same_events(connection: sa.Connection) -> Iterator[tuple[str, Link]]:
    """Alerts that name the same event."""
    shared = (
        sa.select(alert_event.c.event_id)
        .group_by(alert_event.c.event_id)
        .having(sa.func.count().between(2, _SHARED_EVENT))
        .subquery()
    )
    query = sa.select(alert_event.c.alert_id, alert_event.c.event_id).join(
        shared, shared.c.event_id == alert_event.c.event_id
    )
    for row in connection.execute(query):
        yield row.alert_id, Link("event", row.event_id, "actor")


def entity_links(entities: Iterable[Mapping[str, str]]) -> Iterator[Link]:
    """Entities of an alert that has no events of its own to take links from, such as a correlation's."""
    kinds = {entity["kind"] for entity in entities}
    for entity in entities:
        if entity["kind"] in _ENTITIES:
            attacked = entity["kind"] == "host" and "ip" in kinds
            yield Link(entity["kind"], entity["value"].lower(), "target" if attacked else "actor")


def decisions(connection: sa.Connection) -> list[Decision]:
    """What people joined and split, in the order in which they did."""
    query = sa.select(incident_decision).order_by(incident_decision.c.number)
    return [
        Decision(row.number, row.kind, frozenset(row.left), frozenset(row.right)) for row in connection.execute(query)
    ]


def incident_id(anchor: str) -> str:
    """The id of the incident whose first alert this is."""
    return stable_id("incident", anchor)


def replace(connection: sa.Connection, found: Sequence[tuple[Group, Risk]]) -> None:
    """Make these the incidents of the store, within the caller's transaction."""
    before = _with_changes(connection)
    connection.execute(sa.delete(incident_alert))
    connection.execute(sa.delete(incident))
    rows: list[dict[str, Any]] = []
    members: list[dict[str, Any]] = []
    for group, risk in found:
        anchor = group.alerts[0].id
        rows.append(
            {
                "id": incident_id(anchor),
                "anchor": anchor,
                "title": title(group.alerts),
                "severity": risk.severity,
                "risk": risk.points,
                "first_time": from_microseconds(group.alerts[0].first),
                "last_time": from_microseconds(max(fact.last for fact in group.alerts)),
                "alerts": len(group.alerts),
                "why": list(risk.reasons),
            }
        )
        members.extend(
            {"alert_id": fact.id, "incident_id": rows[-1]["id"], "join": asdict(group.joins[fact.id])}
            for fact in group.alerts
        )
    for table, values in ((incident, rows), (incident_alert, members)):
        if values:
            connection.execute(sa.insert(table), values)
    _carry_hidden(connection, before)


def title(alerts: Sequence[Fact]) -> str:
    """The worst alert's title, and where it happened."""
    worst = max(alerts, key=lambda fact: (rank(fact.level), -fact.first))
    places = [link.value for kind in ("host", "user", "ip") for link in worst.links if link.kind == kind]
    return f"{worst.title}: {places[0]}" if places else worst.title


@dataclass(frozen=True, slots=True)
class State:
    """What people have said about an incident.

    Attributes:
        status: open, closed, or reopened where more alerts or events came after it was closed.
        verdict: what it was closed as; empty while it is open.
    """

    status: str = "open"
    verdict: str = ""
    owner: str = ""


def state_of(changes: Sequence[sa.RowMapping], alerts: int, last: dt.datetime) -> State:
    """The state that changes lead to.

    Args:
        changes: rows of `incident_change` in the order of their numbers.
        alerts: how many alerts the incident has now.
        last: time of its latest event.
    """
    status, verdict, owner = "open", "", ""
    for change in changes:
        if change["kind"] == "assign":
            owner = change["value"]
        elif change["kind"] == "close":
            more = alerts > change["alerts"] or (change["last_time"] is not None and last > change["last_time"])
            status, verdict = ("reopened", "") if more else ("closed", change["value"])
        elif change["kind"] == "reopen":
            status, verdict = "open", ""
    return State(status, verdict, owner)


def said_of(alerts: Collection[str], decided: Iterable[sa.RowMapping]) -> Iterator[dict[str, Any]]:
    """What people joined or split of an incident of these alerts, each as a change of it.

    Args:
        alerts: of the incident.
        decided: rows of `incident_decision`.
    """
    wanted = set(alerts)
    for row in decided:
        left, right = wanted.intersection(row["left"]), wanted.intersection(row["right"])
        if row["kind"] == "together" and len(left) > 1:
            said = {"kind": "merge", "value": f"{len(left)} alerts"}
        elif row["kind"] == "apart" and (left or right):
            taken = f"{len(row['left'])} of {len(row['left']) + len(row['right'])} alerts taken out"
            said = {"kind": "split", "value": taken}
        else:
            continue
        yield {**said, "by": row["by"], "at": row["at"], "note": row["why"]}


def judged_by_people(connection: sa.Connection, alerts: Collection[str]) -> set[str]:
    """Those of some alerts whose incident somebody has closed, opened again or noted something on."""
    said = sa.select(incident_change.c.alert_id).where(incident_change.c.kind.in_(["close", "reopen", "note"]))
    incidents = sa.select(incident_alert.c.incident_id).where(incident_alert.c.alert_id.in_(said))
    judged = sa.select(incident_alert.c.alert_id).where(incident_alert.c.incident_id.in_(incidents))
    return set(connection.scalars(judged)).intersection(alerts)


def carry(connection: sa.Connection, gone: Collection[str], left: Collection[str]) -> None:
    """Keep what people said of an incident with the alerts that are left of it, within the caller's transaction.

    Args:
        connection: of the transaction.
        gone: alerts that are in it no more.
        left: those that still are; the first of them by time has the changes from now on.
    """
    spoken = set(connection.execute(sa.select(incident_change.c.alert_id)).scalars()).intersection(gone)
    if not spoken:
        return
    times = (
        (row.first_time, row.id)
        for chunk in chunks(sorted(left))
        for row in connection.execute(sa.select(alert.c.first_time, alert.c.id).where(alert.c.id.in_(chunk)))
    )
    if first := min(times, default=None):
        for chunk in chunks(sorted(spoken)):
            own = incident_change.c.alert_id.in_(chunk)
            connection.execute(sa.update(incident_change).where(own).values(alert_id=first[1]))


def _carry_hidden(connection: sa.Connection, before: Mapping[str, set[str]]) -> None:
    """Changes of incidents whose first alert is hidden or withdrawn now; `before` is who was in them with it."""
    now = holders(connection)
    for anchor, fellows in before.items():
        if anchor not in now and (rest := following(sorted(fellows), now)):
            carry(connection, [anchor], [each for each in fellows if now.get(each) == rest])


def holders(connection: sa.Connection) -> dict[str, str]:
    """Alert -> the id of the incident that it is in."""
    query = sa.select(incident_alert.c.alert_id, incident_alert.c.incident_id)
    return {row.alert_id: row.incident_id for row in connection.execute(query)}


def following(alerts: Iterable[str], now: Mapping[str, str]) -> str | None:
    """The id of the incident that has most of some alerts, of several the one whose alert is named first."""
    counts = Counter(now[each] for each in alerts if each in now)
    return counts.most_common(1)[0][0] if counts else None


def _with_changes(connection: sa.Connection) -> dict[str, set[str]]:
    """Alert that has changes -> the alerts of the incident that it is in."""
    mine, others = incident_alert.alias(), incident_alert.alias()
    query = (
        sa.select(mine.c.alert_id, others.c.alert_id.label("other"))
        .join(others, others.c.incident_id == mine.c.incident_id)
        .where(mine.c.alert_id.in_(sa.select(incident_change.c.alert_id)))
    )
    found: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(query):
        found[row.alert_id].add(row.other)
    return found


def changes_of(connection: sa.Connection, alerts: Iterable[str]) -> list[sa.RowMapping]:
    """The changes that were made to incidents whose anchor is one of these alerts."""
    wanted = set(alerts)
    query = sa.select(incident_change).order_by(incident_change.c.number)
    return [row for row in connection.execute(query).mappings() if row["alert_id"] in wanted]


def change(
    connection: sa.Connection, row: sa.RowMapping, kind: str, *, value: str, by: str, at: dt.datetime, note: str
) -> None:
    """Note what somebody did with an incident, given as its row, within the caller's transaction."""
    had = {name: row[name] for name in ("alerts", "last_time")}
    values = {"alert_id": row["anchor"], "kind": kind, "value": value, "by": by, "at": at, "note": note}
    connection.execute(sa.insert(incident_change).values(values | had))


def decide(
    connection: sa.Connection,
    kind: str,
    left: Iterable[str],
    right: Iterable[str],
    *,
    by: str,
    at: dt.datetime,
    why: str,
) -> None:
    """Note that alerts belong together or stay apart, within the caller's transaction."""
    values = {"kind": kind, "left": sorted(left), "right": sorted(right), "by": by, "at": at, "why": why}
    connection.execute(sa.insert(incident_decision).values(values))
