"""Impossible travel within a country, by the places that records tell, from end to end."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from watchfloor.app.analyze import Request, analyze
from watchfloor.core.settings import Settings

NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
RULE = """
title: Travel
level: high
logsource: {category: authentication}
detection: {sel: {event.category: authentication, event.outcome: success}, condition: sel}
behavior: {kind: impossible_travel}
"""
NEW_YORK, SEATTLE = ("New York", "New York", 40.71, -74.01), ("Seattle", "Washington", 47.61, -122.33)
Place = tuple[str | None, str | None, float | str | None, float | str | None]
Record = dict[str, Any]


def entra(day: int, hour: int, number: int, place: Place) -> Record:
    city, state, latitude, longitude = place
    return {
        "createdDateTime": f"2026-11-{day:02}T{hour:02}:15:30Z",
        "userPrincipalName": "alice@example.org",
        "appDisplayName": "Portal",
        "ipAddress": f"203.0.113.{number}",
        "autonomousSystemNumber": 64500 + number,
        "status": {"errorCode": 0},
        "location": {
            "city": city,
            "state": state,
            "countryOrRegion": "US",
            "geoCoordinates": {"latitude": latitude, "longitude": longitude},
        },
    }


def okta(day: int, hour: int, number: int, place: Place) -> Record:
    city, state, latitude, longitude = place
    return {
        "published": f"2026-11-{day:02}T{hour:02}:15:30.123Z",
        "eventType": "user.session.start",
        "displayMessage": "User login to Okta",
        "outcome": {"result": "SUCCESS"},
        "actor": {"id": "00u1", "type": "User", "alternateId": "alice@example.org"},
        "client": {
            "ipAddress": f"203.0.113.{number}",
            "geographicalContext": {
                "city": city,
                "state": state,
                "country": "United States",
                "geolocation": {"lat": latitude, "lon": longitude},
            },
        },
        "securityContext": {"asNumber": 64500 + number, "asOrg": f"Carrier {number}"},
    }


@pytest.mark.parametrize("record", [entra, okta])
@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (NEW_YORK, SEATTLE, True),
        ((*NEW_YORK[:2], "40.71", "-74.01"), SEATTLE, True),
        ((None, None, 40.71, -74.01), (None, None, 47.61, -122.33), False),
        ((*NEW_YORK[:2], None, None), (*SEATTLE[:2], None, None), False),
        ((*NEW_YORK[:2], 0, 0), (*SEATTLE[:2], 47.61, -122.33), False),
        ((*NEW_YORK[:2], 40.71, None), SEATTLE, False),
        (NEW_YORK, NEW_YORK, False),
    ],
)
def test_two_cities_of_one_country_are_travel_where_both_are_told_with_coordinates(
    tmp_path: Path, record: Any, one: Place, other: Place, found: bool
) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "travel.yml").write_text(RULE, "utf-8")
    log = tmp_path / "sign-ins.json"
    usual = [record(day, 8, 1, one) for day in range(14, 26)]
    log.write_text("".join(f"{json.dumps(each)}\n" for each in (*usual, record(25, 9, 2, other))), "utf-8")
    settings = Settings(cache_dir=tmp_path / "cache")
    alerts = analyze(Request([str(log)], [tmp_path / "rules"], now=NOW), settings).alerts
    assert len(alerts) == found
    if found:
        assert "New York" in json.dumps(alerts, default=str)
