"""What a page's usual answers tell about how it repeats a parameter."""

from __future__ import annotations

from collections import Counter

import pytest

from watchfloor.detect.behaviors.echoes import Echo, learned, parameters, residues


@pytest.mark.parametrize(
    ("answers", "echo"),
    [
        ({(7, 107): 5, (9, 109): 5}, Echo(1, frozenset({100}))),
        ({(7, 100): 5, (9, 100): 5}, Echo(0, frozenset({100}))),
        ({(7, 121): 6, (9, 127): 6, (9, 227): 6}, Echo(3, frozenset({100, 200}))),  # two kinds of answers
        ({(7, 107): 9}, None),  # values of one length tell nothing
        ({(7, 107): 2, (9, 109): 2}, None),  # too few
        ({(n, 5_000 + n * n): 9 for n in range(20)}, None),
        ({}, None),
    ],
)
def test_repeats_are_learned(answers: dict[tuple[int, int], int], echo: Echo | None) -> None:
    assert learned(Counter(answers)) == echo


@pytest.mark.parametrize(
    ("value", "repeated"),
    [
        ("%3Bid", ";id"),
        ("%3Bid", "%3Bid"),
        ("'--", "&#x27;--"),
        ("'--", "&#39;--"),
        ("'--", "''--"),
        ("<b>x", "&lt;b&gt;x"),
        ("1+or+1=1", ""),
        ("12+or+1=1", "12"),
        ("x'+union+select+a,b,c+from+d", "x' union select a,b"),
    ],
)
def test_what_a_program_makes_of_a_value_is_explained(value: str, repeated: str) -> None:
    page = Echo(1, frozenset({300}))
    assert page.explains(value, 300 + len(repeated))
    assert not page.explains(value, 300 + len(repeated) + 40)


def test_a_value_escaped_at_one_place_of_two_is_explained() -> None:
    assert Echo(2, frozenset({300})).explains("'--", 300 + 3 + 8)


def test_answers_alike_but_for_the_value_leave_the_same() -> None:
    said = [f"No item {value}." for value in ("1;id", "$(id)", "1|cat x")]
    left = [set(residues(text[8:-1], len(text))) for text in said]
    assert left[0] & left[1] & left[2]


def test_parameters_of_a_query() -> None:
    assert list(parameters("q=a+b%20c&flag&x=%C3%A9")) == [("q", 5), ("x", 2)]
    assert len(list(parameters("&".join(f"p{n}=1" for n in range(10_000))))) == 50
