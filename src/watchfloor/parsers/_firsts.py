"""Which regexes some texts may fit at all: what cannot fit need not be tried.

polars keeps 32 compiled regexes at a time, and compiling one costs as much as running it over thousands of lines. So a
regex is left out by the characters that stand at the first places of the texts and by the literals that it needs, and
for a few texts by RE2, which keeps what it has compiled. None of these decides that a text fits: that is always Rust's
regex crate, whatever else is in the batch.

A set of characters is a number with one bit for each of ASCII; the last one stands for all characters beyond, too.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from re import _constants as codes  # type: ignore[attr-defined]  # the standard library's own, without stubs
from typing import Any

import numpy as np
import polars as pl
import re2

from watchfloor.parsers._literals import held, needed
from watchfloor.parsers._regex import trees_of, widened

_PLACES = 16
"""How far into the texts it is looked."""
_COPIES = 3
"""Repetitions beyond the least that are counted; more may be as many as there are places."""
_OTHER = "\x7f"
_BEYOND = r"[^\x00-\x7F]"
_ALL = (1 << 128) - 1
_FEW = 128
"""Texts up to which asking RE2 costs less than compiling anew."""
_NAMES = re.compile(r"\(\?P<[^>]*>")


class Sift:
    """Some texts, and which regexes may fit one of them."""

    def __init__(self, texts: pl.Series) -> None:
        self._texts = texts
        self._places = present(texts)
        self._held: frozenset[str] | None = None
        self._few = texts.drop_nulls().to_list() if len(texts) <= _FEW else None

    def narrowed(self, texts: pl.Series) -> Sift:
        """The sift for what is left of the texts; a new one only where that is few or less than half of them."""
        return Sift(texts) if len(texts) <= max(_FEW, len(self._texts) // 2) else self

    def may_fit(self, regex: str) -> bool:
        """Whether one of the texts may fit; true where that cannot be told."""
        begun = _begun(regex, self._places)
        if not begun:
            return False
        if self._few is not None:
            compiled = _compiled(regex)
            return compiled is None or any(map(compiled.search, self._few))
        literals = needed(regex)
        if not literals or not all(literals[each] for each in begun):
            return True
        if self._held is None:
            self._held = held(self._texts)
        return any(not literals[each].isdisjoint(self._held) for each in begun)


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


def present(texts: pl.Series) -> tuple[int, ...]:
    """The characters at each of the first places of the texts; NUL stands for the end of a text, too."""
    heads = texts.drop_nulls().str.head(_PLACES)
    joined = heads.str.pad_end(_PLACES, "\0").str.join("").item()
    if not joined.isascii():
        joined = heads.str.replace_all(_BEYOND, _OTHER).str.pad_end(_PLACES, "\0").str.join("").item()
    placed = np.frombuffer(joined.encode("ascii"), np.uint8).reshape(-1, _PLACES)
    counts = np.bincount((placed + np.arange(_PLACES) * 128).ravel(), minlength=_PLACES * 128)
    bits = np.packbits(counts.reshape(_PLACES, 128) > 0, axis=1, bitorder="little")
    return tuple(int.from_bytes(row.tobytes(), "little") for row in bits)


def may_begin(regex: str, places: Sequence[int]) -> bool:
    """Whether a text with one of these characters at each of its first places may fit a regex."""
    return bool(_begun(regex, places))


def _begun(regex: str, places: Sequence[int]) -> list[int]:
    """The alternatives of a regex that such a text may fit."""
    return [at for at, (states, start) in enumerate(_automata(regex)) if _passes(states, start, places)]


def _passes(states: Sequence[_State], active: frozenset[int], places: Sequence[int]) -> bool:
    for here in places:
        if _FITS in active:
            return True
        follows = [follow for chars, follow in map(states.__getitem__, active) if chars & here]
        if not follows:
            return False
        active = follows[0].union(*follows[1:])
    return True


_FITS = 0
"""The state in which a text fits, whatever comes next."""
_NONE: frozenset[int] = frozenset()
_State = tuple[int, frozenset[int]]
"""The characters that it takes, and the states that come next."""


@functools.lru_cache(maxsize=8192)
def _automata(regex: str) -> list[tuple[list[_State], frozenset[int]]]:
    """For each alternative of a regex its states and those at its start, as far as the first places go.

    What the states accept is what fits the alternative, or more: assertions hold everywhere, and what is repeated often
    may be so forever. Where nothing is known, all fits at once.
    """
    trees = trees_of(regex)
    if not trees or not all(map(_anchored, trees)):
        return [_Automaton().closed(_FITS)] * max(len(trees), 1)
    built = [_Automaton() for _ in trees]
    return [each.closed(each.sequence(tree, _FITS)) for each, tree in zip(built, trees, strict=True)]


def _anchored(tree: Any) -> bool:
    return bool(len(tree)) and tree[0] == (codes.AT, codes.AT_BEGINNING)


class _Automaton:
    """States of a regex, built from its end: each part is given the state that comes after it."""

    def __init__(self) -> None:
        self._states: list[tuple[int, list[int]]] = [(0, [])]  # those that take no character only lead on

    def sequence(self, items: Any, after: int, *, fold: bool = False) -> int:
        """The state at which a sequence of nodes starts; what lies beyond the first places is left away."""
        reach, least = 0, 0
        while reach < len(items) and least < _PLACES:
            least += items[reach : reach + 1].getwidth()[0]
            reach += 1
        if reach < len(items):
            after = _FITS
        for code, argument in reversed(items[:reach].data):
            after = self._node(code, argument, after, fold=fold)
        return after

    def closed(self, start: int) -> tuple[list[_State], frozenset[int]]:
        """The states, each with all that come next, and those at the start."""
        reached = {
            state: self._reached(state) for state in {start, *(after for _, ahead in self._states for after in ahead)}
        }
        return [(chars, reached[ahead[0]] if chars else _NONE) for chars, ahead in self._states], reached[start]

    def _reached(self, start: int) -> frozenset[int]:
        """The states that take a character, or the end, that a state leads to without one."""
        found: set[int] = set()
        ahead = [start]
        while ahead:
            state = ahead.pop()
            if state not in found:
                found.add(state)
                ahead += self._states[state][1] if not self._states[state][0] else []
        return frozenset(state for state in found if self._states[state][0] or state == _FITS)

    def _state(self, chars: int, *follow: int) -> int:
        self._states.append((chars, list(follow)))
        return len(self._states) - 1

    def _node(self, code: Any, argument: Any, after: int, *, fold: bool) -> int:
        if code is codes.AT:
            return after
        if code is codes.SUBPATTERN:
            _, flags, _, inner = argument
            return self.sequence(inner, after, fold=fold or bool(flags & re.IGNORECASE))
        if code is codes.BRANCH:
            return self._state(0, *(self.sequence(each, after, fold=fold) for each in argument[1]))
        if code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
            least, most, inner = argument
            return self._repeated(least, most, inner, after, fold=fold)
        chars = _chars(code, argument)
        return self._state(_either_case(chars) if fold else chars, after)

    def _repeated(self, least: int, most: int, inner: Any, after: int, *, fold: bool) -> int:
        start = after
        if most - least > _COPIES:
            start = self._state(0, after)
            self._states[start][1].append(self.sequence(inner, start, fold=fold))
        else:
            for _ in range(most - least):
                start = self._state(0, self.sequence(inner, start, fold=fold), after)
        for _ in range(min(least, _PLACES)):
            start = self.sequence(inner, start, fold=fold)
        return start


def _chars(code: Any, argument: Any) -> int:
    """The characters that a node for one character takes; all for nodes of any other kind."""
    if code is codes.LITERAL:
        return _span(argument, argument)
    return _class(argument) if code is codes.IN else _ALL


def _span(first: int, last: int) -> int:
    """The characters between two code points, with both."""
    return (1 << min(last, 127) + 1) - (1 << min(first, 127))


def _set(chars: str) -> int:
    return functools.reduce(int.__or__, (1 << ord(each) for each in chars), 0)


_CATEGORIES = {
    codes.CATEGORY_DIGIT: _set("0123456789" + _OTHER),
    codes.CATEGORY_SPACE: _set(" \t\n\r\v\f\x1c\x1d\x1e\x1f" + _OTHER),
    codes.CATEGORY_WORD: _set("".join(each for each in map(chr, range(128)) if each.isalnum()) + "_" + _OTHER),
}
_CAPITALS = _span(ord("A"), ord("Z"))


def _either_case(chars: int) -> int:
    """Beyond ASCII, `\u017f` and `\u212a` count as an s and a k."""
    cases = chars | (chars & _CAPITALS) << 32 | chars >> 32 & _CAPITALS
    return cases | (_set(_OTHER) if cases & _set("sk") else 0)


def _class(members: Sequence[Any]) -> int:
    found = 0
    negated = False
    for code, argument in members:
        if code is codes.NEGATE:
            negated = True
        elif code is codes.LITERAL:
            found |= _span(argument, argument)
        elif code is codes.RANGE:
            found |= _span(*argument)
        elif code is codes.CATEGORY and argument in _CATEGORIES:
            found |= _CATEGORIES[argument]
        else:
            return _ALL
    return _ALL & ~found | _set(_OTHER) if negated else found
