r"""Regexes of the parsers as they are run: `\d`, and in sieves `\w` and `\s`, mean their ASCII characters.

Rust's regex crate means all of Unicode, for which it takes three times as long to compile a typical sieve; polars keeps
only 32 compiled regexes at a time.
"""

from __future__ import annotations

import functools
import re

_ASCII = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\x0B\f\r "}
_REPEATED = re.compile(r"\{(\d+),(\d+)\}")
_FEW_TIMES = 16
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
    r"""A regex that fits whatever this one does, and more.

    `\w` and `\s` take all characters beyond ASCII, `\b` and `\B` hold everywhere, and what may be repeated some times
    may be so without end: automata grow with what they count.
    """
    return _narrowed(regex, "dws", wide=True)


def _narrowed(regex: str, classes: str, *, wide: bool = False) -> str:
    found, depth, at = [], 0, 0
    negated = False  # of the innermost class: there, fewer members fit more
    opened = 0  # where the members of the innermost class begin: there, a closing bracket is one of them
    while at < len(regex):
        here = regex[at]
        if here == "\\":
            letter = regex[at + 1 : at + 2]
            if wide and not depth and letter in {"b", "B"}:
                found.append("(?:)")
                at += 2
                continue
            table = _WIDE if wide and not negated else _ASCII
            members = table[letter] if letter and letter in classes else ""
            found.append((members if depth else f"[{members}]") if members else here + letter)
            at += 2
            continue
        repeated = _REPEATED.match(regex, at) if wide and not depth else None
        if repeated and int(repeated[2]) > _FEW_TIMES:
            found.append("*" if int(repeated[1]) == 0 else "+")
            at = repeated.end()
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
