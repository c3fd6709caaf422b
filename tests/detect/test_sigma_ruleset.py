"""Loading: what is a problem, what the cache does, and that hostile files stay harmless."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.sigma import Context, RuleSet
from watchfloor.detect.sigma.correlate.link import MAX_LEVELS
from watchfloor.detect.sigma.parse import parse_file
from watchfloor.detect.sigma.ruleset import MAX_BYTES
from watchfloor.schema.sigma_fields import LogSource
from watchfloor.testing.correlations import alerting

GOOD: dict[str, Any] = {
    "title": "Good",
    "id": "11111111-1111-4111-8111-111111111111",
    "logsource": {"product": "windows", "category": "process_creation"},
    "detection": {"sel": {"Image": "a"}, "condition": "sel"},
}
DETECTION: dict[str, Any] = GOOD["detection"]


def text(**changes: Any) -> str:
    return yaml.safe_dump({**GOOD, **changes}, sort_keys=False)


BROKEN: dict[str, tuple[str, str]] = {
    "not yaml": ("title: [", "not YAML"),
    "a list": ("- a\n- b\n", "not a rule: a list instead of a mapping"),
    "a text": ("just words", "not a rule: a str instead of a mapping"),
    "empty": ("", "no rule in it"),
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


def test_an_id_means_the_rule_that_has_it_whatever_others_are_called(sigma: Any) -> None:
    definition = {"type": "event_count", "rules": [GOOD["id"]], "timespan": "1m", "condition": {"gt": 1}}
    other = {**GOOD, "id": "00000000-0000-4000-8000-00000000000b", "name": GOOD["id"]}
    rules = sigma.load(other, GOOD, {"title": "C", "correlation": definition})
    assert [each.members for each in rules.correlations] == [(GOOD["id"],)]
    assert rules.silent == {GOOD["id"]}


def test_generate_may_stand_beside_the_correlation_as_in_sigmas_schema(sigma: Any) -> None:
    definition = {"type": "event_count", "rules": [GOOD["id"]], "timespan": "1m", "condition": {"gt": 1}}
    beside = {"title": "C", "correlation": definition, "generate": True}
    assert sigma.load(GOOD, beside).silent == set()
    assert alerting([GOOD, beside]) == {GOOD["id"], "C"}
    assert "'generate' is neither true nor false" in str(sigma.load(GOOD, {**beside, "generate": "yes"}).problems[0])


def test_rules_that_only_a_condition_names_are_referred_to_as_well(sigma: Any) -> None:
    condition = {"type": "temporal", "timespan": "1m", "condition": "good and not (other)"}
    documents = [{**GOOD, "name": "good"}, {"title": "C", "correlation": condition}]
    documents.append({key: value for key, value in GOOD.items() if key != "id"} | {"title": "Other", "name": "other"})
    rules = sigma.load(*documents)
    assert rules.problems == ()
    assert {rule.title for rule in rules.every if rule.id not in rules.silent} == alerting(documents) == {"C"}


def test_a_correlation_that_cannot_run_mutes_no_rule(sigma: Any) -> None:
    """Else a typing error in one rule would make others blind."""
    event = sigma.sysmon(Image="a")
    mistakes: list[dict[str, Any]] = [
        {"rules": [GOOD["id"], "nowhere"]},
        {"condition": {"gte": "five"}},
        {"group-by": [[]]},
        {"type": 5},
    ]
    for wrong in mistakes:
        definition = {"type": "event_count", "rules": [GOOD["id"]], "timespan": "1m", "condition": {"gt": 1}}
        rules = sigma.load(GOOD, {"title": "C", "correlation": definition | wrong})
        assert len(rules.problems) == 1, wrong
        assert rules.silent == frozenset()
        assert [firing.rule.id for firing in sigma.firings(rules, event)] == [GOOD["id"]]


def test_a_group_that_firings_do_not_have_is_a_problem_that_is_named(sigma: Any) -> None:
    inner = {"type": "event_count", "rules": [GOOD["id"]], "group-by": ["Computer"], "timespan": "1m"}
    outer = {"type": "event_count", "rules": ["inner"], "group-by": ["User"], "timespan": "1m"}
    rules = sigma.load(
        GOOD,
        {"title": "Inner", "name": "inner", "correlation": inner | {"condition": {"gt": 1}}},
        {"title": "Outer", "correlation": outer | {"condition": {"gt": 1}}},
    )
    (problem,) = rules.problems
    assert (problem.rule, problem.runs) == ("Outer", True)
    assert "'User'" in problem.reason


def test_rules_that_serve_only_a_correlation_raise_no_alerts_of_their_own(sigma: Any) -> None:
    definition = {"type": "event_count", "rules": [GOOD["id"]], "timespan": "1m", "condition": {"gt": 1}}
    correlation = {"title": "C", "correlation": definition}
    silent, loud = (
        sigma.load(GOOD, correlation),
        sigma.load(GOOD, {**correlation, "correlation": {**definition, "generate": True}}),
    )
    assert [each.title for each in silent.correlations] == ["C"]
    assert (silent.problems, loud.problems) == ((), ())
    assert (silent.silent, loud.silent) == ({GOOD["id"]}, set())
    event = {**sigma.sysmon(Image="a"), "@timestamp": dt.datetime(2026, 3, 1, tzinfo=dt.UTC), "event.id": "1"}
    assert [len(sigma.firings(rules, event)) for rules in (silent, loud)] == [0, 1]


@pytest.mark.parametrize(
    ("definition", "reason"),
    [
        ({"rules": ["x", "x"]}, "refers to 'x' twice"),
        ({"rules": [GOOD["id"], "good"]}, "refers to one rule twice"),
        ({"rules": ["nobody"]}, "refers to 'nobody', which does not exist or cannot run"),
        ({"rules": ["itself"]}, "refers to itself through 'itself'"),
        ({"rules": []}, "refers to no rule"),
        ({"timespan": "367d"}, "a timespan above 366 days"),
        ({"timespan": "0s"}, "must be greater than zero"),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image"}},
            "value_percentile without a percentile",
        ),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image", "percentile": 101}},
            "the percentile '101' is not a number from 0 to 100",
        ),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image", "percentile": -0.5}},
            "the percentile '-0.5' is not",
        ),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image", "percentile": [1]}},
            "is not a number from 0",
        ),
        (
            {"type": "value_percentile", "condition": {"gte": 1, "field": "Image", "percentile": "1e-999999999"}},
            "is not a number from 0",
        ),
        (
            {"type": "value_sum", "condition": {"gte": 1, "field": ["Image", "User"]}},
            "value_sum measures one field, not 2",
        ),
        ({"type": "event_count", "condition": {"gte": 1, "field": "Image"}}, "event_count counts without a field"),
        ({"aliases": {"who": {"stranger": "User"}}}, "the alias 'who' names 'stranger'"),
        ({"type": "event_count", "condition": "good"}, "xtended conditions"),
        ({"type": "temporal", "condition": "not " * 1_000 + "good"}, ""),
        ({"type": "temporal", "condition": "good or " * 10_000 + "good"}, "a condition longer than 4,096 characters"),
        ({"group-by": ["a"] * 51}, "more than 50 names in 'group-by'"),
        ({"group-by": {"a": 1}}, "group-by"),
        ({"condition": {"gte": "many"}}, "many"),
        ({"condition": {"gte": float("nan")}}, "nan"),
        ({"condition": {"gte": 1, "lt": 5}}, "exactly one condition"),
    ],
)
def test_a_correlation_that_cannot_be_judged_is_refused(sigma: Any, definition: dict[str, Any], reason: str) -> None:
    sound = {"type": "event_count", "rules": ["good"], "timespan": "1m", "condition": {"gt": 1}}
    broken = {"title": "C", "name": "itself", "correlation": {**sound, **definition}}
    rules = sigma.load({**GOOD, "name": "good"}, broken)
    assert [each.title for each in rules.rules] == [GOOD["title"]]
    assert rules.correlations == ()
    assert any(reason in problem.reason for problem in rules.problems), [str(problem) for problem in rules.problems]


@pytest.mark.parametrize("name", [5, dt.date(2026, 1, 1)])
def test_a_name_that_is_no_text_is_one_all_the_same(sigma: Any, tmp_path: Path, name: Any) -> None:
    """JSON, in which rules are cached, knows texts as keys only."""
    definition = {"type": "event_count", "rules": ["good"], "timespan": "1m", "condition": {"gt": 1}}
    definition |= {"group-by": [name], "aliases": {name: {"good": "User"}}}
    found = {"title": "C", "correlation": definition}
    rules = sigma.load({**GOOD, "name": "good"}, found, cache_dir=tmp_path / "cache")
    assert [each.group_fields(0) for each in rules.correlations] == [("User",)]


def chain(length: int, last: str) -> list[dict[str, Any]]:
    """Correlations that refer to the next one each, the last one to a rule."""
    names = [f"c{number}" for number in range(length)]
    sound = {"type": "event_count", "timespan": "1m", "condition": {"gt": 1}}
    pairs = zip(names, [*names[1:], last], strict=True)
    return [{"title": name, "name": name, "correlation": {**sound, "rules": [below]}} for name, below in pairs]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("length", "last", "running", "reason"),
    [
        (MAX_LEVELS, "good", MAX_LEVELS, ""),
        (900, "good", MAX_LEVELS, "more than 50 levels"),
        (900, "c0", 0, "refers to itself through"),
    ],
)
def test_long_chains_of_correlations_are_read_or_refused(
    sigma: Any, length: int, last: str, running: int, reason: str, *, turned: bool
) -> None:
    found = chain(length, last)[:: -1 if turned else 1]
    rules = sigma.load({**GOOD, "name": "good"}, yaml.safe_dump_all(found))
    assert len(rules.rules) == 1
    assert {each.title for each in rules.correlations} == {f"c{length - number - 1}" for number in range(running)}
    assert sum(reason in problem.reason for problem in rules.problems) == (1 if reason else 0)


@pytest.mark.parametrize("depth", [1, 100, 2_000])
def test_nested_conditions_over_rules_are_read_or_refused(sigma: Any, depth: int) -> None:
    definition = {"type": "temporal", "timespan": "1m", "condition": "(" * depth + "good" + ")" * depth}
    rules = sigma.load({**GOOD, "name": "good"}, {"title": "C", "correlation": definition})
    assert len(rules.rules) == 1
    assert len(rules.correlations) + len(rules.problems) == 1


@pytest.mark.parametrize("percentile", [99.9, 50, 0, 100])
def test_a_percentile_keeps_its_fraction(sigma: Any, percentile: float) -> None:
    condition = {"gte": 1, "field": "Image", "percentile": percentile}
    definition = {"type": "value_percentile", "rules": "good", "timespan": "1m", "condition": condition}
    rules = sigma.load({**GOOD, "name": "good"}, {"title": "C", "correlation": definition})
    assert [str(float(each.condition.percentile)) for each in rules.correlations] == [str(float(percentile))]


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
            "logsource": {"product": "aws", "service": "cloudtrail"},
        },
    )
    assert rules.problems == ()
    assert {key: len(found) for key, found in rules.unserved().items()} == {LogSource("aws", "", "cloudtrail"): 1}


# --- hostile files


def test_a_file_larger_than_a_mebibyte_is_refused(sigma: Any) -> None:
    rules = sigma.load(GOOD, "#" * (MAX_BYTES + 1))
    assert [problem.reason for problem in rules.problems] == ["larger than 1 MiB"]
    assert len(rules.rules) == 1


HOSTILE = {
    "aliases": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9))
    + "title: t\nlogsource: {product: windows}\ndetection:\n  sel: *j\n  condition: sel\n",
    "recursion": "title: t\nlogsource: {product: windows}\ndetection: &d\n  sel: *d\n  condition: sel\n",
    "depth": "title: t\ndetection: " + "[" * 100_000,
    "nested not": text(detection={**DETECTION, "condition": "not " * 1_500 + "sel"}),
    "long condition": text(detection={**DETECTION, "condition": "sel or " * 100_000 + "sel"}),
    "many references": text(
        detection={**{f"s{n}": {"a": 1} for n in range(200)}, "condition": " or ".join(["1 of s*"] * 500)}
    ),
    "dashes": text(detection={"sel": {"a|windash": " -a -b -c -d -e -f -g"}, "condition": "sel"}),
    "repetitions": text(detection={"sel": {"a|re": "((a{1000}){1000}){1000}"}, "condition": "sel"}),
    "huge number": text(detection={"sel": {"a|lt": 10**400}, "condition": "sel"}),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_rules_are_refused_with_a_reason(sigma: Any, content: str) -> None:
    rules = sigma.load(content, {**GOOD, "id": "22222222-2222-4222-8222-222222222222"})
    assert [rule.id[:1] for rule in rules.rules] == ["2"]
    assert rules.problems
    assert all(problem.reason and len(problem.reason) <= 600 for problem in rules.problems)


def test_wildcards_and_expressions_that_backtrack_elsewhere_stay_linear(sigma: Any) -> None:
    detection = {
        "many": {"Image": "*a" * 20_000},
        "nested": {"Image|re": "(a+)+$"},
        "single": {"Image|contains": "?a" * 2_000},
        "condition": "1 of them",
    }
    assert sigma.fires(detection, sigma.sysmon(Image="a" * 30_000 + "b")) == [0]


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "title",
                        "id",
                        "detection",
                        "logsource",
                        "condition",
                        "product",
                        "sel",
                        "sel|re",
                        "a|contains",
                        "action",
                        "correlation",
                        "filter",
                        "level",
                        "tags",
                        "related",
                        "fields",
                    ]
                )
                | st.text(max_size=3),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_any_document_gives_rules_or_problems(document: Any) -> None:
    parsed = parse_file(yaml.safe_dump(document, allow_unicode=True).encode("utf-8", "replace"))
    assert parsed.rules or parsed.problems


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_rules_or_problems(data: bytes) -> None:
    parsed = parse_file(data)
    assert parsed.rules or parsed.problems


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(
        [
            "title",
            "id",
            "logsource",
            "detection",
            "status",
            "level",
            "tags",
            "related",
            "date",
            "description",
            "references",
            "name",
            "taxonomy",
        ]
    ),
    st.none()
    | st.integers()
    | st.text(max_size=4)
    | st.lists(st.integers(), max_size=2)
    | st.just({"a": [1]})
    | st.just([{"a": {"b": 1}}]),
)
def test_any_value_of_an_attribute_gives_a_rule_or_a_problem(key: str, value: Any) -> None:
    parsed = parse_file(text(**{key: value}).encode())
    assert parsed.rules or parsed.problems


# --- the cache


def folder_of(sigma: Any, *rules: Any) -> Path:
    return Path(sigma.load(*rules).rules[0].path.parent)


def test_a_warm_cache_gives_the_same_without_parsing(
    sigma: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cache = folder_of(sigma, GOOD, "title: ["), tmp_path / "home" / "cache"
    cold = RuleSet.load([folder], cache_dir=cache)

    def refuse(*_: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr("watchfloor.detect.sigma.parse.parse_file", refuse)
    warm = RuleSet.load([folder], cache_dir=cache)
    assert warm.problems == cold.problems
    assert warm.fields == cold.fields
    assert [(rule.id, rule.compiled, rule.tags) for rule in warm.rules] == [
        (rule.id, rule.compiled, rule.tags) for rule in cold.rules
    ]


def test_a_changed_file_is_compiled_anew(sigma: Any, tmp_path: Path) -> None:
    folder, cache = folder_of(sigma, GOOD), tmp_path / "cache"
    RuleSet.load([folder], cache_dir=cache)
    (folder / "0000.yml").write_text(text(title="Changed"), "utf-8")
    assert [rule.title for rule in RuleSet.load([folder], cache_dir=cache).rules] == ["Changed"]


def test_placeholders_have_their_own_cache(sigma: Any, tmp_path: Path) -> None:
    rule = sigma.rule({"sel": {"User|expand": "%n%"}, "condition": "sel"})
    folder = Path(sigma.load(rule).problems[0].path.parent)
    for values in (["a"], ["b"]):
        rules = RuleSet.load([folder], cache_dir=tmp_path / "cache", context=Context({"n": values}))
        assert f'"{values[0]}"' in rules.rules[0].compiled


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "nonsense", "other version", "directory"])
def test_a_damaged_cache_is_rebuilt(sigma: Any, tmp_path: Path, damage: str) -> None:
    folder, cache = folder_of(sigma, GOOD), tmp_path / "cache"
    RuleSet.load([folder], cache_dir=cache)
    (store,) = cache.iterdir()
    data = store.read_bytes()
    changed = {
        "truncate": data[:-7],
        "flip": data.replace(b"Good", b"Evil"),
        "empty": b"",
        "nonsense": os.urandom(100),
        "other version": data.replace(b"cache ", b"cache 9", 1),
    }
    if damage == "directory":
        store.unlink()
        store.mkdir()
    else:
        store.write_bytes(changed[damage])
    assert [rule.title for rule in RuleSet.load([folder], cache_dir=cache).rules] == ["Good"]
    if damage != "directory":
        assert store.read_bytes() == data


def test_the_cache_is_private_and_one_that_others_can_write_is_ignored(sigma: Any, tmp_path: Path) -> None:
    folder, cache = folder_of(sigma, GOOD), tmp_path / "cache"
    RuleSet.load([folder], cache_dir=cache)
    (store,) = cache.iterdir()
    assert store.stat().st_mode & 0o077 == 0
    assert cache.stat().st_mode & 0o077 == 0
    body = store.read_bytes().partition(b"\n")[2].replace(b"Good", b"Evil")
    from watchfloor.detect.sigma import cache as module  # noqa: PLC0415 - only this test reaches inside

    store.write_bytes(module._header(body) + b"\n" + body)
    assert [rule.title for rule in RuleSet.load([folder], cache_dir=cache).rules] == ["Evil"]
    store.chmod(0o666)
    assert [rule.title for rule in RuleSet.load([folder], cache_dir=cache).rules] == ["Good"]


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(sigma: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    folder = folder_of(sigma, GOOD)
    assert len(RuleSet.load([folder], cache_dir=tmp_path / "file" / "cache").rules) == 1
