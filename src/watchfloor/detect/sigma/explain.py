"""Why a rule is true of an event: the atoms that made it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from watchfloor.detect.sigma.atoms import Atom, referred, satisfied, shown
from watchfloor.detect.sigma.columns import BatchColumns, Encoded
from watchfloor.detect.sigma.keywords import RAW
from watchfloor.detect.sigma.plan import KEYWORDS, Plan, Planned, sources_of
from watchfloor.detect.sigma.rules import Node
from watchfloor.schema.sigma_fields import Scope

MAX_VALUE = 200
"""Characters of a value that a reason keeps."""
MAX_REASONS = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """One test of a rule that an event passed.

    Attributes:
        selection: the rule's selection.
        field: the Sigma field; empty for a keyword.
        column: the event column that was read; the raw text for a keyword.
        pattern: what was looked for, `*` and `?` being wildcards.
        value: what the event has, shortened to `MAX_VALUE` characters; empty when it is missing.
    """

    selection: str
    field: str
    column: str
    pattern: str
    value: str


class Explainer:
    """Explains firings of one plan in one batch; events with the same values share an explanation."""

    def __init__(self, plan: Plan, columns: BatchColumns, searched: Mapping[tuple[str, ...], Encoded]) -> None:
        self._plan = plan
        self._columns = columns
        self._searched = searched
        self._known: dict[tuple[object, ...], tuple[Reason, ...]] = {}
        self._read: dict[int, list[Encoded]] = {}

    def why(self, planned: Planned, row: int) -> tuple[Reason, ...]:
        """Reasons in the order of the rule's condition, at most `MAX_REASONS`."""
        if id(planned) not in self._read:
            self._read[id(planned)] = self._fields(planned)
        key = (id(planned), *(encoded.codes[row] for encoded in self._read[id(planned)]))
        if key not in self._known:
            found = self._true(planned.rule.condition, "", planned, row)
            self._known[key] = tuple(dict.fromkeys(found or ()))[:MAX_REASONS]
        return self._known[key]

    def _fields(self, planned: Planned) -> list[Encoded]:
        names = {*planned.rule.fields, None}
        found = [self._encoded(sources_of(name, planned.scope)) for name in sorted(names, key=str)]
        return [encoded for encoded in found if encoded is not None]

    def _encoded(self, sources: tuple[str, ...]) -> Encoded | None:
        return self._searched.get(sources) if sources[:1] == (KEYWORDS,) else self._columns.field(sources)

    def _values(self, sources: tuple[str, ...], row: int) -> tuple[str, ...]:
        encoded = self._encoded(sources)
        return () if encoded is None else encoded.values[encoded.codes[row]]

    def _true(self, node: Node, selection: str, planned: Planned, row: int) -> list[Reason] | None:
        """The reasons why a node is true, None when it is not. Of alternatives the first true one counts."""
        operator = node[0]
        if operator == "ref":
            return self._true(planned.rule.selections[node[1]], node[1], planned, row)
        if operator == "atom":
            return self._atom(node[1], tuple(node[2:]), selection, planned.scope, row)
        if operator == "not":
            return [] if self._true(node[1], selection, planned, row) is None else None
        if operator == "or":
            return next(
                (found for each in node[1] if (found := self._true(each, selection, planned, row)) is not None), None
            )
        reasons: list[Reason] = []
        for each in node[1]:
            found = self._true(each, selection, planned, row)
            if found is None:
                return None
            reasons += found
        return reasons

    def _atom(self, field: str | None, atom: Atom, selection: str, scope: Scope, row: int) -> list[Reason] | None:
        sources = sources_of(field, scope)
        members = self._values(sources, row)
        if atom[0] == "ref":
            others = self._values(scope.sources(atom[1]), row)
            value = next((each for each in members if referred(atom, (each,), others)), None)
        elif atom[0] in {"null", "exists"}:
            value = (members[0] if members else "") if satisfied(atom, members) else None
        else:
            value = next((each for each in members if satisfied(atom, (each,))), None)
        if value is None:
            return None
        column = RAW if field is None else self._columns.origin(sources, row)
        return [Reason(selection, field or "", column, shown(atom), _shortened(value))]


def _shortened(value: str) -> str:
    return value if len(value) <= MAX_VALUE else value[: MAX_VALUE - 1] + "…"
