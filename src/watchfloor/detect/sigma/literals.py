"""Texts that a value must contain for a pattern to match: what lets one automaton stand for thousands of patterns.

Wrong in one direction only: a literal may be missing, never wrong. All literals are folded (`atoms.fold`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from watchfloor.detect.sigma.atoms import ANY, ONE, Atom, fold

Demands = tuple[tuple[int, tuple[str, ...]], ...]
"""Alternatives, each the least number of characters and the literals (folded, the longest first) that it takes."""

START, END = "\ud800", "\ud801"
"""Sentinels around a value. Half surrogates cannot occur in Arrow text nor in a compiled rule."""

_META = frozenset(".^$*+?{}[]()|\\")
_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d*),?\d*\})\??")
"""How often a token comes; a question mark behind it only says which of the ways to match is taken."""
_CLASS = re.compile(r"\[(\\?[A-Za-z0-9])(\\?[A-Za-z0-9])\]|\[(\\?[^\]\\^])\]")
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_OBSCURE = frozenset("0123456789CEQPpxX")
"""Escapes that say something about more than one character after them."""
_ZERO_WIDTH = frozenset({"b", "B", "A", "z", ""})
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_FLAGS = re.compile(r"\(\?(?!P<|<|P>)[a-zA-Z-]")
"""Flags that change within the pattern."""
_MOST = 32


def direct(atom: Atom) -> str | None:
    """The literal whose presence between sentinels is the same as the atom being true, if there is one."""
    kind, cased, *parts = atom
    if kind != "text" or cased or ONE in parts:
        return None
    texts = [part for part in parts if part != ANY]
    if len(texts) != 1 or parts == [texts[0]]:
        return None
    return ("" if parts[0] == ANY else START) + fold(texts[0]) + ("" if parts[-1] == ANY else END)


def needed(atom: Atom) -> tuple[str, ...]:
    """Literals of which a value, folded and between sentinels, contains at least one if the atom is true.

    Empty when nothing can be said.
    """
    if atom[0] == "re":
        found = demands(atom)
        return tuple(parts[0] for _, parts in found) if all(parts for _, parts in found) else ()
    parts = list(atom[2:])
    pieces = [fold(part) if isinstance(part, str) else part for part in parts]
    if isinstance(pieces[0], str):
        pieces[0] = START + pieces[0]
    if isinstance(pieces[-1], str):
        pieces[-1] += END
    texts = [piece for piece in pieces if isinstance(piece, str)]
    return (max(texts, key=len),) if texts else ()


def demands(atom: Atom) -> Demands:
    """What a value needs for an expression to be found in it, cheap to ask before the expression itself.

    Empty when nothing can be said.
    """
    if atom[0] != "re":
        return ()
    pattern, ignore_case = atom[1], "i" in atom[2]
    if pattern.startswith("(?i)"):
        pattern, ignore_case = pattern[4:], True
    if _FLAGS.search(pattern) or any(escape[1] in _OBSCURE for escape in _ESCAPE.findall(pattern)):
        return ()
    found = []
    for least, runs in _alternatives(pattern):
        # ASCII only, so that folding cannot change what is around a literal.
        parts = [part for run in runs for part in _usable(run, ignore_case=ignore_case)]
        if not parts and not least:
            return ()
        found.append((least, tuple(sorted(dict.fromkeys(parts), key=len, reverse=True))))
    return tuple(found) if len(found) <= _MOST else ()


def possible(demanded: Demands, text: str, folded: str) -> bool:
    """Whether a value, also given folded, has what an expression needs."""
    return any(len(text) >= least and all(part in folded for part in parts) for least, parts in demanded)


def _usable(run: str, *, ignore_case: bool) -> list[str]:
    # Without case, s also stands for U+017F, which folds to itself.
    text = "".join(char if char.isascii() else "\0" for char in fold(run))
    text = text.replace("s", "\0") if ignore_case else text
    return [part for part in text.split("\0") if part]


def _alternatives(pattern: str) -> Iterator[tuple[int, list[str]]]:
    """Per top-level alternative the least number of characters that it takes, and the runs that it must contain."""
    runs: list[str] = []
    run, at, least = "", 0, 0
    while at < len(pattern):
        if pattern[at] == "|":
            yield least, [*runs, run]
            runs, run, at, least = [], "", at + 1, 0
            continue
        char, end = _token(pattern, at)
        quantifier = _QUANTIFIER.match(pattern, end)
        if char is None or quantifier:
            runs.append(run + char if char is not None and _times(quantifier) else run)
            run = ""
        else:
            run += char
        least += _width(pattern, at) * _times(quantifier)
        at = quantifier.end() if quantifier else end
    yield least, [*runs, run]


def _times(quantifier: re.Match[str] | None) -> int:
    """How often a quantifier asks for its token at least."""
    if quantifier is None or quantifier[1] == "+":
        return 1
    return 0 if quantifier[1] else int(quantifier[2] or 0)


def _width(pattern: str, at: int) -> int:
    """How many characters the token there takes at least."""
    if pattern[at] == "\\":
        return int(pattern[at + 1 : at + 2] not in _ZERO_WIDTH)
    return int(pattern[at] not in _META or pattern[at] in ".[")


def _token(pattern: str, at: int) -> tuple[str | None, int]:
    """One token: the character that it stands for (None: not exactly one known one) and where it ends."""
    char = pattern[at]
    if char == "\\":
        escaped = pattern[at + 1 : at + 2]
        if escaped in _CONTROLS:
            return _CONTROLS[escaped], at + 2
        return (escaped if escaped and not escaped.isalnum() and escaped != "_" else None), at + 2
    if char == "[":
        pair = _CLASS.match(pattern, at)
        if pair:
            chars = {fold((text or "").lstrip("\\") or "\\") for text in pair.groups() if text}
            escapes = any(text and text.startswith("\\") and text[1:].isalnum() for text in pair.groups())
            return (chars.pop() if len(chars) == 1 and not escapes else None), pair.end()
        return None, _class_end(pattern, at)
    if char == "(":
        return None, _group_end(pattern, at)
    return (None if char in _META else char), at + 1


def _class_end(pattern: str, at: int) -> int:
    end = at + 1
    end += pattern[end : end + 1] == "^"
    end += pattern[end : end + 1] == "]"
    while end < len(pattern) and pattern[end] != "]":
        if pattern.startswith("[:", end):
            end = max(pattern.find(":]", end + 2), end) + 1
        end += 2 if pattern[end : end + 1] == "\\" else 1
    return end + 1


def _group_end(pattern: str, at: int) -> int:
    depth, end = 0, at
    while end < len(pattern):
        char = pattern[end]
        if char == "[":
            end = _class_end(pattern, end)
            continue
        depth += (char == "(") - (char == ")")
        end += 2 if char == "\\" else 1
        if depth == 0:
            return end
    return len(pattern)
