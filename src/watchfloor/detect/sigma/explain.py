"""Why a rule is true of an event: the atoms that made it so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from watchfloor.detect.sigma.atoms import Atom, fold, referred, satisfied, shown
from watchfloor.detect.sigma.columns import BatchColumns, Codes, Encoded
from watchfloor.detect.sigma.keywords import RAW
from watchfloor.detect.sigma.plan import KEYWORDS, Plan, Planned, Sources, sources_of
from watchfloor.detect.sigma.rules import Node

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
        value: what the event has, shortened to `MAX_VALUE` characters around the find; empty when it is missing.
    """

    selection: str
    field: str
    column: str
    pattern: str
    value: str


class Explainer:
    """Explains the firings of one plan in one batch; events with the same values share an explanation.

    Args:
        plan: the rules.
        columns: the batch.
        fields: per field of the plan its values in the batch.
        hit: whether an atom of the plan (by number) is satisfied by a code of its field.
    """

    def __init__(
        self, plan: Plan, columns: BatchColumns, fields: Sequence[Encoded | None], hit: Callable[[int, int], bool]
    ) -> None:
        self._plan = plan
        self._leaves = plan.leaves
        self._columns = columns
        self._fields = fields
        self._hit = hit
        self._reasons: dict[tuple[int, int], list[Reason]] = {}

    def whys(self, planned: Planned, rows: Codes) -> Iterator[tuple[Reason, ...]]:
        """Per row of those where a rule is true its reasons.

        They are in the order of the rule's condition, at most `MAX_REASONS`; of alternatives the first true one.
        """
        read = [field.codes[rows].tolist() for number in planned.fields if (field := self._fields[number]) is not None]
        known: dict[tuple[int, ...], tuple[Reason, ...]] = {}
        for row, *codes in zip(rows.tolist(), *read, strict=True):
            key = tuple(codes)
            why = known.get(key)
            if why is None:
                found = self._true(planned.detection.condition, "", planned, row, sure=True)
                why = known[key] = tuple(dict.fromkeys(found or ()))[:MAX_REASONS]
            yield why

    def _true(self, node: Node, selection: str, planned: Planned, row: int, *, sure: bool) -> list[Reason] | None:
        """The reasons why a node is true, None when it is not; where that is `sure`, it is not tested again."""
        operator = node[0]
        if operator == "atom":
            leaf = self._leaves.get(id(node))
            return (
                self._value(node, selection, planned, row)
                if leaf is None
                else self._leaf(node, leaf, selection, planned, row, sure=sure)
            )
        if operator == "ref":
            return self._true(planned.detection.selections[node[1]], node[1], planned, row, sure=sure)
        if operator == "not":
            return [] if sure or self._true(node[1], selection, planned, row, sure=False) is None else None
        if operator == "or":
            tried = (self._true(each, selection, planned, row, sure=False) for each in node[1:])
            return next((found for found in tried if found is not None), None)
        reasons: list[Reason] = []
        for each in node[1:]:
            found = self._true(each, selection, planned, row, sure=sure)
            if found is None:
                return None
            reasons += found
        return reasons

    def _leaf(
        self, node: Node, leaf: tuple[int, int], selection: str, planned: Planned, row: int, *, sure: bool
    ) -> list[Reason] | None:
        encoded = self._fields[leaf[0]]
        if encoded is None:
            return None
        code = int(encoded.codes[row])
        if not sure and not self._hit(leaf[1], code):
            return None
        known = self._reasons.get((id(node), code))
        if known is None:
            members = encoded.values[code]
            value = members[0] if len(members) == 1 else _first(node[2:], members)
            known = self._reasons[id(node), code] = [self._reason(node, selection, planned, row, value)]
        return known

    def _value(self, node: Node, selection: str, planned: Planned, row: int) -> list[Reason] | None:
        """What the key decided, what is missing, and what compares two fields."""
        atom, sources = node[2:], sources_of(node[1], planned.scope)
        if sources[:1] == (KEYWORDS,):
            return None  # an alternative that the key has decided without it
        members = self._values(sources, row)
        if atom[0] == "ref":
            true = referred(atom, members, self._values(planned.scope.sources(atom[1]), row))
        else:
            true = satisfied(atom, members)
        return [self._reason(node, selection, planned, row, members[0] if members else "")] if true else None

    def _reason(self, node: Node, selection: str, planned: Planned, row: int, value: str) -> Reason:
        field = node[1]
        column = RAW if field is None else self._columns.origin(sources_of(field, planned.scope), row)
        pattern = self._plan.patterns.get(id(node))
        if pattern is None:
            pattern = self._plan.patterns[id(node)] = shown(node[2:])
        return Reason(selection, field or "", column, pattern, _shortened(value, node[2:]))

    def _values(self, sources: Sources, row: int) -> tuple[str, ...]:
        encoded = self._columns.field(sources)
        return () if encoded is None else encoded.values[encoded.codes[row]]


def _first(atom: Atom, members: Sequence[str]) -> str:
    return next((member for member in members if satisfied(atom, (member,))), "")


def _shortened(value: str, atom: Atom) -> str:
    """At most `MAX_VALUE` characters, around what was looked for where that is known."""
    if len(value) <= MAX_VALUE:
        return value
    wanted = max((fold(part) for part in atom[2:] if isinstance(part, str)), key=len, default="")
    at = fold(value).find(wanted) if atom[0] == "text" else 0
    start = 0 if at + len(wanted) < MAX_VALUE else min(at - MAX_VALUE // 4, len(value) - MAX_VALUE)
    piece = value[start : start + MAX_VALUE]
    if start:
        piece = "…" + piece[1:]
    return piece if start + MAX_VALUE >= len(value) else piece[:-1] + "…"
