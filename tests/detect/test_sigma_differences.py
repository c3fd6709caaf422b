"""Where engine and reference once disagreed, and what is right."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.detect.sigma.context import Context

WINDOWS = {"product": "windows"}


def test_keywords_search_lists_among_a_vendors_own_fields(sigma: Any) -> None:
    events = [
        {"winlog.channel": "x", "watchfloor.rest": '{"winlog.event_data.Q":["-","evil"]}'},
        {"winlog.channel": "x", "watchfloor.rest": '{"winlog.event_data.Q":[7],"winlog.event_data.R":null}'},
    ]
    assert sigma.fires({"k": ["evil"], "condition": "k"}, *events, logsource=WINDOWS) == [0]
    assert sigma.fires({"k": [7], "condition": "k"}, *events, logsource=WINDOWS) == []


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"Channel": "Microsoft-Windows-Sysmon/Operational"}, [1]),
        ({"Channel|contains": "sysmon"}, [1]),
        ({"Channel": None}, [0]),
        ({"Channel|neq": "Other"}, [0, 1]),
    ],
)
def test_a_channel_that_only_the_provider_tells_is_no_value(sigma: Any, item: dict[str, Any], expected: Any) -> None:
    event = sigma.sysmon(Image="a")
    without = {**event, "winlog.channel": None, "event.dataset": "windows.eventlog"}
    detection = {"i": {"Image": "a"}, "s": item, "condition": "i and s"}
    assert sigma.fires(detection, without, event) == expected


@pytest.mark.parametrize(
    ("modifiers", "pattern", "accepted"),
    [
        ("re|startswith", "ab|c", ["ab-", "c", "ab\n"]),
        ("re|endswith", "ab|c", ["xab", "c", "-c"]),
        ("re|i|startswith", "ab", ["ab-", "AB", "ab\n"]),
        ("re|m|startswith", "^ab", ["ab-", "ab\n"]),
        ("re|startswith|endswith", "ab|c", ["ab-", "xab", "c", "-c", "ab\n", "xcx"]),
        ("re|contains", "^ab|c", ["ab-", "c", "-c", "ab\n", "xcx"]),
    ],
)
def test_expressions_at_the_beginning_or_end(sigma: Any, modifiers: str, pattern: str, accepted: list[str]) -> None:
    values = ["ab-", "xab", "AB", "c", "-c", "ab\n", "x\nab\n", "xcx"]
    if "re|m" in modifiers:  # other lines are not the beginning of the value
        assert "x\nab\n" not in sigma.selects({f"CommandLine|{modifiers}": pattern}, *values)
    found = sigma.selects({f"CommandLine|{modifiers}": pattern}, *values)
    assert [value for value in found if value != "x\nab\n"] == accepted


def test_values_of_placeholders_are_patterns(sigma: Any) -> None:
    text = sigma.rule({"sel": {"User|expand": "x%names%"}, "condition": "sel"})
    rules = sigma.load(text, context=Context({"names": ["a*c", "b?", r"\*", r"e\f"]}))
    values = ["xabc", "xa*c", "xbz", "xb", "x*", "xy", r"xe\f"]
    firings = sigma.firings(rules, *(sigma.sysmon(User=value) for value in values))
    assert [values[firing.row] for firing in firings] == ["xabc", "xa*c", "xbz", "x*", r"xe\f"]


@pytest.mark.parametrize("together", [True, False])
def test_a_registry_event_without_a_value_has_no_details_whatever_is_beside_it(sigma: Any, together: bool) -> None:
    empty = sigma.security(4657, OperationType="%%1905", ObjectName=r"\REGISTRY\MACHINE\x")
    other = sigma.security(4657, OperationType="%%1905", NewValueType="%%1873", NewValue="")
    detection = {"s": {"Details": None}, "condition": "s"}
    events = [empty, other] if together else [empty]
    assert sigma.fires(detection, *events, logsource={**WINDOWS, "category": "registry_set"}) == [0]


@pytest.mark.parametrize("field", ["foo(bar)", "account(a)", "item_x(process.name)", "hash_of_(process.name)"])
def test_a_field_of_a_rule_that_looks_like_a_function_is_missing(sigma: Any, field: str) -> None:
    event = {"winlog.channel": "x", "bar": "a", "a": "a", "process.name": "a"}
    for wanted, expected in (("a", []), (None, [0])):
        detection = {"s": {field: wanted}, "p": {"process.name": "a"}, "condition": "s and p"}
        assert sigma.fires(detection, event, logsource=WINDOWS, taxonomy="ecs") == expected


def test_utf16le_is_wide(sigma: Any) -> None:
    values = ["a\0b\0", "ab", "YQBiAA=="]
    assert sigma.selects({"CommandLine|utf16le": "ab"}, *values) == values[:1]
    assert sigma.selects({"CommandLine|utf16le|base64": "ab"}, *values) == values[2:]
