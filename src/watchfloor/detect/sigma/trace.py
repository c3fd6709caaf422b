"""Every test of one rule on given events, with its value and whether it is true: what `rules explain` prints.

The values, tests and places are those of the engine, and whether the rule fires is what the engine says; only the walk
through the whole condition, which the engine spares itself, is made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from watchfloor.detect.sigma.atoms import referred, satisfied, shown
from watchfloor.detect.sigma.columns import BatchColumns
from watchfloor.detect.sigma.keys import partition
from watchfloor.detect.sigma.keywords import RAW, texts_of
from watchfloor.detect.sigma.match import Detector
from watchfloor.detect.sigma.plan import KEYWORDS, sources_of, unsound
from watchfloor.detect.sigma.rules import Node, Rule
from watchfloor.detect.sigma.ruleset import RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.schema.sigma_fields import EventKey, Scope, scopes


@dataclass(frozen=True, slots=True)
class Step:
    """One node of a rule's condition on one event.

    Attributes:
        kind: and, or, not, selection or test.
        true: whether it holds.
        name: of a selection.
        field: the Sigma field of a test; empty for a keyword.
        column: the event column that was read; the raw text for a keyword; empty where the events have no such field.
        pattern: what is looked for.
        values: what the event has; for a keyword only the texts that have it.
        parts: the nodes below.
    """

    kind: str
    true: bool
    name: str = ""
    field: str = ""
    column: str = ""
    pattern: str = ""
    values: tuple[str, ...] = ()
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """One rule on one event.

    Attributes:
        row: the event's row in the batch.
        fires: whether the engine fires the rule.
        outside: why the event is none that the rule is for; empty when it is.
        scope: the place in whose terms the rule was read; None when the event is outside all.
        condition: the walk through the condition; None when the event is outside.
    """

    row: int
    fires: bool
    outside: str
    scope: Scope | None
    condition: Step | None


def trace(rules: RuleSet, rule: Rule, events: EventBatch) -> list[Trace]:
    """One rule of a set on every event of a batch, by row."""
    fired = {firing.row for firing in Detector(rules.where(lambda other: other is rule)).match(events)}
    columns = BatchColumns(events.table)
    keys = {int(row): key for key, rows in partition(columns) for row in rows}
    return [_traced(rule, columns, keys[row], row, fires=row in fired) for row in range(len(events))]


def _traced(rule: Rule, columns: BatchColumns, key: EventKey, row: int, *, fires: bool) -> Trace:
    served = [scope for scope in scopes(rule.logsource, rule.taxonomy) if scope.served]
    if not served:
        return Trace(row, fires, f"no data source brings events of {rule.logsource} yet", None, None)
    scope = next((scope for scope in served if scope.holds(key)), None)
    if scope is None:
        return Trace(row, fires, "; ".join(dict.fromkeys(_elsewhere(each, key) for each in served)), None, None)
    outside = _refused(rule, scope, columns, row)
    walk = _Walk(rule, scope, columns, row)
    return Trace(row, fires, outside, scope, walk.step(rule.detection.condition))


def _elsewhere(scope: Scope, key: EventKey) -> str:
    """Which part of the key does not fit a scope."""
    for wanted, given, what in (
        (scope.channels, key.channel, "channel"),
        (scope.datasets, key.dataset, "dataset"),
        (scope.event_ids, key.event_id, "event id"),
        (scope.programs, key.program, "program"),
    ):
        if wanted and given not in wanted:
            return f"its {what} is {given or 'missing'}, not {' or '.join(sorted(wanted))}"
    return "it is a Windows event" if not scope.windows else f"it is no Windows event but {key.dataset or 'unparsed'}"


def _refused(rule: Rule, scope: Scope, columns: BatchColumns, row: int) -> str:
    """Why the rule is not applied to an event whose key fits."""
    if scope.sound and unsound(rule.detection, scope):
        return "the rule excludes by a field that these events never have, so that it would fire on everything"
    for column, wanted in scope.where.items():
        values = _values(columns, (column,), row)
        if not any(satisfied(("text", False, each), values) for each in wanted):
            return f"its {column} is {', '.join(values) or 'missing'}, not {' or '.join(wanted)}"
    return ""


class _Walk:
    """A walk through one rule on one event."""

    def __init__(self, rule: Rule, scope: Scope, columns: BatchColumns, row: int) -> None:
        self._detection = rule.detection
        self._scope = scope
        self._columns = columns
        self._row = row
        self._texts: tuple[str, ...] | None = None

    def step(self, node: Node) -> Step:
        operator = node[0]
        if operator == "atom":
            return self._test(node)
        if operator == "ref":
            below = self.step(self._detection.selections[node[1]])
            return Step("selection", below.true, name=node[1], parts=(below,))
        parts = tuple(self.step(part) for part in node[1:])
        if operator == "not":
            return Step("not", not parts[0].true, parts=parts)
        true = all(part.true for part in parts) if operator == "and" else any(part.true for part in parts)
        return Step(operator, true, parts=parts)

    def _test(self, node: Node) -> Step:
        field, atom = node[1], node[2:]
        sources = sources_of(field, self._scope)
        if sources[:1] == (KEYWORDS,):
            hits = tuple(text for text in self._searched() if satisfied(atom, (text,)))
            return Step("test", bool(hits), column=RAW, pattern=shown(atom), values=hits)
        values = _values(self._columns, sources, self._row)
        if atom[0] == "ref":
            true = referred(atom, values, _values(self._columns, self._scope.sources(atom[1]), self._row))
        else:
            true = satisfied(atom, values)
        column = self._columns.origin(sources, self._row)
        return Step("test", true, field=field, column=column, pattern=shown(atom), values=values)

    def _searched(self) -> tuple[str, ...]:
        if self._texts is None:
            encoded = texts_of(self._columns.table, self._scope.keywords, np.array([self._row]))
            self._texts = encoded.values[encoded.codes[self._row]]
        return self._texts


def leaves(step: Step) -> Iterator[Step]:
    """Every test at and below a step, in order."""
    if step.kind == "test":
        yield step
    for part in step.parts:
        yield from leaves(part)


def _values(columns: BatchColumns, sources: tuple[str, ...], row: int) -> tuple[str, ...]:
    encoded = columns.field(sources)
    return () if encoded is None else tuple(encoded.values[encoded.codes[row]])
