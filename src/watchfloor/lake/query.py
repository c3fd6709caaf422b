"""Lucene queries as small trees.

The grammar is luqum's. Before it sees the text, the characters that people write unquoted into values are escaped:
slashes and colons in paths, addresses and URLs, backslashes in Windows paths, braces around GUIDs, `~` and `^`. So
regular expressions, fuzzy terms and boosts are not offered. Terms without an operator between them must all match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from luqum import tree
from luqum.exceptions import ParseError
from luqum.thread import parse as luqum_parse

from watchfloor.core.errors import QueryError

_LONGEST = 20_000
_DEEPEST = 50
_MOST_TERMS = 300
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_BOUND = rf"(?:{_QUOTED}|[^\s\[\]{{}}\"]+)"
_TOKEN = re.compile(
    rf"(?P<quoted>{_QUOTED})"
    rf"|(?P<range>(?<=:)[\[{{]\s*{_BOUND}\s+TO\s+{_BOUND}\s*[\]}}])"
    r"|(?P<space>\s+)|(?P<group>[()])"
    r"|(?P<word>(?:[^\s()\"\\\[\]{}]|\\.|\\$)+)"
    r"|(?P<odd>.)",
    re.DOTALL,
)
_FIELD = re.compile(r"(?P<sign>[+!-]?)(?P<name>[A-Za-z_@](?:[^\s:\\]|\\.)*):(?P<operator>[<>]=?)?")
_NO_FIELD = re.compile(r"[+!-]?(?:[A-Za-z]:\\\w|[A-Za-z_]\w*:(?://|:))")  # C:\path, http://host, fe80::1
_NO_TEXT = re.compile("[\ud800-\udfff]")  # how Python hands over bytes that are no UTF-8
_RANGE_START = re.compile(rf"[\[{{]\s*{_BOUND}\s+TO\s")
_SPECIAL = frozenset('+-&|!(){}[]^"~*?:\\/<>= \t')
_ESCAPED_IN_VALUES = frozenset("/:~^[]{}")
_WORDS = {"&&": "AND", "||": "OR", "!": "NOT"}


class Wildcard(Enum):
    """A wildcard in a value."""

    ANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Match:
    """`field:value`; a bare word has no field. `pieces` are literal texts and wildcards in turn."""

    field: str | None
    pieces: tuple[str | Wildcard, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Between:
    """`field:[low TO high]`, `field:>low`; None for an open end."""

    field: str
    low: str | None
    high: str | None
    low_included: bool
    high_included: bool
    position: int


@dataclass(frozen=True, slots=True)
class Not:
    """True exactly where the part is not, also where the field is missing."""

    part: Node


@dataclass(frozen=True, slots=True)
class Combined:
    """All or any of the parts."""

    every: bool
    parts: tuple[Node, ...]


Node = Match | Between | Not | Combined


@dataclass(slots=True)
class Query:
    """A query's tree, None for everything, and what its writer should know about it."""

    root: Node | None
    notes: list[str] = field(default_factory=list)


def parse(text: str) -> Query:
    """The tree of a query.

    Raises:
        QueryError: it cannot be read, with the position in it.
    """
    if len(text) > _LONGEST:
        raise QueryError(f"is longer than {_LONGEST:,} characters", place=f"{text[:40]}…")
    if odd := _NO_TEXT.search(text):
        raise QueryError(f"has a byte that is no text at position {odd.start()}", place=ascii(text))
    if text.strip() in {"", "*", "*:*"}:
        return Query(None)
    prepared = _Prepared.of(text)
    try:
        parsed = luqum_parse(prepared.text)
    except ParseError as error:
        raise prepared.refused(error) from None
    return Query(_Reader(prepared).node(parsed, None, 0), prepared.notes)


@dataclass(slots=True)
class _Prepared:
    """The text for luqum and, for each of its characters, the position in the query."""

    query: str
    text: str = ""
    origin: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, query: str) -> _Prepared:
        prepared = cls(query)
        for found in _TOKEN.finditer(query):
            kind, token, start = found.lastgroup, found[0], found.start()
            if kind == "word":
                prepared.word(token, start)
            elif kind == "range":
                prepared.add(_escape_bounds(token), start)
            elif kind == "odd" and query[start] == '"':
                raise QueryError(f"the quote at position {start} is never closed", place=query)
            elif _RANGE_START.match(query, start):
                raise QueryError(f"the range at position {start} has no field or no end", place=query)
            elif kind == "odd":
                prepared.add(f"\\{token}", start)
            else:
                prepared.add(" " if kind == "space" else token, start)
        return prepared

    def add(self, text: str, start: int) -> None:
        self.text += text
        self.origin += range(start, start + len(text))

    def word(self, token: str, start: int) -> None:
        if token in {"and", "or", "not"}:
            self.notes.append(f"'{token}' at position {start} is taken as a word; operators are in capitals")
        named = None if _NO_FIELD.match(token) else _FIELD.match(token)
        if token in _WORDS:
            self.add(_WORDS[token], start)
        elif named:
            self.add("NOT " if named["sign"] == "!" else named["sign"], start)
            self.add(f"{named['name']}:{named['operator'] or ''}", start + len(named["sign"]))
            value = token[named.end() :]
            self.add("\\" if value[:1] in {"-", "+"} else "", start + named.end())
            self.add(_escape(value), start + named.end())
        elif token.startswith("!"):
            self.add("NOT ", start)
            self.add(_escape(token[1:]), start + 1)
        else:
            self.add(_escape(token), start)

    def place(self, position: int) -> int:
        """Position in the query of a position in the text."""
        return self.origin[position] if position < len(self.origin) else len(self.query)

    def refused(self, error: ParseError) -> QueryError:
        at = re.search(r"position (\d+)", str(error))
        where = f"at position {self.place(int(at[1]))}" if at else "at its end"
        return QueryError(
            f"cannot be read {where}", place=self.query, way_out='Put values with odd characters in "quotes"'
        )


def _escape(value: str) -> str:
    """A value with the characters escaped that mean something to luqum only."""
    out = []
    for pair in re.findall(r"\\.|.|\\$", value, re.DOTALL):
        if pair[0] == "\\":
            out.append(pair if len(pair) == 2 and pair[1] in _SPECIAL else "\\\\" + pair[1:])
        else:
            out.append(f"\\{pair}" if pair in _ESCAPED_IN_VALUES else pair)
    return "".join(out)


def _escape_bounds(token: str) -> str:
    parts = re.split(rf"({_QUOTED}|\s+)", token[1:-1])
    inner = "".join(part if at % 2 else _escape(part) for at, part in enumerate(parts))
    return token[0] + inner + token[-1]


@dataclass(slots=True)
class _Reader:
    prepared: _Prepared
    terms: int = 0

    def node(self, item: tree.Item, name: str | None, depth: int) -> Node:  # noqa: PLR0911 one line per kind
        if depth > _DEEPEST:
            raise QueryError(f"is nested deeper than {_DEEPEST}", place=self.prepared.query)
        if isinstance(item, tree.SearchField):
            return self._field(item, depth)
        if isinstance(item, tree.BaseGroup):
            return self.node(item.expr, name, depth + 1)
        if isinstance(item, tree.Not | tree.Prohibit):
            return Not(self.node(item.a, name, depth + 1))
        if isinstance(item, tree.Plus):
            return self.node(item.a, name, depth + 1)
        if isinstance(item, tree.BaseOperation):
            every = not isinstance(item, tree.OrOperation)
            return Combined(every, tuple(self.node(child, name, depth + 1) for child in item.children))
        self.terms += 1
        if self.terms > _MOST_TERMS:
            raise QueryError(f"has more than {_MOST_TERMS} terms", place=f"{self.prepared.query[:40]}…")
        if isinstance(item, tree.Range | tree.From | tree.To):
            return self._between(item, name)
        if isinstance(item, tree.Word | tree.Phrase):
            return Match(name, _pieces(item), self._position(item))
        raise self._refused(f"{type(item).__name__.lower()} terms are not offered", item)

    def _field(self, item: tree.SearchField, depth: int) -> Node:
        name = re.sub(r"\\(.)", r"\1", item.name)
        if isinstance(item.expr, tree.SearchField):
            raise self._refused("has a field inside a field", item)
        return self.node(item.expr, name, depth + 1)

    def _between(self, item: tree.Range | tree.From | tree.To, name: str | None) -> Between:
        if name is None:
            raise self._refused("a range needs a field: field:[low TO high]", item)
        position = self._position(item)
        if isinstance(item, tree.Range):
            low, high = self._bound(item.low), self._bound(item.high)
            return Between(name, low, high, item.include_low, item.include_high, position)
        bound = self._bound(item.a)
        if isinstance(item, tree.From):
            return Between(name, bound, None, item.include, high_included=True, position=position)
        return Between(name, None, bound, low_included=True, high_included=item.include, position=position)

    def _bound(self, item: tree.Item) -> str | None:
        sign = "-" if isinstance(item, tree.Prohibit) else ""
        if isinstance(item, tree.Prohibit | tree.Plus):
            item = item.a
        if not isinstance(item, tree.Word | tree.Phrase):
            raise self._refused("is no bound of a range", item)
        pieces = _pieces(item)
        if pieces == (Wildcard.ANY,):
            return None
        return sign + "".join(piece.value if isinstance(piece, Wildcard) else piece for piece in pieces)

    def _position(self, item: tree.Item) -> int:
        return self.prepared.place(item.pos or 0)

    def _refused(self, thing: str, item: tree.Item) -> QueryError:
        return QueryError(f"{thing} (position {self._position(item)})", place=self.prepared.query)


def _pieces(item: tree.Word | tree.Phrase) -> tuple[str | Wildcard, ...]:
    """A value without escapes. In quotes, only quotes and backslashes are escaped, and nothing is a wildcard."""
    if isinstance(item, tree.Phrase):
        return (re.sub(r'\\(["\\])', r"\1", item.value[1:-1]),)
    pieces: list[str | Wildcard] = []
    for escaped, plain in re.findall(r"\\(.)|(.)", item.value, re.DOTALL):
        if plain == "*" and pieces and pieces[-1] is Wildcard.ANY:
            continue
        if plain in {"*", "?"}:
            pieces.append(Wildcard(plain))
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += escaped or plain
        else:
            pieces.append(escaped or plain)
    return tuple(pieces)
