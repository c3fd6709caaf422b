"""Suppressing alerts in a home: what it would hide, and doing it with an entry in the audit trail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.levels import rank
from watchfloor.alerts.listing import Wanted, listed
from watchfloor.alerts.record import stored_alerts
from watchfloor.alerts.suppression import Suppression, Suppressions, add, remove
from watchfloor.app.home import Home
from watchfloor.app.incidents import regroup
from watchfloor.assets.inventory import Inventory
from watchfloor.core.clock import utc_now
from watchfloor.core.errors import UsageError
from watchfloor.policy.policy import Policy
from watchfloor.store import audit
from watchfloor.store.tables import alert, incident_alert

_EXAMPLES = 5
_LARGE = 1 / 3
"""Share of all visible alerts beyond which hiding so many at once deserves a second look."""

_YEAR = dt.timedelta(days=365)
_WIDE = 8
"""Length of a prefix below which a network is nobody's in particular."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a suppression would hide of what the home has.

    Attributes:
        hidden: alerts that are shown today and would not be.
        visible: alerts that are shown today.
        incidents: ids of those that they are in.
        highest: the highest level among the hidden ones; empty where there are none.
        examples: a few of them in the form of the `--alerts` file.
        warnings: what deserves a second look, in plain words.
    """

    hidden: int
    visible: int
    incidents: tuple[str, ...]
    highest: str
    examples: tuple[dict[str, Any], ...]
    warnings: tuple[str, ...]


def preview(connection: sa.Connection, wanted: Suppression, policy: Policy) -> Preview:
    """What a suppression would hide today."""
    visible = [alert_id for alert_id, by in listed(connection, Wanted(), policy) if by is None]
    alerts = stored_alerts(connection, list(_of_rule(connection, wanted.rule_id, set(visible))))
    _, found = Suppressions([wanted]).split(alerts)
    highest = max((each["rule"]["level"] for each in found), key=rank, default="")
    warnings = tuple(_warnings(wanted, highest, len(found), len(visible)))
    incidents = tuple(_holding(connection, {each["id"] for each in found}))
    return Preview(len(found), len(visible), incidents, highest, tuple(found[-_EXAMPLES:]), warnings)


def _holding(connection: sa.Connection, alerts: set[str]) -> list[str]:
    held = connection.execute(sa.select(incident_alert.c.alert_id, incident_alert.c.incident_id))
    return sorted({holder for alert_id, holder in held if alert_id in alerts})


def endless(until: dt.datetime, now: dt.datetime) -> str:
    """A warning where nobody will remember, when it ends, why it was made; else empty."""
    years = (until - now) / _YEAR
    return f"it ends in more than {int(years)} year{'' if int(years) == 1 else 's'}" if years > 1 else ""


def _of_rule(connection: sa.Connection, rule_id: str, among: set[str]) -> Iterator[str]:
    query = sa.select(alert.c.id).where(alert.c.rule_id == rule_id)
    yield from (found for found in connection.execute(query).scalars() if found in among)


def _warnings(wanted: Suppression, highest: str, hidden: int, visible: int) -> Iterator[str]:
    if not wanted.entities:
        yield "it names no entity, so it hides every alert of the rule"
    for entity in wanted.entities:
        if entity.kind == "ip" and "/" in entity.value and int(entity.value.rpartition("/")[2]) < _WIDE:
            yield f"{entity.value} is a very large network"
    if warning := endless(wanted.until, wanted.made):
        yield warning
    if rank(highest) >= rank("high"):
        yield f"it hides alerts of level {highest}"
    if hidden > visible * _LARGE:
        yield f"it hides {hidden:,} of the {visible:,} alerts that are shown"


def suppress(home: Home, inventory: Inventory, wanted: Suppression, *, by: str) -> int:
    """Hide alerts, regroup incidents without them, and note it; the suppression's number.

    Raises:
        UsageError: it lies wholly in the past, nobody answers for it, or there is no reason.
    """
    now = utc_now()
    if wanted.until <= now:
        raise UsageError("the end of a suppression lies in the past", place=wanted.until.isoformat())
    with home.store.transaction() as connection:
        number = add(connection, wanted)
        audit.note(connection, now, by, "alert.suppress", str(number), _detail(wanted))
    regroup(home, inventory)
    return number


def unsuppress(home: Home, inventory: Inventory, number: int, *, by: str) -> Suppression:
    """Show again what a suppression hides; what it was.

    Raises:
        UsageError: there is no such suppression.
    """
    with home.store.transaction() as connection:
        found = remove(connection, number)
        audit.note(connection, utc_now(), by, "alert.unsuppress", str(number), _detail(found))
    regroup(home, inventory)
    return found


def _detail(wanted: Suppression) -> dict[str, Any]:
    return {
        "rule": wanted.rule_id,
        "entities": [f"{entity.kind}={entity.value}" for entity in wanted.entities],
        "until": wanted.until.isoformat(),
        "owner": wanted.owner,
        "reason": wanted.reason,
    }


def rule_of(connection: sa.Connection, text: str) -> str:
    """The id of the rule that alerts of the home name so, by its id, the beginning of it, or its title.

    Raises:
        UsageError: no alert's rule is called so, or several are.
    """
    query = sa.select(alert.c.rule_id, alert.c.rule_title).distinct()
    rows = connection.execute(query).all()
    wanted = text.strip().casefold()
    for found in (
        {row.rule_id for row in rows if wanted in (row.rule_id.casefold(), row.rule_title.casefold())},
        {row.rule_id for row in rows if wanted and row.rule_id.casefold().startswith(wanted)},
    ):
        if len(found) == 1:
            return str(found.pop())
        if found:
            raise UsageError(f"{len(found)} rules are called {text!r}", way_out="Give the rule's id")
    raise UsageError(
        f"no alert here is of a rule {text!r}", way_out="Give its id or title; see: watchfloor alerts list"
    )
