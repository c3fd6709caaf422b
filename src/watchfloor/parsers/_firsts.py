"""Which regexes some texts may fit at all: what cannot fit need not be tried.

polars keeps 32 compiled regexes at a time, and compiling one costs as much as running it over thousands of lines. So a
regex is left out by the characters that its texts may start with; the others are tried on some of the texts by RE2, and
those that fit none of these on all texts, as one regex, which polars keeps for the next batch of the same format.
None of that decides that a text fits: that is always the regex itself, whatever else is in the batch.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
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
"""Texts up to which each is asked about a regex by itself, and only when its turn comes."""
_SAMPLE = 16
"""Texts that are asked first where there are more."""
_ROUNDS = 4
"""Times that some of the texts are asked; a batch of more formats than that is not worth a further search."""
_NAMES = re.compile(r"\(\?P<[^>]*>")


class Sift:
    """Some texts, and which of some regexes may fit one of them, asked in the order of the regexes.

    Where a regex fits all of the texts, those behind it are never looked for, unless they are asked for.
    """

    def __init__(self, texts: pl.Series, regexes: Iterable[str]) -> None:
        self._texts, self._size = _known(texts), len(texts)
        starts = present(texts)
        self._begun = [each for each in dict.fromkeys(regexes) if not starts.isdisjoint(firsts(each))]
        self._few = _bytes(texts) if len(texts) <= _FEW else None
        self._open = self._begun if self._few is None else []
        self._fitting = set(self._begun).difference(self._open)
        self._rounds = _ROUNDS

    def may_fit(self, regex: str) -> bool:
        """Whether one of the texts may fit a regex of those; true where that cannot be told."""
        while regex not in self._fitting and regex in self._open:
            self._decide()
        return regex in self._fitting and (self._few is None or _fits_one(regex, self._few))

    def _decide(self) -> None:
        """Tells the next of the regexes that fits some of the texts, and which of those before it fit others.

        After some rounds it tells of all that are left.
        """
        self._rounds -= 1
        asked = _some(self._texts) if self._rounds else []
        at = next((at for at, each in enumerate(self._open) if _fits_one(each, asked)), len(self._open))
        before, found = self._open[:at], self._open[at : at + 1]
        self._open = self._open[at + 1 :]
        self._fitting |= _fitting(self._texts.filter(_joined(self._texts, before)), before).union(found)

    def left(self, texts: pl.Series) -> Sift:
        """The same for those of the texts that are left; sifted anew once half are gone."""
        if 2 * len(texts) <= self._size:
            return Sift(texts, (each for each in self._begun if each in self._fitting or each in self._open))
        self._texts = _known(texts)
        return self


def _fitting(texts: pl.Series, regexes: Sequence[str]) -> set[str]:
    """The regexes that may fit a text.

    Some of the texts are asked about each regex, and the texts that one of the other regexes fits are left to ask. That
    is one pass over the texts where they are of one format.
    """
    found: set[str] = set()
    for _ in range(_ROUNDS):
        if texts.is_empty():
            return found
        asked = _some(texts)
        found.update(each for each in regexes if _fits_one(each, asked))
        regexes = [each for each in regexes if each not in found]
        texts = texts.filter(_joined(texts, regexes))
    return found if texts.is_empty() else found.union(regexes)


def _known(texts: pl.Series) -> pl.Series:
    return texts.drop_nulls() if texts.null_count() else texts


def _some(texts: pl.Series) -> list[bytes]:
    return _bytes(texts.gather_every(-(-len(texts) // _SAMPLE) or 1))


def _joined(texts: pl.Series, regexes: Sequence[str]) -> pl.Series:
    """Whether each text fits one of the regexes; true for all where there are too many to be held as one."""
    if not regexes:
        return pl.repeat(value=False, n=len(texts), eager=True)
    # One anchor before all of them, not one in each: an automaton of that stops where none can fit any more.
    anchored = "|".join(_wide(each)[1:] for each in regexes if each.startswith("^"))
    others = [_wide(each) for each in regexes if not each.startswith("^")]
    try:
        return texts.str.contains("|".join([f"^(?:{anchored})"] * bool(anchored) + others))
    except pl.exceptions.ComputeError:
        return pl.repeat(value=True, n=len(texts), eager=True)


def _bytes(texts: pl.Series) -> list[bytes]:
    return texts.drop_nulls().cast(pl.Binary).to_list()


def _fits_one(regex: str, texts: Sequence[bytes]) -> bool:
    """Whether a text may fit."""
    compiled = _compiled(regex)
    return compiled is None or any(map(compiled.search, texts))


@functools.lru_cache(maxsize=8192)
def _wide(regex: str) -> str:
    return _NAMES.sub("(?:", widened(regex))


@functools.lru_cache(maxsize=8192)
def _compiled(regex: str) -> Any:
    """The regex in RE2, fitting whatever it does in Rust's regex crate; None where RE2 does not know its syntax."""
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(_wide(regex), options=options)
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
