"""Regexes as they are run: what a text may start with, and which characters classes mean."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.parsers._catalog import line_parsers, message_parsers
from watchfloor.parsers._firsts import Sift, may_begin, present
from watchfloor.parsers._literals import held, literals
from watchfloor.parsers._regex import ascii_classes, ascii_digits, widened
from watchfloor.parsers.plugin import LineParser


@pytest.mark.parametrize(
    ("regex", "run"),
    [
        (r"^\d+ [\d.]+", "^[0-9]+ [0-9.]+"),
        (r"^[^\]\d]\d", r"^[^\]0-9][0-9]"),
        (r"^[]\d]\d", "^[]0-9][0-9]"),
        (r"^[^]\d]\d", "^[^]0-9][0-9]"),
        (r"^[^\s\[]+\d", r"^[^\s\[]+[0-9]"),
        (r"^\\d\D", r"^\\d\D"),
    ],
)
def test_digits(regex: str, run: str) -> None:
    assert ascii_digits(regex) == run


def test_a_wider_regex() -> None:
    assert widened(r"^\w[\w-][^\w]\s") == (
        r"^[0-9A-Za-z_\x{80}-\x{10FFFF}][0-9A-Za-z_\x{80}-\x{10FFFF}-][^0-9A-Za-z_][\t-\r \x{80}-\x{10FFFF}]"
    )


def test_classes() -> None:
    assert ascii_classes(r"^\w[\w-]\s\S") == r"^[0-9A-Za-z_][0-9A-Za-z_-][\t\n\x0B\f\r ]\S"


ASCII = frozenset(map(chr, range(128)))


def firsts(regex: str) -> set[str]:
    return {each for each in ASCII if may_begin(regex, present(pl.Series([each]))[:1])}


@pytest.mark.parametrize(
    ("regex", "characters"),
    [
        (r"^abc", "a"),
        (r"^(?:ab|cd)?x", "acx"),
        (r"^(?P<log.level>[a-c]+) ", "abc"),
        (r"^\s*<", " \t\n\r\v\f\x1c\x1d\x1e\x1f\x7f<"),
        (r"^a*b", "ab"),
        (r"^[\x{FEFF}a]", "\x7fa"),
        (r"^(?i:ab|c)d", "aAcC"),
        (r"^(?i:k)", "kK\x7f"),
        (r"^a|^b", "ab"),
    ],
)
def test_first_characters(regex: str, characters: str) -> None:
    assert firsts(regex) == set(characters)


@pytest.mark.parametrize("regex", ["abc", "^a*", "(?i)^abc", r"^.", r"^(?i)a", "^(?:", "^a|b"])
def test_where_any_character_may_come_first(regex: str) -> None:
    assert firsts(regex) == ASCII


@pytest.mark.parametrize(
    ("regex", "texts", "may"),
    [
        (r"^\d{4}-", ["2026-11"], True),
        (r"^\d{4}-", ["127.0.0.1 - -"], False),
        (r"^\d{4}-", ["127.0.0.1", "ab-cd-"], False),
        (r"^ab", ["xb", "ay"], True),  # places are looked at one by one
        (r"^(?:ab){2,40}c", ["ababx"], False),
        (r"^(?:ab){2,40}c", ["abababc"], True),
        (r"^\[[^\]]*\] x", ["[a b] y"], True),  # `[^\]]*` may also go on beyond what is looked at
        (r"^\[[a-z]*\] x", ["[ab] y"], False),
        (r"^a.{30}b", ["a" * 40], True),
        (r"^ab", ["a"], False),
        (r"^a[^b]", ["é", "a"], True),  # the end of a text is not told from other characters
        (r"^a", [], False),
    ],
)
def test_places_behind_the_first(regex: str, texts: list[str], may: bool) -> None:
    assert may_begin(regex, present(pl.Series(texts, dtype=pl.String))) is may


GOLDEN = Path(__file__).parents[1] / "golden" / "parsers"
LINES = [path.read_bytes().decode("utf-8", "replace").split("\n", 1)[0] for path in sorted(GOLDEN.glob("*/*.log"))]
REGEXES = sorted(
    {parser.sieve for _, parser in line_parsers() if parser.sieve}
    | {pattern.regex for _, parser in line_parsers() if isinstance(parser, LineParser) for pattern in parser.patterns}
    | {pattern.regex for _, parser in message_parsers() for pattern in parser.patterns}
    | {parser.starts for _, parser in message_parsers() if parser.starts}
)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_what_fits_a_regex_of_a_parser_starts_as_told(data: st.DataObject) -> None:
    regex = data.draw(st.sampled_from(REGEXES))
    try:
        compiled = re.compile(re.sub(r"\(\?P<[^>]*>", "(", ascii_classes(regex)), re.ASCII)
    except re.error:
        return  # a few escapes are Rust's own; those regexes count as starting with anything
    text = data.draw(st.from_regex(compiled))
    series = pl.Series([text])
    if series.str.contains(ascii_digits(regex))[0]:
        assert may_begin(regex, present(series))
        assert not literals(regex) or any(not texts or any(each in text for each in texts) for texts in literals(regex))
        assert Sift(series).may_fit(regex)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(REGEXES), st.text(max_size=40), st.integers(0, 40))
def test_what_is_left_out_does_not_fit(regex: str, text: str, at: int) -> None:
    """A golden record with some text inside, of any alphabet, against the regexes of all parsers."""
    record = LINES[(at * 7919 + len(text)) % len(LINES)]
    for changed in (record[: at * 3] + text + record[at * 3 :], text + record):
        series = pl.Series([changed])
        if not Sift(series).may_fit(regex):
            assert not series.str.contains(ascii_digits(regex))[0]


@pytest.mark.parametrize(
    ("regex", "texts"),
    [
        (r"^[^%]*%%\d\d", [{"%%"}]),
        (r"^\d{4} (?:alpha|beta) x", [{" alpha x"}, {" beta x"}]),
        (r"^(?:\d (?:alpha|beta)){2}", [{"alpha", "beta"}]),
        (r"^(?:alpha|\d)", [{"alpha"}, set()]),
        (r"^(?:alpha)? be\b ta\d", [{" be ta"}]),
        (r"^(?:alpha){0,3}xy", [{"xy"}]),
        (r"^(?:alpha)+x", [{"alpha"}]),
        (r"^(?i:alpha)xy", [{"xy"}]),
        (r"(?i)^alpha", []),
        (r"^aé\d", [set()]),
        (r"^a\x{FEFF}bc", [{"bc"}]),
    ],
)
def test_literals_that_a_regex_needs(regex: str, texts: list[set[str]]) -> None:
    assert list(literals(regex)) == texts


def test_literals_that_lines_hold() -> None:
    found = held(pl.Series(["x%%", None, "Nov 25 unbound[1]:", ""]))
    assert {"%%", " unbound["} <= found
    assert "%ASA-" not in found
    assert held(pl.Series([], dtype=pl.String)) == frozenset()


def test_many_texts_are_sifted_as_each_alone() -> None:
    """A regex that fits one of many records may fit them all together, also when most of them are done."""
    texts = pl.Series(LINES)
    sift = Sift(texts)
    left = texts[len(texts) // 3 :]
    for regex in REGEXES:
        fitting = texts.str.contains(ascii_digits(regex))
        assert sift.may_fit(regex) or not fitting.any(), regex
        assert sift.narrowed(left).may_fit(regex) or not left.str.contains(ascii_digits(regex)).any(), regex
