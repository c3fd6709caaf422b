"""The demo's own path: a week on disk, the request made for it, and the score of what comes of it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from watchfloor.app.analyze import analyze
from watchfloor.app.demo import bundled_company, company_week, planted, week_request
from watchfloor.assets.inventory_file import read_inventory
from watchfloor.cli.demo_screen import show_score
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.testing.company.companies.brunnhof import COMPANY
from watchfloor.testing.company.companies.bundled import COMPANIES
from watchfloor.testing.company.score import score

ATTACKS_ALONE = replace(COMPANY, life=lambda _: None)
"""A few thousand lines, enough to go through all of it."""


def test_attacks_alone_are_read_found_and_scored(tmp_path: Path) -> None:
    settings = Settings(cache_dir=tmp_path / "cache")
    with company_week(ATTACKS_ALONE, None, seed=1, attacks=True) as week:
        result = analyze(week_request(week, None, whole_incidents=True), settings)
        scored = score(planted(week), result.alerts, result.incidents)
        folder = week.folder
    assert not folder.exists()
    assert result.summary.records == week.lines
    assert not result.summary.errors
    assert result.suppressed
    found = {each.id: each for each in scored.attacks}
    assert found["shop"].incidents
    assert found["workstation"].incidents
    assert not set(found["shop"].incidents) & set(found["workstation"].incidents)
    assert not scored.mixed
    out = io.StringIO()
    show_score(Console(file=out, width=120, highlight=False), scored)
    assert "pentest: right" in out.getvalue()


def test_a_folder_is_kept_and_never_written_over(tmp_path: Path) -> None:
    with company_week(ATTACKS_ALONE, tmp_path / "week", seed=1, attacks=True):
        pass
    names = {path.name for path in (tmp_path / "week").iterdir()}
    assert names == {"logs", "inventory.yml", "policy.yml", "attacks.yml"}
    with (
        pytest.raises(UsageError, match="not empty"),
        company_week(ATTACKS_ALONE, tmp_path / "week", seed=1, attacks=True),
    ):
        pass
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(UsageError, match="written"), company_week(ATTACKS_ALONE, file, seed=1, attacks=True):
        pass


@pytest.mark.parametrize("name", sorted(COMPANIES))
def test_each_company_has_an_inventory_and_a_policy_that_are_read(name: str, tmp_path: Path) -> None:
    company = replace(bundled_company(name), life=lambda _: None)
    with company_week(company, tmp_path / "week", seed=1, attacks=False) as week:
        request = week_request(week, None, whole_incidents=False)
        assert request.policy is not None
        assert request.policy.maintenance
        assert request.inventory is not None
        known = read_inventory(request.inventory)
        there = company.world(1)
        controller = there.server("controller")
        assert "domain_controller" in known.roles("ip", controller.address)
        assert "nat" in known.roles("ip", there.names.nat)
        assert not planted(week)["attacks"]


def test_a_company_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="brunnhof, marlowe"):
        bundled_company("nobody")
