"""An incident is found by ids that it had, also when the alert that gave them is hidden."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from attack_day import ATTACK_DAY
from typer.testing import CliRunner

from watchfloor.alerts.revised import withdraw
from watchfloor.alerts.suppression import Suppression
from watchfloor.app.analyze import Request, analyze
from watchfloor.app.home import Home, reading, writing
from watchfloor.app.incident_changes import change, merge
from watchfloor.app.incident_stories import whole, wholes
from watchfloor.app.incidents import heads
from watchfloor.app.rules import content
from watchfloor.app.suppressions import suppress
from watchfloor.assets.inventory import Inventory
from watchfloor.cli.main import app
from watchfloor.core.clock import utc_now
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings

NOTHING = Inventory.empty()


def analyzed(home: Path) -> tuple[dict[str, object], dict[str, object]]:
    request = Request([str(ATTACK_DAY)], (content("rules"),), home, whole_incidents=True)
    one, other = analyze(request, Settings()).incidents
    return one, other


def hide_first(home: Home, text: str) -> str:
    """The id that the incident has without its first alert."""
    steps = whole(home, text)["timeline"]
    first = next(step for step in steps if not step["join"]["other"])
    rest = [step["id"] for step in steps if step["rule"]["id"] != first["rule"]["id"]]
    until = utc_now() + dt.timedelta(days=1)
    suppress(home, NOTHING, Suppression(0, first["rule"]["id"], (), until, "ann", "known", utc_now()), by="ann")
    with home.store.read() as connection:
        found = heads(connection, rest)
    return str(max(found, key=lambda each: each["alerts"])["id"])


def audited(home: Path, about: str) -> list[str]:
    done = CliRunner().invoke(app, ["audit", "--home", str(home), "--about", about, "--json"])
    assert done.exit_code == 0
    return [json.loads(line)["action"] for line in done.stdout.splitlines()]


def test_an_old_id_leads_to_the_rest_when_its_first_alert_is_suppressed(tmp_path: Path) -> None:
    _, other = analyzed(tmp_path)
    old = str(other["id"])
    with writing(tmp_path, 64) as home:
        change(home, old, "assign", value="ann", by="bob")
        new = hide_first(home, old)
        assert new != old
        assert whole(home, old)["id"] == whole(home, old[:8])["id"] == new
        assert change(home, old, "close", value="benign", by="ann")["id"] == new
        newest = hide_first(home, new)
        assert newest not in {old, new}
        assert whole(home, newest)["owner"] == "ann"
        assert {whole(home, each)["id"] for each in (old, new, newest)} == {newest}
    exported = CliRunner().invoke(app, ["incidents", "export", old, "--home", str(tmp_path), "--format", "json"])
    assert json.loads(exported.stdout)["id"] == newest
    said = ["incident.assign", "incident.close"]
    assert [audited(tmp_path, each) for each in (old, new, newest)] == [said, said, said]
    assert audited(tmp_path, "ffffffffff") == []


def test_the_trail_of_what_was_merged_is_one(tmp_path: Path) -> None:
    one, other = (str(each["id"]) for each in analyzed(tmp_path))
    with writing(tmp_path, 64) as home:
        change(home, one, "note", note="a", by="ann")
        change(home, other, "note", note="b", by="ann")
        assert audited(tmp_path, one) == ["incident.note"]
        merge(home, NOTHING, [one, other], by="ann", why="")
    said = ["incident.note", "incident.note", "incident.merge"]
    assert [audited(tmp_path, each) for each in (one, other)] == [said, said]


def test_an_incident_all_of_which_is_suppressed_is_none(tmp_path: Path) -> None:
    one, other = analyzed(tmp_path)
    rules = {step["rule"]["id"] for step in other["timeline"]}  # type: ignore[attr-defined]
    until = utc_now() + dt.timedelta(days=1)
    with writing(tmp_path, 64) as home:
        for rule in rules:
            suppress(home, NOTHING, Suppression(0, rule, (), until, "ann", "known", utc_now()), by="ann")
    with reading(tmp_path) as home:
        with pytest.raises(UsageError, match="no such incident"):
            whole(home, str(other["id"]))
        assert whole(home, str(one["id"]))["id"] == one["id"]


def test_an_incident_whose_alerts_a_run_took_back_before_it_ended_is_no_crash(tmp_path: Path) -> None:
    one, other = analyzed(tmp_path)
    with writing(tmp_path, 64) as home:
        members = [step["id"] for step in whole(home, str(other["id"]))["timeline"]]
        with home.store.transaction() as connection:
            withdraw(connection, members)
        with pytest.raises(UsageError, match="taken back"):
            whole(home, str(other["id"]))
        assert [each["id"] for each in wholes(home, [str(other["id"]), str(one["id"])])] == [one["id"]]
