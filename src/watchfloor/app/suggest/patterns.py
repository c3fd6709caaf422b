"""A pattern for the lines of one shape: what they share as it is written, what varies as groups."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watchfloor.app.suggest.groups import Groups
from watchfloor.app.suggest.literals import escaped
from watchfloor.parsers.clusters import Cluster
from watchfloor.parsers.moment_forms import EPOCH, FORMS, YEARLESS, Form, form_of
from watchfloor.parsers.shapes import MARKS, plain, shape

_HEX = "[0-9A-Fa-f]"
_VALUES = {
    "uuid": rf"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}",
    "mac": rf"{_HEX}{{2}}(?::{_HEX}{{2}}){{5}}",
    "ip": r"[0-9A-Fa-f.:]+",
    "url": r"[A-Za-z][A-Za-z0-9+.-]+://[^\s\x22'<>]+",
    "email": r"[^\s<>\x22@]+@[^\s<>\x22@]+",
    "path": r"(?:/|[A-Za-z]:\\)[^\s\x22]*",
    "hex": rf"(?:0x)?{_HEX}+",
    "number": r"[+-]?\d+(?:\.\d+)?",
    "value": r"[^\s,;\x22'()\[\]<>=]+",
    "id": r"[\w-]+",
    "*": r"\S+",
}
_REQUEST = r"(?P<http.request.method>[A-Z]+) (?P<url.original>\S+) HTTP/(?P<http.version>\d(?:\.\d)?)"
_SIZES = {"source.port": r"\d{1,5}", "destination.port": r"\d{1,5}", "http.response.status_code": r"\d{3}"}
_LEVELS = frozenset(
    [
        "TRACE",
        "DEBUG",
        "INFO",
        "NOTICE",
        "WARN",
        "WARNING",
        "ERROR",
        "CRITICAL",
        "CRIT",
        "FATAL",
        "ALERT",
        "EMERG",
        "PANIC",
    ]
)
_LEVEL = re.compile(r"(\W*)(\w+)(\W*)")
_USER = re.compile(r"(?:^| )(?:for|of|by|from|invalid|illegal|unknown) user $")
_PERHAPS_USER = re.compile(r"(?:^| )for $")
_MOST_WORDS, _LONGEST_WORD, _LEVEL_WITHIN = 48, 160, 8


@dataclass(frozen=True, slots=True)
class Suggested:
    """A pattern and what it needs.

    Attributes:
        regex: in Rust's syntax, of printable ASCII.
        count: lines of this shape among the samples.
        formats: of its `_time`, in chrono's syntax.
    """

    regex: str
    count: int
    formats: tuple[str, ...] = ()


def suggested(cluster: Cluster, *, timed: bool) -> Suggested:
    """The pattern of a cluster's lines.

    Args:
        cluster: lines of one shape.
        timed: whether the first time in a line is the record's own, rather than told by an envelope.
    """
    builder = _Builder(Groups(), _forms(cluster), cluster.words, timed=timed)
    words = [builder.word(at, word) for at, word in enumerate(cluster.words[:_MOST_WORDS])]
    texts = [text for _, text in cluster.examples]
    padded = any(text.split() != text.split(" ") for text in texts)
    body = (r"\s+" if padded else " ").join(words)
    whole = len(words) == len(cluster.words) and not cluster.cut
    edge = r"\s*" if padded else ""
    formats = tuple(form.format for form in builder.forms if form.format not in {YEARLESS, EPOCH, ""})
    used = "(?P<_time>" in body
    return Suggested(f"^{edge}{body}{f'{edge}$' if whole else '(?s:.*)$'}", cluster.count, formats if used else ())


def _forms(cluster: Cluster) -> list[Form]:
    """The forms of the times in the examples; those of the first time of each first."""
    found: dict[str, Form] = {}
    for values in zip(*[_times(text) for _, text in cluster.examples], strict=False):
        for form in map(form_of, values):
            if form is not None:
                found.setdefault(form.regex, form)
    return [form for form in FORMS if form.regex in found]


def _times(text: str) -> list[str]:
    found = shape(text)
    marks = [MARKS[each] for word in found.words for each in word if each in MARKS]
    return [value for kind, value in zip(marks, found.values, strict=True) if kind == "time"]


@dataclass(slots=True)
class _Builder:
    """Words of a shape as pieces of a regex."""

    groups: Groups
    forms: list[Form]
    words: Sequence[str]
    timed: bool
    before: str = ""

    def word(self, at: int, word: str) -> str:
        level = _LEVEL.fullmatch(word)
        if at < _LEVEL_WITHIN and level and level[2] in _LEVELS and "log.level" not in self.groups.taken:
            self.groups.taken.add("log.level")
            piece = f"{escaped(level[1])}(?P<log.level>[A-Z]+){escaped(level[3])}"
        elif "user.name" not in self.groups.taken and self._is_user(at, word):
            self.groups.taken.add("user.name")
            piece = r"(?P<user.name>\S+)"
        elif len(word) > _LONGEST_WORD:
            piece = r"\S+"
        else:
            piece = "".join(self._pieces(word))
        self.before += " "
        return piece

    def _is_user(self, at: int, word: str) -> bool:
        """Whether a word that all samples share is where other records name another user."""
        named = _USER.search(self.before) or (
            _PERHAPS_USER.search(self.before) and self.words[at + 1 : at + 2] == ("from",)
        )
        return bool(named) and plain(word) and word[:1].isalpha()

    def _pieces(self, word: str) -> Iterator[str]:
        for at, each in enumerate(word):
            if each not in MARKS:
                self.before += each.lower()
                yield escaped(each)
                continue
            kind = MARKS[each]
            yield self._value(kind, word[at - 1 : at])
            self.before = f"{self.before}<{kind}>"[-64:]

    def _value(self, kind: str, quote: str) -> str:
        if kind == "time":
            return self._time()
        if kind == "request":
            if self.groups.request:
                return r'[^"]*'
            self.groups.request = True
            self.groups.taken |= {"http.request.method", "url.original", "http.version"}
            return _REQUEST
        if kind == "text":
            return f"(?P<{self._text()}>[^{quote or chr(34)}]*)"
        name = self.groups.name(kind, self.before)
        return f"(?P<{name}>{_SIZES.get(name, _VALUES[kind])})"

    def _text(self) -> str:
        """After an HTTP request, its referrer and agent follow in quotes (the combined log format)."""
        if self.groups.request and "user_agent.original" not in self.groups.taken:
            texts = " ".join(self.words).count(next(mark for mark, kind in MARKS.items() if kind == "text"))
            name = "user_agent.original" if texts < 2 or "http.request.referrer" in self.groups.taken else ""
            name = name or "http.request.referrer"
            self.groups.taken.add(name)
            return name
        return self.groups.name("text", self.before)

    def _time(self) -> str:
        regexes = "|".join(form.regex for form in self.forms) or r"\S+"
        formats = {form.format for form in self.forms}
        name = "_yearless" if formats == {YEARLESS} else "_epoch" if formats == {EPOCH} else "_time"
        if not self.timed or {"_yearless", "_epoch", "_time"} & self.groups.taken or not formats - {""}:
            return f"(?:{regexes})"
        self.groups.taken.add(name)
        return f"(?P<{name}>{regexes})"
