"""Each modifier and each kind of value: what it accepts and what it does not."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from watchfloor.detect.sigma import Context

WIDE = base64.b64encode("evil".encode("utf-16-le")).decode()

CASES: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
    # plain text: the whole value, without case
    ({"CommandLine": "whoami"}, ["whoami", "WHOAMI"], ["whoami ", "who", ""]),
    ({"CommandLine": ["a", "b"]}, ["a", "B"], ["ab", "c"]),
    # wildcards and their escapes
    ({"CommandLine": "a*c"}, ["ac", "abc", "a\nb\nc", "aCaC"], ["acb", "c", "bac"]),
    ({"CommandLine": "a?c"}, ["abc", "aéc", "a\nc", "a?c"], ["ac", "abbc"]),
    ({"CommandLine": r"a\*c"}, ["a*c"], ["abc", r"a\*c"]),
    ({"CommandLine": r"a\?c"}, ["a?c"], ["abc"]),
    ({"CommandLine": r"C:\\temp\x"}, [r"c:\temp\x"], [r"c:\\temp\x"]),
    ({"CommandLine": r"\\\\host\share"}, [r"\\host\share"], [r"\host\share"]),
    ({"CommandLine": r"*\a\*"}, [r"x\a*"], [r"x\a\b"]),
    ({"CommandLine": "*aa*aa*"}, ["aaaa", "xaayaaz"], ["aaa"]),
    ({"CommandLine": "ab*ba"}, ["abba", "ab-ba"], ["aba"]),
    ({"CommandLine": "*a*b*c"}, ["abc", "xaxbxc", "abcc"], ["acb", "abcx"]),
    ({"CommandLine": "*"}, ["x"], ["", None]),
    ({"CommandLine|contains": "b"}, ["abc", "B"], ["ac", ""]),
    ({"CommandLine|startswith": "ab"}, ["ab", "ABc"], ["cab", "a"]),
    ({"CommandLine|endswith": "bc"}, ["bc", "aBC"], ["bcd", "c"]),
    ({"CommandLine|contains|all": ["a", "b"]}, ["ab", "b-a"], ["a", "b"]),
    ({"CommandLine|startswith": "a*b"}, ["aXbc", "ab"], ["xab", "a"]),
    ({"CommandLine|cased": "AbC"}, ["AbC"], ["abc", "ABC"]),
    ({"CommandLine|contains|cased": "AbC"}, ["xAbCx"], ["xabcx"]),
    ({"CommandLine|contains|cased": "A*c"}, ["xAbcx"], ["xabcx", "xAbCx"]),
    # regular expressions: a search, with case
    ({"CommandLine|re": "a.c"}, ["xabcx"], ["xABCx", "a\nc"]),
    ({"CommandLine|re": "^a.*c$"}, ["abc"], ["xabc", "abcx"]),
    ({"CommandLine|re|i": "^A"}, ["abc", "Abc"], ["bac"]),
    ({"CommandLine|re|s": "a.c"}, ["a\nc"], ["ac"]),
    ({"CommandLine|re|m": "^b"}, ["a\nb"], ["ab"]),
    ({"CommandLine|re": "(?i)k{2}s"}, ["KKS", "\u212aks", "kk\u017f"], ["ks"]),
    ({"CommandLine|re": "foo|[0-9]{3}"}, ["xfoo", "a123"], ["12"]),
    ({"CommandLine|re": r"\x41b"}, ["Ab"], ["x41b", "41b"]),
    ({"CommandLine|re": r"a{0}b"}, ["b", "ab"], ["a"]),
    ({"CommandLine|re": "[Aa][Bb]c?"}, ["xaBx", "ABc"], ["a"]),
    ({"CommandLine|re|contains": "b|c"}, ["abx", "acx"], ["ax"]),
    # encodings
    ({"CommandLine|base64|contains": "evil"}, [f"x {base64.b64encode(b'evil').decode()} y"], ["evil"]),
    (
        {"CommandLine|base64offset|contains": "evil"},
        [base64.b64encode(pad + b"evil").decode() for pad in (b"", b"x", b"xy")],
        ["evil"],
    ),
    ({"CommandLine|wide|base64|contains": "evil"}, [WIDE, f"-e {WIDE}"], ["evil"]),
    (
        {"CommandLine|utf16|base64|contains": "evil"},
        [base64.b64encode(b"\xff\xfe" + "evil".encode("utf-16-le")).decode()],
        [WIDE],
    ),
    ({"CommandLine|utf16be|base64|contains": "evil"}, [base64.b64encode("evil".encode("utf-16-be")).decode()], [WIDE]),
    (
        {"CommandLine|wide|base64offset|contains": "evil"},
        [base64.b64encode(b"zz" + "evil".encode("utf-16-le")).decode()],
        ["evil"],
    ),
    (
        {"CommandLine|windash|contains": " -enc"},
        ["p -enc", "p /enc", "p \u2013enc", "p \u2014enc", "p \u2015ENC"],
        ["p enc"],
    ),
    # numbers, booleans, times
    ({"CommandLine": 10}, ["10", "0xA", "10.0"], ["100", "010x", "ten"]),
    ({"CommandLine": 0x1F}, ["0x1f", "31", "0x0000001F"], ["1f"]),
    ({"CommandLine": "0x1f"}, ["0x1F"], ["31"]),
    ({"CommandLine|lt": 10}, ["9", "-3", "9.5"], ["10", "11", "x"]),
    ({"CommandLine|lte": 10}, ["10"], ["10.1"]),
    ({"CommandLine|gt": 10}, ["11", "0x10"], ["10"]),
    ({"CommandLine|gte": 10.5}, ["10.5", "11"], ["10"]),
    ({"CommandLine": True}, ["true", "True"], ["false", "1"]),
    ({"CommandLine|neq": "a"}, ["b", "", None], ["a", "A"]),
    ({"CommandLine|neq": ["a", "b"]}, ["c"], ["a", "b"]),
    ({"CommandLine|minute": 30}, ["2024-05-06T07:30:00Z", "2024-05-06 07:30:59.123"], ["2024-05-06T07:31:00Z", "x"]),
    ({"CommandLine|hour": 7}, ["2024-05-06T07:30:00Z", "2024-05-06T09:30:00+02:00"], ["2024-05-06T07:30:00+02:00"]),
    ({"CommandLine|day": 6}, ["2024-05-06"], ["2024-06-05"]),
    ({"CommandLine|week": 1}, ["2024-12-31"], ["2024-12-29"]),
    ({"CommandLine|month": 5}, ["2024-05-06"], ["2024-06-05"]),
    ({"CommandLine|year": 2024}, ["2024-05-06"], ["2023-05-06"]),
    # addresses
    ({"CommandLine|cidr": "10.0.0.0/8"}, ["10.1.2.3", "::ffff:10.9.9.9"], ["11.1.2.3", "10.1.2", "::1", "x"]),
    ({"CommandLine|cidr": "fe80::/10"}, ["fe80::1", "fe80::1%eth0"], ["::1", "10.0.0.1"]),
    ({"CommandLine|cidr": ["10.0.0.0/8", "::1/128"]}, ["10.1.2.3", "::1"], ["11.0.0.1"]),
    ({"CommandLine|cidr|neq": "10.0.0.0/8"}, ["11.0.0.1", "x", None], ["10.0.0.1"]),
    # several at once
    ({"CommandLine|utf16le|base64|contains": "evil"}, [WIDE, f"-e {WIDE}"], ["evil"]),
    (
        {"CommandLine|utf16le|base64offset|contains": "evil"},
        [base64.b64encode(pad + "evil".encode("utf-16-le")).decode() for pad in (b"", b"z", b"zz")],
        ["evil"],
    ),
    ({"CommandLine|startswith|cased": "Ab"}, ["Abc"], ["abc", "xAb"]),
    ({"CommandLine|endswith|cased": "bC"}, ["abC"], ["abc", "bCx"]),
    ({"CommandLine|cased|contains": "Ab"}, ["xAbx"], ["xabx"]),
    ({"CommandLine|contains|all|cased": ["A", "b"]}, ["xAb"], ["xab", "xAB"]),
    ({"CommandLine|windash|contains": " /enc"}, ["p /enc", "p -enc", "p \u2013enc", "p \u2014enc"], ["p enc"]),
    ({"CommandLine|windash|endswith": " -a"}, ["x /a", "x -A"], ["x -ab"]),
    ({"CommandLine|windash|contains": " -a-b"}, [" /a-b", " -a-b"], [" /a/b"]),
    ({"CommandLine|windash|contains|all": [" -a", " -b"]}, ["x /a -b"], ["x /a", "x -b"]),
    ({"CommandLine|re|i|m": "^B$"}, ["a\nb\nc"], ["abc"]),
    ({"CommandLine|re|i|s": "A.B"}, ["a\nb"], ["ab"]),
    ({"CommandLine|re|m|s": "^b.c$"}, ["a\nb\nc"], ["a\nbxxc"]),
    ({"CommandLine|re|ignorecase|multiline|dotall": "^B.C$"}, ["a\nb\nc"], ["abc"]),
    ({"CommandLine|re|neq": "a+"}, ["b", None], ["xaa"]),
    ({"CommandLine|re|startswith": "ab|cd"}, ["abx", "cdx"], ["x"]),
    ({"CommandLine|re": ["a{2}", "b$"]}, ["xaa", "xb"], ["xa", "bx"]),
    ({"CommandLine|re|all": ["a", "b"]}, ["xab", "ba"], ["a"]),
    ({"CommandLine|neq": 10}, ["11", "x", None], ["10", "0xA"]),
    ({"CommandLine|contains|neq": "a"}, ["b", None], ["xax"]),
    ({"CommandLine|neq": None}, ["x"], [None, ""]),
    ({"CommandLine|gt|neq": 10}, ["10", "9", "x", None], ["11"]),
    ({"CommandLine|lt": -1}, ["-2", "-1.5"], ["-1", "0"]),
    ({"CommandLine|hour|neq": 7}, ["2024-05-06T08:00:00Z", None], ["2024-05-06T07:00:00Z"]),
    ({"CommandLine|hour": [7, 8]}, ["2024-05-06T08:00:00Z"], ["2024-05-06T09:00:00Z"]),
    ({"CommandLine|week": 53}, ["2020-12-31", "2021-01-03"], ["2021-01-04"]),
    ({"CommandLine|minute": 0}, ["2024-05-06"], ["2024-05-06T00:01:00Z"]),
    # there or not
    ({"CommandLine": None}, [None, ""], ["x"]),
    ({"CommandLine": ""}, [None, ""], ["x"]),
    ({"CommandLine|exists": True}, ["x"], [None, ""]),
    ({"CommandLine|exists": False}, [None, ""], ["x"]),
    ({"CommandLine|exists|neq": True}, [None, ""], ["x"]),
]


@pytest.mark.parametrize(("item", "accepted", "refused"), CASES, ids=[str(case[0]) for case in CASES])
def test_value(sigma: Any, item: dict[str, Any], accepted: list[Any], refused: list[Any]) -> None:
    assert sigma.selects(item, *accepted, *refused) == accepted


@pytest.mark.parametrize(
    ("modifier", "accepted"),
    [
        ("fieldref", ["A"]),
        ("fieldref|startswith", ["A", "Ab"]),
        ("fieldref|endswith", ["A", "ba"]),
        ("fieldref|contains", ["A", "bac", "Ab", "ba"]),
    ],
)
def test_field_reference(sigma: Any, modifier: str, accepted: list[str]) -> None:
    values = ["A", "b", "bac", "Ab", "ba", "", None]
    events = [sigma.sysmon(Image=value, ParentImage="a") for value in values]
    events.append(sigma.sysmon(Image="a"))  # nothing to compare with
    events.append(sigma.sysmon())
    found = sigma.fires({"sel": {f"Image|{modifier}": "ParentImage"}, "condition": "sel"}, *events)
    assert sorted(values[row] for row in found) == sorted(accepted)


def test_a_field_that_differs_from_another(sigma: Any) -> None:
    events = [sigma.sysmon(Image=image, ParentImage="a") for image in ("A", "b", None)]
    assert sigma.fires({"sel": {"Image|fieldref|neq": "ParentImage"}, "condition": "sel"}, *events) == [1, 2]


@pytest.mark.parametrize(
    ("item", "needed"),
    [
        ({"|all": ["ab", "cd"]}, ["x AB x cd"]),
        (["ab", "cd"], ["x AB x cd", "ab", "cd"]),
        ({"|re": "a[bc]"}, ["ab", "x ac"]),
    ],
)
def test_keywords(sigma: Any, item: Any, needed: list[str]) -> None:
    texts = ["x AB x cd", "ab", "cd", "x ac", "nothing"]
    found = sigma.fires({"sel": item, "condition": "sel"}, *(sigma.sysmon(Image=text) for text in texts))
    assert [texts[row] for row in found] == needed


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"a|exists": "true"}, "incompatible"),
        ({"a|exists": 1}, "incompatible"),
        ({"a|contains|exists": True}, "incompatible"),
        ({"a|contains|re": "x"}, "unmodified"),
        ({"a|contains|cidr": "10.0.0.0/8"}, "unmodified"),
        ({"a|i": "x"}, "incompatible"),
        ({"a|lt": "x"}, "incompatible"),
        ({"a|hour": "7"}, "incompatible"),
        ({"a|base64": "x*"}, "wildcards"),
        ({"a|base64offset|contains": "x?"}, "wildcards"),
        ({"a|fieldref": "b*"}, "wildcards"),
        ({"a|wide": "\u00e9"}, "ascii"),
        ({"a|windash": 7}, "incompatible"),
        ({"a|cased": 7}, "incompatible"),
        ({"a|Contains": "x"}, "Unknown modifier"),
        ({"a|": "x"}, "Unknown modifier"),
        ({"|exists": True}, "must be applied to field"),
        ({"|lt": 7}, "needs a field"),
    ],
)
def test_what_a_modifier_refuses(sigma: Any, item: dict[str, Any], reason: str) -> None:
    rules = sigma.load(sigma.rule({"sel": item, "condition": "sel"}))
    assert rules.rules == ()
    (problem,) = rules.problems
    assert reason in problem.reason
    assert problem.line == 8 or problem.reason.endswith("needs a field")


def test_placeholders_are_filled_in(sigma: Any) -> None:
    text = sigma.rule({"sel": {"User|contains|expand": "adm_%names%"}, "condition": "sel"})
    rules = sigma.load(text, context=Context({"names": ["bob", "eve"]}))
    assert rules.problems == ()
    events = [sigma.sysmon(User=value) for value in ("x\\adm_eve", "adm_mallory", "adm_%names%")]
    assert [firing.row for firing in sigma.firings(rules, *events)] == [0]


def test_placeholder_without_values_is_a_problem(sigma: Any) -> None:
    rules = sigma.load(sigma.rule({"sel": {"User|expand": "%names%"}, "condition": "sel"}))
    assert rules.rules == ()
    assert [problem.reason for problem in rules.problems] == ["the placeholder %names% has no values"]
