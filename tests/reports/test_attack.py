"""The matrix counts each rule where it belongs, and only rules with data."""

from __future__ import annotations

from pathlib import Path

from watchfloor.detect.sigma.coverage import Coverage
from watchfloor.detect.sigma.rules import Rule
from watchfloor.incidents.facts import TACTICS
from watchfloor.reports.attack import matrix
from watchfloor.schema.sigma_fields import LogSource


def covered(name: str, *tags: str, because: str = "") -> Coverage:
    found = Rule(name, name, "high", "", "", tuple(f"attack.{tag}" for tag in tags), LogSource(), Path("x"))
    return Coverage(found, 0 if because else 1, because)


def cells(*found: Coverage, fired: tuple[str, ...] = ()) -> dict[tuple[str, str], tuple[int, int, int]]:
    return {
        (tactic, cell.technique.id): (cell.rules, cell.fired, cell.blind)
        for tactic, listed in matrix(found, fired).items()
        for cell in listed
    }


def test_a_technique_counts_below_those_tactics_of_the_rule_that_it_serves() -> None:
    assert cells(covered("a", "execution", "persistence", "t1059.001", "t1543")) == {
        ("execution", "T1059"): (1, 0, 0),
        ("persistence", "T1543"): (1, 0, 0),
    }


def test_without_a_fitting_tactic_it_counts_below_all_of_its_own() -> None:
    assert cells(covered("a", "t1543")) == {
        ("persistence", "T1543"): (1, 0, 0),
        ("privilege-escalation", "T1543"): (1, 0, 0),
    }
    assert cells(covered("a", "impact", "T1059")) == {("execution", "T1059"): (1, 0, 0)}


def test_an_unknown_technique_counts_below_the_tactics_of_its_rule() -> None:
    found = matrix([covered("a", "execution", "t9999")], ())
    assert [cell.technique.name for cell in found["execution"]] == ["not in ATT&CK 18.1"]


def test_blind_rules_are_counted_apart_and_parts_as_the_whole() -> None:
    rules = (
        covered("a", "execution", "t1059.001", "t1059.003"),
        covered("b", "execution", "t1059"),
        covered("c", "execution", "t1059", because="no record was read"),
    )
    assert cells(*rules, fired=("a", "c")) == {("execution", "T1059"): (2, 1, 1)}
    assert list(matrix(rules, ())) == list(TACTICS)
