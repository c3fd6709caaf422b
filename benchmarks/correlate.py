"""What matches of correlation rules cost: CPU of taking them in and of judging them, and the peak of memory.

usage: python benchmarks/correlate.py [--matches N] [--case NAME]…

Each case runs in a process of its own, over a store on disk, in commits of 50,000 matches; alerts are written as in
`analyze`. Prints one JSON object per case: CPU µs per match of `add` and of `settle`, firings, peak memory.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import yaml

from watchfloor.alerts.correlated import CorrelatedAlerts
from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.correlate.engine import Changed, Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.detect.sigma.correlate.matches import SCHEMA
from watchfloor.detect.sigma.correlate.rules import SECOND, Correlation
from watchfloor.store.engine import open_store

BATCH = 50_000
START = 1_772_323_200 * SECOND
GAP = SECOND // 2
"""Time from one match to the next."""


@dataclass(frozen=True)
class Case:
    """A correlation and how its matches are spread.

    Attributes:
        per_group: matches that follow each other in one group; 0 for one group.
        late: come in an order unlike that of time.
    """

    type: str
    condition: Any
    timespan: str = "30d"
    per_group: int = 0
    values: int = 0
    late: bool = False


CASES = {
    "one group, one window": Case("event_count", {"gte": 10_000_000}),
    "one group, one window, any order": Case("event_count", {"gte": 10_000_000}, late=True),
    "one group, a firing per 1,000": Case("event_count", {"gte": 1_000}),
    "one group, all fire": Case("event_count", {"gte": 1}),
    "one group, distinct values": Case("value_count", {"gte": 10_000_000, "field": "User"}, values=1_000_000),
    "one group, median": Case("value_median", {"gte": 10_000_000, "field": "User"}, values=1_000),
    "one group, sliding windows": Case("value_avg", {"gte": 10_000_000, "field": "User"}, "1h", values=1_000),
    "one group, in order": Case("temporal_ordered", {"gte": 2}),
    "as many groups": Case("event_count", {"gte": 2}, per_group=1),
    "as many groups, any order": Case("event_count", {"gte": 2}, per_group=1, late=True),
    "a tenth as many groups, all fire": Case("event_count", {"gte": 10}, per_group=10),
    "as many groups, all fire": Case("event_count", {"gte": 1}, per_group=1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--matches", type=int, default=1_000_000)
    parser.add_argument("--case", action="append", choices=list(CASES), default=[])
    parser.add_argument("--here", action="store_true", help="run one case in this process")
    options = parser.parse_args()
    for name in options.case or CASES:
        if options.here:
            print(orjson.dumps(measured(name, options.matches)).decode(), flush=True)
        else:
            command = [sys.executable, __file__, "--here", "--matches", str(options.matches), "--case", name]
            subprocess.run(command, check=True)


def measured(name: str, count: int) -> dict[str, Any]:
    """One case, with figures per match."""
    case = CASES[name]
    with tempfile.TemporaryDirectory() as folder:
        rules = rules_of(case, Path(folder))
        base = peak()
        added, settled, firings = run(case, rules, Path(folder), count)
    return {
        "case": name,
        "matches": count,
        "add_us": round(1e6 * added / count, 2),
        "settle_us": round(1e6 * settled / count, 2),
        "firings": firings,
        "peak_mib": peak(),
        "of_which_before": base,
    }


def run(case: Case, rules: RuleSet, folder: Path, count: int) -> tuple[float, float, int]:
    """CPU seconds of taking in and of judging, and the number of firings."""
    store = open_store(folder, write=True)
    correlator = Correlator(rules.correlations)
    with store.transaction() as connection:
        correlator.open(connection)
    alerts = CorrelatedAlerts(rules, Evidence(rules.correlations, correlator.numbers), final=True)
    added, firings = 0.0, 0
    for batch in batches(case, rules.correlations[-1], count):
        start = time.process_time()
        with store.transaction() as connection:
            correlator.add(connection, batch)
        added += time.process_time() - start

    def counted(changes: Iterator[Changed]) -> Iterator[Changed]:
        nonlocal firings
        for change in changes:
            firings += len(change.firings)
            yield change

    start = time.process_time()
    with store.transaction() as connection:
        alerts.record(connection, counted(correlator.settle(connection)))
    settled = time.process_time() - start
    store.close()
    return added, settled, firings


def rules_of(case: Case, folder: Path) -> RuleSet:
    """The case's rules."""
    rules = ["first", "second"] if case.type.startswith("temporal") else ["first"]
    section = {"type": case.type, "rules": rules, "timespan": case.timespan, "condition": case.condition}
    documents: list[dict[str, Any]] = [
        {"title": "Correlation", "correlation": {**section, "group-by": ["Computer"]}},
        *(
            {
                "title": name,
                "name": name,
                "logsource": {"product": "windows"},
                "detection": {"sel": {"EventID": 1}, "condition": "sel"},
            }
            for name in rules
        ),
    ]
    (folder / "rules.yml").write_text(yaml.safe_dump_all(documents), "utf-8")
    return RuleSet.load([folder / "rules.yml"])


def batches(case: Case, rule: Correlation, count: int) -> Iterator[pa.Table]:
    """The matches in commits; in any order means that neighbours in time are in different ones."""
    step = 999_983 if case.late else 1  # a prime, so that each number comes once
    for start in range(0, count, BATCH):
        numbers = [number * step % count for number in range(start, min(start + BATCH, count))]
        size = len(numbers)
        yield pa.table(
            {
                "key": [rule.key] * size,
                "group": [f'["host {number // case.per_group if case.per_group else 0}"]' for number in numbers],
                "time": [START + number * GAP for number in numbers],
                "event_id": [f"{number:020x}:{number}" for number in numbers],
                "member": [0] * size,
                "value": [str(number % case.values) if case.values else "" for number in numbers],
                "path": ["var/log/benchmark.log"] * size,
                "line": numbers,
                "record_id": [None] * size,
                "channel": [None] * size,
            },
            schema=SCHEMA,
        )


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
