"""The reference of rules against cases worked out by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from watchfloor.testing.reference import apply_filters, matches, resolved, rule_matches
from watchfloor.testing.values import KEYWORDS

SYSMON = {"winlog.channel": "Microsoft-Windows-Sysmon/Operational", "winlog.event_id": "1"}


def rule(detection: dict[str, Any], **logsource: str) -> dict[str, Any]:
    return {"title": "t", "logsource": logsource or {"product": "windows"}, "detection": detection}


def accepts(item: dict[str, Any], value: Any) -> bool:
    event = {"X": value, "Y": "Ab"}
    return matches(rule({"s": item, "condition": "s"}), event, placeholders={"n": ["a*", r"\*"]})


@pytest.mark.parametrize(
    ("item", "yes", "no"),
    [
        ({"X": "whoami"}, ["whoami", "WHOAMI", ["x", "Whoami"]], ["whoami ", "", None, []]),
        ({"X": r"a\*\?\\b\c*"}, [r"a*?\b\c", r"A*?\b\cd"], [r"a*?\\b\c", "a"]),
        ({"X": "?"}, ["a", "\n"], ["", "ab", "\u0130"]),
        ({"X": "STRASSE"}, ["strasse"], ["straße"]),
        ({"X": "\u03a3"}, ["\u03c3", "\u03c2"], ["s"]),
        ({"X|contains": "a*b"}, ["xaxbx", "ab"], ["ba"]),
        ({"X|contains|all": ["a", "b"]}, ["ba"], ["a", "b"]),
        ({"X|contains|all": ["a", "b"]}, [["a", "b"]], [["a", "a"]]),
        ({"X|startswith|cased": "Ab"}, ["Abc"], ["abc", "xAb"]),
        ({"X|neq": ["a", "b"]}, ["c", None, ""], ["A", "b", ["c", "a"]]),
        ({"X|windash|contains": " -e-f"}, ["x -e-f", "x /e-f", "x \u2015e-f"], ["x -e/f"]),
        ({"X|base64": "foobar"}, ["Zm9vYmFy"], ["foobar"]),
        ({"X|base64offset|contains": "foo"}, ["Zm9v", "IGZvbw==", "ICBmb28="], ["Zm9"]),
        ({"X|wide|base64": "ab"}, ["YQBiAA=="], ["YWI="]),
        ({"X|utf16|base64": "a"}, ["//5hAA=="], ["YQA="]),
        ({"X|utf16be|contains": "a"}, ["\0a"], ["a\0"]),
        ({"X|expand": "%n%"}, ["abc", "*"], ["b", "%n%"]),
        ({"X|re": "^a.c$"}, ["abc"], ["ABC", "abc\n", "a\nc"]),
        ({"X|re|i|s": "^a.c$"}, ["A\nC"], ["\u0131\nC"]),
        ({"X|re|i": "i"}, ["I"], ["\u0130", "\u0131"]),
        ({"X|re|m": "^b"}, ["a\nb"], ["ab"]),
        ({"X|re": r"\d\s\w"}, ["1 a"], ["1\x0ba", "\u0661 a", "1 \u00e9"]),
        ({"X|re|startswith": "a|b"}, ["ax", "bx"], ["xa", "xb"]),
        ({"X|cidr": "10.0.0.0/8"}, ["10.1.1.1", "::ffff:10.1.1.1"], ["11.1.1.1", "x", "::1"]),
        ({"X|exists": True}, ["a", 0, False], ["", None]),
        ({"X": None}, ["", None, [], [""]], ["a", ["", "a"]]),
        ({"X": ""}, ["", None], ["a"]),
        ({"X": "*"}, ["a"], ["", None]),
        ({"X": []}, [None], ["a"]),
        ({"X": 10}, ["10", 10, "0xa", "10.0", 10.0], ["1", "010x", "ten"]),
        ({"X": True}, ["TRUE", True], ["1", False]),
        ({"X|gt": 9.5}, ["10", "0x0A"], ["9", "9.5", "x"]),
        ({"X|lte": 2}, ["2", "-3"], ["3"]),
        ({"X|fieldref": "Y"}, ["aB"], ["a", "abc"]),
        ({"X|fieldref|contains": "Y"}, ["xABx"], ["a"]),
        ({"X|fieldref": "Z"}, [], ["a", "", None]),
        ({"X|hour": 7}, ["2024-05-06T09:30:00+02:00", dt.datetime(2024, 5, 6, 7, tzinfo=dt.UTC)], ["2024", "x"]),
        ({"X|week": 1}, ["2024-12-31"], ["2024-12-29"]),
    ],
)
def test_values(item: dict[str, Any], yes: list[Any], no: list[Any]) -> None:
    assert [value for value in [*yes, *no] if accepts(item, value)] == yes


@pytest.mark.parametrize(
    ("selection", "yes", "no"),
    [
        (["a*c", 10], ["xABCx", "v10"], ["x", "1 0"]),
        ({"|all": ["a", "b"]}, ["ba"], ["a"]),
        ({"|re": "^a"}, ["ab"], ["ba"]),
        ({"|cased": "A"}, ["xAx"], ["xax"]),
        ("a", ["A"], ["b"]),
    ],
)
def test_keywords(selection: Any, yes: list[str], no: list[str]) -> None:
    found = rule({"s": selection, "condition": "s"})
    assert [text for text in [*yes, *no] if matches(found, {KEYWORDS: ["-", text]})] == yes


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("a or b and c", {"a", "ab", "ac", "bc", "abc"}),
        ("not a and b", {"b", "bc"}),
        ("not (a or b)", {"", "c"}),
        ("not not a", {"a", "ab", "ac", "abc"}),
        ("1 of them", {"a", "b", "c", "ab", "ac", "bc", "abc"}),
        ("all of them", {"abc"}),
        ("any of _*", set()),
        ("all of *", {"abc"}),
        (["a and b", "c"], {"ab", "c", "ac", "bc", "abc"}),
    ],
)
def test_conditions(condition: Any, expected: set[str]) -> None:
    selections = {name: {f"F{name}": "1"} for name in "abc"}
    found = rule({**selections, "_d": {"Fd": "1"}, "condition": condition})
    subsets = ["", "a", "b", "c", "ab", "ac", "bc", "abc"]
    assert {names for names in subsets if matches(found, {f"F{name}": 1 for name in names})} == expected


def test_maps_are_all_and_lists_are_any() -> None:
    found = rule({"s": [{"A": "1", "B": "1"}, {"C": "1"}], "condition": "s"})
    assert [matches(found, dict.fromkeys(names, "1")) for names in ("A", "AB", "C")] == [False, True, True]


@pytest.mark.parametrize(
    "detection",
    [
        {"s": {"X": "a"}, "condition": "nothing"},
        {"s": {"X": "a"}, "condition": "s and"},
        {"s": {"X": "a"}, "condition": "(s"},
        {"s": {"X": "a"}, "condition": "s s"},
        {"s": {"X": "a"}, "condition": "1 of x*"},
        {"s": {"X|nothing": "a"}, "condition": "s"},
        {"s": {"X|contains": 5}, "condition": "s"},
        {"s": {"X|expand": "%other%"}, "condition": "s"},
        {"s": {"X|re": "(?=a)"}, "condition": "s"},
        {"s": {"X|re": r"(a)\1"}, "condition": "s"},
        {"s": {"X|re": "("}, "condition": "s"},
        {"s": {"X|base64": "a*"}, "condition": "s"},
        {"s": {"X|cidr": "10.0.0.1/8"}, "condition": "s"},
        {"s": [None], "condition": "s"},
    ],
)
def test_what_is_refused(detection: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        matches(rule(detection), {"X": "a"})


def test_an_event_as_parsers_give_it() -> None:
    found = rule(
        {"s": {"Image|endswith": "a", "md5": "bb"}, "condition": "s"}, product="windows", category="process_creation"
    )
    event = {**SYSMON, "winlog.event_data.Image": "A", "winlog.event_data.Hashes": "MD5=BB,SHA1=CC"}
    assert resolved(found, event) == {"Image": ("A",), "md5": ("BB",)}
    assert rule_matches(found, event)
    assert not rule_matches(found, {**event, "winlog.event_id": "5"})
    assert resolved(found, {**event, "winlog.channel": "Other"}) is None
    audited = {"winlog.channel": "Security", "winlog.event_id": "4688", "winlog.event_data.NewProcessName": "a"}
    assert resolved(found, audited) == {"Image": ("a",), "md5": ()}


def test_where_keywords_are_searched() -> None:
    found = rule({"s": ["evil"], "condition": "s"}, product="windows")
    for name, expected in [("event.original", True), ("winlog.x", True), ("own.field", True), ("log.file.path", False)]:
        assert rule_matches(found, {**SYSMON, name: "Evil"}) is expected
    web = rule({"s": ["evil"], "condition": "s"}, category="webserver")
    event = {"event.dataset": "web.nginx_access", "message": "evil"}
    assert rule_matches(web, event)
    assert not rule_matches(web, {**event, "message": "-", "url.path": "evil"})


def test_filters() -> None:
    found = {**rule({"s": {"X": "a*"}, "condition": ["s", "not s"]}), "id": "1", "name": "n"}
    selections = {"s": {"X": "ab"}, "t": {"Y": "c"}}
    condition = "not 1 of them"
    for rules, logsource, applies in [
        ("any", {"product": "windows"}, True),
        (["n"], {"product": "windows"}, True),
        (["1"], {}, True),
        (["2"], {"product": "windows"}, False),
        ("any", {"product": "windows", "service": "x"}, False),
    ]:
        added = {"logsource": logsource, "filter": {"rules": rules, **selections, "condition": condition}}
        filtered = apply_filters(found, [added])
        assert [matches(filtered, {"X": value}) for value in ("ab", "a", "b")] == [not applies, True, True]
