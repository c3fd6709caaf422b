"""Times EventBatch -> alerts (matching with reasons, and gathering) on copies of real Windows events.

usage: python benchmarks/detect.py --rules DIR [--events N] [--rounds N] [--plot FILE.svg] PATH…

What is measured is one call of `Detector.match` and `gather` per batch, in one process, garbage collection as in
`watchfloor analyze`. Every batch is new to the detector: only a first one of other copies has gone through it before,
so that its plans exist; what values then come again is what `replicas.py` says. Figures are medians over the batches,
in CPU seconds of the process; the last table has one SQL query per rule over the same events in the same run.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import baseline
import orjson
import plot
from replicas import Replicas, original

from watchfloor.alerts.gather import gather
from watchfloor.core.collection import collection_paused
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Detector, Rule, RuleSet
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch, Source

WARM = 10_000
TEXTS = 0.1
"""Share of copies with texts of their own in every table but the one about it."""
SHARES = (0.0, 0.1, 0.5, 1.0)
SIZES = (100, 1_000, 10_000)
RULES = (100, 1_000)
FEW_FIRE = 50
"""Of the records that fire a rule, the table about firings keeps each this-many-th."""
SHOWN = ("process.command_line", "process.executable", "registry.path", "process.pid", "winlog.logon.id", "@timestamp")


@dataclass(frozen=True)
class Measured:
    """Cost of one configuration: seconds per batch, sorted."""

    name: str
    events: int
    seconds: list[float]
    firings: float
    first: float

    @property
    def per_event(self) -> float:
        """Microseconds, median of the batches."""
        return 1e6 * statistics.median(self.seconds) / self.events

    def row(self) -> tuple[str, ...]:
        low, high = (1e6 * each / self.events for each in (self.seconds[0], self.seconds[-1]))
        batch = 1e3 * statistics.median(self.seconds)
        return (
            self.name,
            f"{self.per_event:.1f}",
            f"{low:.1f}-{high:.1f}",
            f"{batch:,.1f}",
            f"{self.firings:.3f}",
            f"{self.first:.2f}",
        )


HEAD = ("", "us/event", "from-to", "ms/batch", "firings/event", "first batch s")


class Bench:
    """The input of one run."""

    def __init__(self, paths: Sequence[str], rules: RuleSet, events: int) -> None:
        self.rules = rules
        self.events = events
        self.records = original(paths)

    def batches(self, rounds: int, *, texts: float, mixed: bool = True, quiet: bool = False) -> list[EventBatch]:
        """A first batch to build plans with, then those to measure."""
        stream = Replicas(self._quiet() if quiet else self.records, texts=texts, mixed=mixed)
        return [self._parsed(stream.take(size)) for size in (WARM, *[self.events] * rounds)]

    def _quiet(self) -> list[dict[str, object]]:
        """All records that fire nothing and a few of the others."""
        events = self._parsed([orjson.dumps(record).decode() for record in self.records])
        fired = {firing.row for firing in Detector(self.rules).match(events)}
        loud = sorted(fired)[::FEW_FIRE]
        return [record for row, record in enumerate(self.records) if row not in fired or row in loud]

    def _parsed(self, texts: list[str]) -> EventBatch:
        return parse_records(RawBatch.of(Source("bench", "bench.json"), texts, 0), wanted=self.rules.fields)


def measure(name: str, rules: RuleSet, batches: Sequence[EventBatch], size: int | None = None) -> Measured:
    """Match and gather each batch once, in pieces of a size."""
    detector = Detector(rules)
    first, _ = _timed(detector, batches[0])
    seconds, firings, events = [], 0, 0
    for batch in _pieces(batches[1:], size):
        taken, fired = _timed(detector, batch)
        seconds.append(taken)
        firings, events = firings + fired, events + len(batch)
    return Measured(name, size or len(batches[1]), sorted(seconds), firings / events, first)


def _timed(detector: Detector, batch: EventBatch) -> tuple[float, int]:
    start = time.process_time()
    with collection_paused():
        firings = detector.match(batch)
        gather(firings, batch)
    return time.process_time() - start, len(firings)


def _pieces(batches: Sequence[EventBatch], size: int | None) -> Iterator[EventBatch]:
    """At most 60 pieces of each size, from all batches."""
    for batch in batches:
        if size is None:
            yield batch
            continue
        starts = range(0, len(batch) - size + 1, size)
        for start in starts[: max(1, 60 // len(batches))]:
            yield EventBatch(batch.table.slice(start, size))


def some(rules: RuleSet, count: int) -> RuleSet:
    """Rules taken evenly from all of them."""
    step = max(1, len(rules.rules) // count)
    chosen = {id(rule) for rule in rules.rules[::step][:count]}
    return rules.where(lambda rule: id(rule) in chosen)


def table(title: str, rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> None:
    """A table of right-aligned columns but the first."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    print(f"\n{title}")
    for row in (head, *rows):
        cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  " + "  ".join([row[0].ljust(widths[0]), *cells]), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--rules", type=Path, action="append", required=True)
    parser.add_argument("--events", type=int, default=50_000, help="events per batch")
    parser.add_argument("--rounds", type=int, default=3, help="batches per configuration")
    parser.add_argument("--plot", type=Path, help="write the curves as SVG")
    options = parser.parse_args()
    rules = RuleSet.load(options.rules, cache_dir=Settings.from_environment().cache_dir)
    windows = rules.where(lambda rule: rule.logsource.product == "windows")
    bench = Bench(options.paths, rules, options.events)
    print(f"{len(bench.records):,} records; {len(rules.rules):,} rules, {len(windows.rules):,} of them for Windows")
    curves = report(bench, windows, options.rounds)
    if options.plot:
        options.plot.write_text(plot.svg(curves), "utf-8")


def report(bench: Bench, windows: RuleSet, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Measure and print every table; the curves for the plot."""
    by_share = {TEXTS: bench.batches(rounds, texts=TEXTS)}
    batches = by_share[TEXTS]
    table("Share of distinct values in one batch", distinct(batches[1]), ("column", "distinct", "of"))
    full = measure(f"{len(bench.rules.rules):,}", bench.rules, batches)
    table("Windows rules only", [measure(f"{len(windows.rules):,}", windows, batches).row()])
    by_rules = [measure(f"{count:,}", some(bench.rules, count), batches) for count in RULES]
    table("Number of rules", [each.row() for each in (*by_rules, full)])
    by_size = [measure(f"{size:,}", bench.rules, batches, size) for size in SIZES if size < bench.events]
    in_order = measure("1,000, file by file", bench.rules, bench.batches(1, texts=TEXTS, mixed=False), 1_000)
    table("Events per batch", [each.row() for each in (*by_size, in_order)] + [(f"{bench.events:,}", *full.row()[1:])])
    shares = [
        measure(f"{share:.0%}", bench.rules, by_share.get(share) or bench.batches(rounds, texts=share))
        for share in SHARES
    ]
    table("Share of copies whose texts differ too (identifiers always do)", [each.row() for each in shares])
    quiet = measure("few records that fire", bench.rules, bench.batches(rounds, texts=TEXTS, quiet=True))
    table("Firings", [("as the archives", *full.row()[1:]), quiet.row()])
    compare(windows, batches[0], batches[1])
    return {
        "rules": [(float(each.name.replace(",", "")), each.per_event) for each in (*by_rules, full)],
        "events per batch": [(float(each.events), each.per_event) for each in (*by_size, full)],
        "% of copies with texts of their own": [
            (100 * share, each.per_event) for share, each in zip(SHARES, shares, strict=True)
        ],
    }


def compare(rules: RuleSet, warm: EventBatch, batch: EventBatch) -> None:
    """One query per rule over a part of the events and of the rules, scaled to all rules."""
    chosen: list[Rule] = list(rules.rules[:: baseline.EVERY])
    part = EventBatch(batch.table.slice(0, baseline.EVENTS))
    own = measure("this engine", rules, [warm, part])
    taken, hits, left_out = baseline.run(chosen, part)
    scale = len(rules.rules) / (len(chosen) - left_out)
    sql = 1e6 * taken * scale / len(part)
    rows = [
        ("this engine", f"{own.per_event:.1f}", "1.0", f"{own.firings:.3f}"),
        (
            f"one DuckDB query per rule ({len(chosen) - left_out} rules, scaled)",
            f"{sql:,.1f}",
            f"{sql / own.per_event:,.0f}",
            f"{hits * scale / len(part):.3f}",
        ),
    ]
    table(f"Beside SQL, {len(part):,} events in one batch", rows, ("", "us/event", "ratio", "firings/event"))


def distinct(batch: EventBatch) -> list[tuple[str, str, str]]:
    rows = []
    for name in (name for name in SHOWN if name in batch.table.column_names):
        column = batch.table.column(name).drop_null()
        if len(column):
            rows.append((name, f"{len(column.unique()) / len(column):.1%}", f"{len(column):,}"))
    return rows


if __name__ == "__main__":
    main()
