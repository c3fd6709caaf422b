"""What an analyst sees of incidents on a terminal, and does with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from attack_day import ATTACK_DAY
from typer.testing import CliRunner

from watchfloor.app.analyze import Request, analyze
from watchfloor.app.rules import content
from watchfloor.cli.main import app
from watchfloor.core.settings import Settings

HOSTILE = "\x1b]0;owned\x07 \u202e"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("incidents") / "home"
    analyze(Request([str(ATTACK_DAY)], (content("rules"),), place), Settings())
    return place


def _run(home: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["incidents", *arguments, "--home", str(home)], env={"COLUMNS": "120"})
    assert done.exit_code == 0, done.output
    return done.stdout


def _listed(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _run(home, "list", "--all", "--json").splitlines()]


def test_an_incident_is_shown_whole(home: Path) -> None:
    longest = max(_listed(home), key=lambda head: int(head["alerts"]))
    shown = _run(home, "show", longest["id"])
    for heading in ("What happened", "Who and what", "Who acted on whom", "What to do first"):
        assert heading in shown
    whole = json.loads(_run(home, "show", longest["id"], "--json"))
    for number, step in enumerate(whole["timeline"], start=1):
        assert f"{number}. {step['timestamp'][:19].replace('T', ' ')}" in shown
        assert step["join"]["text"].split(",")[0] in " ".join(shown.split())
        assert all(entity["value"] in shown for entity in step["entities"])
    assert "with step " in shown
    document = _run(home, "export", longest["id"])
    assert "## Who acted on whom" in document
    assert "## Records" in document


def test_who_works_on_it_is_listed_and_hostile_words_stay_words(home: Path) -> None:
    first = _listed(home)[0]["id"]
    _run(home, "assign", first, "ann" + HOSTILE, "--by", "bob" + HOSTILE)
    _run(home, "note", first, HOSTILE, "--by", "bob")
    for shown in (_run(home, "list"), _run(home, "show", first), _run(home, "export", first)):
        assert "ann" in shown
        assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_what_a_split_leaves_below_the_threshold_is_said(home: Path) -> None:
    whole = next(
        found
        for head in _listed(home)
        for found in [json.loads(_run(home, "show", head["id"], "--json"))]
        if any(step["rule"]["level"] == "low" for step in found["timeline"])
    )
    low = next(step["id"] for step in whole["timeline"] if step["rule"]["level"] == "low")
    said = _run(home, "split", whole["id"], low[:12], "--by", "ann", "--why", "noise")
    assert "stays alerts" in said
    assert low not in {step["id"] for each in _listed(home) for step in _steps(home, each["id"])}


def _steps(home: Path, incident: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_run(home, "show", incident, "--json"))["timeline"]
    return found
