"""The part of a value that a rule looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import re2

_REGEX = re.compile(r"/(.*)/([ims]*)", re.DOTALL)
_CASED = " (case-sensitive)"
_WILDCARDS = re.compile(r"[*?]+")
_SHORTEST = 2
"""Characters of a value below which it is not looked for in a whole record: it would be found everywhere."""


class Piece(NamedTuple):
    """A part of a text, and whether it is what was looked for."""

    text: str
    hit: bool


def marked(value: str, pattern: str) -> list[Piece]:
    """The value in pieces, those marked that a pattern of an alert's `why` stands for.

    What has no literal text in the value, such as a network or a comparison, marks all of it.

    Args:
        value: what the event has.
        pattern: as `detect.sigma.atoms.shown` writes it.
    """
    spans = _literals(value, pattern.removesuffix(_CASED)) or _found(value, pattern)
    return _pieces(value, spans or [(0, len(value))])


def marked_in(record: str, values: Iterable[str]) -> list[Piece]:
    """A whole record in pieces, each value marked where it first stands in it."""
    folded = _lower(record)
    spans = []
    for value in values:
        wanted = _lower(value.strip("…"))
        at = folded.find(wanted) if len(wanted) >= _SHORTEST else -1
        if at >= 0:
            spans.append((at, at + len(wanted)))
    return _pieces(record, spans)


def _literals(value: str, pattern: str) -> list[tuple[int, int]]:
    """Where the literal parts of a pattern with wildcards are, the leftmost places in order; all of them or none."""
    folded, at, spans = _lower(value), 0, []
    for part in _WILDCARDS.split(_lower(pattern)):
        if part:
            found = folded.find(part, at)
            if found < 0:
                return []
            at = found + len(part)
            spans.append((found, at))
    return spans


def _found(value: str, pattern: str) -> list[tuple[int, int]]:
    """Where a regular expression is found."""
    regex = _REGEX.fullmatch(pattern)
    if regex is None:
        return []
    options = re2.Options()
    options.log_errors = False
    flags = f"(?{regex[2]})" if regex[2] else ""
    try:
        found = re2.compile(flags + regex[1], options).search(value)
    except re2.error:
        return []
    return [found.span()] if found and found.end() > found.start() else []


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[Piece]:
    return list(_cut(text, sorted(spans)))


def _cut(text: str, spans: list[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in spans:
        if end > at:
            if start > at:
                yield Piece(text[at:start], hit=False)
            yield Piece(text[max(start, at) : end], hit=True)
            at = end
    if at < len(text):
        yield Piece(text[at:], hit=False)


def _lower(text: str) -> str:
    """Lower case, as long as the text itself."""
    lower = text.lower()
    return (
        lower if len(lower) == len(text) else "".join(each.lower() if len(each.lower()) == 1 else each for each in text)
    )
