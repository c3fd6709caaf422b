"""Whatever a sample holds, it means itself in a regex and in Python source."""

from __future__ import annotations

import ast

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.app.suggest.literals import escaped, python, raw

TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\\\"'{}()[]^$.|?*+ \ufffd"), max_size=150)


@given(TEXTS)
def test_an_escaped_text_fits_itself_alone(text: str) -> None:
    text = text.replace("\ufffd", "")
    regex = f"^{escaped(text)}$"
    assert regex.isascii()
    assert regex.isprintable()
    fits = pl.Series([text, f"{text}x", f"x{text}"]).str.contains(regex)
    assert fits.to_list() == [True, False, False]


@given(TEXTS)
def test_literals_mean_the_text(text: str) -> None:
    assert ast.literal_eval(python(text)) == text
    assert python(text).isascii()
    assert python(text).isprintable()


@given(TEXTS, st.sampled_from([0, 8, 12]))
def test_raw_literals_mean_the_regex(text: str, indent: int) -> None:
    regex = escaped(text)
    code = raw(regex, indent)
    assert max(map(len, code.splitlines()), default=0) <= 120
    told = ast.literal_eval(f"({code})") if code else ""
    series = pl.Series([text])
    assert told.replace(r"\x27", "'") == regex.replace(r"\x27", "'")
    assert series.str.contains(f"^{told}$")[0] == series.str.contains(f"^{regex}$")[0]
