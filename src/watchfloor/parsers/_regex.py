r"""Regexes of the parsers as they are run: `\d`, and in sieves `\w` and `\s`, mean their ASCII characters.

Rust's regex crate means all of Unicode, for which it takes three times as long to compile a typical sieve; polars keeps
only 32 compiled regexes at a time.
"""

from __future__ import annotations

import functools

_ASCII = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\x0B\f\r "}


@functools.lru_cache(maxsize=8192)
def ascii_digits(regex: str) -> str:
    r"""The regex with `\d` as the ten digits."""
    return _narrowed(regex, "d")


@functools.lru_cache(maxsize=8192)
def ascii_classes(regex: str) -> str:
    r"""The regex with `\d`, `\w` and `\s` as their ASCII characters."""
    return _narrowed(regex, "dws")


def _narrowed(regex: str, classes: str) -> str:
    found, depth, at = [], 0, 0
    opened = 0  # where the members of the innermost class begin: there, a closing bracket is one of them
    while at < len(regex):
        here = regex[at]
        if here == "\\":
            letter = regex[at + 1 : at + 2]
            members = _ASCII[letter] if letter and letter in classes else ""
            found.append((members if depth else f"[{members}]") if members else here + letter)
            at += 2
            continue
        if here == "[":
            depth += 1
            opened = at + (2 if regex[at + 1 : at + 2] == "^" else 1)
        elif here == "]" and depth and at > opened:
            depth -= 1
        found.append(here)
        at += 1
    return "".join(found)
