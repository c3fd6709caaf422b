"""FieldMatcher: which of many atoms one value satisfies, in one pass over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import ahocorasick

from watchfloor.detect.sigma.atoms import ANY, ONE, Atom, Check, address, check, fold, masked, number
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
        self._numbers: dict[float, list[int]] = {}
        self._compares: list[_Checked] = []
        self._networks: dict[tuple[int, int], dict[int, list[int]]] = {}
        self._always: list[_Checked] = []
        self._automaton: Any = None
        self._confirm: dict[int, list[_Checked]] = {}
        self._direct: dict[int, int] = {}
        self._memory = memory or Memory()
        self._memo = self._memory.memo()
        words: dict[str, int] = {}
        for position, atom in enumerate(self.atoms):
            self._add(position, atom, words)
        if words:
            self._automaton = ahocorasick.Automaton(ahocorasick.STORE_INTS)
            for word, number_ in words.items():
                self._automaton.add_word(word, number_)
            self._automaton.make_automaton()
        self._confirming = frozenset(self._confirm)
        self._only_exact = not (words or self._numbers or self._compares or self._networks or self._always)

    def matches(self, text: str) -> Sequence[int]:
        """Positions of the atoms that a value satisfies, in no particular order, each once."""
        if self._only_exact:  # faster than remembering, and such fields hold the most different values
            return self._exact.get(fold(text), ())
        found = self._memo.get(text)
        if found is None:
            found = self._search(text)
            self._memory.remember(self._memo, text, found)
        return found

    def _add(self, position: int, atom: Atom, words: dict[str, int]) -> None:
        kind = atom[0]
        if kind == "number":
            self._numbers.setdefault(atom[1], []).append(position)
        elif kind == "bool":
            self._exact.setdefault("true" if atom[1] else "false", []).append(position)
        elif kind == "compare":
            self._compares.append((position, (), check(atom)))
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
        if self._numbers or self._compares:
            value = number(text)
            if value is not None:
                found.update(self._numbers.get(value, ()))
                _confirm(self._compares, text, folded, found)
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
