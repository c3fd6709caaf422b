"""What a log loses, what it gets late, and where its lines are counted from."""

from __future__ import annotations

from pathlib import Path

from watchfloor.testing.company.clock import Clock
from watchfloor.testing.company.logs import Trail


def test_lines_come_in_order_but_for_those_that_were_held_back_and_those_that_were_lost(tmp_path: Path) -> None:
    trail = Trail()
    log = trail.log("a.log", Clock("UTC"), ((70, 80),), ((20, 50, 58),))
    for at in (60, 10, 30, 75, 25, 40, 55):
        log.add(at, f"at {at}")
    count, _ = trail.write(tmp_path, 0, 100)
    assert count == 6
    assert (tmp_path / "a.log").read_text().split("\n") == [*(f"at {at}" for at in (10, 55, 25, 30, 40, 60)), ""]


def test_evidence_is_counted_from_the_first_line_of_the_header(tmp_path: Path) -> None:
    trail = Trail()
    log = trail.log("a.log", Clock("UTC"), header=("#one", "#two"))
    log.add(1, "benign")
    with trail.during("attack.1"):
        log.add(2, "evidence")
    count, evidence = trail.write(tmp_path, 0, 100)
    assert count == 2
    assert (tmp_path / "a.log").read_text().split("\n")[3] == "evidence"
    assert evidence == {"attack.1": [("a.log", 3, 2)]}
