"""A baseline for scale: each rule as one SQL query of DuckDB over the same events and columns.

It is what a set of queries over a columnar store costs, not another implementation of Sigma: of a field only the first
plain column counts, functions of columns and comparisons of two fields are left out (the rule is not run), and a search
without a field looks into the raw text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import duckdb

from watchfloor.detect.sigma import Rule
from watchfloor.detect.sigma.atoms import ANY, ONE
from watchfloor.detect.sigma.rules import Detection, Node
from watchfloor.schema.events import EventBatch
from watchfloor.schema.sigma_fields import Scope, scopes

EVENTS = 10_000
EVERY = 10
"""Each this-many-th rule is run."""


class Unsupported(Exception):  # noqa: N818 a reason, not an error
    """The rule has no query."""


def run(rules: Sequence[Rule], batch: EventBatch) -> tuple[float, int, int]:
    """CPU seconds of all queries, rows that they find, and the number of rules without a query."""
    connection = duckdb.connect()
    connection.execute("SET threads TO 1")
    connection.register("arrow_events", batch.table)
    connection.execute("CREATE TABLE events AS SELECT * FROM arrow_events")
    names = {name: str(type_) for name, type_, *_ in connection.execute("DESCRIBE events").fetchall()}
    queries, left_out = [], 0
    for rule in rules:
        try:
            queries.append(f"SELECT rowid FROM events WHERE {condition(rule, names)}")
        except Unsupported:
            left_out += 1
    hits = 0
    start = time.process_time()
    for query in queries:
        hits += len(connection.execute(query).fetchall())
    return time.process_time() - start, hits, left_out


def condition(rule: Rule, names: dict[str, str]) -> str:
    """The rule as the text of a WHERE clause."""
    found = [scope for scope in scopes(rule.logsource) if scope.served]
    parts = [
        f"({_scope(scope)} AND {_node(rule.detection, rule.detection.condition, scope, names)})" for scope in found
    ]
    if not parts:
        raise Unsupported
    return " OR ".join(parts)


def _scope(scope: Scope) -> str:
    if not scope.windows:
        raise Unsupported
    parts = ["true"]
    if scope.channels:
        parts.append(f'lower("winlog.channel") IN ({_list(scope.channels)})')
    if scope.event_ids:
        parts.append(f'"winlog.event_id" IN ({_list(scope.event_ids)})')
    return " AND ".join(parts)


def _node(detection: Detection, node: Node, scope: Scope, names: dict[str, str]) -> str:
    operator = node[0]
    if operator == "ref":
        return _node(detection, detection.selections[node[1]], scope, names)
    if operator == "not":
        return f"NOT coalesce({_node(detection, node[1], scope, names)}, false)"
    if operator == "atom":
        return _atom(node, scope, names)
    parts = [_node(detection, each, scope, names) for each in node[1:]]
    return "(" + f" {operator.upper()} ".join(parts) + ")"


def _atom(node: Node, scope: Scope, names: dict[str, str]) -> str:
    column = _column(node[1], scope, names)
    kind, *arguments = node[2:]
    if kind not in _TESTS:
        raise Unsupported
    if kind == "null" or (kind == "exists" and not arguments[0]):
        return f"{column} IS NULL"
    return "false" if column == "NULL" else _TESTS[kind](column, *arguments)


def _column(field: str | None, scope: Scope, names: dict[str, str]) -> str:
    sources = scope.sources(field) if field is not None else ("event.original",)
    plain = [source for source in sources if "(" not in source]
    if sources and not plain:
        raise Unsupported
    column = next((name for name in plain if name in names), None)
    if column is None:
        return "NULL"
    quoted = '"' + column.replace('"', '""') + '"'
    return f"array_to_string({quoted}, ' ')" if names[column].endswith("[]") else f"CAST({quoted} AS VARCHAR)"


def _text(column: str, cased: bool, *parts: str | int) -> str:
    left = column if cased else f"lower({column})"
    texts = [part if cased or not isinstance(part, str) else part.lower() for part in parts]
    if ANY not in parts and ONE not in parts:
        return f"{left} = {_quoted(''.join(map(str, texts)))}"
    pattern = "".join(_like(part) for part in texts)
    return f"{left} LIKE {_quoted(pattern)} ESCAPE '!'"


def _like(part: str | int) -> str:
    if not isinstance(part, str):
        return "%" if part == ANY else "_"
    return part.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _quoted(text: Any) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def _list(values: Any) -> str:
    return ", ".join(_quoted(value) for value in sorted(values))


_OPERATORS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "neq": "<>"}
_TESTS: dict[str, Callable[..., str]] = {
    "text": _text,
    "number": lambda column, wanted: f"{column} = {_quoted(wanted)}",
    "bool": lambda column, wanted: f"lower({column}) = {_quoted(str(wanted).lower())}",
    "compare": lambda column, op, wanted: f"TRY_CAST({column} AS DOUBLE) {_OPERATORS[op]} {wanted}",
    "re": lambda column, pattern, flags: f"regexp_matches({column}, {_quoted(pattern)}, {_quoted(flags or 'c')})",
    "null": lambda column: f"{column} IS NULL",
    "exists": lambda column, _: f"{column} IS NOT NULL",
}
