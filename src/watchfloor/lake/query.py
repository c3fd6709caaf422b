"""Lucene queries as conditions of SQL with bound parameters."""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from luqum import tree
from luqum.exceptions import ParseError
from luqum.parser import lexer, parser

from watchfloor.core.clock import moment
from watchfloor.core.errors import QueryError, UsageError
from watchfloor.lake.names import logical, physical
from watchfloor.schema.fields import REST, Field, declared

_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")')
_TOKEN = re.compile(r"[^\s()]+")
_FIELD = re.compile(r"^([+!-]?[A-Za-z_@][\w.@-]*):(.*)$", re.DOTALL)
_ENDING = re.compile(r"[+!-]?[A-Za-z_@][\w.@-]*:$")
_UNESCAPED = re.compile(r"(?<!\\)([/:])")
_EXACT = frozenset({"ip", "long", "double", "boolean", "date"})
_OPERATORS = {(tree.From, True): ">=", (tree.From, False): ">", (tree.To, True): "<=", (tree.To, False): "<"}


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


def condition(query: str, columns: Sequence[str]) -> Condition:
    """The condition that a query means over a table with these physical columns.

    `field:value` compares keywords without regard to case, text fields by what they contain, addresses by value or
    network; `*` and `?` are wildcards outside quotes; `field:*` asks for presence; a bare word is looked for in the raw
    record. A list matches if any member does.

    Raises:
        QueryError: the query cannot be read, or a value does not fit its field.
    """
    if not query.strip() or query.strip() == "*":
        return Condition("true")
    try:
        parsed = parser.parse(_escaped(query), lexer=lexer)
    except ParseError as error:
        raise QueryError(
            f"cannot be read: {error}", place=query, way_out='Put values with odd characters in "…"'
        ) from None
    translation = _Translation(frozenset(columns))
    sql = translation.of(parsed, None)
    return Condition(sql, translation.parameters, translation.notes)


def _escaped(query: str) -> str:
    """Slashes and further colons in unquoted values escaped: here they mean no regex and no second field."""
    parts = _QUOTED.split(query)
    return "".join(part if at % 2 else _escaped_part(part) for at, part in enumerate(parts))


def _escaped_part(part: str) -> str:
    # The name of a field right before a quoted value keeps its colon.
    ending = _ENDING.search(part)
    body, end = (part[: ending.start()], ending[0]) if ending else (part, "")
    return _TOKEN.sub(_escaped_token, body) + end


def _escaped_token(found: re.Match[str]) -> str:
    named = _FIELD.match(found[0])
    name, value = (f"{named[1]}:", named[2]) if named else ("", found[0])
    return name + _UNESCAPED.sub(r"\\\1", value)


class _Translation:
    def __init__(self, columns: frozenset[str]) -> None:
        self._columns = columns
        self.parameters: list[object] = []
        self.notes: list[str] = []

    def of(self, node: tree.Item, name: str | None) -> str:  # noqa: C901, PLR0911 one line per kind of node
        """SQL of a node; `name` is the field that it is asked of, None for the raw record."""
        if isinstance(node, tree.SearchField):
            return self.of(node.expr, node.name)
        if isinstance(node, tree.BaseGroup):
            return self.of(node.expr, name)
        if isinstance(node, tree.Not | tree.Prohibit):
            return f"NOT coalesce({self.of(node.a, name)}, false)"
        if isinstance(node, tree.Plus):
            return self.of(node.a, name)
        if isinstance(node, tree.OrOperation):
            return f"({' OR '.join(self.of(each, name) for each in node.children)})"
        if isinstance(node, tree.AndOperation | tree.UnknownOperation | tree.BoolOperation):
            return f"({' AND '.join(self.of(each, name) for each in node.children)})"
        if isinstance(node, tree.Range):
            return self._range(node, name)
        if isinstance(node, tree.From | tree.To):
            operator = _OPERATORS[(type(node), node.include)]
            return self._compared(self._needed(name, str(node)), operator, _unescaped(str(node.a.value)))
        if isinstance(node, tree.Phrase):
            return self._value(name, re.sub(r"\\(.)", r"\1", str(node.value)[1:-1]), wild=False)
        if isinstance(node, tree.Word):
            return self._value(name, str(node.value), wild=True)
        raise QueryError(f"{type(node).__name__.lower()} searches are not offered", place=str(node))

    def _range(self, node: tree.Range, name: str | None) -> str:
        field_name = self._needed(name, str(node))
        parts = []
        for bound, include, operator in ((node.low, node.include_low, ">"), (node.high, node.include_high, "<")):
            if str(bound.value) != "*":
                parts.append(
                    self._compared(field_name, operator + ("=" if include else ""), _unescaped(str(bound.value)))
                )
        return f"({' AND '.join(parts) or 'true'})"

    def _needed(self, name: str | None, place: str) -> str:
        if name is None:
            raise QueryError("a range needs a field", place=place, way_out="Write field:[low TO high]")
        return name

    def _value(self, name: str | None, value: str, *, wild: bool) -> str:
        text = _unescaped(value) if wild else value
        wildcard = wild and re.search(r"(?<!\\)[*?]", value) is not None
        if name is None:
            self.parameters.append(
                _like(value, contains=True) if wildcard else _like(re.sub(r"([*?\\])", r"\\\1", text), contains=True)
            )
            return "event_original ILIKE ? ESCAPE '\\'"
        target, declaration = self._target(name)
        if target is None:
            return "false"
        if wildcard and value == "*":
            return f"({target} IS NOT NULL)"
        one = "x" if declaration is not None and declaration.array else target
        sql = self._equal(one, declaration, name, text, value if wildcard else None)
        if one == "x":
            return f"coalesce(len(list_filter({target}, lambda x: {sql})) > 0, false)"
        return sql

    def _equal(self, target: str, declaration: Field | None, name: str, text: str, pattern: str | None) -> str:
        type_ = declaration.type if declaration is not None else "keyword"
        if pattern is not None:
            self.parameters.append(_like(pattern, contains=False))
            return f"CAST({target} AS VARCHAR) ILIKE ? ESCAPE '\\'"
        if type_ == "ip" and "/" in text:
            return self._network(target, text)
        if type_ == "text":
            self.parameters.append(_like(re.sub(r"([*?\\])", r"\\\1", text), contains=True))
            return f"{target} ILIKE ? ESCAPE '\\'"
        if type_ in _EXACT or name.endswith(".id") or ".hash." in name:
            self.parameters.append(_typed(text, declaration, name))
            return f"{target} = ?"
        self.parameters.append(text.lower())
        return f"lower({target}) = ?"

    def _network(self, target: str, text: str) -> str:
        """An address in a network: the text's prefix where that decides, else the addresses as numbers."""
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise QueryError("is no network", place=text, way_out="Write 10.0.0.0/8 or fd00::/8") from None
        if network.version == 6:
            raise QueryError("networks of IPv6 are not searched yet", place=text, way_out="Use a wildcard: fe80*")
        number = " + ".join(
            f"CAST(split_part({target}, '.', {at}) AS BIGINT) * {256 ** (4 - at)}" for at in range(1, 5)
        )
        self.parameters += [int(network.network_address), int(network.broadcast_address)]
        v4 = f"regexp_matches({target}, '^\\d{{1,3}}(\\.\\d{{1,3}}){{3}}$')"
        return f"CASE WHEN {v4} THEN {number} BETWEEN ? AND ? ELSE false END"

    def _compared(self, name: str, operator: str, text: str) -> str:
        target, declaration = self._target(name)
        if target is None:
            return "false"
        self.parameters.append(_typed(text, declaration, name))
        if declaration is not None and declaration.array:
            return f"coalesce(len(list_filter({target}, lambda x: x {operator} ?)) > 0, false)"
        return f"({target} {operator} ?)"

    def _target(self, name: str) -> tuple[str | None, Field | None]:
        """The SQL that gives the field's value, None when no event can have it."""
        column = physical(name)
        declaration = declared().get(name)
        if column in self._columns:
            return f'"{column}"', declaration
        if declaration is not None:
            return None, declaration
        if "." not in name or not name.startswith(("winlog.", "watchfloor.")):
            self._unknown(name)
        if physical(REST) not in self._columns:
            return None, None
        self.parameters.append(f'$."{name}"')
        return f'json_extract_string("{physical(REST)}", ?)', None

    def _unknown(self, name: str) -> None:
        names = [*declared(), *(logical(column) for column in self._columns)]
        near = difflib.get_close_matches(name, names, n=3)
        hint = f"; did you mean {', '.join(dict.fromkeys(near))}?" if near else ""
        self.notes.append(f"no field is called {name}{hint}")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _like(pattern: str, *, contains: bool) -> str:
    """A wildcard pattern as one of LIKE."""
    out = []
    for escaped, plain in re.findall(r"\\(.)|(.)", pattern, re.DOTALL):
        character = escaped or plain
        if plain == "*":
            out.append("%")
        elif plain == "?":
            out.append("_")
        else:
            out.append(f"\\{character}" if character in "%_\\" else character)
    text = "".join(out)
    return f"%{text}%" if contains else text


def _typed(text: str, declaration: Field | None, name: str) -> object:
    type_ = declaration.type if declaration is not None else "keyword"
    try:
        if type_ == "long":
            return int(text)
        if type_ == "double":
            return float(text)
        if type_ == "boolean":
            return {"true": True, "false": False}[text.lower()]
        if type_ == "date":
            return moment(text)
    except (ValueError, KeyError, UsageError):
        raise QueryError(f"is no value for {name}, which is a {type_}", place=text) from None
    return text
