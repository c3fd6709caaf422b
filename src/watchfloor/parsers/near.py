"""How far a pattern fits a text that it does not match: the longest part of it that does, and what comes next."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import polars as pl

from watchfloor.parsers._firsts import firsts, present
from watchfloor.parsers._regex import ascii_digits

_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
_OPENING = re.compile(r"\((?:\?P?<(?P<name>[^>]+)>|\?:)?")
_FLAGS = re.compile(r"\(\?[a-zA-Z-]+\)")
_ESCAPE = re.compile(r"\\(?:[xuU]\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|[pP].|.)", re.DOTALL)
_PUNCTUATION = re.compile(r"\\[^A-Za-z0-9]")
_MOST = 128
"""Patterns of one parser that are tried."""
_LITTLE = 3
"""Characters of a pattern's own text below which fitting means nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a regex.

    Attributes:
        text: the piece; all pieces in a row fit what the regex fits.
        group: name of the innermost named group that it is in.
    """

    text: str
    group: str = ""

    @property
    def weight(self) -> int:
        """1 for a character that stands for itself, else 0."""
        if len(self.text) == 1:
            return int(self.text not in ".^$")
        return int(_PUNCTUATION.fullmatch(self.text) is not None)


@dataclass(frozen=True, slots=True)
class Near:
    """How far a parser's pattern fits a text.

    Attributes:
        parser: name of the parser.
        pattern: number of the pattern in its parser, from 1; 0 for its sieve.
        position: characters of the text that fit.
        item: the piece of the pattern that does not fit there; empty where all of it fits.
        group: name of the group that this piece is in.
        share: part of the pattern's pieces that fits.
        reason: said instead of all this, for parsers that have no patterns.
    """

    parser: str
    pattern: int = 0
    position: int = 0
    item: str = ""
    group: str = ""
    share: float = 0.0
    reason: str = ""


@functools.lru_cache(maxsize=4096)
def items(regex: str) -> tuple[Item, ...]:
    """The pieces of a regex in Rust's syntax; groups that are neither repeated nor alternatives are taken apart."""
    return tuple(_items(regex, ""))


def _items(regex: str, group: str) -> Iterator[Item]:
    if _alternatives(regex):
        yield Item(f"(?:{regex})", group)
        return
    at = 0
    while at < len(regex):
        end = _atom_end(regex, at)
        atom = regex[at:end]
        quantifier = _QUANTIFIER.match(regex, end)
        opening = _OPENING.match(atom)
        if quantifier:
            yield Item(_uncaptured(atom) + quantifier[0], _name(atom) or group)
            end = quantifier.end()
        elif opening and atom[opening.end()] != "?" and not _FLAGS.fullmatch(atom):
            inner = atom[opening.end() : -1]
            yield from _items(inner, opening["name"] or group)
        else:
            yield Item(atom, group)
        at = end


def _alternatives(regex: str) -> bool:
    at = 0
    while at < len(regex):
        if regex[at] == "|":
            return True
        at = _atom_end(regex, at)
    return False


def _atom_end(regex: str, at: int) -> int:
    """Where the atom that begins there ends: a character, an escape, a class or a group."""
    here = regex[at]
    if here == "\\":
        escape = _ESCAPE.match(regex, at)
        return escape.end() if escape else len(regex)
    if here == "[":
        return _class_end(regex, at)
    if here != "(":
        return at + 1
    at += 1
    while at < len(regex) and regex[at] != ")":
        at = _atom_end(regex, at)
    return min(at + 1, len(regex))


def _class_end(regex: str, at: int) -> int:
    at += 2 if regex[at + 1 : at + 2] == "^" else 1
    first = True
    while at < len(regex) and (regex[at] != "]" or first):
        first = False
        if regex[at] == "\\":
            at += 2
        elif regex[at] == "[":
            at = _class_end(regex, at)
        else:
            at += 1
    return min(at + 1, len(regex))


def _name(atom: str) -> str:
    opening = _OPENING.match(atom)
    return (opening and opening["name"]) or ""


def _uncaptured(atom: str) -> str:
    return f"(?:{atom[atom.index('>') + 1 :]}" if _name(atom) else atom


def nearest(parser: str, regexes: Sequence[str], text: str, sieve: str = "") -> Near | None:
    """The pattern of which most fits the text; None where next to nothing of any does.

    A pattern's own characters count, not its wildcards, which fit anything.
    """
    starts = present(pl.Series([text], dtype=pl.String))
    numbered = [(at, regex) for at, regex in enumerate(regexes, 1) if starts & firsts(regex)][:_MOST]
    if sieve:
        numbered.append((0, sieve))
    found = [(*_reached(parser, number, regex, text), -number) for number, regex in numbered]
    if not found:
        return None
    weight, near, _ = max(found, key=lambda each: (each[0], each[1].share, each[2]))
    return near if weight >= _LITTLE else None


def _reached(parser: str, number: int, regex: str, text: str) -> tuple[int, Near]:
    pieces = items(regex)
    series = pl.Series([text], dtype=pl.String)
    fits, ends = 0, 0
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        end = _end(series, pieces[:middle])
        if end is None:
            high = middle - 1
        else:
            low = fits = middle
            ends = end
    missed = _missed(pieces[fits:])
    weight = sum(piece.weight for piece in pieces[:fits])
    return weight, Near(parser, number, ends, missed.text, missed.group, fits / max(len(pieces), 1))


def _missed(pieces: Sequence[Item]) -> Item:
    """The first piece, with the plain characters that follow a plain one."""
    if not pieces:
        return Item("")
    plain = "".join(piece.text for piece in takewhile(lambda piece: piece.weight, pieces))
    return Item(plain or pieces[0].text, pieces[0].group)


def _end(series: pl.Series, pieces: Sequence[Item]) -> int | None:
    """Where the match of these pieces from the text's start ends, None if there is none."""
    regex = "".join(piece.text for piece in pieces)
    anchor = "" if regex.startswith("^") else "^"
    try:
        found = series.str.extract(f"{anchor}({ascii_digits(regex)})", 1)[0]
    except pl.exceptions.ComputeError:  # a regex so large that the engine refuses a part of it with a group around
        return None
    return None if found is None else len(found)
