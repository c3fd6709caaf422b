"""Filters: which rules they are for, what they change, and that a broken one changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma import filters as filters_module

PROCESS = {"product": "windows", "category": "process_creation"}
FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def a_rule(rule_id: str = FIRST, **changes: Any) -> dict[str, Any]:
    return {
        "title": f"Rule {rule_id[0]}",
        "id": rule_id,
        "logsource": PROCESS,
        "detection": {"sel": {"Image|endswith": ".exe"}, "condition": "sel"},
        **changes,
    }


def a_filter(rules: Any = "any", logsource: Any = None, **changes: Any) -> dict[str, Any]:
    detection = {"rules": rules, "selection": {"User|startswith": "adm_"}, "condition": "not selection"}
    return {
        "title": "Administrators",
        "name": "admins",
        "id": "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
        "logsource": logsource or PROCESS,
        "filter": detection,
        **changes,
    }


def fired(sigma: Any, rules: RuleSet, *events: dict[str, Any]) -> list[tuple[int, str]]:
    return [(firing.row, firing.rule.id[0]) for firing in sigma.firings(rules, *events)]


def both_events(sigma: Any) -> list[dict[str, Any]]:
    return [sigma.sysmon(Image="a.exe", User="adm_bob"), sigma.sysmon(Image="a.exe", User="bob")]


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        (a_filter("any"), [(1, "1"), (1, "2")]),
        (a_filter("ANY"), [(1, "1"), (1, "2")]),
        (a_filter([]), [(1, "1"), (1, "2")]),
        (a_filter([FIRST]), [(0, "2"), (1, "1"), (1, "2")]),
        (a_filter(FIRST), [(0, "2"), (1, "1"), (1, "2")]),
        (a_filter(["the_second"]), [(0, "1"), (1, "1"), (1, "2")]),
        (a_filter("any", {"product": "windows"}), [(1, "1"), (1, "2")]),
        (a_filter("any", {"category": "process_creation"}), [(1, "1"), (1, "2")]),
        (a_filter("any", {"product": "linux"}), [(0, "1"), (0, "2"), (1, "1"), (1, "2")]),
        (a_filter("any", {**PROCESS, "service": "sysmon"}), [(0, "1"), (0, "2"), (1, "1"), (1, "2")]),
    ],
)
def test_which_rules_a_filter_is_for(sigma: Any, filter_: dict[str, Any], expected: list[tuple[int, str]]) -> None:
    rules = sigma.load(filter_, a_rule(), a_rule(SECOND, name="the_second"))
    assert rules.problems == ()
    assert fired(sigma, rules, *both_events(sigma)) == expected


def test_a_filter_in_the_same_file_and_one_of_another_folder(sigma: Any, tmp_path: Path) -> None:
    first = Path(sigma.load(a_rule()).rules[0].path)
    first.write_text(f"{first.read_text('utf-8')}\n---\n{yaml_of(a_filter())}", "utf-8")
    assert fired(sigma, RuleSet.load([first]), *both_events(sigma)) == [(1, "1")]
    other = tmp_path / "other"
    other.mkdir()
    (other / "f.yml").write_text(yaml_of(a_filter(name="other", id=SECOND)), "utf-8")
    assert RuleSet.load([first, other]).rules[0].filters == ("admins", "other")


def yaml_of(document: dict[str, Any]) -> str:
    import yaml  # noqa: PLC0415 - only where a file is changed by hand

    return yaml.safe_dump(document, sort_keys=False)


def test_the_selections_of_a_filter_have_names_that_can_be_read(sigma: Any) -> None:
    filter_ = a_filter(filter={"rules": "any", "selection_a": {"User": "bob"}, "sel_b": None, "condition": "1 of them"})
    filter_["filter"]["sel_b"] = {"User": "eve"}
    rules = sigma.load(a_rule(), filter_)
    assert rules.rules[0].filters == ("admins",)
    (firing,) = sigma.firings(rules, sigma.sysmon(Image="a.exe", User="eve"))
    assert [(reason.selection, reason.field) for reason in firing.why] == [
        ("sel", "Image"),
        ("filter_admins/sel_b", "User"),
    ]


def test_patterns_of_rule_and_filter_do_not_reach_into_each_other(sigma: Any) -> None:
    rule = a_rule(detection={"filter_x": {"Image|endswith": ".exe"}, "condition": "1 of filter_*"})
    filter_ = a_filter(filter={"rules": "any", "filter_x": {"User": "bob"}, "condition": "not 1 of filter_*"})
    rules = sigma.load(rule, filter_)
    assert fired(sigma, rules, *both_events(sigma)) == [(0, "1")]


def test_several_filters_all_have_to_hold(sigma: Any) -> None:
    second = a_filter(
        name="admins",
        id=SECOND,
        filter={"rules": "any", "selection": {"User": "bob"}, "condition": "not selection"},
    )
    rules = sigma.load(a_rule(), a_filter(), second)
    assert rules.rules[0].filters == ("admins", SECOND)
    assert fired(sigma, rules, *both_events(sigma), sigma.sysmon(Image="a.exe")) == [(2, "1")]


def test_a_filter_on_an_event_id_that_no_rule_names(sigma: Any) -> None:
    rule = a_rule(
        logsource={"product": "windows", "service": "security"}, detection={"sel": {"A": 1}, "condition": "sel"}
    )
    filter_ = a_filter(
        logsource={"product": "windows"},
        filter={"rules": "any", "selection": {"EventID": 4624}, "condition": "not selection"},
    )
    rules = sigma.load(rule, filter_)
    assert fired(sigma, rules, sigma.security(4624, A="1"), sigma.security(4625, A="1")) == [(1, "1")]


@pytest.mark.parametrize(
    ("filter_", "line", "reason"),
    [
        ({"condition": "not selection", "selection": {"User": "x"}}, 7, "'rules' field"),
        ({"rules": 7, "condition": "not selection", "selection": {"User": "x"}}, 8, "rules field must be"),
        ({"rules": "any", "selection": {"User": "x"}}, 7, "exactly one condition"),
        ({"rules": "any", "condition": ["selection"], "selection": {"User": "x"}}, 9, "must be a string"),
        ({"rules": "any", "condition": "not other", "selection": {"User": "x"}}, 9, "'other', which does not exist"),
        ({"rules": "any", "condition": "not (", "selection": {"User": "x"}}, 9, "Expected"),
        ({"rules": "any", "condition": "not selection"}, 7, "No detections"),
        ({"rules": "any", "condition": "not selection", "selection": {"User|nope": "x"}}, 11, "nope"),
        ("text", 7, "must be a dictionary"),
    ],
)
def test_a_broken_filter_is_listed_and_changes_nothing(sigma: Any, filter_: Any, line: int, reason: str) -> None:
    rules = sigma.load(a_rule(), a_filter(filter=filter_))
    assert fired(sigma, rules, *both_events(sigma)) == [(0, "1"), (1, "1")]
    assert rules.rules[0].filters == ()
    (problem,) = rules.problems
    assert reason in problem.reason
    assert (problem.path.name, problem.line, problem.runs) == ("0001.yml", line, False)


def test_a_filter_for_a_rule_that_does_not_exist_is_listed_and_serves_the_others(sigma: Any) -> None:
    rules = sigma.load(a_rule(), a_filter(["nowhere", FIRST]))
    assert fired(sigma, rules, *both_events(sigma)) == [(1, "1")]
    (problem,) = rules.problems
    assert (
        problem.reason
        == "the filter names 'nowhere', which is no rule that runs here (filters are not for correlations)"
    )
    assert problem.runs


def test_a_filter_for_a_rule_of_another_log_source(sigma: Any) -> None:
    rules = sigma.load(a_rule(), a_filter([FIRST], {"product": "linux"}))
    assert [problem.runs for problem in rules.problems] == [True]
    assert "log source" in rules.problems[0].reason
    assert rules.rules[0].filters == ()


def test_the_first_of_filters_with_the_same_id_counts(sigma: Any) -> None:
    rules = sigma.load(a_rule(), a_filter(), a_filter(title="Copy"))
    assert rules.rules[0].filters == ("admins",)
    assert "same id as in" in rules.problems[0].reason


def test_filters_that_grow_too_large_together_are_refused(sigma: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters_module, "MAX_ADDED", 100)
    rules = sigma.load(a_rule(), a_rule(SECOND), a_filter())
    assert [rule.filters for rule in rules.rules] == [(), ()]
    assert "too large" in rules.problems[0].reason


def test_a_thousand_filters_for_one_rule(sigma: Any) -> None:
    filters = [
        a_filter(id=f"{number:08}-0000-4000-8000-000000000000", name=f"f{number}") | {"title": str(number)}
        for number in range(1_000)
    ]
    text = "\n---\n".join(map(yaml_of, filters))
    rules = sigma.load(a_rule(), text)
    assert rules.problems == ()
    assert len(rules.rules[0].filters) == 1_000
    assert fired(sigma, rules, *both_events(sigma)) == [(1, "1")]


def test_a_filter_works_from_the_cache_and_a_new_one_changes_cached_rules(sigma: Any, tmp_path: Path) -> None:
    folder, cache = Path(sigma.load(a_rule()).rules[0].path).parent, tmp_path / "cache"
    assert RuleSet.load([folder], cache_dir=cache).rules[0].filters == ()
    (folder / "filter.yml").write_text(yaml_of(a_filter()), "utf-8")
    cold = RuleSet.load([folder], cache_dir=cache)
    warm = RuleSet.load([folder], cache_dir=cache)
    assert [rules.rules[0].filters for rules in (cold, warm)] == [("admins",)] * 2
    assert warm.rules[0].compiled == cold.rules[0].compiled
    assert "winlog.event_data.User" in warm.fields
    (folder / "filter.yml").unlink()
    assert RuleSet.load([folder], cache_dir=cache).rules[0].filters == ()
