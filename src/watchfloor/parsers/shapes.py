"""What lines look like once their values are left out, so that unknown ones can be counted by kind."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

import orjson

from watchfloor.parsers import moment_forms

LONGEST = 2048
"""Characters of a line that count."""
ANY = "*"
"""Kind of a word in which lines of one cluster differ."""
_WORDS = 200
_NAMES, _LONGEST_NAME = 60, 80
"""Names of an object that count, and their characters."""
_HEXADECIMAL = "[0-9A-Fa-f]"
_KINDS = {
    "time": rf"(?<![\w.:/-])(?:{moment_forms.ANY})(?![\w:])",
    "uuid": rf"(?<!\w){_HEXADECIMAL}{{8}}(?:-{_HEXADECIMAL}{{4}}){{3}}-{_HEXADECIMAL}{{12}}(?!\w)",
    "mac": rf"(?<![\w:])(?:{_HEXADECIMAL}{{2}}:){{5}}{_HEXADECIMAL}{{2}}(?![\w:])",
    "ip": (
        r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w)(?!\.\d)"
        rf"|(?<![\w:])(?:{_HEXADECIMAL}{{1,4}}:){{7}}{_HEXADECIMAL}{{1,4}}(?![\w:])"
        rf"|(?<![\w:])(?:{_HEXADECIMAL}{{1,4}}(?::{_HEXADECIMAL}{{1,4}}){{0,6}})?"
        rf"::(?:{_HEXADECIMAL}{{1,4}}(?::{_HEXADECIMAL}{{1,4}}){{0,6}})?(?![\w:])"
    ),
    "request": r'"[A-Z]{3,16} [^"\s]+ HTTP/\d(?:\.\d)?"',
    "text": r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)",
    "url": r"(?<!\w)[A-Za-z][A-Za-z0-9+.-]{1,12}://[^\s\"'<>]+",
    "email": r"(?<![\w.+-])[\w.+-]+@\w[\w-]*(?:\.[\w-]+)+",
    "path": r"(?<![\w.])/[\w.@%+~-][\w./@%+~-]*|(?<!\w)[A-Za-z]:\\[^\s\"]+",
    "hex": rf"(?<!\w)(?:0x{_HEXADECIMAL}+|(?=[a-fA-F]*\d){_HEXADECIMAL}{{8,}})(?!\w)",
    "number": r"(?<![\w.])[+-]?\d+(?:\.\d+)?(?!\w)",
    "value": r"(?<=\w=)[^\s,;\"'()\[\]<>=]+",
    "id": r"(?<!\w)[A-Za-z_]*\d\w*(?:-\w+)*",
}
"""Kind of value -> its regex; the first that fits is meant. None looks far ahead, and no two starts overlap."""
_QUOTED = frozenset({"request", "text"})
MARKS = {chr(0xE000 + at): kind for at, kind in enumerate((*_KINDS, ANY))}
"""A character that no clean text holds -> the kind that it stands for in a shape."""
_MARK_OF = {kind: mark for mark, kind in MARKS.items()}
_STRAY = re.compile("[\ue000-\ue0ff]")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
LOST = "\ufffd"
"""What a mark becomes that a line holds itself."""


@functools.cache
def _mask() -> re.Pattern[str]:
    kinds = "|".join(f"(?P<{kind}>{regex})" for kind, regex in _KINDS.items())
    return re.compile(rf'(?:(?<!\w)|(?="))(?:{kinds})', re.ASCII)  # nothing else begins inside a word


@dataclass(frozen=True, slots=True)
class Shape:
    """A line without its values.

    Attributes:
        words: its words, with a mark (see `MARKS`) for each value.
        values: the values, in the order of the marks; without those of words that clusters leave open.
        cut: whether the line goes on.
    """

    words: tuple[str, ...]
    values: tuple[str, ...] = ()
    cut: bool = False

    def __str__(self) -> str:
        return shown(self.words) + (" …" if self.cut else "")


def shape(line: str) -> Shape:
    """The shape of a line's first characters and words."""
    values: list[str] = []

    def mark(match: re.Match[str]) -> str:
        kind, value = str(match.lastgroup), match[0]
        quote = value[0] if kind in _QUOTED else ""
        values.append(value[1:-1] if quote else value)
        return quote + _MARK_OF[kind] + quote

    masked = _mask().sub(mark, _STRAY.sub(LOST, line[:LONGEST]))
    words = [word for word in _BLANKS.split(masked) if word]
    cut = len(line) > LONGEST or len(words) > _WORDS
    kept = tuple(words[:_WORDS])
    return Shape(kept, tuple(values[: sum(map(_marks, kept))]), cut)


def _marks(word: str) -> int:
    return sum(each in MARKS for each in word)


def plain(word: str) -> bool:
    """Whether a word of a shape holds no values."""
    return not _marks(word)


def shown(words: tuple[str, ...]) -> str:
    """The words with `<kind>` for each mark."""
    return "".join(f"<{MARKS[each]}>" if each in MARKS else each for each in " ".join(words))


def agreeing(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many words are the same at their places."""
    return sum(left == right for left, right in zip(one, other, strict=True))


def opened(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Words of the first with a mark for any word where the second differs."""
    return tuple(left if left == right else _MARK_OF[ANY] for left, right in zip(one, other, strict=True))


def coarse(words: tuple[str, ...]) -> tuple[str, ...]:
    """Only the word that says most of what a line is: the first of letters alone."""
    at = leading(words)
    return tuple(word if place == at else _MARK_OF[ANY] for place, word in enumerate(words))


def leading(words: tuple[str, ...]) -> int:
    """Place of the first word without a value in it, 0 if there is none."""
    places = (at for at, word in enumerate(words) if word[:1].isalpha() and plain(word))
    return next(places, 0)


def json_shape(text: str) -> Shape | None:
    """The shape of a JSON object: the names at its top; None for a text that is none."""
    try:
        record = orjson.loads(text.removeprefix("@cee:"))
    except orjson.JSONDecodeError:
        return None
    if not isinstance(record, dict):
        return None
    names = [_STRAY.sub(LOST, name)[:_LONGEST_NAME] for name in record]
    return Shape(("{", *names[:_NAMES], "}"), cut=len(names) > _NAMES)
