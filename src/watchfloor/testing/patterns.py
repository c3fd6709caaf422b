"""Texts with wildcards, and the modifiers that turn one into others."""

from __future__ import annotations

import base64 as codec
import enum
import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence


class Wild(enum.Enum):
    """A wildcard: any number of characters, or exactly one."""

    ANY = "*"
    ONE = "?"


Pattern = tuple[str | Wild, ...]
"""Single characters and wildcards."""
Placeholders = Mapping[str, Sequence[str]]

_DASHES = "-/\u2013\u2014\u2015"
_BOM = "\ufeff"
_PLACEHOLDER = re.compile(r"%([^%\\]+)%")


def pattern_of(text: str) -> Pattern:
    r"""A text as a rule spells it: `\*`, `\?` and `\\` are plain characters, any other backslash is itself."""
    found: list[str | Wild] = []
    at = 0
    while at < len(text):
        if text[at] == "\\" and text[at + 1 : at + 2] in {"*", "?", "\\"}:
            at += 1
            found.append(text[at])
        else:
            found.append(Wild(text[at]) if text[at] in "*?" else text[at])
        at += 1
    return tuple(found)


@functools.lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """The text without regard to case: lower-cased character by character (Unicode), both small sigmas alike."""
    return "".join(char.lower() for char in text).replace("\u03c2", "\u03c3")


def covers(pattern: Pattern, *, cased: bool) -> Callable[[str], bool]:
    """A function that says whether a pattern stands for a whole text."""
    seen = (lambda text: text) if cased else fold
    parts = {Wild.ANY: ".*", Wild.ONE: "."}
    expression = "".join(parts[each] if isinstance(each, Wild) else re.escape(seen(each)) for each in pattern)
    compiled = re.compile(expression, re.DOTALL)
    return lambda text: compiled.fullmatch(seen(text)) is not None


def plain(pattern: Pattern) -> str:
    """The text of a pattern without wildcards.

    Raises:
        ValueError: it has some.
    """
    if any(isinstance(each, Wild) for each in pattern):
        raise ValueError("wildcards are not allowed here")
    return "".join(each for each in pattern if isinstance(each, str))


def contains(pattern: Pattern) -> list[Pattern]:
    """Anywhere in the value."""
    return [(Wild.ANY, *pattern, Wild.ANY)]


def startswith(pattern: Pattern) -> list[Pattern]:
    """At the beginning of the value."""
    return [(*pattern, Wild.ANY)]


def endswith(pattern: Pattern) -> list[Pattern]:
    """At the end of the value."""
    return [(Wild.ANY, *pattern)]


def base64(pattern: Pattern) -> list[Pattern]:
    """Encoded by itself."""
    return [tuple(codec.b64encode(_bytes(pattern)).decode())]


def base64offset(pattern: Pattern) -> list[Pattern]:
    """The parts of the encoding that are the same wherever the text begins: after 0, 1 or 2 bytes of a group."""
    data = _bytes(pattern)
    variants: list[Pattern] = []
    for before in range(3):
        encoded = codec.b64encode(b" " * before + data).decode()
        first = (0, 2, 3)[before]
        # A last group that is not full depends on what follows.
        last = len(encoded) - (0, 3, 2)[(before + len(data)) % 3]
        variants.append(tuple(encoded[first:last]))
    return variants


def utf16le(pattern: Pattern) -> list[Pattern]:
    """UTF-16, the low byte first; each byte as a character. Only for ASCII."""
    return [tuple(char for each in pattern for char in _wide(each, "utf-16-le"))]


def utf16be(pattern: Pattern) -> list[Pattern]:
    """UTF-16, the high byte first."""
    return [tuple(char for each in pattern for char in _wide(each, "utf-16-be"))]


def utf16(pattern: Pattern) -> list[Pattern]:
    """UTF-16 behind a byte order mark."""
    return [(_BOM, *utf16le(pattern)[0])]


def windash(pattern: Pattern) -> list[Pattern]:
    """Every dash or slash that begins a word, as every character that Windows takes for one of them.

    Sigma's text would have all dashes changed; its reference implementation spares those within words and of
    separators, or else `a-b` would stand for `a/b`.
    """
    choices = [_DASHES if _is_option(pattern, at) else [each] for at, each in enumerate(pattern)]
    return list(itertools.product(*choices))


def expand(pattern: Pattern, placeholders: Placeholders) -> list[Pattern]:
    """Every way to fill the placeholders `%name%`; their values are patterns.

    Raises:
        ValueError: a placeholder has no values.
    """
    # Wildcards end a placeholder's name; a character that no name has stands for them.
    text = "".join("\\" if isinstance(each, Wild) else each for each in pattern)
    choices: list[Sequence[Pattern]] = []
    at = 0
    for found in _PLACEHOLDER.finditer(text):
        if not placeholders.get(found[1]):
            raise ValueError(f"the placeholder {found[0]} has no values")
        choices += [[pattern[at : found.start()]], [pattern_of(value) for value in placeholders[found[1]]]]
        at = found.end()
    choices.append([pattern[at:]])
    return [tuple(itertools.chain.from_iterable(parts)) for parts in itertools.product(*choices)]


def _bytes(pattern: Pattern) -> bytes:
    text = plain(pattern)
    return b"\xff\xfe" + text[1:].encode() if text.startswith(_BOM) else text.encode()


def _wide(each: str | Wild, encoding: str) -> Iterator[str | Wild]:
    if isinstance(each, Wild):
        yield each
    else:
        yield from each.encode(encoding).decode("ascii")


def _is_option(pattern: Pattern, at: int) -> bool:
    before = pattern[at - 1] if at else Wild.ANY
    after = pattern[at + 1] if at + 1 < len(pattern) else Wild.ANY
    return pattern[at] in {"-", "/"} and not _is_word(before) and _is_word(after)


def _is_word(each: str | Wild) -> bool:
    return isinstance(each, str) and (each.isalnum() or each == "_")
