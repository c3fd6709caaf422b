"""Literals may say too little, never too much: whatever a pattern matches contains one of them."""

from __future__ import annotations

import itertools
import re

import pytest
import re2
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from watchfloor.detect.sigma.atoms import ANY, ONE, canonical, check, fold
from watchfloor.detect.sigma.fieldmatch import FieldMatcher, Memory
from watchfloor.detect.sigma.literals import END, START, demands, direct, needed, possible


@pytest.mark.parametrize(
    ("pattern", "flags", "expected"),
    [
        ("abc", "", ("abc",)),
        ("ab?cd", "", ("cd",)),
        ("ab+cde*", "", ("ab",)),
        ("ab{0,2}c", "", ("a",)),
        ("ab{2}cd", "", ("ab",)),
        ("foo|barr", "", ("foo", "barr")),
        ("foo|.", "", ()),
        (r"[Rr][Uu]n\.exe", "", ("run.exe",)),
        (r"(?:x|y)abc[^z]de", "", ("abc",)),
        (r"a\\b\d", "", ("a\\b",)),
        (r"\x41bc", "", ()),
        (r"\Qa.b\E", "", ()),
        ("(?i)mass", "", ("ma",)),
        ("mass", "i", ("ma",)),
        ("a(?i)b", "", ()),
        ("[]a]bc", "", ("bc",)),
        ("[[:alpha:]]bc", "", ("bc",)),
        (r"[\d]bc", "", ("bc",)),
        ("ΣAB", "", ("ab",)),
    ],
)
def test_literals_of_an_expression(pattern: str, flags: str, expected: tuple[str, ...]) -> None:
    assert needed(("re", pattern, flags)) == expected


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "K",
        "s",
        "Σ",
        "é",
        r"\.",
        r"\\",
        r"\d",
        r"\w",
        r"\n",
        r"\b",
        r"\d{3}",
        r"[^\s]{2,}",
        ".",
        "[aA]",
        "[^b]",
        "[a-c]",
        "[]x]",
        "(ab)",
        "(?:a|b)",
        "(?P<n>a)",
        "a{2}",
        "b{0,1}",
        "a*",
        "a*?",
        "b+?",
        "c??",
        "[ab]{2}?",
        "b+",
        "c?",
        "^",
        "$",
        "|",
        r"\x41",
        "s|",
        " ",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=7).map("".join), st.sampled_from(["", "i", "s"]), st.data())
def test_what_an_expression_matches_contains_a_literal(pattern: str, flags: str, data: st.DataObject) -> None:
    try:
        re2.compile(f"(?{flags}){pattern}" if flags else pattern)
        python = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
    except (re.error, re2.error):
        assume(condition=False)
    text = data.draw(
        st.from_regex(python, fullmatch=False).filter(lambda found: not re.search("[\ud800-\udfff]", found))
    )
    atom = ("re", pattern, flags)
    if check(atom)(text):
        literals = needed(atom)
        assert not literals or any(literal in fold(text) for literal in literals)
        demanded = demands(atom)
        assert not demanded or possible(demanded, text, fold(text))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("ab.*cde", ((5, ("cde", "ab")),)),
        ("a{3}|.{1000,}", ((3, ("a",)), (1000, ()))),
        (r"\n\nx", ((3, ("\n\nx",)),)),
        (r"\b^a?$", ()),
        ("a*?b+?c??[de]{2,}?", ((3, ("b",)),)),
        ("a{b", ((2, ("a", "b")),)),
        (r"(abc)+[x-z]{8}\d", ((9, ()),)),
        (r"\x41bc", ()),
    ],
)
def test_what_an_expression_demands(pattern: str, expected: object) -> None:
    assert demands(("re", pattern, "")) == expected


ALPHABET = "aAbBkK\u212asS\u017f\u0130i\u03a3\u03c2\u03c3\u00df ."
TEXTS = st.text(ALPHABET, max_size=8)


def merged(parts: list[str | int]) -> list[str | int]:
    """Neighbouring texts and stars are one, as in compiled rules."""
    groups = [
        list(group) for _, group in itertools.groupby(parts, key=lambda part: 0 if isinstance(part, str) else part)
    ]
    found: list[str | int] = []
    for group in groups:
        if isinstance(group[0], str):
            found.append("".join(str(part) for part in group))
        else:
            found += group[:1] if group[0] == ANY else group
    return found


PIECE = st.text(ALPHABET, min_size=1, max_size=3)
PARTS = st.lists(PIECE | st.sampled_from([ANY, ONE]), min_size=1, max_size=5).map(merged)
SIMPLE = PIECE.flatmap(lambda text: st.sampled_from([[ANY, text], [text, ANY], [ANY, text, ANY]]))


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.booleans(), PARTS), min_size=1, max_size=6), st.lists(TEXTS, min_size=1, max_size=5))
def test_the_automaton_finds_what_each_check_finds(
    patterns: list[tuple[bool, list[str | int]]], texts: list[str]
) -> None:
    atoms = list(dict.fromkeys(canonical(("text", cased, *parts)) for cased, parts in patterns))
    matcher = FieldMatcher(atoms)
    for text in filter(None, texts):
        expected = {position for position, atom in enumerate(atoms) if check(atom)(text)}
        found = matcher.matches(text)
        assert set(found) == expected
        assert len(found) == len(expected)
        assert matcher.matches(text) == found


@given(SIMPLE, TEXTS.filter(bool))
def test_a_direct_literal_decides_alone(parts: list[str | int], text: str) -> None:
    atom = ("text", False, *parts)
    literal = direct(atom)
    assert literal is not None
    assert (literal in START + fold(text) + END) is check(atom)(text)


@given(st.text(ALPHABET), st.text(ALPHABET))
def test_folding_does_not_depend_on_the_surroundings(one: str, other: str) -> None:
    assert fold(one + other) == fold(one) + fold(other)


def test_remembered_values_are_bounded_over_all_fields() -> None:
    memory = Memory(limit=5_000)
    matchers = [FieldMatcher([("text", False, ANY, "x", ANY)], memory) for _ in range(3)]
    for number in range(200):
        for matcher in matchers:
            assert matcher.matches(f"{number}x") == (0,)
            assert sum(len(each._memo) for each in matchers) <= 5_000 // 200
    assert matchers[0].matches("x" * 10_000) == (0,)
    assert "x" * 10_000 not in matchers[0]._memo
