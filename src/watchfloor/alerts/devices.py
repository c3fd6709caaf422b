"""The devices behind the addresses of alerts, looked up when alerts are read: leases may come later than events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import islice
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from watchfloor.assets.devices import device_at
from watchfloor.assets.holders import NEVER, Terms
from watchfloor.core.clock import from_microseconds, iso, to_microseconds

Alert = dict[str, Any]
_MOMENTS = 2_000
"""Moments of one alert at which its devices are looked up, the earliest first; a day has 1,440 minutes."""
_MINUTE = len("2026-11-25T09:30")
"""Within a minute nobody can tell whether a device is another one: clocks are no better."""
_SHOWN = ("mac", "hostname", "client_id", "randomized", "since", "until", "basis")


def with_devices(connection: sa.Connection, alerts: Sequence[Alert], terms: Terms | None = None) -> list[Alert]:
    """The alerts, in the form of the `--alerts` file, with `device` on each entity of kind ip that had a lease.

    `device` is who had the address at the time of the alert's first event, or only `basis`: why nobody can tell. Where
    later events of the alert come from other devices, `later_devices` lists these.
    """
    asked = [
        (place, entity["value"], moment)
        for place, alert in enumerate(alerts)
        for entity in alert["entities"]
        if entity["kind"] == "ip"
        for moment in _moments(alert)
    ]
    places, addresses, times = zip(*asked, strict=True) if asked else ((), (), ())
    table = device_at(connection, pa.array(addresses, pa.string()), pa.array(times, pa.int64()), terms)
    found: dict[int, list[dict[str, Any]]] = {}
    for place, row in zip(places, table.to_pylist(), strict=True):
        found.setdefault(place, []).append(row)
    return [_described(alert, found[place]) if place in found else alert for place, alert in enumerate(alerts)]


def _moments(alert: Alert) -> list[int]:
    """One in each minute of the events."""
    firsts: dict[str, str] = {}
    for event in alert["events"] or [{"@timestamp": alert["timestamp"]}]:
        firsts.setdefault(event["@timestamp"][:_MINUTE], event["@timestamp"])
    return [to_microseconds(dt.datetime.fromisoformat(time)) for time in islice(firsts.values(), _MOMENTS)]


def _described(alert: Alert, rows: Sequence[dict[str, Any]]) -> Alert:
    if all(row["basis"] == NEVER for row in rows):
        return alert
    later = {row["device"]: row for row in rows if row["device"] not in {None, rows[0]["device"]}}
    described: dict[str, Any] = {"device": _shown(rows[0])}
    if later:
        described["later_devices"] = [_shown(row) for row in later.values()]
    entities = [{**entity, **described} if entity["kind"] == "ip" else entity for entity in alert["entities"]]
    return {**alert, "entities": entities}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: row[name] for name in _SHOWN if row[name] not in {None, False}}
    for name in ("since", "until"):
        if name in shown:
            shown[name] = iso(from_microseconds(shown[name]))
    return shown
