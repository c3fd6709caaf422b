"""Alerts as a home keeps them, and without what the cut of the input decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from watchfloor.alerts.record import stored_alerts
from watchfloor.app.home import reading
from watchfloor.store.tables import alert


def placeless(alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the alerts say without where the events are, which depends on the files."""
    found = [{**each, "events": sorted(event["@timestamp"] for event in each["events"])} for each in alerts]
    return sorted(found, key=lambda each: str(each["id"]))


def kept(home: Path) -> list[dict[str, Any]]:
    """All alerts of a home."""
    with reading(home) as opened, opened.store.read() as connection:
        return list(stored_alerts(connection, connection.execute(sa.select(alert.c.id)).scalars().all()))
