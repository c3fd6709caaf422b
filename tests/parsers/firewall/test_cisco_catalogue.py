"""The catalogue of ASA messages: every pattern is anchored, understood, and fills declared fields with allowed"
" values."""

from __future__ import annotations

import re

import polars as pl
import pytest

from watchfloor.parsers.firewall._cisco import messages, patterns_of
from watchfloor.parsers.network import _iosmessages
from watchfloor.parsers.plugin import Pattern
from watchfloor.schema.fields import declared

ALL = [(number, each) for number, patterns in {**messages(), **_iosmessages.MESSAGES}.items() for each in patterns]
TYPES = {
    "access",
    "allowed",
    "change",
    "connection",
    "creation",
    "deletion",
    "denied",
    "end",
    "error",
    "group",
    "info",
    "start",
    "user",
}


def test_numbers_are_six_digits() -> None:
    assert len(messages()) > 400
    assert all(re.fullmatch(r"\d{6}", number) for number in messages())


def test_patterns_are_anchored_and_fill_declared_fields() -> None:
    for number, pattern in ALL:
        assert pattern.regex.startswith("^"), number
        groups = re.findall(r"\(\?P<([^>]+)>", pattern.regex)
        unknown = {name for name in (*groups, *pattern.fields) if not name.startswith("_") and name not in declared()}
        assert not unknown, number
        types = pattern.fields["event.type"]
        assert isinstance(types, list)
        assert set(types) <= TYPES, number


def test_patterns_are_understood() -> None:
    line = pl.Series(["x"])
    for regex in {pattern.regex for _, pattern in ALL}:
        assert line.str.extract_groups(regex).len() == 1


@pytest.mark.parametrize("number", ["302013", "713999", "999999"])
def test_every_number_has_patterns_of_which_the_last_fits_anything(number: str) -> None:
    patterns: tuple[Pattern, ...] = patterns_of(number)
    assert patterns[-1].regex == "^"
    assert patterns[-1].fields["event.category"]
