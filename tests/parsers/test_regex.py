"""Regexes as they are run: what a text may start with, and which characters classes mean."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.parsers._catalog import line_parsers, message_parsers
from watchfloor.parsers._firsts import Sift, firsts, present
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


@pytest.mark.parametrize(
    ("regex", "wider"),
    [
        (r"^a\b.{1,99}x{0,255}?(?:b{2}){0,9}", "^a(?:).+x*?(?:b{2}){0,9}"),
        (r"^[{1,9}\b]\{1,9}a{2,3}b{64}", r"^[{1,9}\b]\{1,9}a{2,3}b{64}"),
    ],
)
def test_wider_are_bounds_and_counts(regex: str, wider: str) -> None:
    assert widened(regex) == wider


def test_classes() -> None:
    assert ascii_classes(r"^\w[\w-]\s\S") == r"^[0-9A-Za-z_][0-9A-Za-z_-][\t\n\x0B\f\r ]\S"


@pytest.mark.parametrize(
    ("regex", "characters"),
    [
        (r"^abc", "a"),
        (r"^(?:ab|cd)?x", "acx"),
        (r"^(?P<log.level>[a-c]+) ", "abc"),
        (r"^\s*<", " \t\n\r\v\f\x1c\x1d\x1e\x1f\x80<"),
        (r"^a*b", "ab"),
    ],
)
def test_first_characters(regex: str, characters: str) -> None:
    assert firsts(regex) == set(characters)


@pytest.mark.parametrize("regex", ["abc", "^a*", "(?i)^abc", r"^.", r"^(?i)a", "^(?:"])
def test_where_any_character_may_come_first(regex: str) -> None:
    assert len(firsts(regex)) == 129


FITS_NOTHING = r"^[^\s\S]"
"""Of formats that only a header tells."""
GOLDEN = Path(__file__).parents[1] / "golden" / "parsers"
LINES = [path.read_bytes().decode("utf-8", "replace").split("\n", 1)[0] for path in sorted(GOLDEN.glob("*/*.log"))]
REGEXES = sorted(
    {parser.sieve for _, parser in line_parsers()}
    | {pattern.regex for _, parser in line_parsers() if isinstance(parser, LineParser) for pattern in parser.patterns}
    | {pattern.regex for _, parser in message_parsers() for pattern in parser.patterns}
    | {regex for _, parser in message_parsers() for regex in (parser.starts, parser.bound) if regex}
)


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_what_fits_a_regex_of_a_parser_starts_as_told(data: st.DataObject) -> None:
    regex = data.draw(st.sampled_from([each for each in REGEXES if each != FITS_NOTHING]))
    try:
        compiled = re.compile(re.sub(r"\(\?P<[^>]*>", "(", ascii_classes(regex)), re.ASCII)
    except re.error:
        return  # a few escapes are Rust's own; those regexes count as starting with anything
    text = data.draw(st.from_regex(compiled))
    series = pl.Series([text])
    if series.str.contains(ascii_digits(regex))[0]:
        assert text == "" or present(series) <= firsts(regex)
        assert Sift(series, [regex]).may_fit(regex)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(REGEXES), st.text(max_size=40), st.integers(0, 40))
def test_what_is_left_out_does_not_fit(regex: str, text: str, at: int) -> None:
    """A golden record with some text inside, of any alphabet, against the regexes of all parsers."""
    record = LINES[(at * 7919 + len(text)) % len(LINES)]
    for changed in (record[: at * 3] + text + record[at * 3 :], text + record):
        series = pl.Series([changed])
        if not Sift(series, [regex]).may_fit(regex):
            assert not series.str.contains(ascii_digits(regex))[0]


def test_a_rare_text_among_many_of_another_format_is_not_left_out() -> None:
    """However many formats there are, and wherever in the batch the one text of a format stands."""
    for lines in (LINES, LINES[:3]):
        regexes = [f"^{re.escape(line[:40])}" for line in lines if line]
        for at in (0, 1, 777, 1999):
            texts = [LINES[5]] * 2000
            texts[at : at + len(lines)] = lines
            sift = Sift(pl.Series(texts), regexes)
            fitting = [each for each in regexes if any(re.match(each, text) for text in lines)]
            assert len(fitting) > 2
            assert all(map(sift.may_fit, fitting))


def test_what_no_text_fits_is_left_out() -> None:
    texts = pl.Series(["Nov 25 07:50:41 host a: b", *["127.0.0.1 - -"] * 2000, None])
    sift = Sift(texts, ["^127", r"^N\S+ 25", "^Nov 26", r"^1\d+\.1"])
    assert [sift.may_fit(each) for each in ("^127", r"^N\S+ 25", "^Nov 26", r"^1\d+\.1")] == [True, True, False, False]
