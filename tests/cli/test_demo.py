"""`watchfloor demo` as a user starts it, on the attacks alone: a few thousand lines, enough to go through all of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from watchfloor.cli.main import app
from watchfloor.testing.company.companies.brunnhof import COMPANY

ATTACKS_ALONE = replace(COMPANY, life=lambda _: None)


def test_report_of_the_demo_tells_its_incidents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchfloor.cli.analyze.bundled_company", lambda _: ATTACKS_ALONE)
    monkeypatch.setenv("WATCHFLOOR_CACHE_DIR", str(tmp_path / "cache"))
    page, rows = tmp_path / "report.html", tmp_path / "incidents.jsonl"
    result = CliRunner().invoke(app, ["demo", "--report", str(page), "--incidents", str(rows)])
    assert result.exit_code == 0, result.output
    text = page.read_text("utf-8")
    assert "<script" not in text
    assert "watchfloor demo" in text
    ids = [line.split('"id":"')[1][:12] for line in rows.read_text("utf-8").splitlines()]
    assert len(ids) >= 2
    assert [id_ for id_ in ids if id_ not in text] == []
