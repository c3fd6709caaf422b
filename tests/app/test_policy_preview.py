"""A preview of a policy says what analysing the same logs with it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from watchfloor.app.analyze import Request, analyze
from watchfloor.app.backtest import Comparison, columns, compare
from watchfloor.app.home import reading
from watchfloor.app.rules import content, load_rules, rule_context
from watchfloor.core.clock import moment
from watchfloor.core.settings import Settings
from watchfloor.lake.pages import pages
from watchfloor.policy.policy import Policy

RULES = [content("rules")]
SAID: dict[str, Any] = {
    "resolvers": ["10.0.0.53", "9.9.9.9", "2001:4860::/32", "2620:fe::/48"],
    "confidential_names": ["*salaries*"],
    "remote_tools": ["AnyDesk.exe"],
    "allowed_countries": ["NL", "DE"],
}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    for kind in ("network/dns_past_the_resolvers", "zeek/confidential_file_leaves", "windows/remote_tool_not_allowed"):
        for file in (content("rules") / f"{kind}.samples").glob("[fh]*s.*"):
            (folder / f"{Path(kind).name}-{file.name}").write_bytes(file.read_bytes())
    return folder


def analyzed(logs: Path, place: Path, policy: Policy, roots: list[Path], home: Path | None = None) -> set[str]:
    settings = Settings(cache_dir=place / "cache", batch_size=5)
    request = Request([str(logs)], roots, home, context=rule_context([], None, policy))
    return {alert["id"] for alert in analyze(request, settings).alerts}


def preview(home: Path, place: Path, old: Policy, new: Policy, size: int, **window: Any) -> Comparison:
    before, after = (load_rules(RULES, place / "cache", rule_context([], None, each)) for each in (old, new))
    with reading(home) as opened:
        return compare(pages(opened.lake, columns(before, after), size=size, **window), before, after)


@pytest.mark.parametrize("size", [3, 50_000])
@pytest.mark.parametrize("with_rules", [True, False])
def test_a_preview_is_what_analysis_would_say(logs: Path, tmp_path: Path, size: int, with_rules: bool) -> None:
    old = Policy.model_validate({"resolvers": ["10.0.0.53"], "remote_tools": []})
    new = Policy.model_validate(SAID)
    home = tmp_path / "home"
    analyzed(logs, tmp_path, old, RULES if with_rules else [], home)
    before, after = (analyzed(logs, tmp_path, each, RULES) for each in (old, new))
    found = preview(home, tmp_path, old, new, size)
    assert {each.id for change in found.changes for each in change.raised} == after - before
    assert {each.id for change in found.changes for each in change.spared} == before - after
    assert sum(change.new for change in found.changes) == len(after - before) > 0
    assert sum(change.vanished for change in found.changes) == len(before - after) > 0
    assert sum(change.after for change in found.changes) <= len(after)
    assert found.whole


def test_the_same_policy_changes_nothing_and_looks_at_nothing(logs: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    policy = Policy.model_validate(SAID)
    analyzed(logs, tmp_path, policy, RULES, home)
    found = preview(home, tmp_path, policy, policy, 10)
    assert (found.changes, found.events) == ([], 0)


def test_a_window_and_a_policy_that_blinds(logs: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    policy = Policy.model_validate(SAID)
    analyzed(logs, tmp_path, policy, RULES, home)
    whole = preview(home, tmp_path, policy, Policy(), 10)
    assert all(change.after == 0 for change in whole.changes)
    assert sum(change.vanished for change in whole.changes) > 0
    late = preview(home, tmp_path, policy, Policy(), 10, since=moment("2026-11-25"))
    assert 0 < late.events < whole.events
    assert preview(home, tmp_path, policy, Policy(), 10, until=moment("2020-01-01")).events == 0


def test_correlations_and_behaviours_that_change_are_named(tmp_path: Path) -> None:
    correlation = {
        "title": "Many",
        "id": "00000000-0000-4000-8000-0000000000ac",
        "correlation": {
            "type": "event_count",
            "rules": ["5d0b7a36-94c1-4e8f-b2a7-3c61f8e0d925"],
            "timespan": "1h",
            "group-by": ["source.ip"],
            "condition": {"gte": 2},
        },
    }
    (tmp_path / "many.yml").write_text(json.dumps(correlation), "utf-8")
    old, new = (
        load_rules([*RULES, tmp_path], tmp_path / "cache", rule_context([], None, each))
        for each in (Policy(), Policy.model_validate(SAID))
    )
    bundled = {
        "A mailbox was opened from a country that is not allowed and then sent many messages",
        "Log-in from a country that is not allowed, and the second factor refused again and again",
        "Log-in from a country that is not allowed, then a rule that sends mail on",
        "Log-in from a country that is not allowed, then the mailbox forwards to a new address",
    }
    untold = [rule.title for rule in compare([], old, new).untold]
    assert len(untold) == len(bundled) + 1
    assert set(untold) == {*bundled, "Many"}
