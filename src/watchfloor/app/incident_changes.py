"""What people change about incidents, each change with an entry in the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from watchfloor.app.home import Home
from watchfloor.app.incident_ids import find
from watchfloor.app.incidents import head, members_of, regroup
from watchfloor.assets.inventory import Inventory
from watchfloor.core.clock import utc_now
from watchfloor.core.errors import UsageError
from watchfloor.incidents import register
from watchfloor.store import audit
from watchfloor.store.tables import incident_alert

VERDICTS = ("true-positive", "benign", "false-positive", "duplicate")
"""What an incident can be closed as."""


def merge(home: Home, inventory: Inventory, ids: Sequence[str], *, by: str, why: str) -> str:
    """Make one incident of several, now and whenever alerts are grouped again.

    Returns:
        The id of the one.

    Raises:
        UsageError: fewer than two are named, or one does not exist.
    """
    now = utc_now()
    with home.store.transaction() as connection:
        rows = {row["id"]: row for row in (find(home, connection, text) for text in ids)}
        if len(rows) < 2:
            raise UsageError("a merge needs two incidents", way_out="watchfloor incidents merge ID ID")
        alerts = [alert for each in rows for alert in members_of(connection, each)]
        register.decide(connection, "together", alerts, [], by=by, at=now, why=why)
        audit.note(connection, now, by, "incident.merge", min(rows), {"incidents": sorted(rows), "why": why})
    regroup(home, inventory)
    with home.store.read() as connection:
        return str(_holding(connection, alerts[0]))


def split(home: Home, inventory: Inventory, text: str, alerts: Sequence[str], *, by: str, why: str) -> list[str]:
    """Take alerts out of an incident, now and whenever alerts are grouped again; what was said of it stays in the rest.

    Args:
        home: open for writing.
        inventory: as for `regroup`.
        text: the incident's id.
        alerts: ids of alerts of it, or their beginnings; not all of them.
        by: who splits it.
        why: for the record.

    Returns:
        The ids of the incidents that the alerts are in now; what is left below the threshold is in none.

    Raises:
        UsageError: an alert is not in the incident, or none would be left.
    """
    now = utc_now()
    with home.store.transaction() as connection:
        row = find(home, connection, text)
        members = members_of(connection, row["id"])
        chosen = {_one(members, alert) for alert in alerts}
        if not chosen or chosen == set(members):
            raise UsageError("a split takes some alerts out and leaves some", place=row["id"])
        register.decide(connection, "apart", chosen, set(members) - chosen, by=by, at=now, why=why)
        register.carry(connection, chosen, set(members) - chosen)
        audit.note(connection, now, by, "incident.split", row["id"], {"alerts": sorted(chosen), "why": why})
    regroup(home, inventory)
    with home.store.read() as connection:
        found = {_holding(connection, alert) for alert in members}
    return sorted(each for each in found if each)


def _one(members: Sequence[str], text: str) -> str:
    found = [alert for alert in members if text and alert.startswith(text.strip().lower())]
    if len(found) == 1:
        return found[0]
    raise UsageError(
        f"{'more than one alert' if found else 'no alert'} of the incident starts with {text!r}",
        way_out="See their ids with: watchfloor incidents show ID",
    )


def _holding(connection: sa.Connection, alert: str) -> str | None:
    query = sa.select(incident_alert.c.incident_id).where(incident_alert.c.alert_id == alert)
    return connection.execute(query).scalar_one_or_none()


def change(home: Home, text: str, kind: str, *, value: str = "", by: str, note: str = "") -> dict[str, Any]:
    """Close, reopen, assign or note an incident; its head afterwards.

    Args:
        home: open for writing.
        text: the incident's id.
        kind: close, reopen, assign or note.
        value: verdict or owner.
        by: who does it.
        note: for the record.

    Raises:
        UsageError: there is no such incident, or it cannot be closed as that.
    """
    if kind == "close" and value not in VERDICTS:
        raise UsageError(f"no verdict: {value!r}", way_out=f"Give one of {', '.join(VERDICTS)}")
    now = utc_now()
    with home.store.transaction() as connection:
        row = find(home, connection, text)
        register.change(connection, row, kind, value=value, by=by, at=now, note=note)
        audit.note(connection, now, by, f"incident.{kind}", row["id"], {"value": value, "note": note})
        return head(row, register.changes_of(connection, members_of(connection, row["id"])))
