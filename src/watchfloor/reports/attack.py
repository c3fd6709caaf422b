"""ATT&CK: names and tactics of techniques, and how rules cover them."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

from watchfloor.detect.sigma.coverage import Coverage
from watchfloor.incidents.facts import TACTICS, tactics_of

VERSION = "18.1"
_TECHNIQUE = re.compile(r"attack\.(t\d{4})(?:\.\d{3})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique of ATT&CK: its name and the tactics that it serves."""

    id: str
    name: str
    tactics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One technique below one tactic; sub-techniques count as their technique.

    Attributes:
        rules: how many had data.
        fired: how many of these raised alerts.
        blind: how many more had none.
        titles: of the rules with data, then of the others.
    """

    technique: Technique
    rules: int
    fired: int
    blind: int
    titles: tuple[str, ...]


@functools.cache
def techniques() -> Mapping[str, Technique]:
    """Every technique by its id."""
    text = resources.files("watchfloor").joinpath("content", "attack", "techniques.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return {number: Technique(number, name, tuple(tactics.split())) for number, name, tactics in rows}


def matrix(found: Iterable[Coverage], fired: Collection[str]) -> dict[str, list[Cell]]:
    """Tactic, in the order of `TACTICS`, -> its techniques that rules name, by id.

    A rule counts below those of its own tactics that its technique serves; where it names none of them, below all of
    the technique's. A technique that ATT&CK does not have any more counts below the tactics that the rule names.

    Args:
        found: the coverage of rules.
        fired: ids of the rules that raised alerts.
    """
    members: dict[tuple[str, str], list[Coverage]] = defaultdict(list)
    for each in found:
        for number in sorted({match[1].upper() for tag in each.rule.tags if (match := _TECHNIQUE.fullmatch(tag))}):
            for tactic in _tactics(number, tactics_of(tuple(each.rule.tags))):
                members[tactic, number].append(each)
    cells: dict[str, list[Cell]] = {tactic: [] for tactic in TACTICS}
    for (tactic, number), rules in sorted(members.items()):
        cells[tactic].append(_cell(number, rules, fired))
    return cells


def _tactics(number: str, own: tuple[str, ...]) -> tuple[str, ...]:
    known = techniques().get(number)
    if known is None:
        return own
    return tuple(tactic for tactic in own if tactic in known.tactics) or known.tactics


def _cell(number: str, rules: list[Coverage], fired: Collection[str]) -> Cell:
    seeing = [each for each in rules if not each.because]
    blind = [each for each in rules if each.because]
    titles = tuple(each.rule.title for each in (*seeing, *blind))
    technique = techniques().get(number) or Technique(number, f"not in ATT&CK {VERSION}", ())
    return Cell(technique, len(seeing), sum(each.rule.id in fired for each in seeing), len(blind), titles)
