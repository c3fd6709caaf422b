"""Rules that change in a live stream: what was final stays final, and nothing that the home knows is late."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
from changing_rules import (
    CHANGES,
    FAILED,
    GUESSING,
    LATENESS,
    NOW,
    PASSED,
    SPRAYING,
    Place,
    Rules,
    log,
    of_rules,
    summed,
    write,
)
from kept_alerts import kept, placeless

from watchfloor.app.home import reading, writing
from watchfloor.app.pipeline import run as run_pipeline
from watchfloor.app.summary import Summary
from watchfloor.app.workers import Workers
from watchfloor.core.clock import to_microseconds
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.sources.files import plan, read
from watchfloor.store.tables import alert, correlation


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def live(place: Place, rules: Rules, path: Path, batch_size: int) -> Summary:
    """Records of a file as they come; those that the home knows come again, as after a restart."""
    loaded = place.rules(rules)
    watermark = Watermark(lateness=LATENESS)
    watermark.advance({}, to_microseconds(NOW - dt.timedelta(days=1)))
    summary = Summary()
    with writing(place.home, 64) as opened:
        batches = read(plan([str(path)]), zone=dt.UTC, now=NOW, batch_size=batch_size, report=print)
        workers = Workers(loaded, (place.folder / "rules",), place.folder / "cache")
        run_pipeline(batches, workers, opened, summary, watermark)
    return summary


def shuffled(lines: Sequence[str], chance: random.Random) -> list[str]:
    """Each record late by less than the lateness."""
    late = LATENESS // 1_000_000 - 1
    return sorted(
        lines, key=lambda line: dt.datetime.fromisoformat(line[:20]) + dt.timedelta(seconds=chance.randint(0, late))
    )


@pytest.mark.parametrize("change", CHANGES)
def test_a_stream_that_goes_on_by_other_rules_says_what_files_say(place: Place, change: str) -> None:
    old, new, _ = CHANGES[change]
    chance = random.Random(change)
    lines, path = shuffled(log(), chance), place.folder / "stream.log"
    write(path, lines[: len(lines) * 2 // 3])
    assert live(place, old, path, 17).problems == []
    final = sealed(place.home) if any("correlation:" in text for text in old) else 0
    write(path, lines)
    summary = live(place, new, path, 23)
    assert summary.problems == []
    assert summary.learnt.events == len(lines) * 2 // 3
    assert placeless(summed(kept(place.home))) == place.fresh(new, [path])
    assert sealed(place.home) > final


@pytest.mark.parametrize("seed", range(3))
def test_a_stream_that_changes_its_rules_twice_says_what_files_say(tmp_path: Path, seed: int) -> None:
    """In between an `analyze` of the same file reads all of it again, in which nothing is late either."""
    chance = random.Random(seed)
    place = Place(tmp_path, seed)
    lines, path = shuffled(log(seed), chance), place.folder / "stream.log"
    states = [rules for old, new, _ in CHANGES.values() for rules in (old, new)]
    steps = [*chance.sample(states, 2), chance.choice([rules for rules in states if GUESSING in rules])]
    for number, rules in enumerate(steps, 1):
        write(path, lines[: len(lines) * number // 3])
        assert live(place, rules, path, chance.choice([20, 60])).problems == []
        if chance.random() < 0.5:
            assert place.run(rules, [path], place.home).summary.problems == []
    assert of_rules(place.told(), steps[-1]) == place.fresh(steps[-1], [path])


def sealed(home: Path) -> int:
    """Up to when all correlations are final."""
    with reading(home) as opened, opened.store.read() as connection:
        (moment,) = set(connection.execute(sa.select(correlation.c.settled).where(~correlation.c.absent)).scalars())
    assert isinstance(moment, int)
    return moment


def test_what_is_learnt_of_final_times_is_not_provisional(place: Place) -> None:
    lines = log()
    live(place, [FAILED, PASSED, GUESSING], place.log, 7)
    with reading(place.home) as opened, opened.store.read() as connection:
        confirmed = sealed(place.home)
    cold = Watermark(lateness=LATENESS)  # it has no moment yet, so nothing is confirmed by it
    summary = Summary()
    rules = place.rules([FAILED, PASSED, GUESSING, SPRAYING])
    with writing(place.home, 64) as opened:
        run_pipeline([], Workers(rules, (place.folder / "rules",), place.folder / "cache"), opened, summary, cold)
        with opened.store.read() as connection:
            own = alert.c.rule_title == "Many accounts tried"
            rows = connection.execute(sa.select(alert.c.last_time, alert.c.provisional).where(own)).all()
    assert (len(rows), summary.learnt.events) == (summary.learnt.raised, len(lines))
    assert rows
    assert all(row.provisional == (to_microseconds(row.last_time) > confirmed) for row in rows)
