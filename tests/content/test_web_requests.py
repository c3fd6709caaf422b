"""Attacks in many encodings against requests that look like them, and whether attacks on a real shop worked.

The requests were written, and the shop recorded, before the rules for web servers were run on them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from watchfloor.cli.main import app

HERE = Path(__file__).parent / "requests"
LINE = '203.0.113.9 - - [25/Nov/2026:10:00:00 +0000] "{} {} HTTP/1.1" {} {} "-" "Mozilla/5.0 (X11; Linux x86_64)"\n'
WORKED = ("high", "critical")
"""Levels of alerts that say an attack worked; attempts are low, and medium is what may have."""


def recognised(name: str, folder: Path) -> tuple[list[str], list[str]]:
    """The requests of a file in which an attack is seen, and the others."""
    rows = [line.split("\t") for line in (HERE / name).read_text("utf-8").splitlines()]
    path = folder / "access.log"
    path.write_text(
        "".join(LINE.format(method, target.replace('"', "\\x22"), *answer) for _, method, target, *answer in rows),
        "utf-8",
    )
    events = [json.loads(line) for line in CliRunner().invoke(app, ["parse", str(path)]).stdout.splitlines()]
    assert len(events) == len(rows) == 100
    seen = [bool(event.get("watchfloor.web.attack")) for event in events]
    targets = [row[2] for row in rows]
    return (
        [target for target, found in zip(targets, seen, strict=True) if found],
        [target for target, found in zip(targets, seen, strict=True) if not found],
    )


def test_attacks_in_many_encodings_are_seen(tmp_path: Path) -> None:
    _, missed = recognised("attacks.tsv", tmp_path)
    assert len(missed) <= 5, missed


def test_requests_that_only_look_like_attacks_are_not(tmp_path: Path) -> None:
    false, _ = recognised("lookalikes.tsv", tmp_path)
    assert len(false) <= 1, false


def test_it_is_told_which_attacks_on_a_real_shop_worked(tmp_path: Path) -> None:
    rows = (line.split("\t") for line in (HERE / "shop_verdicts.tsv").read_text("utf-8").splitlines())
    truth = {int(line): verdict for line, verdict in rows}
    alerts = tmp_path / "alerts.jsonl"
    CliRunner().invoke(app, ["analyze", str(HERE / "shop_access.log"), "--alerts", str(alerts)])
    found: list[dict[str, Any]] = [json.loads(line) for line in alerts.read_text("utf-8").splitlines()]
    worked = {event["log.line"] for each in found if each["rule"]["level"] in WORKED for event in each["events"]}
    alerted = {event["log.line"] for each in found for event in each["events"]}
    requests = (HERE / "shop_access.log").read_text("utf-8").splitlines()
    wrong = [requests[line] for line, verdict in truth.items() if (line in worked) != (verdict == "worked")]
    assert len(truth) == 50
    assert len(wrong) <= 5, wrong
    assert alerted <= truth.keys(), "an ordinary request"
