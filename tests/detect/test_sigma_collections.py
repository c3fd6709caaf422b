"""Files of several documents, action documents, related rules."""

from __future__ import annotations

from typing import Any

import yaml

HEAD = {"title": "Shared", "logsource": {"product": "windows", "category": "process_creation"}}


def file_of(*documents: Any) -> str:
    return yaml.safe_dump_all(documents, sort_keys=False)


def body(value: str, **more: Any) -> dict[str, Any]:
    return {"detection": {"sel": {"Image": value}, "condition": "sel"}, **more}


def with_id(number: int) -> dict[str, str]:
    return {"id": f"00000000-0000-4000-8000-{number:012}"}


def images(sigma: Any, text: str) -> dict[str, str]:
    """Per rule title the one image that it fires on."""
    rules = sigma.load(text)
    assert rules.problems == (), [str(problem) for problem in rules.problems]
    values = ["a", "b", "c"]
    firings = sigma.firings(rules, *(sigma.sysmon(Image=value) for value in values))
    return {firing.rule.title: values[firing.row] for firing in firings}


def test_global_documents_accumulate_and_count_before_the_rules_own_values(sigma: Any) -> None:
    text = file_of(
        {"action": "global", **HEAD},
        {"action": "global", "level": "high"},
        body("a", title="Own", **with_id(1)),
    )
    (rule,) = sigma.load(text).rules
    assert (rule.title, rule.level) == ("Shared", "high")


def test_reset_forgets_what_was_global(sigma: Any) -> None:
    text = file_of({"action": "global", "level": "high"}, {"action": "reset"}, {**HEAD, **body("a")})
    assert [rule.level for rule in sigma.load(text).rules] == [""]


def test_repeat_is_the_previous_rule_with_changes(sigma: Any) -> None:
    text = file_of(
        {"action": "global", "logsource": HEAD["logsource"]},
        body("a", title="One", **with_id(1)),
        {"action": "repeat", "title": "Two", **with_id(2), "detection": {"sel": {"Image": "b"}}},
        {
            "action": "repeat",
            "title": "Three",
            **with_id(3),
            "detection": {"other": {"Image": "c"}, "condition": "other"},
        },
    )
    assert images(sigma, text) == {"One": "a", "Two": "b", "Three": "c"}


def test_repeat_without_a_rule_before_it(sigma: Any) -> None:
    rules = sigma.load(file_of({"action": "repeat", "title": "x"}, {**HEAD, **body("a")}))
    assert [(problem.line, problem.reason) for problem in rules.problems] == [(1, "no rule before it to repeat")]
    assert len(rules.rules) == 1


def test_a_global_document_does_not_reach_other_files_or_filters(sigma: Any) -> None:
    filter_ = {
        "title": "F",
        "logsource": HEAD["logsource"],
        "filter": {"rules": "any", "sel": {"Image": "b"}, "condition": "not sel"},
    }
    first = file_of({"action": "global", "title": "Global"}, filter_)
    rules = sigma.load(first, {**HEAD, **body("b")})
    assert [rule.title for rule in rules.rules] == ["Shared"]
    assert rules.rules[0].filters != ()


def test_one_broken_document_leaves_the_others(sigma: Any) -> None:
    broken: list[Any] = [
        {"title": "x", "logsource": [], "detection": 7},
        {**HEAD, "detection": {"sel": {"Image|nope": 1}, "condition": "sel"}},
        ["a", "list"],
        {"action": "explode"},
    ]
    rules = sigma.load(file_of(*broken, {**HEAD, **body("a")}))
    assert len(rules.rules) == 1
    assert len(rules.problems) >= len(broken)
    assert all(problem.line for problem in rules.problems)


def test_the_rules_before_a_syntax_error_are_kept(sigma: Any) -> None:
    rules = sigma.load(file_of({**HEAD, **body("a")}) + "---\ntitle: [\n")
    assert len(rules.rules) == 1
    assert "not YAML" in rules.problems[0].reason


def test_related_rules_are_kept(sigma: Any) -> None:
    other = with_id(9)["id"]
    related = [{"id": other, "type": "obsolete"}, {"id": other, "type": "similar"}]
    (rule,) = sigma.load({**HEAD, **body("a"), "related": related}).rules
    assert rule.related == (("obsolete", other), ("similar", other))


def test_wrong_relations_are_listed_and_the_rule_runs(sigma: Any) -> None:
    rules = sigma.load({**HEAD, **body("a"), "related": [{"id": "x", "type": "obsolete"}]})
    assert rules.rules[0].related == ()
    assert [(problem.line, problem.runs) for problem in rules.problems] == [(9, True)]
