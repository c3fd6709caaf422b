r"""Regexes of the parsers as they are run: `\d`, and in sieves `\w` and `\s`, mean their ASCII characters.

Rust's regex crate means all of Unicode, for which it takes three times as long to compile a typical sieve; polars keeps
only 32 compiled regexes at a time.
"""

from __future__ import annotations

import functools
import re
from re import _constants as codes  # type: ignore[attr-defined]  # the standard library's own, without stubs
from re import _parser as syntax  # type: ignore[attr-defined]
from typing import Any

_ASCII = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\x0B\f\r "}
_RUST = re.compile(r"\\x\{([0-9A-Fa-f]+)\}|\(\?s:|\(\?P<[^>]*>")
"""What Python's syntax does not have; dotted names of groups are among it."""
_WIDE = {"d": "0-9", "w": r"0-9A-Za-z_\x{80}-\x{10FFFF}", "s": r"\t-\r \x{80}-\x{10FFFF}"}


@functools.lru_cache(maxsize=8192)
def ascii_digits(regex: str) -> str:
    r"""The regex with `\d` as the ten digits."""
    return _narrowed(regex, "d")


@functools.lru_cache(maxsize=8192)
def ascii_classes(regex: str) -> str:
    r"""The regex with `\d`, `\w` and `\s` as their ASCII characters."""
    return _narrowed(regex, "dws")


@functools.lru_cache(maxsize=8192)
def widened(regex: str) -> str:
    r"""A regex that fits whatever this one does, and more: `\w` and `\s` take all characters beyond ASCII."""
    return _narrowed(regex, "dws", wide=True)


def trees_of(regex: str) -> list[Any]:
    """The nodes of a regex in the syntax of Rust's regex crate, which is Python's here but for a few escapes.

    One tree for each of the alternatives that come first, of which a text that fits the regex fits one; none for a
    regex that Python does not know, or whose flags change what its nodes mean.
    """
    try:
        tree = syntax.parse(_RUST.sub(_python, regex))
    except re.error:
        return []
    if tree.state.flags & (re.IGNORECASE | re.MULTILINE):
        return []
    for at, (code, argument) in enumerate(tree.data):
        if code is codes.BRANCH:
            before, after = tree.data[:at], tree.data[at + 1 :]
            return [syntax.SubPattern(tree.state, [*before, *each.data, *after]) for each in argument[1]]
    return [tree]


def _python(match: re.Match[str]) -> str:
    return f"\\U{int(match[1], 16):08x}" if match[1] else "(?:"


def _narrowed(regex: str, classes: str, *, wide: bool = False) -> str:
    found, depth, at = [], 0, 0
    negated = False  # of the innermost class: there, fewer members fit more
    opened = 0  # where the members of the innermost class begin: there, a closing bracket is one of them
    while at < len(regex):
        here = regex[at]
        if here == "\\":
            letter = regex[at + 1 : at + 2]
            table = _WIDE if wide and not negated else _ASCII
            members = table[letter] if letter and letter in classes else ""
            found.append((members if depth else f"[{members}]") if members else here + letter)
            at += 2
            continue
        if here == "[":
            depth += 1
            negated = regex[at + 1 : at + 2] == "^"
            opened = at + (2 if negated else 1)
        elif here == "]" and depth and at > opened:
            depth -= 1
            negated = False
        found.append(here)
        at += 1
    return "".join(found)
