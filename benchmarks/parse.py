"""Cost of each parser in CPU time per record, what finding it costs, and how both grow with the length of a record.

The records are those of the golden samples, repeated; a file of one format each. The physical limit to compare with is
the time that copying the same text through Arrow takes.

    python benchmarks/parse.py [PREFIX...] [--records N] [--rounds N] [--uniform] [--growth] [--length N]
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.parsers._catalog import is_generic, line_parsers
from watchfloor.parsers._firsts import Sift
from watchfloor.parsers._json import OBJECT
from watchfloor.parsers._regex import ascii_classes
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "parsers"
WANTED = frozenset(declared())
BATCH = 50_000
"""Records in a batch, as files are read."""
LENGTH = 20_000
PIECES = ("a", " ", '"', "a=b ", "=", "(", "[", ": ", "1.2.3.4 ", "\\", ",", "a.b.", "{", "-", "\t", "<", "user ")
REFERENCE = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)


def samples(name: str) -> list[str]:
    """Records of a parser's golden samples."""
    texts = [
        path.read_bytes().decode("utf-8", "replace")
        for path in sorted((GOLDEN / name).iterdir())
        if path.suffix in {".log", ".json"}
    ]
    return [record for text in texts for record in text.removesuffix("\n").split("\n")]


def spent(records: Sequence[str], hint: str) -> float:
    """CPU seconds for the records, in batches."""
    source = Source("s", "benchmark", reference=REFERENCE, reference_kind="now", parser=hint)
    start = time.process_time()
    for first in range(0, len(records), BATCH):
        parse_records(RawBatch.of(source, records[first : first + BATCH], first), wanted=WANTED)
    return time.process_time() - start


def copied(records: Sequence[str]) -> float:
    """CPU seconds for one pass over the text."""
    column = pa.array(records, pa.string())
    start = time.process_time()
    pc.utf8_lower(column)
    return time.process_time() - start


def sieved(records: Sequence[str], own: str) -> float | None:
    """CPU seconds, in batches, for telling which sieves of line parsers may fit, and for running those over all.

    Ends with the parser's own, as dispatch does where it takes all. None where a record is an object, which its members
    tell apart. What an envelope has inside is not sought here.
    """
    if any(re.search(OBJECT, record) for record in records[:1_000]):
        return None
    sieves = [parser.sieve for name, parser in line_parsers() if not is_generic(name)]
    ends = dict(line_parsers())[own].sieve if own in dict(line_parsers()) else ""
    batches = [pl.Series(records[first : first + BATCH]) for first in range(0, len(records), BATCH)]
    start = time.process_time()
    for texts in batches:
        sift = Sift(texts, sieves)
        for sieve in sieves:
            if sift.may_fit(sieve):
                texts.str.contains(ascii_classes(sieve))
            if sieve and sieve == ends:
                break
    return time.process_time() - start


def measure(name: str, count: int, rounds: int, *, uniform: bool) -> None:
    """Print one row; `uniform` takes the parser's first record alone."""
    own = samples(name)[: 1 if uniform else None]
    if not own:
        return
    records = (own * (count // len(own) + 1))[:count]
    spent(own, "")
    whole = statistics.median(spent(records, "") for _ in range(rounds))
    hinted = statistics.median(spent(records, name) for _ in range(rounds))
    asked = [seconds for _ in range(rounds) if (seconds := sieved(records, name)) is not None]
    limit = statistics.median(copied(records) for _ in range(rounds))
    micro = 1e6 / count
    sieves = f"{statistics.median(asked) * micro:8.2f}" if asked else f"{'-':>8}"
    print(
        f"{name:32} {sum(map(len, records)) / count:6.0f} {whole * micro:8.2f} {count / whole:10,.0f}"
        f" {(whole - hinted) * micro:8.2f} {sieves} {whole / limit:8.0f}"
    )


def stretched(sample: str, length: int) -> list[str]:
    """Hostile records of about this length: a sample repeated, and blown up in the middle by what parsers look for."""
    middle = len(sample) // 2
    blown = [sample[:middle] + piece * (length // len(piece)) + sample[middle:] for piece in PIECES]
    # Both lengths break off at the same place of the sample, else they may be records of two formats.
    return [sample * (length // max(len(sample), 1)) + sample[:middle], *blown]


def grow(name: str, length: int, rounds: int) -> None:
    """Print how the time for hostile records grows when they get twice this length: 2 is linear."""
    worst = 0.0, ""
    for sample in samples(name)[:: max(len(samples(name)) // 5, 1)]:
        for short, long in zip(stretched(sample, length), stretched(sample, 2 * length), strict=True):
            before = min(spent([short] * 4, name) for _ in range(rounds))
            after = min(spent([long] * 4, name) for _ in range(rounds))
            worst = max(worst, (after / before, long))
    print(f"{name:32} {worst[0]:8.2f}  {worst[1][:100]!r}", flush=True)


def main() -> None:
    """Measure the parsers whose names start with a prefix, by default all."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("prefixes", nargs="*", default=[""])
    arguments.add_argument("--records", type=int, default=BATCH)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--uniform", action="store_true", help="files of one record each, repeated")
    arguments.add_argument("--growth", action="store_true", help="hostile records of two lengths in place of speed")
    arguments.add_argument("--length", type=int, default=LENGTH, help="characters of the shorter records of --growth")
    given = arguments.parse_args()
    if given.growth:
        print(f"{'parser':32} {'x length':>8}  worst record")
        for folder in sorted(GOLDEN.iterdir()):
            if folder.name.startswith(tuple(given.prefixes)):
                grow(folder.name, given.length, given.rounds)
        return
    print(f"{'parser':32} {'chars':>6} {'us':>8} {'records/s':>10} {'finding':>8} {'sieves':>8} {'x copy':>8}")
    for folder in sorted(GOLDEN.iterdir()):
        if folder.name.startswith(tuple(given.prefixes)):
            measure(folder.name, given.records, given.rounds, uniform=given.uniform)


if __name__ == "__main__":
    main()
