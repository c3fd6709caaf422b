"""Each check of lint: a rule that it finds, and that it leaves a clean rule alone."""

from __future__ import annotations

import datetime as dt
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.sigma import Context, RuleSet
from watchfloor.detect.sigma.lint import CHECKS, SEVERITIES, Finding, lint
from watchfloor.detect.sigma.lint.files import MAX_FINDINGS, lint_file
from watchfloor.detect.sigma.lint.findings import VALIDATORS
from watchfloor.detect.sigma.parse import parse_file

FIRST, SECOND = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
TODAY = dt.date(2026, 3, 1)
CLEAN: dict[str, Any] = {
    "title": "Clean",
    "id": FIRST,
    "status": "test",
    "description": "Finds it.",
    "author": "A",
    "date": "2026-01-01",
    "tags": ["attack.execution", "attack.t1059"],
    "logsource": {"product": "windows", "category": "process_creation"},
    "detection": {"sel": {"Image|endswith": r"\a.exe"}, "condition": "sel"},
    "level": "high",
}


def with_detection(condition: str = "sel", **selections: Any) -> dict[str, Any]:
    return {**CLEAN, "detection": {**selections, "condition": condition}}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in CLEAN.items() if name != key}


def found(rules: RuleSet, **options: Any) -> list[Finding]:
    """Everything but what a rule without samples always has."""
    return [finding for finding in lint(rules, today=TODAY, **options) if finding.check != "samples-missing"]


def test_a_clean_rule_has_only_no_samples(sigma: Any) -> None:
    rules = sigma.load(CLEAN)
    assert [(finding.check, finding.line) for finding in lint(rules, today=TODAY)] == [("samples-missing", 1)]
    rules.rules[0].path.with_suffix(".samples").mkdir()
    assert lint(rules, today=TODAY) == []


OWN: list[tuple[dict[str, Any], str, int, str]] = [
    (without("level"), "level-missing", 1, ""),
    (without("id"), "id-missing", 1, ""),
    (without("status"), "status-missing", 1, ""),
    (without("description"), "description-missing", 1, ""),
    ({**CLEAN, "tags": ["attack.execution"]}, "attack-tag-missing", 7, ""),
    ({**CLEAN, "status": "deprecated"}, "deprecated", 3, "deprecated"),
    ({**CLEAN, "date": "2026-03-02"}, "date-in-future", 6, "date 2026-03-02"),
    ({**CLEAN, "modified": "2025-12-31"}, "modified-before-date", 18, "2025-12-31 before 2026-01-01"),
    (with_detection(sel={"Image": "a"}, other={"Image": "b"}), "selection-unused", 16, "other"),
    (with_detection("sel and not sel", sel={"Image": "a"}), "condition-never-true", 16, "sel and not sel"),
    (
        with_detection("all of s*", s1={"Image": "a"}, s2={"Image": "b"}),
        "condition-never-true",
        18,
        "Image is to be 'a' and 'b' at once",
    ),
    (with_detection("not sel", sel={"Image": "a"}), "condition-only-negative", 16, "not sel"),
    (with_detection(sel={"Image": "*"}), "wildcard-only", 15, "Image: *"),
    (with_detection(sel={"Image": ""}), "value-empty", 15, "Image: "),
    (with_detection(sel={"Image": ["a", "b", "A"]}), "value-repeated", 16, "Image: A"),
    (with_detection(sel={"Image|contains|all": "a"}), "all-on-one-value", 15, "Image: a"),
    (with_detection(sel={"Image|startswith": r"\\host"}), "network-path-halved", 15, r"Image: \\host"),
    (with_detection(sel={"Image|startswith": r"C:\\Temp"}), "backslash-escaped-twice", 15, r"Image: C:\\Temp"),
    (with_detection(sel=["ab"]), "keyword-short", 15, "keyword: ab"),
    (with_detection(sel={"UtcTime|hour": 3}), "time-part-in-utc", 15, "UtcTime: 3"),
    (with_detection(sel={"Image|re|i": r"cmd.exe$"}), "regex-dot", 15, "Image: cmd.exe$"),
    (with_detection(sel={"Image|re|i": r".*ab+"}), "regex-open-end", 15, "Image: .*ab+"),
    (with_detection(sel={"Image|re|i": "abc"}), "regex-is-text", 15, "Image: abc"),
    (with_detection(sel={"Image|re": r"abc\d"}), "regex-case", 15, r"Image: abc\d"),
    (
        {**CLEAN, "logsource": {"product": "macos", "category": "file_event"}},
        "log-source-unserved",
        1,
        "macos/file_event/-",
    ),
]


@pytest.mark.parametrize(("rule", "check", "line", "detail"), OWN, ids=[f"{case[1]}-{n}" for n, case in enumerate(OWN)])
def test_what_a_check_finds_in_one_rule(sigma: Any, rule: dict[str, Any], check: str, line: int, detail: str) -> None:
    rules = sigma.load(rule)
    expected = Finding(check, rules.rules[0].path, line, rules.rules[0].id, detail)
    assert expected in found(rules), found(rules)
    others = {finding.check for finding in found(rules)} - {check}
    assert others <= {"condition-only-negative", "id-missing"}, others


@pytest.mark.parametrize(
    "detection",
    [
        {"sel": {"Image|re|i": r"cmd\.exe$"}},
        {"sel": {"Image|re|i": r"a.*b"}},
        {"sel": {"Image|re": r"(?i)abc\d"}},
        {"sel": {"Image|re": r"^\\\\[A-Z]+\\"}},
        {"sel": {"Image|startswith": r"\\\\host\share"}},
        {"sel": {"Image|cased": ["a", "A"]}},
        {"sel": {"Image|utf16le|base64offset|contains": "abc"}},
        {"sel": {"|all": ["ab", "cd"]}},
        {"sel": {"Image": "a", "ParentImage": "b"}},
        {"sel": [{"Image": "a"}, {"Image": "b"}]},
    ],
)
def test_what_checks_of_values_leave_alone(sigma: Any, detection: dict[str, Any]) -> None:
    assert found(sigma.load({**CLEAN, "detection": {**detection, "condition": "sel"}})) == []


def test_contradictions_only_where_every_alternative_is_one(sigma: Any) -> None:
    condition = "(sel and not sel) or other"
    rules = sigma.load(with_detection(condition, sel={"Image": "a"}, other={"Image": "b"}))
    assert found(rules) == []


# --- rules beside each other


def pair(sigma: Any, first: dict[str, Any], second: dict[str, Any]) -> list[tuple[str, str, str]]:
    rules = sigma.load({**CLEAN, **first}, {**CLEAN, "id": SECOND, "title": "Other", **second})
    return [(finding.check, finding.path.name, finding.rule[0]) for finding in found(rules)]


OTHER = {"detection": {"sel": {"Image|endswith": r"\b.exe"}, "condition": "sel"}}


@pytest.mark.parametrize(
    ("first", "second", "check", "file"),
    [
        ({}, {}, "detection-repeated", "0001.yml"),
        ({}, {**OTHER, "title": "clean"}, "title-repeated", "0001.yml"),
        ({"name": "n"}, {**OTHER, "name": "n"}, "name-repeated", "0001.yml"),
        ({}, {**OTHER, "related": [{"id": FIRST, "type": "obsolete"}]}, "obsolete-active", "0000.yml"),
        ({}, {**OTHER, "related": [{"id": FIRST, "type": "renamed"}]}, "obsolete-active", "0000.yml"),
        ({}, {**OTHER, "id": FIRST}, "id-repeated", "0001.yml"),
    ],
)
def test_rules_beside_each_other(
    sigma: Any, first: dict[str, Any], second: dict[str, Any], check: str, file: str
) -> None:
    assert [each[:2] for each in pair(sigma, first, second)] == [(check, file)]


COUNTED: dict[str, Any] = {
    "title": "Counted",
    "id": "33333333-3333-4333-8333-333333333333",
    "level": "low",
    "correlation": {"type": "event_count", "rules": [SECOND], "group-by": ["User"], "condition": {"gte": 1}},
}


@pytest.mark.parametrize(
    ("span", "checks"), [("23h", {"correlation-fires-at-once"}), ("1d", set()), ("7d", set())], ids=str
)
def test_one_alert_of_all_that_a_day_brings_is_no_forgotten_threshold(sigma: Any, span: str, checks: set[str]) -> None:
    """The rule that it counts raises no alerts of its own: what it repeats of another one is no second alert."""
    counted = {**COUNTED, "correlation": {**COUNTED["correlation"], "timespan": span}}
    rules = sigma.load(CLEAN, {**CLEAN, "id": SECOND, "title": "Other"}, counted)
    told = {finding.check for finding in found(rules)}
    assert told & {"correlation-fires-at-once", "detection-repeated"} == checks
    loud = sigma.load(CLEAN, {**CLEAN, "id": SECOND, "title": "Other"})
    assert "detection-repeated" in {finding.check for finding in found(loud)}


@pytest.mark.parametrize("kind", ["derived", "similar", "merged", "correlation"])
def test_other_relations_may_run_side_by_side(sigma: Any, kind: str) -> None:
    assert pair(sigma, {}, {**OTHER, "related": [{"id": FIRST, "type": kind}]}) == []


def test_the_first_of_equal_titles_of_other_log_sources_is_fine(sigma: Any) -> None:
    source = {"product": "windows", "service": "security"}
    assert pair(sigma, {}, {"title": "Clean", "logsource": source, **OTHER}) == []


def test_problems_of_loading_are_findings(sigma: Any) -> None:
    broken = sigma.load({**CLEAN, "detection": {"sel": {"a|nope": 1}, "condition": "sel"}}, {**CLEAN, "level": "x"})
    assert [(finding.check, finding.line) for finding in found(broken)] == [
        ("not-loaded", 15),
        ("loaded-with-problem", 17),
    ]


def test_fields_that_a_log_source_does_not_have(sigma: Any) -> None:
    source = {"product": "linux", "service": "sshd"}
    blind = {**CLEAN, "logsource": source, "detection": {"sel": {"Nothing": "a"}, "condition": "sel"}}
    assert [finding.check for finding in found(sigma.load(blind))] == ["rule-blind", "field-unknown"]
    detection = {"sel": {"Nothing": "a"}, "known": {"user.name": "root"}, "condition": "1 of them"}
    assert [finding.check for finding in found(sigma.load({**blind, "detection": detection}))] == ["field-unknown"]
    missing = {"sel": {"Nothing": None, "user.name": "root"}, "condition": "sel"}
    assert [finding.check for finding in found(sigma.load({**blind, "detection": missing}))] == ["field-unknown"]


def test_a_field_in_another_case_than_everybody_writes(sigma: Any) -> None:
    rules = [
        {
            **with_detection(sel={"TargetUserName": f"user{n}"}),
            "id": f"{n:08}-0000-4000-8000-000000000000",
            "title": f"T{n}",
        }
        for n in range(10)
    ]
    odd = {**with_detection(sel={"TargetUsername": "x"}), "title": "Odd"}
    assert [(finding.check, finding.detail) for finding in found(sigma.load(odd, *rules))] == [
        ("field-case", "TargetUsername instead of TargetUserName")
    ]


# --- pySigma's validators


@pytest.mark.parametrize(
    ("rule", "check"),
    [
        ({**CLEAN, "references": ["a", "a"]}, "sigma-duplicate-references"),
        ({**CLEAN, "tags": [*CLEAN["tags"], "nonsense.x"]}, "sigma-namespace-tag"),
        ({**CLEAN, "tags": [*CLEAN["tags"], "tlp.pink"]}, "sigma-tlptag"),
        (with_detection(sel={"Image": "**a"}), "sigma-double-wildcard"),
        (with_detection(sel={"Image|base64offset": "abc"}), "sigma-invalid-modifier-combinations"),
        ({**CLEAN, "logsource": {**CLEAN["logsource"], "nonsense": "x"}}, "sigma-fieldname-logsource"),
    ],
)
def test_validators(sigma: Any, rule: dict[str, Any], check: str) -> None:
    assert check in {finding.check for finding in found(sigma.load(rule))}


def test_every_validator_exists_and_the_rest_is_left_out_on_purpose() -> None:
    from sigma.validators.core import validators  # noqa: PLC0415 - slow to import

    left_out = {"attacktag", "d3_fendtag", "tlpv1_tag", "tlpv2_tag"}  # the network; two of the three versions
    ours = {"dangling_detection", "duplicate_filename", "duplicate_title", "filename_length"}
    ours |= {"identifier_existence", "identifier_uniqueness"}
    assert set(VALIDATORS) == set(validators) - left_out - ours


def test_nothing_asks_the_network(sigma: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert found(sigma.load({**CLEAN, "tags": ["attack.t9999", "d3fend.d3-xyz"]})) == []


@pytest.mark.parametrize("date", ["zzz", "2026/3/2", 20260302, ["2026-03-02"], "9999-99-99"])
def test_only_what_is_a_date_can_be_in_the_future(sigma: Any, date: Any) -> None:
    checks = {finding.check for finding in found(sigma.load({**CLEAN, "date": date}))}
    assert ("date-in-future" in checks) is (date in {"2026/3/2", "9999-99-99"} if isinstance(date, str) else False)


KEYS = st.sampled_from(
    ["Image", "Image|re", "Image|contains|all", "Data|windash", "|all", "x|hour", "x|neq", "x|exists"]
)
VALUES = st.text(st.characters(codec="utf-8"), max_size=8) | st.integers() | st.booleans() | st.none() | st.floats()
ITEMS = st.dictionaries(KEYS, VALUES | st.lists(VALUES, max_size=3), max_size=3)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["s1", "s2", "filter"]), ITEMS | st.lists(ITEMS | VALUES, max_size=3), min_size=1),
    st.sampled_from(["1 of s*", "s1 and not s2", "all of them", "not s1", "s1 or filter", "s1 and s1"]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("tags", "date", "level", "related", "id"), VALUES)),
)
def test_lint_takes_any_rule(selections: dict[str, Any], condition: str, more: dict[str, Any]) -> None:
    document = {**CLEAN, **more, "detection": {**selections, "condition": condition}}
    data = yaml.safe_dump(document, allow_unicode=True).encode()
    assert len(lint_file(data, Context())) == len(parse_file(data).rules)


def test_what_one_rule_can_say_is_bounded(sigma: Any) -> None:
    rules = sigma.load(with_detection(sel={"Image": ["*"] * 5_000}))
    assert len(found(rules)) <= MAX_FINDINGS


# --- as a whole


def test_every_check_has_a_severity_and_a_recommendation() -> None:
    for name, check in CHECKS.items():
        assert check.name == name
        assert check.severity in SEVERITIES
        assert check.recommendation.endswith(".")


def test_the_worst_comes_first(sigma: Any) -> None:
    severities = [finding.severity for finding in lint(sigma.load(without("level"), "title: ["), today=TODAY)]
    assert severities == sorted(severities, key=SEVERITIES.index, reverse=True)
    assert set(severities) == set(SEVERITIES)


def test_results_come_from_the_cache_until_a_file_or_the_context_changes(
    sigma: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, cache = sigma.load(without("level")), tmp_path / "cache"
    calls: list[tuple[int, int]] = []
    cold = found(rules, cache_dir=cache, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 1)]

    def refuse(*_: object) -> None:
        raise AssertionError("looked at again")

    with monkeypatch.context() as patch:
        patch.setattr("watchfloor.detect.sigma.lint.files.lint_file", refuse)
        assert found(rules, cache_dir=cache) == cold
        with pytest.raises(AssertionError, match="again"):
            found(rules, cache_dir=cache, context=Context({"a": ["b"]}))
    path = rules.rules[0].path
    path.write_text(path.read_text("utf-8") + "level: low\n", "utf-8")
    assert found(RuleSet.load([path]), cache_dir=cache) == []
