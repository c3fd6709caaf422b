"""Which regexes some texts may fit at all: what cannot fit need not be tried.

polars keeps 32 compiled regexes at a time, and compiling one costs as much as running it over thousands of lines. So a
regex is left out by the characters that its texts may start with, and for a few texts by RE2, which keeps what it has
compiled. Neither decides that a text fits: that is always Rust's regex crate, whatever else is in the batch.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from re import _constants as codes  # type: ignore[attr-defined]  # the standard library's own, without stubs
from re import _parser as syntax  # type: ignore[attr-defined]
from typing import Any

import polars as pl
import re2

from watchfloor.parsers._regex import widened

_ASCII = 128
_OTHER = "\x80"
"""Stands for every character beyond ASCII."""
_ALL = frozenset([*map(chr, range(_ASCII)), _OTHER])
_CATEGORIES = {
    codes.CATEGORY_DIGIT: frozenset("0123456789") | {_OTHER},
    codes.CATEGORY_SPACE: frozenset(" \t\n\r\v\f\x1c\x1d\x1e\x1f") | {_OTHER},
    codes.CATEGORY_WORD: frozenset(each for each in _ALL if each.isalnum() or each in {"_", _OTHER}),
}
_RUST = re.compile(r"\\x\{[0-9A-Fa-f]+\}|\(\?s:|\(\?P<[^>]*>")
"""What Python's syntax does not have; dotted names of groups are among it."""


_FEW = 128
"""Texts up to which asking RE2 costs less than compiling anew."""
_NAMES = re.compile(r"\(\?P<[^>]*>")


class Sift:
    """Some texts, and which regexes may fit one of them."""

    def __init__(self, texts: pl.Series) -> None:
        self._starts = present(texts)
        self._few = texts.drop_nulls().to_list() if len(texts) <= _FEW else None

    def may_fit(self, regex: str) -> bool:
        """Whether one of the texts may fit; true where that cannot be told."""
        if self._starts.isdisjoint(firsts(regex)):
            return False
        if self._few is None:
            return True
        compiled = _compiled(regex)
        return compiled is None or any(map(compiled.search, self._few))


@functools.lru_cache(maxsize=8192)
def _compiled(regex: str) -> Any:
    r"""The regex in RE2; None where the two engines might differ to RE2's disadvantage.

    RE2's `\S`, `\D` and `\W` take more characters than Rust's; only word boundaries could refuse what Rust accepts.
    """
    if r"\b" in regex or r"\B" in regex:
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(_NAMES.sub("(", widened(regex)), options=options)
    except re2.error:
        return None


def present(texts: pl.Series) -> frozenset[str]:
    """The first characters of the texts; all characters where a text is empty."""
    found = texts.str.slice(0, 1).unique().to_list()
    return _ALL if "" in found else frozenset(min(each, _OTHER) for each in found if each is not None)


@functools.lru_cache(maxsize=8192)
def firsts(regex: str) -> frozenset[str]:
    """The first characters of the texts that an anchored regex fits; all where that cannot be told.

    The regex is in the syntax of Rust's regex crate, which is Python's here but for a few escapes.
    """
    if not regex.startswith("^"):
        return _ALL
    try:
        tree = syntax.parse(_RUST.sub(_python, regex))
    except re.error:
        return _ALL
    if tree.state.flags & (re.IGNORECASE | re.MULTILINE):
        return _ALL
    found, empty = _of(tree)
    return _ALL if empty else found


def _python(match: re.Match[str]) -> str:
    return "." if match[0].startswith("\\x") else "(?:"


def _of(items: Sequence[Any]) -> tuple[frozenset[str], bool]:
    """(first characters, whether the empty text fits) of a sequence of regex nodes."""
    found: frozenset[str] = frozenset()
    for code, argument in items:
        more, empty = _node(code, argument)
        found |= more
        if not empty:
            return found, False
    return found, True


def _node(code: Any, argument: Any) -> tuple[frozenset[str], bool]:
    if code is codes.LITERAL:
        return frozenset([_folded(argument)]), False
    if code is codes.IN:
        return _class(argument), False
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        least, _, inner = argument
        found, empty = _of(inner)
        return found, empty or least == 0
    if code is codes.SUBPATTERN:
        _, flags, _, inner = argument
        found, empty = _of(inner)
        return (_either_case(found) if flags & re.IGNORECASE else found), empty
    if code is codes.BRANCH:
        branches = [_of(each) for each in argument[1]]
        return frozenset().union(*(found for found, _ in branches)), any(empty for _, empty in branches)
    return (frozenset(), True) if code is codes.AT else (_ALL, False)


def _either_case(found: frozenset[str]) -> frozenset[str]:
    """Beyond ASCII, `\u017f` and `\u212a` count as an s and a k."""
    cases = found | {each for one in found for each in (one.lower(), one.upper()) if len(each) == 1}
    return cases | ({_OTHER} if cases & {"s", "k"} else frozenset())


def _class(members: Sequence[Any]) -> frozenset[str]:
    found: set[str] = set()
    negated = False
    for code, argument in members:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            found.add(_folded(argument))
        elif code is codes.RANGE:
            found.update(chr(each) for each in range(argument[0], min(argument[1], _ASCII - 1) + 1))
            found.update([_OTHER] if argument[1] >= _ASCII else [])
        elif code is codes.CATEGORY and argument in _CATEGORIES:
            found |= _CATEGORIES[argument]
        else:
            return _ALL
    return frozenset((_ALL - found) | {_OTHER}) if negated else frozenset(found)


def _folded(point: int) -> str:
    return chr(point) if point < _ASCII else _OTHER
