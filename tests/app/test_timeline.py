"""Timelines of whole runs: complete, in order, the same however they are written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from attack_day import ATTACK_DAY

from watchfloor.alerts.timeline import PROFILES, cell
from watchfloor.app import timeline
from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.home import Home, reading
from watchfloor.app.rules import rule_roots
from watchfloor.app.timeline import FORMS, write_timeline
from watchfloor.core.settings import Settings


@pytest.fixture(scope="module")
def analyzed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("timeline")
    request = Request([str(ATTACK_DAY)], rule_roots([], builtin=True), home=folder / "home")
    return folder / "home", analyze(request, Settings(cache_dir=folder / "cache"))


def written(home: Home, alerts: list[dict[str, Any]], profile: str, form: str) -> str:
    file = io.BytesIO()
    count = write_timeline(home, alerts, PROFILES[profile], form, file)
    text = file.getvalue().decode()
    if form != "md":
        assert count == len(list(rows_of(text, form)))
    return text


def rows_of(text: str, form: str) -> list[dict[str, Any]]:
    if form == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("profile", PROFILES)
def test_each_event_of_each_alert_has_a_row_in_both_forms(analyzed: tuple[Path, Result], profile: str) -> None:
    path, result = analyzed
    with reading(path) as home:
        lines = rows_of(written(home, result.alerts, profile, "jsonl"), "jsonl")
        cells = rows_of(written(home, result.alerts, profile, "csv"), "csv")
    assert len(lines) == sum(len(alert["events"]) for alert in result.alerts) > 8
    assert [{name: cell(value) for name, value in line.items()} for line in lines] == [
        {name: value for name, value in each.items() if value} for each in cells
    ]


def test_rows_are_by_time_whatever_is_fetched_at_once(
    analyzed: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, result = analyzed
    with reading(path) as home:
        whole = written(home, result.alerts, "all", "jsonl")
        monkeypatch.setattr(timeline, "_CHUNK", 2)
        pieces = written(home, result.alerts, "all", "jsonl")
    assert pieces == whole
    rows = rows_of(whole, "jsonl")
    order = [(row["timestamp"], row["event.id"], row["alert.id"]) for row in rows]
    assert order == sorted(order)
    expected = {(event["event.id"], alert["id"]) for alert in result.alerts for event in alert["events"]}
    assert {(row["event.id"], row["alert.id"]) for row in rows} == expected


def test_rows_know_their_incident_and_only_asked_alerts_have_rows(analyzed: tuple[Path, Result]) -> None:
    path, result = analyzed
    one = [alert for alert in result.alerts if alert["rule"]["title"] == "Event log cleared"]
    with reading(path) as home:
        (row,) = rows_of(written(home, one, "verbose", "jsonl"), "jsonl")
        assert written(home, [], "standard", "jsonl") == ""
        assert written(home, [], "standard", "csv").splitlines() == [",".join(PROFILES["standard"].columns)]
    assert row["incident.id"] in {incident["id"] for incident in result.incidents}
    assert row["winlog.channel"] == "Security"
    assert row["event.code"] == "1102"


def test_an_event_that_the_lake_has_lost_keeps_its_place(
    analyzed: tuple[Path, Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, result = analyzed
    monkeypatch.setattr(timeline, "fetch", lambda *_: {})
    with reading(path) as home:
        rows = rows_of(written(home, result.alerts, "verbose", "jsonl"), "jsonl")
    assert all({"rule", "log.file.path", "log.line", "event.id", "timestamp"} <= set(row) for row in rows)
    assert not any("event.original" in row for row in rows)


def test_markdown_keeps_markup_of_logs_as_text(analyzed: tuple[Path, Result]) -> None:
    path, result = analyzed
    hostile = [{**alert, "rule": {**alert["rule"], "title": "<b>|x|\n# y"}} for alert in result.alerts]
    with reading(path) as home:
        text = written(home, hostile, "minimal", "md")
    rows = [line for line in text.splitlines() if line.startswith("| 2026")]
    assert len(rows) == sum(len(alert["events"]) for alert in result.alerts)
    assert all(r"\<b\>\|x\|" in row for row in rows)
    high = [alert for alert in result.alerts if alert["rule"]["level"] == "high"]
    assert f"| high | {len(high)} | {len({alert['rule']['id'] for alert in high})} |" in text
    assert set(FORMS) == {"csv", "jsonl", "md"}
