"""Coverage: a rule that fires is never blind, and each way of being blind is told apart."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Context, Detector, RuleSet
from watchfloor.detect.sigma.coverage import Coverage, Seen, coverage
from watchfloor.policy.policy import Policy

CREATION = {"product": "windows", "category": "process_creation"}
SSHD = {"event.dataset": "linux.sshd", "process.name": "sshd"}


def covered(sigma: Any, rules: RuleSet, *events: dict[str, Any]) -> list[Coverage]:
    seen = Seen(rules)
    for event in events:  # one by one: what was seen adds up
        seen.add(sigma.batch([event]))
    return coverage(rules, seen)


def reason(sigma: Any, detection: dict[str, Any], *events: dict[str, Any], **more: Any) -> str:
    rules = sigma.load(sigma.rule(detection, **more))
    assert rules.problems == ()
    return covered(sigma, rules, *events)[0].because


def test_a_rule_without_a_parser_without_a_source_or_without_an_event_of_its_ids(sigma: Any) -> None:
    detection = {"sel": {"EventID": 4769, "ServiceName": "x"}, "condition": "sel"}
    service = {"product": "windows", "service": "security"}
    assert reason(sigma, detection, logsource={"product": "nothing", "service": "at all"}) == (
        "no parser brings records of nothing/at all yet"
    )
    assert reason(sigma, detection, sigma.sysmon(1, Image="a"), logsource=service) == (
        "no record of windows/security was read"
    )
    assert reason(sigma, detection, sigma.security(4624, ServiceName="x"), logsource=service) == (
        "windows/security has no record with id 4769"
    )
    assert reason(sigma, detection, sigma.security(4769), logsource=service) == (
        "windows/security never fills ServiceName"
    )
    assert reason(sigma, detection, sigma.security(4769, ServiceName=""), logsource=service) == (
        "windows/security never fills ServiceName"
    )
    assert reason(sigma, detection, sigma.security(4769, ServiceName="krbtgt"), logsource=service) == ""


@pytest.mark.parametrize(
    ("detection", "blind"),
    [
        ({"sel": {"Image": "a"}, "no": {"ParentImage": "b"}, "condition": "sel and not no"}, False),
        ({"sel": {"Image": "a", "ParentImage": "b"}, "condition": "sel"}, True),
        ({"sel": {"Image": "a", "ParentImage": None}, "condition": "sel"}, False),
        ({"sel": {"Image": "a", "ParentImage|exists": False}, "condition": "sel"}, False),
        ({"sel": {"Image": "a", "ParentImage|exists": True}, "condition": "sel"}, True),
        ({"sel": [{"Image": "a"}, {"ParentImage": "b"}], "condition": "sel"}, False),
        ({"sel": {"Image|fieldref": "ParentImage"}, "condition": "sel"}, True),
        ({"sel": ["word"], "condition": "sel"}, False),
    ],
)
def test_only_fields_that_the_rule_cannot_do_without_make_it_blind(
    sigma: Any, detection: dict[str, Any], blind: bool
) -> None:
    because = reason(sigma, detection, sigma.sysmon(1, Image="a"))
    assert because == ("windows/process_creation never fills ParentImage" if blind else "")


def test_the_fields_that_would_be_enough_are_named(sigma: Any) -> None:
    several = {"sel": {"Image": "a", "ParentImage": "b", "CommandLine": "c"}, "condition": "sel"}
    either = {"sel": [{"ParentImage": "b"}, {"CommandLine": "c", "User": "d"}], "condition": "sel"}
    start = "windows/process_creation never fills "
    assert reason(sigma, several, sigma.sysmon(1, Image="a")) == f"{start}CommandLine and ParentImage"
    assert reason(sigma, either, sigma.sysmon(1, Image="a")) == f"{start}ParentImage"
    assert reason(sigma, several, sigma.sysmon(1, Image="a", CommandLine="c"), sigma.sysmon(1, ParentImage="b")) == ""


def test_an_id_that_no_rule_names_is_within_limits(sigma: Any) -> None:
    detection = {"sel": {"EventID|gte": 4000}, "condition": "sel"}
    logsource = {"product": "windows", "service": "security"}
    assert reason(sigma, detection, sigma.security(9999), logsource=logsource) == ""


def test_fields_of_different_events_do_not_add_up_over_ids(sigma: Any) -> None:
    detection = {"sel": {"EventID": 4769, "ServiceName": "x"}, "condition": "sel"}
    events = [sigma.security(4769), sigma.security(4768, ServiceName="x")]
    logsource = {"product": "windows", "service": "security"}
    assert reason(sigma, detection, *events, logsource=logsource) == "windows/security never fills ServiceName"


def test_a_list_that_nobody_gave_makes_blind(tmp_path: Any, sigma: Any) -> None:
    text = yaml.safe_dump(
        sigma.rule(
            {"sel": {"Image|expand": "%remote_tools%"}, "condition": "sel"},
        )
    )
    (tmp_path / "rule.yml").write_text(text, "utf-8")
    rules = RuleSet.load([tmp_path / "rule.yml"], context=Context(policy=Policy()))
    assert rules.blind, [str(problem) for problem in rules.problems]
    assert covered(sigma, rules, sigma.sysmon(1, Image="a"))[0].because == "policy.yml names no remote tools"


def test_correlations_see_what_their_rules_see(sigma: Any) -> None:
    logsource = {"product": "linux", "service": "sshd"}
    one = {**sigma.rule({"sel": {"user.name": "a"}, "condition": "sel"}, logsource), "name": "one"}
    other = {
        **sigma.rule({"sel": {"Image": "a"}, "condition": "sel"}),
        "id": "00000000-0000-4000-8000-000000000002",
        "name": "other",
    }

    def correlation(kind: str, **more: Any) -> dict[str, Any]:
        body = {"type": kind, "rules": ["one", "other"], "group-by": ["user.name"], "timespan": "1h", **more}
        return {"title": f"A {kind}", "level": "high", "correlation": body}

    rules = sigma.load(one, other, correlation("temporal"), correlation("event_count", condition={"gte": 2}))
    found = {each.rule.title: each.because for each in covered(sigma, rules, {**SSHD, "user.name": "x"})}
    assert rules.problems == ()
    assert found["A temporal"] == "its rule “A test” is: no record of windows/process_creation was read"
    assert found["A event_count"] == ""


def test_what_a_rule_cannot_tell_apart_is_one_kind(sigma: Any) -> None:
    rules = sigma.load(sigma.rule({"sel": {"Image": "a"}, "condition": "sel"}))
    seen = Seen(rules)
    for number in range(200):
        seen.add(sigma.batch([{**SSHD, "event.dataset": f"linux.{number}", "process.name": f"p{number}"}]))
        seen.add(sigma.batch([{"winlog.channel": f"Channel {number}", "winlog.event_id": str(number)}]))
    assert len(seen.kinds) <= 6
    assert sum(kind.events for kind in seen.kinds.values()) == 400


def test_a_behaviour_needs_the_fields_of_its_entity() -> None:
    from watchfloor.app.rules import content, load_rules  # noqa: PLC0415 - only here

    rules = load_rules([content("rules")], Settings.from_environment().cache_dir)
    judged = coverage(rules, Seen(rules))
    assert len(judged) == len(rules.every)
    assert all(each.because for each in judged)


FIELDS = ("Image", "ParentImage", "CommandLine")
TESTS = st.one_of(
    st.tuples(st.sampled_from(FIELDS), st.sampled_from(["a", "b", "*a*"])),
    st.tuples(st.sampled_from(FIELDS), st.none()),
    st.tuples(st.sampled_from([f"{field}|exists" for field in FIELDS]), st.booleans()),
    st.tuples(st.sampled_from([f"{field}|re" for field in FIELDS]), st.just("a|b")),
    st.tuples(st.just("EventID"), st.sampled_from([1, 4688, 5])),
    st.tuples(st.just("EventID|gte"), st.sampled_from([1, 4])),
)
CONDITIONS = ("x and y", "x or y", "x and not y", "not x", "(x or y) and not z", "1 of them", "not (x and y)")
EVENTS = st.lists(
    st.tuples(st.sampled_from([1, 5]), st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["a", "b", ""]))),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("logsource", [CREATION, {"product": "windows", "service": "sysmon"}], ids=str)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
def test_a_rule_that_fires_is_not_blind(sigma: Any, logsource: dict[str, str], data: st.DataObject) -> None:
    selections = data.draw(st.lists(st.lists(TESTS, min_size=1, max_size=2), min_size=3, max_size=3))
    detection = {name: dict(tests) for name, tests in zip("xyz", selections, strict=True)}
    rules = sigma.load(sigma.rule({**detection, "condition": data.draw(st.sampled_from(CONDITIONS))}, logsource))
    events = sigma.batch([sigma.sysmon(number, **fields) for number, fields in data.draw(EVENTS)])
    seen = Seen(rules)
    seen.add(events)
    fires = bool(Detector(rules).match(events))
    for each in coverage(rules, seen):
        assert not (fires and each.because), each.because
