"""The closing screen on terminals of any width, and in pipes."""

from __future__ import annotations

import datetime as dt
import io
import shlex
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from watchfloor.app.analyze import Result
from watchfloor.app.learning import Learnt
from watchfloor.app.recognition import Recognised
from watchfloor.app.stopwatch import Spent
from watchfloor.app.summary import ParserCount, Summary
from watchfloor.cli.progress import first_look, progress_bar
from watchfloor.cli.screen import show
from watchfloor.detect.sigma import RuleSet
from watchfloor.sources.files import plan

NOTHING = RuleSet((), (), frozenset())


def alert(number: int, rule: int, level: str = "high", tags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "id": f"a{number}",
        "timestamp": f"2026-03-01T00:{number % 60:02}:00Z",
        "rule": {"id": f"r{rule}", "title": f"Rule number {rule}", "level": level, "tags": list(tags)},
        "entities": [{"kind": "host", "value": "web01"}],
        "why": [{"selection": "s", "field": "message", "column": "message", "pattern": "x", "value": "y"}] * 2,
        "count": 3,
    }


def screen(result: Result, width: int = 100, level: str = "informational", *, terminal: bool = False) -> str:
    out = io.StringIO()
    show(Console(file=out, width=width, force_terminal=terminal, highlight=False), result, level)
    return out.getvalue()


def test_severity_counts_alerts_rules_events_and_names_techniques() -> None:
    tags = ("attack.execution", "attack.t1059", "attack.t1204.002")
    result = Result(NOTHING, Summary(), [alert(1, 1, tags=tags), alert(2, 1, tags=tags), alert(3, 2, "low")])
    lines = [line.split() for line in screen(result).splitlines()]
    assert ["high", "2", "1", "6", "T1059", "T1204.002"] in lines
    assert ["low", "1", "1", "3"] in lines
    assert "Execution" in screen(result)
    assert "another alert of this rule" in screen(result)
    assert "No alerts." in screen(Result(NOTHING, Summary()))


def test_who_learnt_from_how_many_stored_events_is_said() -> None:
    def said(learnt: Learnt) -> list[str]:
        result = Result(NOTHING, Summary(learnt=learnt), home=Path("soc"))
        return [line for line in screen(result, 300).splitlines() if "learnt" in line or "the past" in line]

    assert said(Learnt(12_345, ("A",), ("B", "C"), 1, 0)) == [
        "1 behaviour and 2 correlations, new or changed, learnt from 12,345 stored events: B; C; A",
        "about the past they raise 1 more alert and take back 0 (watchfloor alerts list --home soc)",
    ]
    assert said(Learnt(7, (), tuple("BCDEFG"))) == [
        "6 correlations, new or changed, learnt from 7 stored events: B; C; D; E; F; …"
    ]
    assert said(Learnt(0, (), ("B",), 2, 3)) == [
        "1 correlation, new or changed, learnt from what others have found: B",
        "about the past they raise 2 more alerts and take back 3 (watchfloor alerts list --home soc)",
    ]
    assert said(Learnt(0, (), ("B",), 0, 0, 2))[1] == (
        "about the past they raise 0 more alerts and take back 0; 2 of closed or noted incidents stay"
        " (watchfloor alerts list --home soc)"
    )
    assert said(Learnt(0, ("A",), ("B",))) == [], "there was nothing to learn from"


@pytest.mark.parametrize("width", [40, 60, 80, 140])
@pytest.mark.parametrize("terminal", [False, True])
def test_nothing_is_wider_than_the_terminal(width: int, *, terminal: bool) -> None:
    tags = tuple(f"attack.t1{number:03}" for number in range(40))
    incident = {"id": "0" * 20, "severity": "high", "status": "open", "first": "2026-03-01T00:00:00Z", "alerts": 2}
    summary = Summary(processes=2)
    summary.parsers = {f"family.parser{number}": ParserCount(1_000_000) for number in range(20)}
    summary.stages = {"parsing": Spent(1_000, 2_000), "enrichment": Spent(0.01, 0.01)}
    result = Result(
        NOTHING,
        summary,
        [alert(number, number, tags=tags) for number in range(30)],
        [{**incident, "title": "A long title of an incident that goes on and on"}],
        unknown_levels=["an-id-that-nobody-has"] * 30,
    )
    text = screen(result, width, terminal=terminal)
    assert ("\x1b" in text) == terminal
    if not terminal:
        assert max(map(len, text.splitlines())) <= max(width, 60)
    assert "enrichment" not in text
    assert "2 processes, added up" in text
    assert "… 8 more" in text
    assert "alerts of 18 more rules" in text


def test_only_asked_levels_are_shown_and_the_others_counted() -> None:
    text = screen(Result(NOTHING, Summary(), [alert(1, 1, "low"), alert(2, 2)]), level="high")
    assert "Rule number 1" not in text
    assert "1 alert below the asked level is not listed" in text


def test_the_next_steps_are_commands_that_a_shell_reads_as_they_are_meant(tmp_path: Path) -> None:
    hostile = [{"kind": "host", "value": value} for value in ('a"b', "c\\d", "x" * 500, "\x1b[31m")]
    worst = {**alert(2, 2, "critical"), "entities": [*hostile, {"kind": "user", "value": "o'neil; rm -rf /"}]}
    result = Result(NOTHING, Summary(), [alert(1, 1), worst], home=tmp_path / "my home")
    commands = [line.strip() for line in screen(result, 400).splitlines() if line.startswith("  watchfloor ")]
    search = shlex.split(next(line for line in commands if " search " in line))
    assert search == ["watchfloor", "search", 'user.name:"o\'neil; rm -rf /"', "--home", str(tmp_path / "my home")]
    assert all(shlex.split(line)[-1] == str(tmp_path / "my home") for line in commands)


def test_the_first_look_is_told_in_two_lines_and_not_at_all_when_there_is_nothing() -> None:
    out = io.StringIO()
    console = Console(file=out, width=120)
    first_look(console, Recognised(3, 2_000))
    assert out.getvalue() == ""
    found = Recognised(90, 2_000, 40, Counter({f"family.parser{number}": 2 for number in range(10)}))
    found.first, found.last = dt.datetime(2026, 3, 1, tzinfo=dt.UTC), dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    first_look(console, found)
    assert out.getvalue().startswith("90 files, 2.0 kB, 40 looked at: family.parser0 \u00d72, ")
    assert "and 2 more" in out.getvalue()
    assert "about 2026-03-01 00:00 to 2026-03-02 00:00 UTC\n" in out.getvalue()
    found.with_data, found.rules = 7, 120
    first_look(console, found)
    assert out.getvalue().endswith("UTC  ·  7 of 120 rules will have data\n")


@pytest.mark.parametrize(
    ("read", "said"), [(False, "new rules learn from 1,200 stored events"), (True, "reading 1 file")]
)
def test_the_progress_bar_says_what_goes_on(tmp_path: Path, *, read: bool, said: str) -> None:
    (tmp_path / "x.log").write_text("x\n")
    out = io.StringIO()
    with progress_bar(Console(file=out, width=100, force_terminal=True)) as listener:
        listener.planned(plan([str(tmp_path / "x.log")]))
        listener.learnt(700)
        listener.learnt(500)
        if read:
            listener.advanced(2)
    drawn = [line for line in out.getvalue().splitlines() if "new rules" in line or "reading" in line]
    assert said in drawn[-1]
