"""Cost of each parser in CPU time per record, what finding it costs, and how both grow with the length of a record.

The records are those of the golden samples, repeated; a file of one format each. The physical limit to compare with is
the time that copying the same text through Arrow takes.

    python benchmarks/parse.py [PREFIX...] [--records N] [--batch N] [--rounds N] [--growth]
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.parsers import _lines, _messages, dispatch
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

GOLDEN = Path(__file__).parents[1] / "tests" / "golden" / "parsers"
WANTED = frozenset(declared())
_DISPATCH = dispatch._Dispatch  # noqa: SLF001  # what is measured is its inside
_SEARCH = (_DISPATCH, "known")
_PARSING = (
    (_DISPATCH, "_objects"),
    (_DISPATCH, "_enveloped"),
    (_lines.Lines, "_fields"),
    (_lines, "_patterned"),
    (_messages, "_message"),
)
"""What the search for parsers calls when it has found one: the parser, the decoder of JSON, the envelope's parser."""
LENGTH = 100_000
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


def spent(records: Sequence[str], hint: str, batch: int) -> float:
    """CPU seconds for the records, in batches."""
    source = Source("s", "benchmark", reference=REFERENCE, reference_kind="now", parser=hint)
    start = time.process_time()
    for first in range(0, len(records), batch):
        parse_records(RawBatch.of(source, records[first : first + batch], first), wanted=WANTED)
    return time.process_time() - start


class Search:
    """CPU seconds that go into finding parsers: those in the search, without those in what it calls once it found."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._inside = [False]
        self._since = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measures what runs inside."""
        with ExitStack() as stack:
            for owner, name in (_SEARCH, *_PARSING):
                timed = self._timed(getattr(owner, name), searching=(owner, name) == _SEARCH)
                stack.enter_context(mock.patch.object(owner, name, timed))
            yield

    def _timed(self, function: Callable[..., Any], *, searching: bool) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            self._turn()
            self._inside.append(searching)
            try:
                return function(*arguments, **named)
            finally:
                self._turn()
                self._inside.pop()

        return timed

    def _turn(self) -> None:
        now = time.process_time()
        self.seconds += (now - self._since) * self._inside[-1]
        self._since = now


def searched(records: Sequence[str], batch: int) -> float:
    """CPU seconds in which the parser of the records is looked for."""
    search = Search()
    with search.running():
        spent(records, "", batch)
    return search.seconds


def copied(records: Sequence[str]) -> float:
    """CPU seconds for one pass over the text."""
    column = pa.array(records, pa.string())
    start = time.process_time()
    pc.utf8_lower(column)
    return time.process_time() - start


def measure(name: str, count: int, batch: int, rounds: int) -> None:
    """Print one row."""
    own = samples(name)
    records = (own * (count // len(own) + 1))[:count]
    spent(records, "", batch)
    whole = statistics.median(spent(records, "", batch) for _ in range(rounds))
    finding = statistics.median(searched(records, batch) for _ in range(rounds))
    limit = statistics.median(copied(records) for _ in range(rounds))
    micro = 1e6 / count
    print(
        f"{name:32} {sum(map(len, records)) / count:6.0f} {whole * micro:8.2f} {count / whole:10,.0f}"
        f" {finding * micro:8.2f} {whole / limit:8.0f}"
    )


def stretched(sample: str, length: int) -> list[str]:
    """Hostile records of about this length: a sample repeated, and blown up in the middle by what parsers look for."""
    middle = len(sample) // 2
    blown = [sample[:middle] + piece * (length // len(piece)) + sample[middle:] for piece in PIECES]
    return [(sample * (length // max(len(sample), 1) + 1))[:length], *blown]


def grow(name: str, rounds: int) -> None:
    """Print how the time for hostile records grows when they get twice as long: 2 is linear."""
    worst = 0.0, ""
    for sample in samples(name)[:: max(len(samples(name)) // 5, 1)]:
        for short, long in zip(stretched(sample, LENGTH), stretched(sample, 2 * LENGTH), strict=True):
            before = min(spent([short] * 4, name, 4) for _ in range(rounds))
            after = min(spent([long] * 4, name, 4) for _ in range(rounds))
            worst = max(worst, (after / before, long))
    print(f"{name:32} {worst[0]:8.2f}  {worst[1][:100]!r}")


def main() -> None:
    """Measure the parsers whose names start with a prefix, by default all."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("prefixes", nargs="*", default=[""])
    arguments.add_argument("--records", type=int, default=20_000)
    arguments.add_argument("--batch", type=int, default=20_000, help="records per batch")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--growth", action="store_true", help="hostile records of two lengths in place of speed")
    given = arguments.parse_args()
    if given.growth:
        print(f"{'parser':32} {'x length':>8}  worst record")
        for folder in sorted(GOLDEN.iterdir()):
            if folder.name.startswith(tuple(given.prefixes)):
                grow(folder.name, given.rounds)
        return
    print(f"{'parser':32} {'chars':>6} {'us':>8} {'records/s':>10} {'finding':>8} {'x copy':>8}")
    for folder in sorted(GOLDEN.iterdir()):
        if folder.name.startswith(tuple(given.prefixes)):
            measure(folder.name, given.records, given.batch, given.rounds)


if __name__ == "__main__":
    main()
