"""Texts of which a line must hold one for a sieve to fit it: one pass over many lines tells which sieves may fit any.

Wrong in one direction only: a text may be missing, never wrong.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from re import _constants as codes  # type: ignore[attr-defined]  # the standard library's own, without stubs
from typing import Any

import hyperscan
import polars as pl

from watchfloor.parsers._catalog import line_parsers, message_parsers
from watchfloor.parsers._regex import trees_of

_SHORTEST, _MOST = 2, 48
"""Characters of a text, and texts of a sieve: what is shorter is in every line, what is more leaves out nothing."""


def needed(sieve: str) -> tuple[frozenset[str], ...]:
    """The literals of a parser's sieve; none for other regexes."""
    return _sieves().get(sieve, ())


def held(lines: pl.Series) -> frozenset[str]:
    """Those of the texts that all sieves need that are in any of the lines; some that are in none may be among them."""
    database, texts = _database()
    found: set[int] = set()

    def find(number: int, *_: object) -> None:
        found.add(number)

    joined = lines.drop_nulls().str.join("\n").item()
    database.scan(joined.encode(), match_event_handler=find, scratch=hyperscan.Scratch(database))
    return frozenset(texts[number] for number in found)


@functools.cache
def _database() -> tuple[Any, list[str]]:
    texts = sorted({text for sieve in _sieves().values() for each in sieve for text in each})
    database = hyperscan.Database()
    database.compile(
        expressions=[re.escape(text).encode() for text in texts],
        ids=list(range(len(texts))),
        flags=hyperscan.HS_FLAG_SINGLEMATCH,
    )
    return database, texts


@functools.cache
def _sieves() -> Mapping[str, tuple[frozenset[str], ...]]:
    sieves = [parser.sieve for _, parser in line_parsers()] + [parser.starts for _, parser in message_parsers()]
    return {sieve: literals(sieve) for sieve in sieves if sieve}


def literals(regex: str) -> tuple[frozenset[str], ...]:
    """Texts of ASCII for each alternative of a regex (see `trees_of`): all that fits it holds at least one of them.

    Empty for an alternative of which none can be told.
    """
    return tuple(
        found if _worth(found)[0] >= _SHORTEST and len(found) <= _MOST else frozenset()
        for found in map(_of, trees_of(regex))
    )


def _of(items: Any) -> frozenset[str]:
    """The best of the texts that the nodes of a sequence need."""
    found = []
    run = ""
    for code, argument in items:
        if code is codes.LITERAL and argument < 128:
            run += chr(argument)
        elif code is not codes.AT:
            found += [frozenset([run]), _node(code, argument)]
            run = ""
    return max([*found, frozenset([run])], key=_worth)


def _worth(texts: frozenset[str]) -> tuple[int, int]:
    """The length of the shortest text, and that they are few."""
    return min(map(len, texts), default=0), -len(texts)


def _node(code: Any, argument: Any) -> frozenset[str]:
    if code is codes.SUBPATTERN:
        _, flags, _, inner = argument
        return frozenset() if flags & re.IGNORECASE else _of(inner)
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
        least, _, inner = argument
        return _of(inner) if least else frozenset()
    if code is codes.BRANCH:
        branches = [_of(each) for each in argument[1]]
        return frozenset().union(*branches) if all(_worth(each)[0] for each in branches) else frozenset()
    return frozenset()
