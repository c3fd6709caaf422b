"""Loading: what is a problem, and what the rest of the files gives all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from rule_documents import DETECTION, GOOD, text

from watchfloor.detect.sigma import RuleSet
from watchfloor.schema.sigma_fields import LogSource

BROKEN: dict[str, tuple[str, str]] = {
    "not yaml": ("title: [", "not YAML"),
    "a list": ("- a\n- b\n", "a list instead of a mapping"),
    "a text": ("just words", "a str instead of a mapping"),
    "empty": ("", "nothing in it"),
    "control": ("title: \x07", "not YAML"),
    "binary": ("\x00\xff\xfe", "not YAML"),
    "no title": (text(title=None), "Sigma rule must have a title"),
    "no logsource": (text(logsource=None), "logsource"),
    "no detection": (text(detection=None), "etection"),
    "no condition": (text(detection={"sel": {"a": 1}}), "at least one condition"),
    "unknown selection": (text(detection={**DETECTION, "condition": "sel and other"}), "'other'"),
    "no selection like it": (text(detection={**DETECTION, "condition": "1 of x*"}), "x*"),
    "bad condition": (text(detection={**DETECTION, "condition": "sel and and"}), "'and', which does not exist"),
    "unbalanced": (text(detection={**DETECTION, "condition": "(sel"}), "Unbalanced"),
    "pipe": (text(detection={**DETECTION, "condition": "sel | count() > 3"}), "pipe syntax"),
    "unknown modifier": (text(detection={"sel": {"a|frobnicate": 1}, "condition": "sel"}), "frobnicate"),
    "bad regex": (text(detection={"sel": {"a|re": "("}, "condition": "sel"}), "Regular expression"),
    "look-ahead": (text(detection={"sel": {"a|re": "a(?=b)"}, "condition": "sel"}), "Regular expression"),
    "bad network": (text(detection={"sel": {"a|cidr": "10.0.0.300/8"}, "condition": "sel"}), "CIDR"),
    "keyword null": (text(detection={"sel": [None], "condition": "sel"}), "needs a field"),
    "unknown action": (text(action="explode"), "explode"),
    "correlation": (
        yaml.safe_dump(
            {
                "title": "C",
                "correlation": {"type": "event_count", "rules": ["x"], "timespan": "1m", "condition": {"gt": 1}},
            }
        ),
        "refers to 'x', which does not exist or cannot run",
    ),
    "filter": (
        yaml.safe_dump({"title": "F", "logsource": {}, "filter": {"rules": ["x"]}}),
        "Sigma log source can't be empty",
    ),
    "date": ("title: x\ndate: 2024-13-77\n", "not YAML"),
    "condition of another type": (text(detection={"sel": {"a": 1}, "condition": {"x": 1}}), "must be a text"),
    "detection of another type": (
        text(detection={"sel": {"a": {"b": {"c": 1}}}, "condition": "sel"}),
        "Unsupported type",
    ),
    "rule key of another type": ("? [a, b]\n: 1\n", "not YAML"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_rule_beside_good_ones(sigma: Any, content: str, reason: str) -> None:
    second = {**GOOD, "id": "22222222-2222-4222-8222-222222222222"}
    rules = sigma.load(GOOD, content, second)
    assert [rule.id[:1] for rule in rules.rules] == ["1", "2"]
    assert rules.problems
    assert all(problem.path.name == "0001.yml" and not problem.runs for problem in rules.problems)
    assert any(reason in problem.reason for problem in rules.problems), [str(problem) for problem in rules.problems]
    assert len(sigma.firings(rules, sigma.sysmon(Image="a"))) == 2


def test_the_line_of_a_syntax_error(sigma: Any) -> None:
    rules = sigma.load("title: a\nlevel: high\ndetection: [\n")
    assert [problem.line for problem in rules.problems] == [4]
    assert str(rules.problems[0]).startswith(f"{rules.problems[0].path}:4: ")


def test_wrong_metadata_is_a_problem_but_the_rule_runs(sigma: Any) -> None:
    rules = sigma.load({**GOOD, "status": "sleepy", "date": "yesterday", "level": 7, "tags": "x", "description": ["y"]})
    assert len(rules.rules) == 1
    assert len(rules.problems) >= 4
    assert (rules.rules[0].level, rules.rules[0].status, rules.rules[0].description) == ("", "", "")
    assert all(problem.runs for problem in rules.problems)


def test_one_bad_rule_in_a_file_of_several(sigma: Any) -> None:
    bad = {**GOOD, "id": "22222222-2222-4222-8222-222222222222", "detection": {"sel": {"a|x": 1}, "condition": "sel"}}
    good = {**GOOD, "id": "33333333-3333-4333-8333-333333333333"}
    rules = sigma.load(yaml.safe_dump_all([GOOD, bad, good]))
    assert [rule.id[:1] for rule in rules.rules] == ["1", "3"]
    assert [problem.rule[:1] for problem in rules.problems] == ["2"]


def test_rule_collections_share_a_global_part(sigma: Any) -> None:
    common = {"action": "global", "title": "T", "logsource": GOOD["logsource"]}
    parts = [{"id": f"{number * 8}-1111-4111-8111-111111111111", "detection": DETECTION} for number in "45"]
    rules = sigma.load(yaml.safe_dump_all([common, *parts]))
    assert [(rule.id[:1], rule.title) for rule in rules.rules] == [("4", "T"), ("5", "T")]
    assert rules.problems == ()


def test_the_first_of_two_rules_with_one_id_counts(sigma: Any) -> None:
    rules = sigma.load(GOOD, {**GOOD, "title": "Second"})
    assert [rule.title for rule in rules.rules] == ["Good"]
    assert [problem.reason for problem in rules.problems] == [f"same id as in {rules.rules[0].path}, which is used"]


def test_a_file_given_twice_is_read_once(sigma: Any) -> None:
    path = sigma.load(GOOD).rules[0].path
    rules = RuleSet.load([path.parent, path])
    assert len(rules.rules) == 1
    assert rules.problems == ()


def test_rules_without_an_id_get_a_stable_one(sigma: Any) -> None:
    anonymous = {key: value for key, value in GOOD.items() if key != "id"}
    first, second = sigma.load(anonymous), sigma.load({**anonymous, "description": "changed"})
    assert first.rules[0].id == second.rules[0].id != ""


def test_missing_and_unreadable_paths_are_problems(tmp_path: Path) -> None:
    rules = RuleSet.load([tmp_path / "nowhere"])
    assert [problem.reason for problem in rules.problems] == ["does not exist"]


def test_fields_that_parsers_must_keep(sigma: Any) -> None:
    rules = sigma.load(GOOD)
    assert rules.fields == {"winlog.event_data.Image", "winlog.user_data.Image", "winlog.event_data.NewProcessName"}
    assert rules.where(lambda rule: rule.title == "Other").fields == frozenset()


def test_log_sources_without_data_are_told_apart_from_problems(sigma: Any) -> None:
    rules = sigma.load(
        GOOD,
        {
            **GOOD,
            "id": "22222222-2222-4222-8222-222222222222",
            "logsource": {"product": "huawei", "service": "bgp"},
        },
    )
    assert rules.problems == ()
    assert {key: len(found) for key, found in rules.unserved().items()} == {LogSource("huawei", "", "bgp"): 1}
