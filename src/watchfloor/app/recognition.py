"""A first look at the input, before it is read: what it is, which time it is about, which rules will have data.

Beginnings of some files, and ends of those that are plain text, go through the parsers; nothing of it is kept.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.app.summary import UNPARSED
from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.columns import BatchColumns
from watchfloor.detect.sigma.keys import partition
from watchfloor.joins.parts import joins
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch, Source
from watchfloor.schema.sigma_fields import EventKey, LogSource, Scope, scopes
from watchfloor.sources.discover import STDIN, InputFile
from watchfloor.sources.files import Inventory, read

SECONDS = 1.0
"""No further file is opened after this time."""
_FILES = 40
"""Files that are looked at, at most."""
_LARGE = 64 * 1024 * 1024
"""Bytes of a file from which on only plain text is looked at."""
_RECORDS = 100
"""Records from the beginning of a file."""
_TAIL = 16 * 1024
"""Bytes from the end of a file."""


@dataclass(slots=True)
class Recognised:
    """What a first look tells.

    Attributes:
        files: of the input.
        bytes: of all of them on disk.
        looked_at: files that were looked at.
        formats: parser -> files that begin with records of it; `UNPARSED` for those that no parser knows.
        first, last: earliest and latest time seen; the input may reach further. None when no record had a time.
        with_data: rules, correlations and behaviours whose log source is among what was seen.
        rules: all that can run.
    """

    files: int
    bytes: int
    looked_at: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    with_data: int = 0
    rules: int = 0


def recognise(
    inventory: Inventory,
    rules: RuleSet,
    zone: dt.tzinfo,
    now: dt.datetime | None,
    parser: str,
    seconds: float = SECONDS,
) -> Recognised:
    """Look at some files of the inventory, spread over it.

    Args:
        inventory: what is going to be read; standard input is left alone.
        rules: that are going to run.
        zone: zone of times that carry none.
        now: resolves dates without a year where the input has no time of its own.
        parser: the user's hint.
        seconds: after which no further file is opened.
    """
    found = Recognised(len(inventory.files), inventory.total_bytes)
    parts: list[RawBatch] = []
    files: list[int] = []
    end = time.monotonic() + seconds
    for file in _spread([file for file in inventory.files if file.path != STDIN and _quick(file)]):
        if time.monotonic() > end:
            break
        batches = read(
            Inventory((file,), ()), zone=zone, now=now, parser=parser, batch_size=_RECORDS, report=lambda _: None
        )
        head = next(batches, None)
        if head is not None:
            ends = (head, _tail(file, head))
            parts += [part for part in ends if part is not None]
            files += [found.looked_at] * sum(len(part) for part in ends if part is not None)
        found.looked_at += 1
    if parts:
        events = parse_records(_joined(parts), wanted=rules.fields)
        datasets = [name or UNPARSED for name in events.table["event.dataset"].to_pylist()]
        found.formats.update(name for _, name in set(zip(files, datasets, strict=True)))
        found.first, found.last = _span(events)
        running = {rule.id for rule in rules.every} - {rule.id for rule in rules.blind}
        found.rules, found.with_data = len(running), len(_with_data(rules, set(_keys(events))) & running)
    return found


def _spread(files: Sequence[InputFile]) -> Iterator[InputFile]:
    """Some of the files, from everywhere in the list; early ones already come from everywhere."""
    chosen = [files[at * len(files) // _FILES] for at in range(_FILES)] if len(files) > _FILES else list(files)
    for step in (8, 4, 2, 1):
        yield from (file for at, file in enumerate(chosen) if at % step == 0 and (step == 8 or at % (2 * step)))


def _quick(file: InputFile) -> bool:
    """Whether its beginning can be had without the rest: large archives and EVTX files are gone through first."""
    if file.size <= _LARGE:
        return True
    try:
        with Path(file.real).open("rb") as opened:
            start = opened.read(512)
    except OSError:  # the run itself tells of it
        return False
    return start.isascii() and b"\0" not in start


def _tail(file: InputFile, head: RawBatch) -> RawBatch | None:
    """The last whole lines of a file whose beginning shows that it is plain text, None for all others."""
    try:
        with Path(file.real).open("rb") as opened:
            start = opened.read(_TAIL)
            first = head.raw[0].as_py()[:64].encode("utf-8", "replace")
            if file.size <= _TAIL or not first or first not in start:
                return None
            opened.seek(file.size - _TAIL)
            lines = opened.read(_TAIL).split(b"\n")[1:-1]
    except OSError:  # the run itself tells of it
        return None
    texts = [line.decode("utf-8", "replace") for line in lines[-_RECORDS:]]
    return RawBatch.of(head.sources[-1], texts) if texts else None


def _joined(parts: Sequence[RawBatch]) -> RawBatch:
    """Several batches as one, which parses faster."""
    sources: list[Source] = []
    indices: list[pa.Array] = []
    for part in parts:
        indices.append(pc.add(part.source, pa.scalar(len(sources), pa.int32())))
        sources += part.sources
    columns = [pa.concat_arrays([getattr(part, name) for part in parts]) for name in ("line", "raw", "error")]
    return RawBatch(tuple(sources), pa.concat_arrays(indices), *columns)


def _span(events: EventBatch) -> tuple[dt.datetime | None, dt.datetime | None]:
    table = events.table
    times = table["@timestamp"].filter(pc.not_equal(table["event.kind"], "pipeline_error"))
    limits = pc.min_max(times).as_py()
    return limits["min"], limits["max"]


def _keys(events: EventBatch) -> Iterator[EventKey]:
    """Log sources of the events, and of those that joins will make of them."""
    present = set(events.table["event.dataset"].unique().to_pylist())
    yield from (key for key, _ in partition(BatchColumns(events.table)) if key.channel or key.dataset)
    yield from (EventKey(dataset=each.dataset) for each in joins().values() if not each.datasets.isdisjoint(present))


def _with_data(rules: RuleSet, keys: Iterable[EventKey]) -> set[str]:
    seen = list(keys)
    known: dict[tuple[LogSource, str], bool] = {}

    def fed(source: LogSource, taxonomy: str) -> bool:
        if (source, taxonomy) not in known:
            places = [scope for scope in scopes(source, taxonomy) if scope.served]
            known[source, taxonomy] = any(_holds(scope, key) for scope in places for key in seen)
        return known[source, taxonomy]

    found = {rule.id for rule in rules.rules if fed(rule.logsource, rule.taxonomy)}
    found |= {each.id for each in rules.behaviors if fed(each.selection.logsource, each.selection.taxonomy)}
    for correlation in rules.correlations:  # those that others refer to come first
        if not found.isdisjoint(correlation.members):
            found.add(correlation.id)
    return found


def _holds(scope: Scope, key: EventKey) -> bool:
    """Whether events like this one belong to a place; of Windows any event of the channel speaks for all of them."""
    if scope.windows:
        return not key.dataset and (not scope.channels or key.channel in scope.channels)
    return scope.holds(key)
