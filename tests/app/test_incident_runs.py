"""Incidents from end to end: the same alerts give the same incidents, and what people said is kept."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from attack_day import ATTACK_DAY

from watchfloor.alerts.suppression import Suppression
from watchfloor.app import incident_stories
from watchfloor.app.analyze import Request, analyze
from watchfloor.app.home import reading, writing
from watchfloor.app.incident_changes import change, merge, split
from watchfloor.app.incident_stories import whole
from watchfloor.app.incidents import heads
from watchfloor.app.rules import content
from watchfloor.app.suppressions import suppress
from watchfloor.assets.inventory import Inventory
from watchfloor.core.clock import utc_now
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.incidents import register
from watchfloor.incidents.markdown import markdown, text
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
    with reading(tmp_path) as home:
        assert whole(home, one["id"])["id"] == whole(home, other["id"])["id"]
        assert whole(home, one["id"][:8])["id"] == whole(home, other["id"][:8])["id"]
        for unknown in ("ffff", "ffffffffff", ""):
            with pytest.raises(UsageError, match="no such incident"):
                whole(home, unknown)


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


GUESSED = [
    f"2026-03-02T09:00:{second:02}+00:00 web01 sshd[7]: Failed password for deploy from 198.51.100.77 port 4711 ssh2\n"
    for second in range(12)
]
GUESSED += [
    "2026-03-02T09:00:30+00:00 web01 sshd[8]: Accepted password for deploy from 198.51.100.77 port 4711 ssh2\n",
    "2026-03-02T09:02:00+00:00 web01 useradd[9]: new user: name=sysd, UID=0, GID=0, home=/root, shell=/bin/sh\n",
]


def _guessed(folder: Path) -> Path:
    folder.mkdir()
    (folder / "auth.log").write_text("".join(GUESSED))
    analyze(Request([str(folder / "auth.log")], (content("rules"),), folder / "home"), Settings())
    return folder / "home"


def test_a_correlation_tells_whose_address_and_account_it_was(tmp_path: Path) -> None:
    home = _guessed(tmp_path / "a")
    (one,) = _heads(home)
    with reading(home) as opened:
        found = whole(opened, one["id"])
    assert "deploy" in found["summary"]
    assert "198.51.100.77" in found["summary"]
    named = {(each["kind"], each["value"]) for each in found["entities"]}
    assert {("ip", "198.51.100.77"), ("user", "deploy"), ("host", "web01")} <= named
    assert any("Accepted password for deploy" in record for step in found["timeline"] for record in step["records"])
    assert "Accepted password for deploy" in markdown(found)
    request = Request([str(tmp_path / "a" / "auth.log")], (content("rules"),), tmp_path / "b", whole_incidents=True)
    assert analyze(request, Settings()).incidents == [found]


def test_what_was_said_stays_with_an_incident_that_loses_its_first_alert(tmp_path: Path) -> None:
    home = _guessed(tmp_path / "a")
    (one,) = _heads(home)
    with writing(home, 64) as opened:
        change(opened, one["id"], "assign", value="ann", by="bob")
        anchor = next(step for step in whole(opened, one["id"])["timeline"] if not step["join"]["other"])
        split(opened, NOTHING, one["id"], [anchor["id"]], by="ann", why="another story")
    owners = {head["alerts"]: head["owner"] for head in _heads(home)}
    assert owners == {1: "", one["alerts"] - 1: "ann"}
    (rest,) = (head for head in _heads(home) if head["owner"])
    until = utc_now() + dt.timedelta(days=1)
    with writing(home, 64) as opened:
        first = next(step for step in whole(opened, rest["id"])["timeline"] if not step["join"]["other"])
        hidden = Suppression(0, first["rule"]["id"], (), until, "ann", "known", utc_now())
        suppress(opened, NOTHING, hidden, by="ann")
    (left,) = (head for head in _heads(home) if head["id"] != one["id"])
    assert left["id"] != rest["id"]
    assert left["owner"] == "ann"


def test_an_incident_tells_who_joined_and_split_it(tmp_path: Path) -> None:
    one, other = _demo(tmp_path)
    with writing(tmp_path, 64) as home:
        merged = merge(home, NOTHING, [one["id"], other["id"]], by="ann", why="the same night")
        last = whole(home, merged)["timeline"][-1]["id"]
        split(home, NOTHING, merged, [last], by="bob", why="not this one")
        changes = whole(home, merged)["changes"]
    said = [(each["kind"], each["by"], each["note"]) for each in changes]
    assert said == [("merge", "ann", "the same night"), ("split", "bob", "not this one")]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("At 08:50:01: done", "At 08:50:01: done"),
        ("http://evil.example", "http\\://evil.example"),
        ("mailto:eve", "mailto\\:eve"),
        (":smile: :100:", "\\:smile: \\:100\\:"),
        ("12:100: x", "12\\:100: x"),
    ],
)
def test_colons_that_mean_something_to_markdown_mean_themselves(given: str, shown: str) -> None:
    assert text(given) == shown


def test_alerts_beyond_those_with_records_are_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = _guessed(tmp_path / "a")
    (one,) = _heads(home)
    monkeypatch.setattr(incident_stories, "MAX_SHOWN", 0)
    with reading(home) as opened:
        found = whole(opened, one["id"])
    assert len(found["timeline"]) == one["alerts"]
    assert not any(step["records"] for step in found["timeline"])
    assert "198.51.100.77" in found["summary"]
