"""Times each stage of the public pipeline on real Windows events, beside the limits of the same run.

usage: python benchmarks/pipeline.py [--events N] [--rules DIR] PATH…

The input is read once, then scaled to N events by copies whose host names, users and record ids vary as much as in the
original (a copy's suffix is added to a share of values that keeps the share of distinct ones). Prints JSON lines: CPU
seconds, events/s per core and µs per event of each stage, medians of the rounds; `limit` lines are orjson alone and the
EVTX decoder alone on the same records; the last line has the peak memory.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import resource
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import evtx
import orjson

from watchfloor.alerts.gather import gather
from watchfloor.app.behaving import Behaving
from watchfloor.app.correlating import Correlating
from watchfloor.app.examine import EVERYTHING, examine
from watchfloor.app.home import writing
from watchfloor.app.pipeline import commit
from watchfloor.app.rules import rule_roots
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.enrich.plugin import Knowledge
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.records import RawBatch, Source
from watchfloor.sources.files import plan, read

BATCH = 50_000


def main() -> None:  # noqa: C901 one script, from top to bottom
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--rules", type=Path, action="append", default=[])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    texts = original(options.paths)
    scaled, shares = varied(texts, options.events)
    say(input=len(texts), events=len(scaled), **shares)
    rules = RuleSet.load(rule_roots(options.rules, builtin=True), cache_dir=Settings().cache_dir)
    batches = [batch_of(scaled[at : at + BATCH], at) for at in range(0, len(scaled), BATCH)]
    detector = Detector(rules)
    parsed = [parse_records(batch, wanted=rules.fields) for batch in batches]

    def parse() -> None:
        for batch in batches:
            parse_records(batch, wanted=rules.fields)

    def detect() -> None:
        for events in parsed:
            gather(detector.match(events), events)

    def whole() -> None:
        with tempfile.TemporaryDirectory() as folder, writing(Path(folder) / "home", 64) as home:
            with home.store.transaction() as connection:
                correlating = Correlating.over(connection, rules)
                behaving = Behaving.over(connection, rules, correlating.correlator)
            for batch in batches:
                commit(home, examine(batch, detector, rules.fields, EVERYTHING, Knowledge()), correlating, behaving)

    def decode() -> None:
        for text in scaled:
            orjson.loads(text)

    for name, work in (("orjson (limit)", decode), ("parse", parse), ("detect", detect), ("parse+detect+store", whole)):
        measure(name, work, len(scaled), options.rounds)
    measure("read", lambda: original(options.paths), len(texts), options.rounds)
    files = evtx_files(options.paths)
    if files:
        counted = sum(1 for file in files for _ in evtx.PyEvtxParser(io.BytesIO(file)).records_json())
        measure("evtx (limit)", lambda: decode_evtx(files), counted, options.rounds)
    say(rules=len(rules.rules), peak_mib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def original(paths: list[str]) -> list[str]:
    """Every JSON record below the paths."""
    found: list[str] = []
    for batch in read(plan(paths), zone=dt.UTC, now=None, report=lambda _: None):
        found.extend(text for text in batch.raw.to_pylist() if text.startswith("{"))
    return found


def evtx_files(paths: list[str]) -> list[bytes]:
    """The EVTX files below the paths and in zip archives there."""
    found: list[bytes] = []
    for file in plan(paths).files:
        if zipfile.is_zipfile(file.real):
            with zipfile.ZipFile(file.real) as archive:
                found.extend(archive.read(name) for name in archive.namelist() if name.endswith(".evtx"))
        elif file.real.endswith(".evtx"):
            found.append(Path(file.real).read_bytes())
    return found


def decode_evtx(files: list[bytes]) -> None:
    for file in files:
        for _ in evtx.PyEvtxParser(io.BytesIO(file)).records_json():
            pass


def varied(texts: list[str], size: int) -> tuple[list[str], dict[str, float]]:
    """Copies up to `size` whose share of distinct values stays that of the original, and the largest gap."""
    share = distinct(texts)
    vary_these = {name for name, found in share.items() if found > 0.02}
    scaled = list(texts[:size])
    copy = 0
    while len(scaled) < size:
        copy += 1
        scaled.extend(vary(text, copy, vary_these) for text in texts[: size - len(scaled)])
    after = distinct(scaled)
    gap = max((abs(share[name] - after.get(name, 0.0)) for name in share), default=0.0)
    return scaled, {"fields": len(share), "largest_gap_points": round(100 * gap, 1)}


def vary(text: str, copy: int, names: set[str]) -> str:
    """The record with the values of these fields distinct from those of other copies."""
    record = orjson.loads(text)
    data = (record.get("Event") or {}).get("EventData")
    if not isinstance(data, dict):
        return text
    for name, value in data.items():
        if name in names:
            data[name] = (
                value + copy * 1_000_003 if isinstance(value, int) and abs(value) < 2**40 else f"{value}{copy:x}"
            )
    return orjson.dumps(record).decode()


def distinct(texts: list[str]) -> dict[str, float]:
    """Share of distinct values per EventData field that at least 100 records have."""
    values: dict[str, list[str]] = {}
    for text in texts:
        data = (orjson.loads(text).get("Event") or {}).get("EventData")
        for name, value in data.items() if isinstance(data, dict) else ():
            values.setdefault(name, []).append(str(value))
    return {name: len(set(found)) / len(found) for name, found in values.items() if len(found) >= 100}


def batch_of(texts: list[str], first: int) -> RawBatch:
    return RawBatch.of(Source("bench", "bench.json"), texts, first)


def measure(name: str, work: Callable[[], Any], events: int, rounds: int) -> None:
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    cpu = statistics.median(taken)
    say(
        stage=name,
        cpu_seconds=round(cpu, 3),
        events_per_second=round(events / cpu),
        us_per_event=round(1e6 * cpu / events, 2),
    )


def say(**values: Any) -> None:
    print(orjson.dumps(values).decode(), flush=True)


if __name__ == "__main__":
    main()
