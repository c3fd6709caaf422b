"""Evaluation of one plan over the rows of a batch that belong to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from watchfloor.detect.sigma.atoms import referred
from watchfloor.detect.sigma.columns import Codes, Encoded, distinct
from watchfloor.detect.sigma.plan import Plan, Planned, Test, Tree

Mask = npt.NDArray[np.bool_]


class Evaluation:
    """Hits of a plan's atoms on the distinct values of some rows, and the rules that come true.

    Args:
        plan: the rules.
        fields: per field of the plan its values in the batch, None where no event has one.
        rows: rows of the batch, ascending.
    """

    def __init__(self, plan: Plan, fields: Sequence[Encoded | None], rows: Codes) -> None:
        self._plan = plan
        self._rows = rows
        self._fields = fields
        self._codes: list[Codes | None] = [None if found is None else found.codes[rows] for found in fields]
        self._hits: dict[int, list[int]] = {}
        self._hit_sets: dict[int, frozenset[int]] = {}
        for number, found in enumerate(fields):
            if found is not None:
                self._match(number, found)
        self._hit = frozenset(self._hits)
        self._tables: dict[int, Mask | bool] = {}
        self._everything = np.arange(len(rows))

    def fired(self) -> Iterator[tuple[Planned, Codes]]:
        """Each rule that is true somewhere, with the rows of the batch where it is."""
        plan = self._plan
        possible = {position for atom in self._hit if atom in plan.by_atom for position in plan.by_atom[atom]}
        for position in sorted(possible.union(plan.always)):
            planned = plan.rules[position]
            if not any(map(self._hit.isdisjoint, planned.covers[1:])):
                found = self._where(planned.tree, self._everything)
                if len(found):
                    yield planned, self._rows[found]

    def hit(self, atom: int, code: int) -> bool:
        """Whether a code of the atom's field satisfies the atom."""
        known = self._hit_sets.get(atom)
        if known is None:
            known = self._hit_sets[atom] = frozenset(self._hits.get(atom, ()))
        return code in known

    def _match(self, number: int, encoded: Encoded) -> None:
        field, codes = self._plan.fields[number], self._codes[number]
        if not field.atoms or codes is None:
            return
        present = np.zeros(len(encoded.values), np.bool_)
        present[codes] = True
        found_codes = np.flatnonzero(present[1:])
        if not len(found_codes):
            return
        matcher, numbers = field.matching()
        matches, values, hits = matcher.matches, encoded.values, self._hits
        if encoded.numbers is not None and matcher.limits is not None:
            for positions, places in matcher.limits.matching(encoded.numbers[found_codes]):
                for position in positions:
                    hits.setdefault(numbers[position], []).extend((found_codes[places] + 1).tolist())
            return
        for code in found_codes.tolist():
            members = values[code + 1]
            found = matches(members[0]) if len(members) == 1 else {hit for text in members for hit in matches(text)}
            for position in found:
                hits.setdefault(numbers[position], []).append(code + 1)

    def _where(self, tree: Tree | bool, rows: Codes) -> Codes:
        """Those of some rows (positions within this evaluation) where the tree is true."""
        if isinstance(tree, bool):
            return rows if tree else rows[:0]
        operator = tree[0]
        if operator == "group":
            return self._where_group(tree[1], rows)
        if operator == "and":
            for part in self._cheapest_first(tree[1:]):
                rows = self._where(part, rows)
                if not len(rows):
                    break
            return rows
        if operator == "or":
            return self._where_any(tree[1:], rows)
        if operator == "not":
            return self._without(rows, self._where(tree[1], rows))
        return self._where_pair(tree[1], rows)

    def _where_any(self, parts: Sequence[Tree], rows: Codes) -> Codes:
        found, left = [], rows
        for part in parts:
            some = self._where(part, left)
            if len(some):
                found.append(some)
                left = self._without(left, some)
                if not len(left):
                    break
        if len(found) <= 1:
            return found[0] if found else rows[:0]
        return np.sort(np.concatenate(found))

    def _without(self, rows: Codes, some: Codes) -> Codes:
        if not len(some):
            return rows
        marked = np.zeros(len(self._rows), np.bool_)
        marked[some] = True
        return rows[~marked[rows]]

    def _where_group(self, number: int, rows: Codes) -> Codes:
        table = self._table(number)
        if isinstance(table, bool):
            return rows if table else rows[:0]
        codes = self._codes[self._plan.groups[number].field]
        return rows if codes is None else rows[table[codes[rows]]]

    def _where_pair(self, number: int, rows: Codes) -> Codes:
        pair = self._plan.pairs[number]
        one, other = self._fields[pair.field], self._fields[pair.other]
        if one is None or other is None or not len(rows):
            return rows[:0]
        at = self._rows[rows]
        combination, first = distinct([one.codes[at], other.codes[at]])
        true = np.array(
            [
                referred(pair.atom, one.values[one.codes[at[row]]], other.values[other.codes[at[row]]])
                for row in first.tolist()
            ],
            np.bool_,
        )
        return rows[true[combination]]

    def _cheapest_first(self, parts: Sequence[Tree]) -> list[Tree]:
        """Groups first, those that few values satisfy before others, so that rows shrink early."""
        return sorted(parts, key=self._cost)

    def _cost(self, tree: Tree) -> float:
        if tree[0] != "group":
            return float("inf")
        table = self._table(tree[1])
        return float(table) * 1e9 if isinstance(table, bool) else float(np.count_nonzero(table))

    def _table(self, number: int) -> Mask | bool:
        """Which codes satisfy a group; a bool when all or none of this evaluation's do."""
        known = self._tables.get(number)
        if known is None:
            group = self._plan.groups[number]
            encoded = self._fields[group.field]
            known = self._tables[number] = self._tested(group.test, 1 if encoded is None else len(encoded.values))
            if encoded is None and not isinstance(known, bool):
                known = self._tables[number] = bool(known[0])
        return known

    def _tested(self, test: Test, size: int) -> Mask | bool:
        operator = test[0]
        if operator == "hit":
            codes = self._hits.get(test[1])
            if codes is None:
                return False
            table = np.zeros(size, np.bool_)
            table[codes] = True
            return table
        if operator == "missing":
            table = np.zeros(size, np.bool_)
            table[0] = True
            return table
        if operator == "not":
            inner = self._tested(test[1], size)
            return not inner if isinstance(inner, bool) else ~inner
        return self._any(test[1:], size) if operator == "or" else self._all(test[1:], size)

    def _any(self, parts: Sequence[Test], size: int) -> Mask | bool:
        codes = [code for part in parts if part[0] == "hit" for code in self._hits.get(part[1], ())]
        result: Mask | bool = False
        if codes:
            result = np.zeros(size, np.bool_)
            result[codes] = True
        for part in parts:
            if part[0] != "hit":
                table = self._tested(part, size)
                if table is True:
                    return True
                if table is not False:
                    result = table if result is False else result | table
        return result

    def _all(self, parts: Sequence[Test], size: int) -> Mask | bool:
        result: Mask | bool = True
        for part in parts:
            table = self._tested(part, size)
            if table is False:
                return False
            if table is not True:
                result = table if result is True else result & table
        return result
