"""How often a page repeats a parameter, learned from its usual answers, and which sizes that explains."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote_plus

_MOST_TIMES = 3
_MOST_KINDS = 4
"""Kinds of answers that a page has, found and not found for instance; one with more is not understood."""
_FEWEST_EACH = 5
"""Answers per kind that prove it."""
_MOST_PARAMETERS = 50
_SHORTEST_CUT = 16
"""Fewest characters that programs cut a text down to."""
_TAG = re.compile(r"<[^<>]*>")
_NUMBER = re.compile(r"\s*[+-]?\d*")


class Echo(NamedTuple):
    """What a page's usual answers have in common.

    Attributes:
        times: how often the parameter's value is in them.
        kinds: their sizes without it, in bytes.
    """

    times: int
    kinds: frozenset[int]

    def explains(self, value: str, size: int) -> bool:
        """Whether a page that repeats the raw value as it always does, whole, escaped, cut or stripped, is as long."""
        forms = set(_lengths(value))
        plain = _length(unquote_plus(value))
        repeated = {
            whole * plain + (self.times - whole) * other for other in forms for whole in range(self.times + 1)
        } or {0}
        cut = range(self.times * _SHORTEST_CUT, self.times * plain)
        return any(size - kind in repeated or (self.times and size - kind in cut) for kind in self.kinds)


def learned(answers: Counter[tuple[int, int]]) -> Echo | None:
    """What repeats, where one number of times makes all answers alike; None where that is not so.

    Args:
        answers: length of the parameter's value and size of the answer, with how often both came.
    """
    kinds = [frozenset(size - times * length for length, size in answers) for times in range(_MOST_TIMES + 1)]
    fewest = min(map(len, kinds), default=0)
    if not answers or sum(len(each) == fewest for each in kinds) != 1:
        return None
    if fewest > _MOST_KINDS or answers.total() < _FEWEST_EACH * fewest:
        return None
    times = next(times for times, each in enumerate(kinds) if len(each) == fewest)
    return Echo(times, kinds[times])


def parameters(query: str) -> Iterator[tuple[str, int]]:
    """Name and decoded length in bytes of each parameter of a query, up to fifty."""
    for each in query.split("&", _MOST_PARAMETERS)[:_MOST_PARAMETERS]:
        name, equals, value = each.partition("=")
        if equals:
            yield name, _length(unquote_plus(value))


def residues(value: str, size: int) -> Iterator[tuple[int, int, int]]:
    """What is left of an answer's size without the raw value, by how often it is repeated and in which form.

    Answers to different values that share a residue say the same about each: that it was refused, for instance.
    """
    yield 0, 0, size
    text = unquote_plus(value)
    for form, each in enumerate((value, text, html.escape(text))):
        for times in range(1, _MOST_TIMES):
            yield times, form, size - times * _length(each)


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _lengths(value: str) -> Iterable[int]:
    """Of what programs make of a value before they show it."""
    text = unquote_plus(value)
    escaped = html.escape(text, quote=False)
    number = _NUMBER.match(text)
    forms = (
        value,
        text,
        "",
        number[0] if number else "",
        escaped,
        escaped.replace('"', "&quot;"),
        escaped.replace('"', "&quot;").replace("'", "&#39;"),
        html.escape(text),
        quote(text),
        quote_plus(text),
        text.replace("\\", "\\\\").replace("'", "\\'").replace('"', '\\"'),
        text.replace("'", "''"),
        text.strip(),
        _TAG.sub("", text),
        re.sub(r"['\"<>]", "", text),
        re.sub(r"[^\w\s.-]", "", text),
        re.sub(r"\W", "", text),
    )
    return {_length(each) for each in forms}
