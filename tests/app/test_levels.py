"""Levels of one's own: read with care, and true of alerts, incidents and whatever hangs on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from attack_day import ATTACK_DAY

from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.levels import load_levels, read_levels
from watchfloor.app.rules import rule_context, rule_roots
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.policy.policy import Policy

CLEARED = "Event log cleared"


def run(folder: Path, levels: dict[str, str], jobs: int = 1, home: Path | None = None) -> Result:
    request = Request(
        [str(ATTACK_DAY)],
        rule_roots([], builtin=True),
        home=home,
        jobs=jobs,
        context=rule_context([], None, Policy(), levels),
    )
    return analyze(request, Settings(cache_dir=folder / "cache"))


def level_of(result: Result, title: str) -> set[str]:
    return {alert["rule"]["level"] for alert in result.alerts if alert["rule"]["title"] == title}


def test_a_level_counts_in_alerts_and_incidents_also_of_what_a_home_has(tmp_path: Path) -> None:
    before = run(tmp_path, {}, home=tmp_path / "home")
    ids = {alert["rule"]["id"] for alert in before.alerts}
    (cleared,) = {alert["rule"]["id"] for alert in before.alerts if alert["rule"]["title"] == CLEARED}
    assert level_of(before, CLEARED) == {"high"}
    after = run(tmp_path, {cleared: "critical", "no-such-rule": "low"}, home=tmp_path / "home")
    assert level_of(after, CLEARED) == {"critical"}
    assert after.unknown_levels == ["no-such-rule"]
    assert "critical" in {incident["severity"] for incident in after.incidents}
    quiet = run(tmp_path, dict.fromkeys(ids, "informational"))
    assert {alert["rule"]["level"] for alert in quiet.alerts} == {"informational"}
    assert quiet.incidents == []
    assert not quiet.at_least("low")


def test_other_processes_know_the_levels(tmp_path: Path) -> None:
    (cleared,) = {alert["rule"]["id"] for alert in run(tmp_path, {}).alerts if alert["rule"]["title"] == CLEARED}
    assert level_of(run(tmp_path, {cleared: "low"}, jobs=2), CLEARED) == {"low"}


def test_the_file_of_the_home_counts_unless_another_is_given(tmp_path: Path) -> None:
    assert load_levels(None, None) == {}
    assert load_levels(None, tmp_path) == {}
    (tmp_path / "levels.yml").write_text("AAAA-1: crit\n12: low\n")
    assert load_levels(None, tmp_path) == {"aaaa-1": "critical", "12": "low"}
    other = tmp_path / "other.yml"
    other.write_text("b: medium\n")
    assert load_levels(other, tmp_path) == {"b": "medium"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a: loud", "unknown level 'loud'"),
        ("a: 3", "needs a level"),
        ("a: [low]", "needs a level"),
        ("- low", "mapping"),
        ("a: low\na: high", "given twice"),
        ("", "levels.yml:1"),
        ("a: {", "not YAML"),
    ],
)
def test_what_is_no_level_is_refused_with_its_place(tmp_path: Path, text: str, wanted: str) -> None:
    path = tmp_path / "levels.yml"
    path.write_text(text)
    with pytest.raises(UsageError) as found:
        read_levels(path)
    assert wanted in str(found.value)
    assert "levels.yml" in str(found.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_levels(tmp_path / "none.yml", None)
