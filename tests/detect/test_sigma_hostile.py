"""Rule files made to hurt: refused or bounded, with line and reason, and the rules beside them load."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_documents import DETECTION, GOOD, text

from watchfloor.detect.sigma import Context, RuleSet
from watchfloor.detect.sigma.parse import parse_file
from watchfloor.detect.sigma.problems import MAX_PROBLEMS
from watchfloor.detect.sigma.ruleset import MAX_BYTES

HEAD = "title: T\nlogsource: {product: windows, category: process_creation}\ndetection:\n"
MEBIBYTE = 1 << 20


def a_rule(selections: str, condition: str = "sel") -> bytes:
    return f"{HEAD}{selections}  condition: {condition}\n".encode()


def bomb(first: str, item: str) -> bytes:
    """Ten levels, each holding ten aliases of the one before."""
    lines = [f"a: &a {first}"]
    for level in range(9):
        name, before = chr(98 + level), chr(97 + level)
        lines.append(f"{name}: &{name} {item.replace('ALIASES', ', '.join([f'*{before}'] * 10))}")
    return "\n".join(lines).encode()


TOO_MUCH = "more than 100,000 keys and values"
CASES: dict[str, tuple[bytes, int | None, str]] = {
    "ten megabytes": (b"a" * (10 * MEBIBYTE), 1, "larger than 1 MiB"),
    "not utf-8": (b"title: a\nx: \xe9\n", 2, "not UTF-8 (byte 0xe9)"),
    "utf-16": ("title: a".encode("utf-16"), 1, "not UTF-8"),
    "nul": (b"title: a\nx: \x00\n", 2, "control character U+0000"),
    "escape": (b"title: a\n\nx: \x1b[2J\n", 3, "control character U+001B"),
    "billion laughs": (bomb("[x, x, x]", "[ALIASES]"), 6, TOO_MUCH),
    "billion merges": (bomb("{x: 1, y: 2}", "{<<: [ALIASES]}"), 6, TOO_MUCH),
    "aliases in the condition": (
        b"a: &a [x, x]\nb: &b [*a, *a]\ndetection:\n  condition: [*b, *b]\n",
        4,
        "must be a text",
    ),
    "an alias of itself": (b"title: a\na: &a [b, *a]\n", 2, "an alias that holds itself"),
    "a mapping of itself": (b"&a {b: *a}", 1, "an alias that holds itself"),
    "brackets": (b"a: " + b"[" * 5_000, 1, "exceeded maximum nesting depth"),
    "nested lists": (a_rule(f"  sel: {'[' * 60}a{']' * 60}\n"), 4, "nested more than 50 levels deep"),
    "100,000 documents": (b"---\na: b\n" * 100_000, 1, TOO_MUCH),
    "many keys": (b"".join(b"k%d: 1\n" % number for number in range(99_000)), 1, TOO_MUCH),
    "many tags": (a_rule("  sel: {a: b}\n") + f"tags: [{'a.b, ' * 2_000}]\n".encode(), 6, "more than 1,000 entries"),
    "long value": (a_rule(f"  sel: {{Image: '{'*a' * 500_000}'}}\n"), 4, "longer than 65,536 characters"),
    "many values": (a_rule(f"  sel: {{Image: [{'a, ' * 60_000}]}}\n"), 4, "more than 50,000 values"),
    "many keywords": (a_rule(f"  sel: [{'a, ' * 60_000}]\n"), 4, "more than 50,000 values"),
    "base64offset": (a_rule(f"  sel: {{Image|base64offset: [{'abc, ' * 20_000}]}}\n"), 4, "more than 50,000 values"),
    "windash": (a_rule("  sel:\n    Image|windash:\n" + "    - -a -b -c\n" * 500), 406, "more than 50,000 values"),
    "windash of dashes": (a_rule(f"  sel: {{Image|windash: '{' -a' * 20}'}}\n"), 4, "at most three dash"),
    "placeholders": (a_rule(f"  sel: {{Image|expand: '{'%ten%' * 5}'}}\n"), 4, "more than 50,000 values"),
    "parentheses": (a_rule("  sel: {a: b}\n", "(" * 100_000 + "sel" + ")" * 100_000), 5, "condition longer than"),
    "open parentheses": (a_rule("  sel: {a: b}\n", "(" * 8_000), 5, "Expected"),
    "negations": (a_rule("  sel: {a: b}\n", "not " * 2_000 + "sel"), 5, "nested too deep"),
    "many selections": (a_rule("".join(f"  s{n}: {{a: b}}\n" for n in range(2_000)), "1 of s*"), 3, "1,000 selections"),
    "many patterns": (
        a_rule("".join(f"  s{n}: {{a: b}}\n" for n in range(500)), " or ".join(["1 of s*"] * 100)),
        504,
        "too many patterns",
    ),
    "many references": (
        a_rule("".join(f"  s{n}: {{a: b}}\n" for n in range(900)), " or ".join(["1 of s*"] * 20)),
        904,
        "more than 10,000 selections",
    ),
    "look-behind": (a_rule("  sel: {Image|re: '(?<=a)b'}\n"), 4, "Regular expression"),
    "a regular expression that grows": (a_rule("  sel: {Image|re: '((a{100}){100}){100}'}\n"), 4, "Regular expression"),
    "large regular expressions": (
        a_rule("  sel:\n    Image|re:\n" + "    - '(.{0,30}){0,30}x'\n" * 500),
        40,
        "regular expressions are too large",
    ),
    "many regular expressions": (a_rule("  sel:\n    Image|re:\n" + "    - a+b\n" * 40_000), 31_256, "too large"),
    "long integer": (a_rule(f"  sel: {{a: {'9' * 100_000}}}\n"), 4, "Exceeds the limit"),
    "large integer": (a_rule(f"  sel: {{a: {'9' * 30}}}\n"), 4, "not between -2^63 and 2^63"),
    "infinity": (a_rule("  sel: {a|lt: .inf}\n"), 4, "Invalid number"),
    "long date": (a_rule("  sel: {a: b}\n") + b"date: 2024-99-99\n", 6, "month must be in 1..12"),
    "a date as value": (a_rule("  sel: {a: 2024-01-01}\n"), 4, "Unsupported type"),
    "names that are numbers": (a_rule("  1: {a: b}\n"), 3, "selection's name must be a text"),
    "fields that are numbers": (a_rule("  sel: {1: b}\n"), 4, "field's name must be a text"),
    "half a character": (a_rule('  sel: {a: "\\ud800"}\n'), 4, "not YAML"),
    "a filter that names too many rules": (
        b"title: F\nlogsource: {product: windows}\nfilter:\n  rules: [" + b"a, " * 2_000 + b"]\n  condition: a\n",
        4,
        "more than 1,000 rules",
    ),
    "large global documents": (
        b"action: global\ntitle: T\nx:\n"
        + b"".join(b"  s%d: 1\n" % number for number in range(30_000))
        + b"---\na: b\n" * 900,
        30_017,
        "too much is merged",
    ),
}


@pytest.mark.parametrize(("data", "line", "reason"), CASES.values(), ids=CASES.keys())
def test_a_hostile_file_is_listed_and_hurts_no_other(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], data: bytes, line: int | None, reason: str
) -> None:
    (tmp_path / "a.yml").write_bytes(data)
    (tmp_path / "b.yml").write_bytes(a_rule("  sel: {Image: b}\n"))
    rules = RuleSet.load([tmp_path], context=Context({"ten": list("0123456789")}))
    assert [rule.path.name for rule in rules.rules] == ["b.yml"]
    found = {(problem.line, problem.reason) for problem in rules.problems}
    assert any(place == line and reason in text for place, text in found), sorted(found, key=str)[:5]
    assert len(rules.problems) <= MAX_PROBLEMS + 1
    assert not any(problem.runs for problem in rules.problems if reason in problem.reason)
    assert capfd.readouterr().err == ""


BOUNDED: dict[str, bytes] = {
    "wildcards": a_rule(f"  sel: {{Image: '{'*a' * 30_000}'}}\n"),
    "single wildcards": a_rule(f"  sel: {{Image: '{'?a' * 30_000}'}}\n"),
    "catastrophic elsewhere": a_rule("  sel: {Image|re: '^(([a-z])+.)+[A-Z]([a-z])+$'}\n"),
    "alternatives": a_rule(f"  sel: {{Image|re: '{'|'.join(f'a{number}*' for number in range(5_000))}'}}\n"),
    "parentheses": a_rule("  sel: {Image: b}\n", "(" * 4_000 + "sel" + ")" * 4_000),
    "conjunctions": a_rule("  sel: {Image: b}\n", " and ".join(["sel"] * 1_000)),
    "thousand documents": b"---\n".join(
        [a_rule("  sel: {Image: b}\n").replace(b"title: T", b"title: T%d" % n) for n in range(1_000)]
    ),
}


@pytest.mark.parametrize("data", BOUNDED.values(), ids=BOUNDED.keys())
def test_what_is_large_but_allowed_runs(tmp_path: Path, sigma: Any, data: bytes) -> None:
    (tmp_path / "a.yml").write_bytes(data)
    rules = RuleSet.load([tmp_path])
    assert rules.problems == ()
    sigma.firings(rules, sigma.sysmon(Image="a" * 10_000))


def test_the_documents_of_one_file_are_limited() -> None:
    parsed = parse_file(b"---\n".join([a_rule("  sel: {Image: b}\n")] * 1_001))
    assert len(parsed.rules) == 1_000
    assert [(problem["line"], problem["reason"]) for problem in parsed.problems] == [
        (6_001, "more than 1,000 documents; the rest is left out")
    ]


def test_the_problems_of_one_file_are_counted_beyond_a_hundred() -> None:
    parsed = parse_file(b"---\na: b\n" * 500)
    assert len(parsed.problems) == MAX_PROBLEMS + 1
    assert "more problems" in parsed.problems[-1]["reason"]


def test_a_key_given_twice_is_listed_and_the_last_one_counts() -> None:
    parsed = parse_file(a_rule("  sel:\n    Image: a\n    Image: b\n"))
    assert [(problem["line"], problem["runs"]) for problem in parsed.problems] == [(6, True)]
    assert '"b"' in parsed.rules[0]["compiled"]
    assert '"a"' not in parsed.rules[0]["compiled"]


SOURCE = "title: T\nlogsource: {product: windows}\ndetection:\n"
WHOLE = f"{SOURCE}  a: {{B: c}}\n  condition: a\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{SOURCE}  a:\n    B: c\n    D|nope: e\n  condition: a\n", 6),
        (f"{SOURCE}  a:\n    - B: c\n    - D|cidr:\n      - ::1/9\n  condition: a\n", 7),
        (f"{SOURCE}  a: {{B: c}}\n  condition: a and b\n", 5),
        (f"{SOURCE}  a: {{B: c}}\n  b: {{C|expand: '%x%'}}\n  condition: a\n", 5),
        ("title: T\nlogsource:\n  product: 7\ndetection:\n  a: {B: c}\n  condition: a\n", 2),
        (f"{WHOLE}level: x\n", 6),
        (f"id: x\n{WHOLE}", 1),
        (f"{WHOLE}tags: [nodot]\n", 6),
        (f"{WHOLE}taxonomy: acme\n", 6),
        ("---\n# a comment\ntitle: T\n", 3),
    ],
)
def test_the_line_of_a_problem(text: str, line: int) -> None:
    assert {problem["line"] for problem in parse_file(text.encode()).problems} == {line}


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
