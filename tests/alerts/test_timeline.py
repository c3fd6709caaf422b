"""Rows of timelines, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.alerts.attack import tactics, techniques
from watchfloor.alerts.timeline import MAX_CELL, PROFILES, Entry, cell, shown

TIME = dt.datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=dt.UTC)
ALERT: dict[str, Any] = {
    "id": "a1",
    "timestamp": "2026-03-01T12:00:00Z",
    "rule": {
        "id": "r1",
        "title": "A rule",
        "level": "high",
        "tags": ["attack.credential-access", "attack.t1110.003", "attack.s0002", "car.2016-01-001"],
        "response": ["Look."],
    },
    "entities": [{"kind": "host", "value": "web01"}, {"kind": "user", "value": "anna"}],
    "why": [{"selection": "s", "field": "message", "column": "message", "pattern": "x", "value": "a,b"}],
    "count": 1,
}
EVENT: dict[str, Any] = {
    "event.id": "e:1",
    "@timestamp": TIME,
    "event.code": "4625",
    "source.ip": "192.0.2.1",
    "user.name": "Eva",
    "message": "Failed",
    "labels": ["x", "y"],
    "event.original": "<raw>",
}
ENTRY = Entry(ALERT, "i1", TIME, EVENT)


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "\t",
    ],
)
def test_no_cell_is_a_formula(value: str) -> None:
    assert cell(value).startswith("'")
    assert cell([value, "b"]).startswith("'")


@pytest.mark.parametrize("value", ["a=1", "\\temp\\x", "\\u3000=1", "http://x/=1", "4625", "\\\\host", "'x", ""])
def test_what_is_no_formula_stays_as_it_is(value: str) -> None:
    assert cell(value) == value


@given(st.text())
def test_a_cell_is_one_printable_line_and_never_starts_a_formula(value: str) -> None:
    found = cell(value)
    assert found.isprintable()
    assert not found.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


def test_values_that_are_no_text() -> None:
    values = [-5, 1.5, True, None, TIME, ["a", "b"]]
    assert [cell(value) for value in values] == ["-5", "1.5", "true", "", "2026-03-01T12:00:00.000005Z", "a; b"]
    assert len(cell("x" * 100_000)) == MAX_CELL
    assert shown("=1") == "=1"


@pytest.mark.parametrize("name", PROFILES)
def test_a_row_has_no_empty_cell_and_no_column_that_its_profile_lacks(name: str) -> None:
    profile = PROFILES[name]
    row = profile.row(ENTRY)
    assert all(value not in (None, "", []) for value in row.values())
    if profile.fields is not None:
        assert set(row) <= set(profile.columns)
        assert {*EVENT} - {"@timestamp", "labels"} <= {*profile.fields, "event.code", "event.id"}


def test_the_profiles_grow() -> None:
    minimal, standard, verbose = (PROFILES[name].columns for name in ("minimal", "standard", "verbose"))
    assert set(minimal) < set(standard) < set(verbose)
    assert minimal == ("timestamp", "level", "rule", "host", "user", "address", "details")


def test_the_event_s_own_names_win_over_those_of_the_alert() -> None:
    row = PROFILES["minimal"].row(ENTRY)
    assert (row["host"], row["user"], row["address"]) == ("web01", "eva", "192.0.2.1")
    assert row["details"] == "Failed"


def test_what_timesketch_needs() -> None:
    row = PROFILES["timesketch"].row(ENTRY)
    assert row["message"] == "[high] A rule: Failed"
    assert row["datetime"] == "2026-03-01T12:00:00.000005+00:00"
    assert row["timestamp"] == 1_772_366_400_000_005
    assert row["timestamp_desc"] == "Time of the event"
    assert row["tag"] == "high,credential access,T1110.003"
    assert not any("." in name for name in row)


def test_all_has_every_field_of_the_event() -> None:
    row = PROFILES["all"].row(ENTRY)
    assert {name: row[name] for name in EVENT if name != "@timestamp"} == {
        name: value for name, value in EVENT.items() if name != "@timestamp"
    }
    assert row["timestamp"] == TIME


def test_a_field_of_a_log_cannot_speak_for_the_rule() -> None:
    row = PROFILES["all"].row(Entry(ALERT, "", TIME, {**EVENT, "level": "low", "host": "other", "alert.id": "x"}))
    assert (row["level"], row["host"], row["alert.id"]) == ("high", "web01", "a1")
    assert (row["level (event)"], row["host (event)"], row["alert.id (event)"]) == ("low", "other", "x")


def test_an_event_that_is_lost_leaves_the_alert_s_own_words() -> None:
    row = PROFILES["verbose"].row(Entry(ALERT, "", TIME, {"event.id": "e:1", "log.file.path": "a.log"}))
    assert row["user"] == "anna"
    assert row["why"] == "message = a,b"
    assert "incident.id" not in row
    assert "details" not in row


def test_tactics_and_techniques_of_tags() -> None:
    tags = [
        "attack.lateral-movement",
        "attack.lateral_movement",
        "ATTACK.T1021.004",
        "attack.g0007",
        "cve.2021-1",
        "attack.nonsense",
    ]
    assert tactics(tags) == ["lateral movement"]
    assert techniques(tags) == ["T1021.004"]
