"""Reads files, archives, EVTX and standard input into batches of raw records."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from watchfloor.core.clock import utc_now
from watchfloor.core.errors import SourceError
from watchfloor.core.ids import stable_id
from watchfloor.schema.records import RawBatch, Source
from watchfloor.sources.containers import FAILURES, HEAD, Content, contents, problem
from watchfloor.sources.decode import as_utf8, not_a_log
from watchfloor.sources.discover import STDIN, InputFile, Inventory, plan
from watchfloor.sources.evtx import MAGIC, evtx_records
from watchfloor.sources.frame import Records, records
from watchfloor.sources.limits import Account, Limits
from watchfloor.sources.problems import Problem

__all__ = ["Inventory", "plan", "read"]

_IDENTIFYING = 4096
"""Characters of the first record that take part in a source's id."""

DEFAULTS = Limits()


def read(
    inventory: Inventory,
    *,
    zone: dt.tzinfo,
    now: dt.datetime | None,
    report: Callable[[Problem], None],
    parser: str = "",
    limits: Limits = DEFAULTS,
    batch_size: int = 50_000,
    stdin: BinaryIO | None = None,
    progress: Callable[[int], None] | None = None,
    references: Callable[[str], tuple[dt.datetime, str] | None] | None = None,
) -> Iterator[RawBatch]:
    """Every record of the inventory, in its order, in batches that may span sources.

    Neither records nor ids depend on `batch_size`. A source's id comes from its path and its first record: a file that
    grew keeps it. Of several files with the same path and first record (the same name below two roots) the second, in
    the order of their real paths, gets another one.

    Args:
        inventory: what `plan` found.
        zone: zone of times that carry none.
        now: resolves dates without a year where the input has no time of its own.
        report: told of every input with trouble; the rest is read.
        parser: the user's hint.
        limits: bounds per input.
        batch_size: records per batch.
        stdin: what `-` reads.
        progress: told of bytes of input on disk, as they are consumed.
        references: moment and kind that a source's dates were resolved against before, if it is known.
    """
    reader = _Reader(zone, now or utc_now(), "now" if now else "arrival", parser, limits, report, references)
    filling = _Filling(batch_size)
    for file in inventory.files:
        account = Account(limits, file.size)
        try:
            for content in _opened(file, account, report, stdin, progress):
                yield from _content(reader, content, file, filling)
        except FAILURES as error:
            report(problem(file.path, error))
    yield from filling.rest()


def _content(reader: _Reader, content: Content, file: InputFile, filling: _Filling) -> Iterator[RawBatch]:
    """The batches that this content fills; a failure ends it, not the archive around it."""
    source: Source | None = None
    try:
        for group in reader.records(content):
            if not group.raw:
                continue
            if source is None:
                source = reader.source(content, file, group.raw[0])
                filling.begin(source)
            yield from filling.add(group)
    except SourceError:
        raise
    except FAILURES as error:
        reader.report(problem(content.path, error))


def _opened(
    file: InputFile,
    account: Account,
    report: Callable[[Problem], None],
    stdin: BinaryIO | None,
    progress: Callable[[int], None] | None,
) -> Iterator[Content]:
    if file.path == STDIN:
        if stdin is not None:
            stream = io.BufferedReader(_Watched(stdin, progress))
            account.size = account.limits.ratio_from
            yield from contents(Content(STDIN, stream.read(HEAD), stream), account, report)
        return
    with Path(file.real).open("rb") as raw:
        watched = io.BufferedReader(_Watched(raw, progress), 1024 * 1024)
        head = watched.read(HEAD)
        yield from contents(Content(file.path, head, watched, real=file.real), account, report)
        if progress is not None:
            progress(max(0, file.size - watched.raw.seen))  # type: ignore[attr-defined]  # the stream made above


class _Watched(io.RawIOBase):
    """A stream that tells how far it was read."""

    def __init__(self, stream: BinaryIO, progress: Callable[[int], None] | None) -> None:
        self._stream = stream
        self._progress = progress
        self.seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the writable buffers that exist
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self.seen += len(data)
        if self._progress is not None:
            self._progress(len(data))
        return len(data)


@dataclass(slots=True)
class _Reader:
    zone: dt.tzinfo
    moment: dt.datetime
    kind: str
    parser: str
    limits: Limits
    report: Callable[[Problem], None]
    references: Callable[[str], tuple[dt.datetime, str] | None] | None
    seen: dict[str, int] = field(default_factory=dict)

    def records(self, content: Content) -> Iterator[Records]:
        if not content.head:
            return
        if content.head.startswith(MAGIC):
            if content.real:
                yield from evtx_records(content.real, content.path, self.report)
            else:
                with content.spooled(self.limits.spool_bytes) as file:
                    yield from evtx_records(file, content.path, self.report)
            return
        what = not_a_log(content.head)
        if what:
            self.report(Problem(content.path, f"is no log that Watchfloor reads ({what})"))
            return
        yield from records(as_utf8(content.chunks(), content.head), content.head, self.limits)

    def source(self, content: Content, file: InputFile, first: str) -> Source:
        identity = stable_id("source", content.path, first[:_IDENTIFYING])
        occurrence = self.seen.get(identity, 0)
        self.seen[identity] = occurrence + 1
        if occurrence:
            identity = stable_id("source", identity, str(occurrence))
        known = self.references(identity) if self.references is not None else None
        reference, kind = known or self._reference(content, file)
        return Source(identity, content.path, self.zone, reference, kind, self.parser)

    def _reference(self, content: Content, file: InputFile) -> tuple[dt.datetime, str]:
        if content.modified is not None:
            return content.modified, "mtime"
        if file.mtime > 0:
            return dt.datetime.fromtimestamp(file.mtime, dt.UTC), "mtime"
        return self.moment, self.kind


@dataclass(slots=True)
class _Filling:
    """The batch being filled."""

    size: int
    sources: list[Source] = field(default_factory=list)
    source: list[int] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)

    def begin(self, source: Source) -> None:
        self.sources.append(source)

    def add(self, group: Records) -> Iterator[RawBatch]:
        start = 0
        while start < len(group.raw):
            end = min(len(group.raw), start + self.size - len(self.raw))
            self.errors.update(
                (len(self.raw) + at - start, reason) for at, reason in group.errors.items() if start <= at < end
            )
            self.source.extend([len(self.sources) - 1] * (end - start))
            self.line.extend(group.line[start:end])
            self.raw.extend(group.raw[start:end])
            start = end
            if len(self.raw) >= self.size:
                yield self._batch()

    def rest(self) -> Iterator[RawBatch]:
        if self.raw:
            yield self._batch()

    def _batch(self) -> RawBatch:
        reasons = [self.errors.get(at) for at in range(len(self.raw))] if self.errors else None
        batch = RawBatch(
            tuple(self.sources),
            pa.array(self.source, pa.int32()),
            pa.array(self.line, pa.int64()),
            pa.array(self.raw, pa.string()),
            pa.array(reasons, pa.string()) if reasons else pa.nulls(len(self.raw), pa.string()),
        )
        self.sources = self.sources[-1:]
        self.source, self.line, self.raw, self.errors = [], [], [], {}
        return batch
