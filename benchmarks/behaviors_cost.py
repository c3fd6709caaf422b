"""What behaviours cost: CPU of observing events, of keeping what was observed, and of judging it.

usage: python benchmarks/behaviors_cost.py [--batches N] [--rules DIR] [--any-port]

Batches of 50,000 events of 1,000 hosts and users, most of which some behaviour's log source has: Zeek connections, one
in thirty of which fails, and SSH log-ins, over several days, each batch later than the one before. Observing is what a
detector with the behaviours takes longer than one without any rule; keeping is one transaction per batch in a store on
disk; judging comes once, at the end. Prints CPU microseconds per event (medians over batches of CPU seconds), rows kept
and bytes of the store.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import orjson
import pyarrow as pa

from watchfloor.app.rules import content
from watchfloor.core.collection import collection_paused
from watchfloor.detect.behaviors.engine import Judge
from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.detect.sigma.match import Detected
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type
from watchfloor.store.engine import Store, open_store

BATCH = 50_000
START = 1_767_254_400_000_000
_T = TypeVar("_T")


def events(number: int, *, any_port: bool = False) -> EventBatch:
    """One batch: six hours of connections of which one in eight goes outside, and of log-ins, one event in ten."""
    chance = random.Random(number)
    rows = [_event(chance, number * BATCH + at) for at in range(BATCH)]
    for row in rows:
        if any_port and "destination.port" in row:
            row["destination.port"] = chance.randrange(1_024, 32_768)
    names = sorted({name for row in rows for name in row})
    columns = [pa.array([row.get(name) for row in rows], arrow_type(name)) for name in names]
    return EventBatch(pa.table(columns, names=names))


def _event(chance: random.Random, number: int) -> dict[str, object]:
    moment = START + number * 6 * 3_600_000_000 // BATCH
    host = chance.randrange(1_000)
    shared = {
        "@timestamp": moment,
        "event.id": f"source:{number}",
        "log.file.path": "conn.log",
        "log.line": number,
        "event.kind": "event",
        "source.ip": f"10.1.{host // 250}.{host % 250}",
        "source.port": chance.randrange(1_024, 65_536),
    }
    if chance.random() < 0.1:
        return {
            **shared,
            "event.dataset": "linux.sshd",
            "event.category": ["authentication"],
            "event.action": "ssh_login",
            "event.outcome": chance.choice(["success"] * 9 + ["failure"]),
            "user.name": f"user{host}",
            "process.name": "sshd",
            "source.ip": f"198.51.{host // 250}.{host % 250}",
        }
    outside = chance.random() < 0.125
    other = min(int(chance.paretovariate(0.9)), 50_000)
    return {
        **shared,
        "event.dataset": "zeek.conn",
        "event.category": ["network"],
        "network.direction": "outbound" if outside else "internal",
        "network.transport": "tcp",
        "destination.ip": f"203.0.{other // 250}.{other % 250}"
        if outside
        else f"10.2.{other // 250 % 4}.{other % 250}",
        "destination.port": chance.choice([443, 443, 443, 80, 53, 445, 22]),
        "source.bytes": int(chance.paretovariate(1.2) * 1_000),
        "zeek.conn.conn_state": "S0" if chance.random() < 0.03 else "SF",
    }


def spent(work: Callable[[], _T]) -> tuple[float, _T]:
    """CPU seconds, and what came of it."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=12)
    parser.add_argument("--rules", type=Path, default=content("rules"))
    parser.add_argument("--any-port", action="store_true")
    arguments = parser.parse_args()
    rules = RuleSet.load([arguments.rules]).observing(lambda _: True)
    detector, idle = Detector(rules), Detector(rules.observing(lambda _: False))
    observing: list[float] = []
    keeping: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder), write=True)
        judge = Judge(rules.behaviors)
        with store.transaction() as connection:
            judge.open(connection)
        for number in range(arguments.batches):
            batch = events(number, any_port=arguments.any_port)
            with collection_paused():  # as `examine` does
                base, _ = spent(partial(idle.detect, batch))
                seconds, found = spent(partial(detector.detect, batch))
            observing.append(seconds - base)
            keeping.append(spent(partial(_keep, store, judge, found))[0])

        def settled() -> int:
            with store.transaction() as connection:
                return sum(len(change.came) for change in judge.settle(connection))

        judging, findings = spent(settled)
        with store.read() as connection:
            rows = sum(connection.exec_driver_sql("SELECT rows FROM behavior").scalars())
        store.close()
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    usual = [each[2:] if len(each) > 4 else each for each in (observing, keeping)]  # the first ones warm up
    parts = {name: statistics.median(each) / BATCH * 1e6 for name, each in zip(("observe", "keep"), usual, strict=True)}
    result = {
        "behaviours": len(rules.behaviors),
        "events": BATCH * arguments.batches,
        **{f"{name}_us_per_event": round(value, 2) for name, value in parts.items()},
        "both_us_per_event": round(sum(parts.values()), 2),
        "judge_us_per_event": round(judging / (BATCH * arguments.batches) * 1e6, 2),
        "findings": findings,
        "rows": rows,
        "store_bytes": size,
    }
    print(orjson.dumps(result).decode())


def _keep(store: Store, judge: Judge, found: Detected) -> None:
    with store.transaction() as connection:
        judge.add(connection, found.observations)


if __name__ == "__main__":
    main()
