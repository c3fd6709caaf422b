"""A query's tree as a condition of SQL with bound parameters.

What `field:value` means depends on the field's type. Keywords are equal without regard to case; texts contain the value
without regard to case; addresses are equal or in the network; numbers, booleans and times are equal as such, a time to
the precision given; wildcards go over the whole value (in texts over a part of it). A list matches if any member does.
A bare word is a part of the raw record. A field without a column is looked up in the rest column.
"""

from __future__ import annotations

import datetime as dt
import difflib
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import orjson

from watchfloor.core.clock import moment, utc_now
from watchfloor.core.errors import QueryError, UsageError
from watchfloor.lake.addresses import in_network
from watchfloor.lake.names import ORIGINAL, REST_COLUMN, Columns
from watchfloor.lake.query import Between, Match, Node, Not, Query, Wildcard
from watchfloor.schema.fields import Field, declared

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_LONG_LIMIT, _LONG_DIGITS = 2**63, 20
_END = dt.datetime.max.replace(tzinfo=dt.UTC)
_PRECISIONS = (
    (re.compile(r"\d{4}-\d\d-\d\d"), dt.timedelta(days=1)),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)?"), dt.timedelta(minutes=1)),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d)?"), dt.timedelta(seconds=1)),
)
_REGEX = {Wildcard.ANY: ".*", Wildcard.ONE: "."}
_LITERAL = {(False, True): "starts_with", (True, False): "ends_with", (True, False, True): "contains"}
"""Functions for patterns of one literal, by where the wildcards are."""
_VENDORS = ("winlog.",)
"""Prefixes under which any field may exist."""


@dataclass(slots=True)
class Condition:
    """A condition of SQL.

    Attributes:
        sql: its text with `?` for each parameter.
        parameters: their values in order.
        notes: what the user should know, such as an unknown field.
    """

    sql: str
    parameters: list[object] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def condition(query: Query, columns: Columns) -> Condition:
    """The condition of a query over the events of the lake.

    Raises:
        QueryError: a value does not fit its field.
    """
    if query.root is None:
        return Condition("true", notes=query.notes)
    translation = _Translation(columns, list(query.notes))
    sql = translation.of(query.root)
    return Condition(sql, translation.parameters, translation.notes)


@dataclass(frozen=True, slots=True)
class _Target:
    """Where the values of a field are: SQL that gives one value or a list, and the type of a value."""

    sql: str
    type: str
    listed: bool
    related: str = ""


@dataclass(slots=True)
class _Translation:
    columns: Columns
    notes: list[str]
    parameters: list[object] = field(default_factory=list)

    def of(self, node: Node) -> str:
        """SQL of a node; null counts as false."""
        if isinstance(node, Not):
            return f"NOT coalesce({self.of(node.part)}, false)"
        if isinstance(node, Match):
            return self._match(node)
        if isinstance(node, Between):
            target = self._target(node.field)
            return self._any(target, lambda value: self._between(value, target, node))
        return "(" + (" AND " if node.every else " OR ").join(self.of(part) for part in node.parts) + ")"

    def _match(self, node: Match) -> str:
        if node.field is None:
            return "true" if node.pieces == (Wildcard.ANY,) else self._in_original(node.pieces)
        target = self._target(node.field)
        if node.pieces == (Wildcard.ANY,):
            return f"coalesce(len({target.sql}) > 0, false)" if target.listed else f"({target.sql} IS NOT NULL)"
        return self._any(target, lambda value: self._equal(value, target, node))

    def _any(self, target: _Target, test: Callable[[str], str]) -> str:
        """The test on the value, or on any member of a list."""
        if not target.listed:
            return test(target.sql)
        return f"coalesce(len(list_filter({target.sql}, lambda x: {test('x')})) > 0, false)"

    def _bind(self, *values: object) -> None:
        self.parameters += values

    def _in_original(self, pieces: tuple[str | Wildcard, ...]) -> str:
        """Part of the raw record; a record in JSON has quotes and backslashes of its values escaped."""
        escaped = tuple(
            piece if isinstance(piece, Wildcard) else orjson.dumps(piece).decode()[1:-1] for piece in pieces
        )
        tests = [self._contains(ORIGINAL, form) for form in dict.fromkeys((pieces, escaped))]
        return f"({' OR '.join(tests)})"

    def _contains(self, value: str, pieces: tuple[str | Wildcard, ...]) -> str:
        return self._like(value, (Wildcard.ANY, *pieces, Wildcard.ANY))

    def _like(self, value: str, pieces: tuple[str | Wildcard, ...]) -> str:
        """The whole value has this pattern, without regard to case, in linear time (LIKE may backtrack without end)."""
        anys = [piece is Wildcard.ANY for piece in pieces]
        literals = [piece for piece in pieces if isinstance(piece, str)]
        function = _LITERAL.get(tuple(anys)) if len(literals) == anys.count(False) else None
        if function:
            self._bind(literals[0])
            return f"{function}(lower({value}), lower(?))"
        self._bind("".join(_REGEX[piece] if isinstance(piece, Wildcard) else re.escape(piece) for piece in pieces))
        return f"regexp_full_match(lower({value}), lower(?), 's')"

    def _equal(self, value: str, target: _Target, node: Match) -> str:  # noqa: PLR0911 one line per type
        if target.type == "text":
            return self._contains(value, node.pieces)
        text = node.pieces[0] if len(node.pieces) == 1 else Wildcard.ANY
        if isinstance(text, Wildcard):
            return self._like(f"{value}::VARCHAR", node.pieces)
        if target.type == "ip":
            return self._address(value, text, node)
        if target.related == "hash":  # is written in one case: exact values can use the bloom filters
            self._bind(text, text.lower(), text.upper())
            return f"({value} IN (?, ?, ?))"
        if target.type == "date":
            self._bind(*_interval(text, node))
            return f"({value} >= ? AND {value} < ?)"
        if target.type == "keyword":
            self._bind(text)
            return f"(lower({value}) = lower(?))"
        self._bind(_typed(text, target.type, node))
        return f"({value} = ?)"

    def _address(self, value: str, text: str, node: Match) -> str:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise QueryError(
                f"{text!r} is no address or network (position {node.position})",
                place=node.field or "",
                way_out="Write 10.0.0.1, 10.0.0.0/8 or fd00::/8, or use a wildcard: 10.0.*",
            ) from None
        if network.num_addresses == 1:
            self._bind(str(network.network_address), text.split("/", 1)[0])
            return f"({value} IN (?, ?))"
        sql, bounds = in_network(value, network)
        self._bind(*bounds)
        return sql

    def _between(self, value: str, target: _Target, node: Between) -> str:
        tests = [f"{value} IS NOT NULL"]
        if target.type == "date":
            tests += self._times(value, node)
        else:
            wrap, bounds = _comparable(target.type, node)
            for bound, operator in zip(bounds, _operators(node), strict=True):
                if bound is not None:
                    self._bind(bound)
                    tests.append(f"{wrap(value)} {operator} {wrap('?') if isinstance(bound, str) else '?'}")
        return f"({' AND '.join(tests)})"

    def _times(self, value: str, node: Between) -> list[str]:
        """Half-open bounds: after a day means after its end, up to a day means up to its end."""
        tests = []
        if node.low is not None:
            since, until = _interval(node.low, node)
            self._bind(since if node.low_included else until)
            tests.append(f"{value} >= ?")
        if node.high is not None:
            since, until = _interval(node.high, node)
            self._bind(until if node.high_included else since)
            tests.append(f"{value} < ?")
        return tests

    def _target(self, name: str) -> _Target:
        column = self.columns.find(name)
        if column is not None:
            known = declared().get(name, Field(name, "keyword", "vendor", ""))
            return _Target(f'"{column}"', known.type, known.array, known.related)
        self._unknown(name)
        pointer = "/" + name.replace("~", "~0").replace("/", "~1")
        self._bind(name, *[pointer] * 4)  # a literal in the SQL would have to be quoted; a parameter need not
        value = f"json_extract({REST_COLUMN}, ?)"
        return _Target(
            f"(CASE WHEN NOT contains({REST_COLUMN}, ?) THEN NULL"
            f" WHEN json_type({REST_COLUMN}, ?) = 'NULL' THEN NULL"
            f" WHEN json_type({REST_COLUMN}, ?) = 'ARRAY' THEN {value} ->> '$[*]'"
            f" ELSE [{value} ->> '$'] END)",
            "keyword",
            listed=True,
        )

    def _unknown(self, name: str) -> None:
        names = [known for known, _ in self.columns]
        folded = {known.lower(): known for known in names}
        same = folded.get(name.lower())
        near = [same] if same else difflib.get_close_matches(name, names, n=3, cutoff=0.75)
        if same or not name.startswith(_VENDORS):
            hint = (
                f"did you mean {', '.join(near)}?" if near else "only events that carry it as their vendor's own match"
            )
            self.notes.append(f"no field is called {name}; {hint}")


def _operators(node: Between) -> tuple[str, str]:
    return (">=" if node.low_included else ">", "<=" if node.high_included else "<")


def _comparable(type_: str, node: Between) -> tuple[Callable[[str], str], list[object]]:
    """How values are wrapped to be compared, and the bounds.

    A keyword is compared as a number if the bounds are numbers (`event.code:[4624 TO 4634]`), else as text.
    """
    bounds = [node.low, node.high]
    if type_ in {"long", "double", "boolean"}:
        if not all(bound is None or _NUMBER.fullmatch(bound) for bound in bounds):
            raise QueryError(f"is a {type_}, its bounds are numbers (position {node.position})", place=node.field)
        return str, [bound and _number(bound) for bound in bounds]
    if type_ == "ip":
        return (lambda value: f"address_key({value})"), [bound and _checked_address(bound, node) for bound in bounds]
    if any(bounds) and all(bound is None or _NUMBER.fullmatch(bound) for bound in bounds):
        return (lambda value: f"TRY_CAST({value} AS DOUBLE)"), [bound and _number(bound) for bound in bounds]
    return (lambda value: f"lower({value})"), list(bounds)


def _number(text: str) -> int | float:
    number = float(text) if "." in text or len(text) > _LONG_DIGITS else int(text)
    return number if abs(number) < _LONG_LIMIT else float(text)


def _typed(text: str, type_: str, node: Match) -> object:
    if type_ == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if type_ in {"long", "double"} and _NUMBER.fullmatch(text):
        return _number(text)
    raise QueryError(f"{text!r} is no {type_} (position {node.position})", place=node.field or "")


def _interval(text: str, node: Match | Between) -> tuple[dt.datetime, dt.datetime]:
    """The half-open interval that a time means at its precision."""
    try:
        since = utc_now() if text == "now" else moment(text.removeprefix("now-"))
    except UsageError as error:
        raise QueryError(
            f"{text!r} is no time (position {node.position})", place=node.field or "", way_out=error.way_out
        ) from None
    precisions = (precision for pattern, precision in _PRECISIONS if pattern.fullmatch(text))
    return since, since + min(next(precisions, dt.timedelta(microseconds=1)), _END - since)


def _checked_address(text: str, node: Between) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise QueryError(f"{text!r} is no address (position {node.position})", place=node.field) from None
