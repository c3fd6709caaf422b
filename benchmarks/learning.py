"""What it costs that rules which are new for a home, or have changed, learn from its stored events.

usage: python benchmarks/learning.py [--users N] [--hosts N] [--days N] [--seed N] [--changed TITLE] [--rules DIR]…

The events of the days of `watchfloor.testing.simulation`, enriched, are stored in a home on disk. Then, each in a
process of its own: `reading` only passes over the pages; `all` lets every behaviour and correlation learn; `nothing`
opens the home by rules that it knows; `one` by rules of which one correlation has changed. Prints CPU seconds per
million stored events and the peak of memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from watchfloor.app.behaving import Behaving
from watchfloor.app.correlating import Correlating
from watchfloor.app.home import writing
from watchfloor.app.learning import Learnt, learn
from watchfloor.app.rules import rule_roots
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import RuleSet
from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Knowledge
from watchfloor.lake.lake import register
from watchfloor.lake.pages import pages
from watchfloor.schema.events import EventBatch
from watchfloor.store.tables import correlation
from watchfloor.testing.simulation.scenario import Scenario

CASES = ("reading", "all", "nothing", "one")
"""In this order: `all` makes the home what the cases after it find."""
CHANGED = "Account wrote to fifty addresses within an hour"


def main() -> None:
    """Store, learn, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--users", type=int, default=300)
    parser.add_argument("--hosts", type=int, default=300)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--changed", default=CHANGED, metavar="TITLE", help="the correlation of the case `one`")
    parser.add_argument("--rules", type=Path, action="append", default=[], help="more rules than the bundled ones")
    options = parser.parse_args()
    os.nice(10)
    roots = [str(root) for root in rule_roots(options.rules, builtin=True)]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        events = alone(store, home, options.seed, options.users, options.hosts, options.days)
        print(f"{events:,} stored events")
        print(f"{'':8} {'CPU s':>7} {'s/million':>10} {'peak MiB':>9}  learnt")
        for case in CASES:
            found = alone(measured, case, home, roots, options.changed)
            rate = found["seconds"] / events * 1e6
            print(f"{case:8} {found['seconds']:7.2f} {rate:10.2f} {found['peak']:9}  {found['learnt']}")


def alone(work: Callable[..., Any], *arguments: object) -> Any:
    """What a function gives in a process of its own, whose peak of memory is its own."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def store(place: Path, seed: int, users: int, hosts: int, days: int) -> int:
    """Keep the events of all days as commits do; how many they are."""
    scenario = Scenario(seed, users=users, hosts=hosts, days=days)
    knowledge, events = Knowledge(scenario.inventory()), 0
    with writing(place, 10**9) as home:
        for batch in (batch for day in range(days) for batch in scenario.day(day)):
            file = home.lake.write_fresh(stored_as(enrich(batch, knowledge)), f"events{events}")
            with home.store.transaction() as connection:
                register(connection, file)
            events += len(batch)
        home.lake.compact()
    return events


def stored_as(events: EventBatch) -> EventBatch:
    """With what records that were read have beside the simulated fields: a text, and when it came."""
    table = events.table
    text = pc.binary_repeat(table["event.id"].cast(pa.string()), 5)
    table = table.append_column("event.original", text)
    return EventBatch(table.append_column("event.ingested", table["@timestamp"]))


def measured(case: str, place: Path, roots: list[str], changed: str) -> Mapping[str, Any]:
    """One case; CPU seconds, peak of memory in MiB, and what was learnt."""
    rules = RuleSet.load(map(Path, roots), cache_dir=Settings().cache_dir)
    with writing(place, 10**9) as home:
        if case == "one":
            own = correlation.c.rule_id.in_([each.id for each in rules.correlations if each.title == changed])
            with home.store.transaction() as connection:
                assert connection.execute(sa.update(correlation).where(own).values(key="of before")).rowcount == 1
        start = time.process_time()
        learnt: Learnt | None = None
        if case == "reading":
            for _ in pages(home.lake, rules.fields):
                pass
        else:
            with home.store.transaction() as connection:
                correlating = Correlating.over(connection, rules)
                behaving = Behaving.over(connection, rules, correlating.correlator)
                learnt = learn(connection, home.lake, rules, correlating, behaving)
        seconds = time.process_time() - start
    told = "" if learnt is None else f"{len(learnt.behaviors)} behaviours, {len(learnt.correlations)} correlations, "
    told += "" if learnt is None else f"{learnt.raised:,} alerts raised, {learnt.withdrawn:,} taken back"
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "learnt": told}


if __name__ == "__main__":
    main()
