r"""Regular expressions of RE2 (https://github.com/google/re2/wiki/Syntax), in which rules are read, for Python's `re`.

What differs and is translated:

* `$` is the very end of the text, in Python also before a last line feed (with flag m both mean the end of any line);
* `\d`, `\w`, `\s`, `\b` and their opposites are ASCII, and `\s` has no vertical tab; Python's `re.ASCII` would do that,
  but would take Unicode from the flag i, which in RE2 has it;
* without case, Python takes U+0130 and U+0131 (the Turkish letters) for `i`, RE2 does not;
* `\z` is the end, and `{,n}` is plain text.

Refused are look-around, references, atomic groups and possessive quantifiers, which RE2 does not have, and what has
no counterpart here (`\Q`, `\p`, `\x{}`, named character classes, flags in the middle).
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ESCAPES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_OTHERS = {
    "D": r"\x00-/:-\U0010ffff",
    "W": r"\x00-/:-@\[-\^`\{-\U0010ffff",
    "S": r"\x00-\x08\x0b\x0e-\x1f!-\U0010ffff",
}
_WORD = "[0-9A-Za-z_]"
_BOUNDARY = f"(?-i:(?:(?<={_WORD})(?!{_WORD})|(?<!{_WORD})(?={_WORD})))"
_KEPT = "Atnrfvax"
_TURKISH = str.maketrans({"\u0130": "\ue130", "\u0131": "\ue131"})
"""Letters that are not to be found as `i`, as characters of private use."""


def search(pattern: str, flags: str, *, starts: bool = False, ends: bool = False) -> Callable[[str], bool]:
    """A function that says whether the expression is found in a text.

    Args:
        pattern: in RE2's syntax.
        flags: any of i (ignore case), m (lines), s (the dot is also the line feed).
        starts: only at the beginning of the text.
        ends: only at its end.

    Raises:
        ValueError: not an expression, or none of those that can be translated.
    """
    leading = re.match(r"\(\?([ims]+)\)", pattern)
    if leading:
        flags, pattern = flags + leading[1], pattern[leading.end() :]
    body = translated(pattern, multiline="m" in flags)
    found = (r"\A" if starts else "") + f"(?:{body})" + (r"\Z" if ends else "")
    ignore_case = "i" in flags
    try:
        compiled = re.compile(
            found.translate(_TURKISH) if ignore_case else found, sum({_FLAGS[flag] for flag in flags})
        )
    except re.error as error:
        raise ValueError(f"{pattern!r}: {error}") from None
    return lambda text: compiled.search(text.translate(_TURKISH) if ignore_case else text) is not None


_FLAGS = {"i": re.IGNORECASE.value, "m": re.MULTILINE.value, "s": re.DOTALL.value}


def translated(pattern: str, *, multiline: bool) -> str:  # noqa: C901 - one branch per kind of token
    """The same expression for Python.

    Raises:
        ValueError: it has something that is not in RE2, or is not translated here.
    """
    found, at, inside = "", 0, False
    while at < len(pattern):
        char, after = pattern[at], pattern[at + 1 : at + 2]
        piece, width = char, 1
        if char == "\\":
            piece, width = _escape(after, inside=inside), 2
        elif inside:
            if pattern.startswith("[:", at):
                raise ValueError("named character classes are not translated")
            inside = char != "]"
            piece = f"\\{char}" if char in "[&|~" else char
        elif char == "[":
            inside = True
            piece = re.match(r"\[\^?\]?", pattern[at:])[0]  # type: ignore[index]  # it begins with one
            width = len(piece)
        elif named := re.match(r"\(\?P<\w+>", pattern[at:]):  # nobody asks for what a group found
            piece, width = "(", named.end()
        elif pattern.startswith("(?", at) and not pattern.startswith("(?:", at):
            raise ValueError("groups with a question mark are not translated, but for (?: and (?P<name>")
        elif char in "*+?}" and after == "+":
            raise ValueError("possessive quantifiers are not in RE2")
        elif char == "$" and not multiline:
            piece = r"\Z"
        elif pattern.startswith("{,", at):
            piece = r"\{"
        found, at = found + piece, at + width
    return found


def _escape(char: str, *, inside: bool) -> str:
    if char in _ESCAPES or char in _OTHERS:
        members = (_ESCAPES | _OTHERS)[char]
        # The opposites are not affected by case: a letter is in \W only if none of its forms is in \w.
        if char in _ESCAPES or inside:
            return members if inside else f"[{members}]"
        return f"[^{_ESCAPES[char.lower()]}]"
    if char == "b" and not inside:
        return _BOUNDARY
    if char == "B" and not inside:
        return f"(?!{_BOUNDARY})"
    if char == "z":
        return r"\Z"
    if not char or (char.isalnum() and char not in _KEPT):
        raise ValueError(f"the escape \\{char} is not translated")
    return "\\" + char
