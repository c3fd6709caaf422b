"""Placeholders from a file, processing pipelines, taxonomies: what they do and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.core.errors import UsageError
from watchfloor.detect.sigma import Context, RuleSet
from watchfloor.detect.sigma.context import read_placeholders
from watchfloor.detect.sigma.pipelines import read_pipelines


def context(tmp_path: Path, *pipelines: dict[str, Any], **placeholders: list[str]) -> Context:
    paths = []
    for number, pipeline in enumerate(pipelines):
        paths.append(tmp_path / f"pipeline-{number}.yml")
        paths[-1].write_text(yaml.safe_dump(pipeline, sort_keys=False), "utf-8")
    return Context(placeholders, read_pipelines(paths))


def rows(sigma: Any, rules: RuleSet, *events: dict[str, Any]) -> list[int]:
    assert rules.problems == (), [str(problem) for problem in rules.problems]
    return [firing.row for firing in sigma.firings(rules, *events)]


# --- placeholders


def test_placeholders_are_lists_or_single_values(tmp_path: Path) -> None:
    path = tmp_path / "values.yml"
    path.write_text("admins: [bob, adm_*]\n'%dc%': dc01\nports: [22, 3389]\n", "utf-8")
    assert read_placeholders(path) == {"admins": ("bob", "adm_*"), "dc": ("dc01",), "ports": ("22", "3389")}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: [", "not YAML"),
        ("a: &x [*x]", "holds itself"),
        ("- a", "instead of a mapping"),
        ("a: []", "'a' needs"),
        ("a: {b: c}", "'a' needs"),
        ("a: [[b]]", "'a' needs"),
        ("a: [null]", "'a' needs"),
        ("a: b\n---\nc: d", "one YAML mapping"),
        ("", "nothing in it"),
    ],
)
def test_a_file_of_placeholders_that_says_something_else(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "values.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError, match=reason) as caught:
        read_placeholders(path)
    assert str(path) in str(caught.value)


def test_a_file_of_placeholders_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_placeholders(tmp_path / "nothing.yml")


def test_wildcards_and_escapes_in_the_values_of_placeholders_count(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"User|expand": "%names%"}, "condition": "sel"})
    rules = sigma.load(rule, context=Context({"names": ["adm_*", r"b\*b"]}))
    assert rows(sigma, rules, *(sigma.sysmon(User=user) for user in ("ADM_1", "b*b", "bxb", "x"))) == [0, 1]


def test_every_combination_of_placeholders(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"User|contains|expand": "%a%-%b%"}, "condition": "sel"})
    rules = sigma.load(rule, context=Context({"a": ["1", "2"], "b": ["3", "4"]}))
    users = ["1-3", "x2-4y", "1-1", "3-1"]
    assert rows(sigma, rules, *(sigma.sysmon(User=user) for user in users)) == [0, 1]


def test_more_values_than_the_rule_parser_allows(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"User|expand": "%names%"}, "condition": "sel"})
    rules = sigma.load(rule, context=Context({"names": [f"user{number}" for number in range(2_000)]}))
    assert rows(sigma, rules, sigma.sysmon(User="user1999"), sigma.sysmon(User="user2000")) == [0]


def test_a_placeholder_keeps_the_other_modifiers(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"User|expand|cased": "%name%"}, "condition": "sel"})
    rules = sigma.load(rule, context=Context({"name": ["Bob"]}))
    assert rows(sigma, rules, sigma.sysmon(User="Bob"), sigma.sysmon(User="bob")) == [0]


def test_a_placeholder_in_a_regular_expression(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"User|re|expand": r"^%names%\d+$"}, "condition": "sel"})
    rules = sigma.load(rule, context=Context({"names": ["adm", "svc"]}))
    assert rows(sigma, rules, *(sigma.sysmon(User=user) for user in ("adm1", "svc22", "adm", "x1"))) == [0, 1]


def test_too_many_combinations_of_placeholders(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"User|expand": "%a%" * 6}, "condition": "sel"})
    rules = sigma.load(rule, context=Context({"a": [str(number) for number in range(10)]}))
    assert rules.rules == ()
    assert "more than 50,000 values" in rules.problems[0].reason


# --- pipelines

MAPPING = {"transformations": [{"id": "names", "type": "field_name_mapping", "mapping": {"prog": "Image"}}]}


def test_a_pipeline_maps_fields(sigma: Any, tmp_path: Path) -> None:
    rule = sigma.rule({"sel": {"prog|endswith": ".exe"}, "condition": "sel"})
    events = [sigma.sysmon(Image="a.exe"), sigma.sysmon(prog="a.exe")]
    assert rows(sigma, sigma.load(rule), *events) == [1]
    assert rows(sigma, sigma.load(rule, context=context(tmp_path, MAPPING)), *events) == [0]


def test_a_pipeline_also_changes_filters(sigma: Any, tmp_path: Path) -> None:
    filter_ = {
        "title": "F",
        "logsource": {"product": "windows"},
        "filter": {"rules": "any", "sel": {"prog": "b.exe"}, "condition": "not sel"},
    }
    rule = sigma.rule({"sel": {"prog|endswith": ".exe"}, "condition": "sel"})
    rules = sigma.load(rule, filter_, context=context(tmp_path, MAPPING))
    assert rows(sigma, rules, sigma.sysmon(Image="a.exe"), sigma.sysmon(Image="b.exe")) == [0]


def test_a_pipeline_changes_the_log_source_and_the_filter_still_finds_the_rule(sigma: Any, tmp_path: Path) -> None:
    source = {"product": "acme", "service": "proc"}
    change = {
        "type": "change_logsource",
        "product": "windows",
        "category": "process_creation",
        "rule_conditions": [{"type": "logsource", "product": "acme", "service": "proc"}],
    }
    filter_ = {
        "title": "F",
        "logsource": {"product": "acme"},
        "filter": {"rules": "any", "sel": {"Image": "b"}, "condition": "not sel"},
    }
    rule = sigma.rule({"sel": {"Image": ["a", "b"]}, "condition": "sel"}, source)
    rules = sigma.load(rule, filter_, context=context(tmp_path, {"transformations": [change]}))
    assert rows(sigma, rules, sigma.sysmon(Image="a"), sigma.sysmon(Image="b")) == [0]


def test_added_conditions_have_fixed_names(sigma: Any, tmp_path: Path) -> None:
    add = {"type": "add_condition", "conditions": {"User": "bob"}}
    nested = {"type": "nest", "items": [{"type": "add_condition", "conditions": {"User|endswith": "ob"}}]}
    found = context(tmp_path, {"transformations": [add]}, {"transformations": [add, nested]})
    loaded = [sigma.load(sigma.rule({"sel": {"Image": "a"}, "condition": "1 of them"}), context=found) for _ in "12"]
    assert loaded[0].rules[0].compiled == loaded[1].rules[0].compiled
    assert len(loaded[0].rules[0].detection.selections) == 4
    assert rows(sigma, loaded[0], sigma.sysmon(Image="a", User="bob"), sigma.sysmon(Image="a")) == [0]


def test_pipelines_apply_by_priority(sigma: Any, tmp_path: Path) -> None:
    first = {"priority": 20, "transformations": [{"type": "field_name_mapping", "mapping": {"b": "Image"}}]}
    second = {"priority": 10, "transformations": [{"type": "field_name_mapping", "mapping": {"a": "b"}}]}
    rule = sigma.rule({"sel": {"a": "x"}, "condition": "sel"})
    assert rows(sigma, sigma.load(rule, context=context(tmp_path, first, second)), sigma.sysmon(Image="x")) == [0]


def test_variables_of_a_pipeline_fill_placeholders(sigma: Any, tmp_path: Path) -> None:
    pipeline = {"vars": {"names": ["bob"]}, "transformations": [{"type": "value_placeholders", "include": ["names"]}]}
    rule = sigma.rule({"sel": {"User|expand": "%names%"}, "condition": "sel"})
    assert rows(sigma, sigma.load(rule, context=context(tmp_path, pipeline)), sigma.sysmon(User="bob")) == [0]


def test_a_pipeline_that_refuses_a_rule_makes_a_problem(sigma: Any, tmp_path: Path) -> None:
    pipeline = {"transformations": [{"type": "rule_failure", "message": "not for us"}]}
    rules = sigma.load(sigma.rule({"sel": {"User": "a"}, "condition": "sel"}), context=context(tmp_path, pipeline))
    assert rules.rules == ()
    assert "not for us" in rules.problems[0].reason


def test_what_is_about_queries_is_never_built(tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    evil = tmp_path / "evil.py"
    evil.write_text(f"open({str(marker)!r}, 'w')\nvars = {{}}\n", "utf-8")
    template = {"type": "template", "template": "{{ 1 }}", "vars": str(evil)}
    found = context(tmp_path, {"postprocessing": [template], "finalizers": [template], "allowed_backends": ["x"]})
    assert "template" not in found.pipelines[0]
    assert not marker.exists()


@pytest.mark.parametrize(
    ("pipeline", "reason"),
    [
        ({"transformations": [{"type": "file_placeholders", "path": "/etc/passwd"}]}, "reads a file"),
        ({"transformations": [{"type": "http_placeholders", "url": "http://x.invalid"}]}, "asks the network"),
        ({"transformations": [{"type": "command_placeholders", "command": "id"}]}, "runs a program"),
        ({"transformations": [{"type": "query_expression_placeholders", "expression": "x"}]}, "for another tool"),
        (
            {"transformations": [{"type": "nest", "items": [{"type": "command_placeholders", "command": "id"}]}]},
            "runs a program",
        ),
        ({"transformations": [{"type": "no_such_thing"}]}, "no_such_thing"),
        ({"transformations": 7}, "no pipeline"),
        ({"transformations": ["x"]}, "no pipeline"),
        ({"transformations": [{"type": "field_name_mapping"}]}, "no pipeline"),
        ({"something": 1}, "something"),
    ],
)
def test_what_is_unsafe_or_no_pipeline_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pipeline: dict[str, Any], reason: str
) -> None:
    # Not even a machine where pySigma is allowed to may do it for rules.
    monkeypatch.setenv("PYSIGMA_ALLOW_EXTERNAL_SOURCES", "1")
    monkeypatch.setenv("PYSIGMA_ALLOW_VARS_EXECUTION", "1")
    with pytest.raises(UsageError, match=reason) as caught:
        context(tmp_path, pipeline)
    assert "pipeline-0.yml" in str(caught.value)


def test_rules_are_compiled_anew_for_another_context(sigma: Any, tmp_path: Path) -> None:
    rule = sigma.rule({"sel": {"prog|expand": "%x%"}, "condition": "sel"})
    folder = Path(sigma.load(rule).problems[0].path).parent
    values = {"x": ["1"]}
    contexts = [Context(values), Context({"x": ["2"]}), Context(values, context(tmp_path, MAPPING).pipelines)]
    compiled = [RuleSet.load([folder], cache_dir=tmp_path / "c", context=each).rules[0].compiled for each in contexts]
    assert len(set(compiled)) == 3
    assert Context({"a": ["1"], "b": ["2"]}).key == Context({"b": ["2"], "a": ["1"]}).key


# --- taxonomies


def test_ecs_names_event_fields(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"winlog.event_data.Image": "a", "user.name": "b"}, "condition": "sel"}, taxonomy="ecs")
    rules = sigma.load(rule)
    assert rules.fields >= {"winlog.event_data.Image", "user.name"}
    events = [sigma.sysmon(Image="a") | {"user.name": "b"}, sigma.sysmon(Image="a")]
    assert rows(sigma, rules, *events) == [0]


def test_ecs_and_sigma_names_in_one_set(sigma: Any) -> None:
    first = sigma.rule({"sel": {"User": "x"}, "condition": "sel"}, taxonomy="ecs")
    second = sigma.rule({"sel": {"User": "x"}, "condition": "sel"}, id="00000000-0000-4000-8000-000000000002")
    assert [firing.rule.id[-1] for firing in sigma.firings(sigma.load(first, second), sigma.sysmon(User="x"))] == ["2"]


def test_another_taxonomy_needs_a_pipeline_that_translates_the_rule(sigma: Any, tmp_path: Path) -> None:
    rule = sigma.rule({"sel": {"prog": "a"}, "condition": "sel"}, taxonomy="acme")
    other = {
        "transformations": [
            {**MAPPING["transformations"][0], "rule_conditions": [{"type": "logsource", "product": "x"}]}
        ]
    }
    for pipelines in ((), (other,)):
        rules = sigma.load(rule, context=context(tmp_path, *pipelines))
        assert rules.rules == ()
        assert "taxonomy 'acme' needs a pipeline" in rules.problems[0].reason
        assert rules.problems[0].line == 10
    rules = sigma.load(rule, context=context(tmp_path, MAPPING))
    assert rows(sigma, rules, sigma.sysmon(Image="a")) == [0]
