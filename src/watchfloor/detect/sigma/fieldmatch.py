"""FieldMatcher: which of many atoms one value satisfies, in one pass over it."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import ahocorasick
import numpy as np
import numpy.typing as npt

from watchfloor.detect.sigma.atoms import ANY, ONE, OPERATORS, Atom, Check, address, check, fold, masked, number
from watchfloor.detect.sigma.literals import END, START, Demands, demands, direct, needed, possible

_Checked = tuple[int, Demands, Check]

MAX_REMEMBERED = 32 << 20
"""Characters of values whose results a detector remembers from batch to batch, over all fields."""
MAX_TEXT = 8_192
"""Longest value whose result is remembered; long command lines and scripts cost most and come again like others."""
_OVERHEAD = 200  # bytes per entry beside its text, about


class Memory:
    """Results of values that came before, bounded over all matchers that share it; when full it starts anew."""

    def __init__(self, limit: int = MAX_REMEMBERED) -> None:
        self._limit = limit
        self._used = 0
        self._memos: list[dict[str, tuple[int, ...]]] = []

    def memo(self) -> dict[str, tuple[int, ...]]:
        """A new dictionary value -> result."""
        memo: dict[str, tuple[int, ...]] = {}
        self._memos.append(memo)
        return memo

    def remember(self, memo: dict[str, tuple[int, ...]], text: str, result: tuple[int, ...]) -> None:
        """Keep a result, unless its value is long."""
        if len(text) > MAX_TEXT:
            return
        self._used += len(text) + _OVERHEAD
        if self._used > self._limit:
            for each in self._memos:
                each.clear()
            self._used = len(text) + _OVERHEAD
        memo[text] = result


class Limits:
    """Atoms about numbers, found by where a number lies among all limits that they name.

    Args:
        atoms: position, operator (`eq` or one of those of the atom `compare`) and limit, which is a number.
    """

    def __init__(self, atoms: Sequence[tuple[int, str, float]]) -> None:
        self._limits = sorted({limit for _, _, limit in atoms})
        places = {limit: place for place, limit in enumerate(self._limits)}
        self._atoms = [(position, OPERATORS[name], 2 * places[limit] + 1) for position, name, limit in atoms]
        self._known: dict[int, tuple[int, ...]] = {}
        whole = all(isinstance(limit, int) and abs(limit) < 1 << 63 for limit in self._limits)
        self._whole = np.array(self._limits, np.int64) if whole else None

    def matches(self, value: float) -> tuple[int, ...]:
        """Positions of the atoms that a number satisfies."""
        return self._satisfied(self._region(value))

    def matching(self, values: npt.NDArray[np.int64]) -> Iterator[tuple[tuple[int, ...], npt.NDArray[np.int64]]]:
        """Positions of atoms, with the places of the numbers among `values` that satisfy just these."""
        if self._whole is None:  # a float would not tell large numbers apart
            regions = np.array([self._region(value) for value in values.tolist()], np.int64)
        else:
            place = np.searchsorted(self._whole, values)
            regions = 2 * place + (self._whole[np.minimum(place, len(self._whole) - 1)] == values)
        order = np.argsort(regions, kind="stable")
        different, starts = np.unique(regions[order], return_index=True)
        for region, places in zip(different.tolist(), np.split(order, starts[1:]), strict=True):
            if found := self._satisfied(region):
                yield found, places

    def _region(self, value: float) -> int:
        """Where a number lies: the limits are odd, what is between them even."""
        place = bisect_left(self._limits, value)
        return 2 * place + (place < len(self._limits) and self._limits[place] == value)

    def _satisfied(self, region: int) -> tuple[int, ...]:
        found = self._known.get(region)
        if found is None:
            found = tuple(position for position, test, limit in self._atoms if test(region, limit))
            self._known[region] = found
        return found


class FieldMatcher:
    """Atoms about one field. An atom is known by its position in `atoms`.

    Exact values are looked up by hash, numbers as numbers, addresses by prefix; everything else is found by one
    Aho-Corasick automaton over the folded value between sentinels, and where a literal alone does not decide, the
    atom's own check does.

    Args:
        atoms: distinct and canonical (`atoms.canonical`).
        memory: shared with the other fields.
    """

    def __init__(self, atoms: Sequence[Atom], memory: Memory | None = None) -> None:
        self.atoms = tuple(atoms)
        self._exact: dict[str, list[int]] = {}
        self._numbers: Limits | None = None
        self._networks: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._always: list[_Checked] = []
        self._automaton: Any = None
        self._confirm: dict[int, list[_Checked]] = {}
        self._direct: dict[int, int] = {}
        self._memory = memory or Memory()
        self._memo = self._memory.memo()
        words: dict[str, int] = {}
        limits: list[tuple[int, str, float]] = []
        for position, atom in enumerate(self.atoms):
            self._add(position, atom, words, limits)
        if limits:
            self._numbers = Limits(limits)
        if words:
            self._automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
            for word, number_ in words.items():
                self._automaton.add_word(word, number_)
            self._automaton.make_automaton()
        self._confirming = frozenset(self._confirm)
        others = bool(words or self._networks or self._always)
        self._only_exact = not (others or limits)
        self.limits = self._numbers if not (others or self._exact) else None

    def matches(self, text: str) -> Sequence[int]:
        """Positions of the atoms that a value satisfies, in no particular order, each once."""
        if self._only_exact:  # faster than remembering, and such fields hold the most different values
            return self._exact.get(fold(text), ())
        if self.limits is not None:
            value = number(text)
            return () if value is None else self.limits.matches(value)
        found = self._memo.get(text)
        if found is None:
            found = self._search(text)
            self._memory.remember(self._memo, text, found)
        return found

    def _add(self, position: int, atom: Atom, words: dict[str, int], limits: list[tuple[int, str, float]]) -> None:
        kind = atom[0]
        if kind in {"number", "compare"} and not math.isnan(atom[-1]):
            limits.append((position, atom[1] if kind == "compare" else "eq", atom[-1]))
        elif kind == "bool":
            self._exact.setdefault("true" if atom[1] else "false", []).append(position)
        elif kind == "cidr":
            version, prefix, mask = masked(atom[1])
            self._networks.setdefault((version, mask), {}).setdefault(prefix, []).append(position)
        elif kind == "text" and not atom[1] and ANY not in atom[2:] and ONE not in atom[2:]:
            self._exact.setdefault(atom[2], []).append(position)
        else:
            self._add_pattern(position, atom, words)

    def _add_pattern(self, position: int, atom: Atom, words: dict[str, int]) -> None:
        """A word stands for the atom that it decides, or else for a number beyond all atoms."""
        literal = direct(atom) if atom[0] == "text" else None
        if literal is not None:
            beyond = words.get(literal)
            words[literal] = position if beyond is None else beyond
            if beyond is not None:
                self._direct[beyond] = position
            return
        demanded = demands(atom)
        literals = needed(atom) if atom[0] in {"text", "re"} else ()
        for each in literals:
            number_ = words.setdefault(each, len(self.atoms) + len(words))
            self._confirm.setdefault(number_, []).append((position, demanded, check(atom)))
        if not literals:
            self._always.append((position, demanded, check(atom)))

    def _search(self, text: str) -> tuple[int, ...]:
        folded = fold(text)
        found: set[int] = set()
        if self._automaton is not None:
            found.update([word for _, word in self._automaton.iter(f"{START}{folded}{END}")])
            for word in found & self._confirming:
                _confirm(self._confirm[word], text, folded, found)
                if word >= len(self.atoms):
                    found.discard(word)
                    if word in self._direct:
                        found.add(self._direct[word])
        found.update(self._exact.get(folded, ()))
        _confirm(self._always, text, folded, found)
        if self._numbers is not None:
            value = number(text)
            if value is not None:
                found.update(self._numbers.matches(value))
        if self._networks:
            found.update(self._inside(text))
        return tuple(found)

    def _inside(self, text: str) -> Iterator[int]:
        found = address(text)
        if found is not None:
            value = int(found)
            for (version, mask), networks in self._networks.items():
                if version == found.version:
                    yield from networks.get(value & mask, ())


def _confirm(checks: Iterable[_Checked], text: str, folded: str, found: set[int]) -> None:
    """Expressions are asked last: a call of RE2 costs as much as many looks for a literal."""
    for position, demanded, test in checks:
        if position not in found and (not demanded or possible(demanded, text, folded)) and test(text):
            found.add(position)
