"""Translated expressions against RE2 itself."""

from __future__ import annotations

import re2
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.testing.expressions import search

PIECES = st.sampled_from(
    [
        *["a", "B", "k", "s", "i", ".", "^", "$", r"\d", r"\w", r"\s", r"\b", r"\B", r"\D", r"\W", r"\S", r"\.", r"\\"],
        *["[a-c]", "[^a]", "[]a]", "[^]a]", r"[\d-]", r"[^\s]", r"[\w.]", "[[a]", "[a&&b]", "(?:a|b)", "(k|S)", "a{2}"],
        *["{,2}", "a{1,}", "b*?", "s+", "K?", "|", "\u03a3", "\u00df", "\u0130", "\u0131", r"\x41", r"\t", "(?P<n>a)"],
    ]
)
TEXTS = st.text("aAbBkK\u212asS\u017fiI\u0130\u0131\u03a3\u03c3\u03c2\u00df\u1e9e .\\\n\t\v1_{},2", max_size=6)


@given(
    st.lists(PIECES, min_size=1, max_size=4).map("".join),
    st.sampled_from(["", "i", "m", "s", "im", "is"]),
    st.lists(TEXTS, min_size=3, max_size=8),
)
def test_as_re2_finds_it(pattern: str, flags: str, texts: list[str]) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        expected = re2.compile((f"(?{flags})" if flags else "") + pattern, options)
    except re2.error:
        return
    found = search(pattern, flags)
    assert [text for text in texts if found(text)] == [text for text in texts if expected.search(text)]
