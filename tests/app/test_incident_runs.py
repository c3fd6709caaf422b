"""Incidents from end to end: the same alerts give the same incidents, and what people said is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attack_day import ATTACK_DAY

from watchfloor.app.analyze import Request, analyze
from watchfloor.app.home import reading, writing
from watchfloor.app.incident_changes import change, merge, split
from watchfloor.app.incidents import heads, whole
from watchfloor.app.rules import content
from watchfloor.assets.inventory import Inventory
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.incidents import register
from watchfloor.incidents.markdown import markdown
from watchfloor.incidents.story import told
from watchfloor.store import audit
from watchfloor.store.tables import audit_entry

NOTHING = Inventory.empty()
HOSTILE = "\x1b]0;owned\x07 | [x](javascript:1) <b> `a` \u202e www.evil.example\r\n# head"


def _demo(home: Path, batch_size: int = 50_000) -> list[dict[str, Any]]:
    request = Request([str(ATTACK_DAY)], (content("rules"),), home, whole_incidents=True)
    return analyze(request, Settings(batch_size=batch_size)).incidents


def _shape(incidents: list[dict[str, Any]]) -> list[Any]:
    return [(each["id"], each["severity"], [step["id"] for step in each["timeline"]]) for each in incidents]


def _heads(home: Path) -> list[dict[str, Any]]:
    with reading(home) as opened, opened.store.read() as connection:
        return heads(connection)


def test_the_demo_has_its_two_incidents_however_it_is_cut(tmp_path: Path) -> None:
    first = _demo(tmp_path / "a")
    assert [len(each["timeline"]) for each in first] == [3, 6]
    assert _shape(_demo(tmp_path / "b", batch_size=7)) == _shape(first)
    assert _shape(_demo(tmp_path / "a")) == _shape(first)


def test_a_story_tells_all_of_it(tmp_path: Path) -> None:
    for incident in _demo(tmp_path):
        assert str(len(incident["timeline"])) in incident["summary"]
        assert [step["timestamp"] for step in incident["timeline"]] == sorted(
            step["timestamp"] for step in incident["timeline"]
        )
        assert all(step["why"] and step["join"]["text"] for step in incident["timeline"])
        assert incident["response"]
        assert incident["entities"]
        assert json.dumps(incident)


def test_a_split_and_a_merge_outlive_the_next_run(tmp_path: Path) -> None:
    one, other = _demo(tmp_path)
    out = other["timeline"][-1]["id"]
    with writing(tmp_path, 64) as home:
        found = split(home, NOTHING, other["id"][:10], [out[:12]], by="ann", why="not of it")
        assert len(found) == 3, "what only that alert held together falls apart, too"
        merged = merge(home, NOTHING, [one["id"], found[0]], by="ann", why="the same night")
    before = _heads(tmp_path)
    assert merged in {each["id"] for each in before}
    assert len(before) == 3
    _demo(tmp_path)
    assert _heads(tmp_path) == before


def test_a_closed_incident_opens_again_with_more_alerts(tmp_path: Path) -> None:
    one, other = _demo(tmp_path)
    with writing(tmp_path, 64) as home:
        assert change(home, one["id"], "close", value="benign", by="ann", note="a test")["status"] == "closed"
        assert change(home, other["id"], "assign", value="bob", by="ann")["owner"] == "bob"
        with pytest.raises(UsageError, match="no verdict"):
            change(home, one["id"], "close", value="whatever", by="ann")
        merge(home, NOTHING, [one["id"], other["id"]], by="ann", why="")
    (found,) = _heads(tmp_path)
    assert (found["status"], found["owner"]) == ("reopened", "bob")


def test_an_incident_is_found_by_the_id_that_it_had(tmp_path: Path) -> None:
    one, other = _demo(tmp_path)
    with writing(tmp_path, 64) as home:
        merge(home, NOTHING, [one["id"], other["id"]], by="ann", why="")
    with reading(tmp_path) as home, home.store.read() as connection:
        assert whole(connection, one["id"])["id"] == whole(connection, other["id"])["id"]
        with pytest.raises(UsageError, match="no such incident"):
            whole(connection, "ffff")


def test_what_people_change_is_in_the_audit_trail(tmp_path: Path) -> None:
    one, other = _demo(tmp_path)
    with writing(tmp_path, 64) as home:
        change(home, one["id"], "note", by="ann", note=HOSTILE)
        merge(home, NOTHING, [one["id"], other["id"]], by="bob", why="one thing")
        with home.store.transaction() as connection:
            assert [(row["by"], row["action"]) for row in audit.entries(connection)] == [
                ("ann", "incident.note"),
                ("bob", "incident.merge"),
            ]
            assert audit.broken(connection) is None
            connection.execute(sa.update(audit_entry).where(audit_entry.c.number == 1).values(by="eve"))
            assert audit.broken(connection) == 1
            connection.execute(sa.delete(audit_entry).where(audit_entry.c.number == 1))
            assert audit.broken(connection) == 1


def test_hostile_text_stays_text_in_markdown(tmp_path: Path) -> None:
    incident = _demo(tmp_path)[0]
    step = {
        **incident["timeline"][0],
        "links": [{"kind": "user", "value": HOSTILE, "side": "actor"}],
        "why": [{"field": HOSTILE, "value": HOSTILE, "pattern": ""}],
    }
    step["rule"] = {**step["rule"], "title": HOSTILE, "response": [HOSTILE]}
    document = markdown(told({**incident, "title": HOSTILE}, [step]))
    assert not {"\x1b", "\x07", "\r", "\u202e"} & set(document)
    assert "[x](" not in document
    assert "<b>" not in document
    assert "\n# head" not in document
    assert "www.evil" not in document


def test_an_incident_of_very_many_alerts_is_shown(tmp_path: Path) -> None:
    _demo(tmp_path)
    with reading(tmp_path) as opened, opened.store.read() as connection:
        assert register.links_of(connection, [f"a{number}" for number in range(40_000)]) == {}


def test_a_closed_incident_opens_again_when_it_goes_on(tmp_path: Path) -> None:
    """More events of alerts that it has are news, too."""
    log, home = tmp_path / "auth.log", tmp_path / "home"
    line = "2026-03-02T09:{}:00+00:00 web01 sshd[7]: Accepted password for root from 203.0.113.9 port 4711 ssh2\n"
    request = Request([str(log)], (content("rules"),), home)
    log.write_text(line.format("00"))
    analyze(request, Settings())
    (one,) = _heads(home)
    with writing(home, 64) as opened:
        change(opened, one["id"], "close", value="benign", by="ann")
    analyze(request, Settings())
    assert [head["status"] for head in _heads(home)] == ["closed"]
    with log.open("a") as file:
        file.write(line.format("05"))
    analyze(request, Settings())
    (found,) = _heads(home)
    assert (found["id"], found["alerts"], found["status"]) == (one["id"], 1, "reopened")
