"""The walk through a rule agrees with the engine and says where each value came from."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.detect.sigma.trace import Step, Trace, leaves, trace

PROCESS = {"product": "windows", "category": "process_creation"}


def traced(sigma: Any, rule: dict[str, Any], *events: dict[str, Any]) -> list[Trace]:
    rules = sigma.load(rule)
    assert rules.problems == ()
    return trace(rules, rules.rules[0], sigma.batch(list(events)))


def step(found: Trace) -> Step:
    assert found.condition is not None
    return found.condition


def test_each_node_with_its_value(sigma: Any) -> None:
    detection = {
        "sel": {"Image|endswith": [r"\a.exe", r"\b.exe"], "User": None},
        "filter": {"CommandLine|re": "x+"},
        "condition": "sel and not filter",
    }
    fires, holds = traced(
        sigma,
        sigma.rule(detection),
        sigma.sysmon(Image=r"C:\b.exe", CommandLine="y"),
        sigma.sysmon(Image=r"C:\b.exe", CommandLine="xx", User="bob"),
    )
    assert (fires.fires, holds.fires) == (True, False)
    assert step(fires).kind == "and"
    assert [part.kind for part in step(fires).parts] == ["selection", "not"]
    assert [(test.field, test.true, test.values) for test in leaves(step(holds))] == [
        ("Image", False, (r"C:\b.exe",)),
        ("Image", True, (r"C:\b.exe",)),
        ("User", False, ("bob",)),
        ("CommandLine", True, ("xx",)),
    ]
    assert next(leaves(step(holds))).column == "winlog.event_data.Image"
    assert [test.true for test in leaves(step(fires))] == [False, True, True, False]


def test_keywords_show_the_texts_that_have_them(sigma: Any) -> None:
    rule = sigma.rule({"sel": ["needle", "other"], "condition": "sel"})
    (found,) = traced(sigma, rule, sigma.sysmon(Image="a Needle in it", User="x"))
    assert found.fires
    assert [(test.pattern, test.values) for test in leaves(step(found))] == [
        ("*needle*", ("a Needle in it",)),
        ("*other*", ()),
    ]


def test_references_to_other_fields(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"Image|fieldref": "ParentImage"}, "condition": "sel"})
    found = traced(sigma, rule, sigma.sysmon(Image="a", ParentImage="A"), sigma.sysmon(Image="a", ParentImage="b"))
    assert [(each.fires, step(each).true) for each in found] == [(True, True), (False, False)]


def test_arrays_show_all_members(sigma: Any) -> None:
    source = {"product": "windows", "service": "security"}
    rule = sigma.rule({"sel": {"Data": "b"}, "condition": "sel"}, source)
    (found,) = traced(sigma, rule, sigma.security(1) | {"winlog.event_data.Data": ["a", "b"]})
    assert found.fires
    assert next(leaves(step(found))).values == ("a", "b")


@pytest.mark.parametrize(
    ("source", "event", "reason"),
    [
        (PROCESS, {"event.dataset": "linux.sshd"}, "channel is missing"),
        ({"product": "windows"}, {"event.dataset": "linux.sshd"}, "no Windows event but linux.sshd"),
        (PROCESS, {"winlog.channel": "System", "winlog.event_id": "1"}, "channel is system"),
        (PROCESS, {"winlog.channel": "Security", "winlog.event_id": "1"}, "event id is 1, not 4688"),
        ({"product": "linux", "service": "sshd"}, {"winlog.channel": "System"}, "dataset is missing"),
        ({"product": "mainframe"}, {"winlog.channel": "System"}, "no data source brings events of mainframe"),
    ],
)
def test_why_an_event_is_outside(sigma: Any, source: dict[str, str], event: dict[str, Any], reason: str) -> None:
    (found,) = traced(sigma, sigma.rule({"sel": {"EventID": 1}, "condition": "not sel"}, source), event)
    assert not found.fires
    assert reason in found.outside
    assert found.condition is None


def test_a_column_that_has_another_value_than_the_place_wants(sigma: Any) -> None:
    rule = sigma.rule({"sel": {"TargetObject": "x"}, "condition": "not sel"}, {**PROCESS, "category": "registry_add"})
    found = traced(sigma, rule, *(sigma.sysmon(12, EventType=kind) for kind in ("CreateKey", "DeleteKey")))
    assert [each.fires for each in found] == [not each.outside for each in found]
    assert "EventType is DeleteKey" in found[1].outside


def test_filters_are_part_of_the_walk(sigma: Any) -> None:
    filter_ = {
        "title": "F",
        "name": "mine",
        "logsource": PROCESS,
        "filter": {"rules": "any", "sel": {"User": "bob"}, "condition": "not sel"},
    }
    rules = sigma.load(sigma.rule({"sel": {"Image": "a"}, "condition": "sel"}), filter_)
    (found,) = trace(rules, rules.rules[0], sigma.batch([sigma.sysmon(Image="a", User="bob")]))
    assert not found.fires
    assert [part.parts[0].name for part in step(found).parts if part.kind == "not"] == ["filter_mine/sel"]
