"""FieldMatcher: which of many atoms one value satisfies, in one pass over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import ahocorasick

from watchfloor.detect.sigma.atoms import ANY, ONE, Atom, address, check, fold, number
from watchfloor.detect.sigma.literals import END, START, direct, needed

MEMO_TEXTS = 20_000
MEMO_LENGTH = 512
"""How many results for how long values are remembered from batch to batch."""


class FieldMatcher:
    """Atoms about one field. An atom is known by its position in `atoms`.

    Exact values are looked up by hash, numbers as numbers; all other texts are found by one Aho-Corasick automaton over
    the folded value between sentinels, where a literal alone does not decide, the atom's own check confirms.
    """

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self.atoms = tuple(atoms)
        self._exact: dict[str, list[int]] = {}
        self._numbers: dict[float, list[int]] = {}
        self._compares: list[tuple[int, Callable[[str], bool]]] = []
        self._networks: list[tuple[int, Callable[[str], bool]]] = []
        self._always: list[tuple[int, Callable[[str], bool]]] = []
        self._direct: list[tuple[int, ...]] = []
        self._confirm: list[tuple[tuple[int, Callable[[str], bool]], ...]] = []
        self._automaton: Any = None
        self._memo: dict[str, tuple[int, ...]] = {}
        words: dict[str, tuple[list[int], list[int]]] = {}
        for position, atom in enumerate(self.atoms):
            self._add(position, atom, words)
        if words:
            self._build(words)

    def matches(self, text: str) -> tuple[int, ...]:
        """Positions of the atoms that a value satisfies, in no particular order, each once."""
        found = self._memo.get(text)
        if found is None:
            found = self._search(text)
            if len(text) <= MEMO_LENGTH:
                if len(self._memo) >= MEMO_TEXTS:
                    self._memo.clear()
                self._memo[text] = found
        return found

    def _add(self, position: int, atom: Atom, words: dict[str, tuple[list[int], list[int]]]) -> None:
        kind = atom[0]
        if kind == "number":
            self._numbers.setdefault(atom[1], []).append(position)
        elif kind == "bool":
            self._exact.setdefault("true" if atom[1] else "false", []).append(position)
        elif kind == "compare":
            self._compares.append((position, check(atom)))
        elif kind == "cidr":
            self._networks.append((position, check(atom)))
        elif kind == "text" and not atom[1] and ANY not in atom[2:] and ONE not in atom[2:]:
            self._exact.setdefault(fold(atom[2]), []).append(position)
        elif literal := direct(atom) if kind == "text" else None:
            words.setdefault(literal, ([], []))[0].append(position)
        elif literals := needed(atom) if kind in {"text", "re"} else ():
            for each in literals:
                words.setdefault(each, ([], []))[1].append(position)
        else:
            self._always.append((position, check(atom)))

    def _build(self, words: dict[str, tuple[list[int], list[int]]]) -> None:
        self._automaton = ahocorasick.Automaton()
        for index, (word, (direct_ones, to_confirm)) in enumerate(words.items()):
            self._automaton.add_word(word, index)
            self._direct.append(tuple(direct_ones))
            self._confirm.append(tuple((position, check(self.atoms[position])) for position in to_confirm))
        self._automaton.make_automaton()

    def _search(self, text: str) -> tuple[int, ...]:
        folded = fold(text)
        found = set(self._exact.get(folded, ()))
        if self._automaton is not None:
            words = {index for _, index in self._automaton.iter(f"{START}{folded}{END}")}
            for index in words:
                found.update(self._direct[index])
                _confirm(self._confirm[index], text, found)
        if self._always:
            _confirm(self._always, text, found)
        if self._numbers or self._compares:
            value = number(text)
            if value is not None:
                found.update(self._numbers.get(value, ()))
                _confirm(self._compares, text, found)
        if self._networks and address(text) is not None:
            _confirm(self._networks, text, found)
        return tuple(found)


def _confirm(checks: Iterable[tuple[int, Callable[[str], bool]]], text: str, found: set[int]) -> None:
    for position, test in checks:
        if position not in found and test(text):
            found.add(position)
