"""Reads files, archives, EVTX and standard input into batches of raw records."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from watchfloor.core.clock import utc_now
from watchfloor.core.errors import SourceError
from watchfloor.core.ids import stable_id
from watchfloor.schema.records import RawBatch, Source
from watchfloor.sources.blocks import is_journal
from watchfloor.sources.containers import FAILURES, Content, contents, credible, opened, problem
from watchfloor.sources.decode import as_utf8, not_a_log
from watchfloor.sources.discover import STDIN, InputFile, Inventory, plan
from watchfloor.sources.evtx import MAGIC, evtx_records
from watchfloor.sources.frame import Records
from watchfloor.sources.limits import Account, Limits
from watchfloor.sources.problems import Problem
from watchfloor.sources.records import records

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

    A JSON document gives one record per object, its lines joined to one; an EVTX file gives JSON texts.
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
    filling = _Filling(batch_size, limits.batch_chars)
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
    nuls = 0
    try:
        for group in reader.records(content):
            nuls += group.nuls
            if not group.raw:
                continue
            if source is None:
                source = reader.source(content, file, group.header or group.raw[0])
            if filling.sources[-1:] != [replace(source, header=group.header)]:
                filling.begin(replace(source, header=group.header))
            yield from filling.add(group)
    except SourceError:
        raise
    except FAILURES as error:
        reader.report(problem(content.path, error))
    if nuls:
        where = "between records" if source is not None else "and nothing else"
        reader.report(Problem(content.path, f"has {nuls:,} NUL bytes {where}; left out"))


def _opened(
    file: InputFile,
    account: Account,
    report: Callable[[Problem], None],
    stdin: BinaryIO | None,
    progress: Callable[[int], None] | None,
) -> Iterator[Content]:
    if file.path == STDIN:
        if stdin is None:
            raise SourceError("standard input is not given here")
        stream = io.BufferedReader(_Watched(stdin, account, progress))
        yield from contents(opened(STDIN, stream), account, report)
        return
    with Path(file.real).open("rb") as raw:
        watched = _Watched(raw, account, progress)
        stream = io.BufferedReader(watched, 1024 * 1024)
        try:
            yield from contents(opened(file.path, stream, real=file.real), account, report)
        finally:
            if progress is not None and watched.seen < file.size:
                progress(file.size - watched.seen)


class _Watched(io.RawIOBase):
    """A stream that tells how far it was read; the size of an endless one grows as it comes."""

    def __init__(self, stream: BinaryIO, account: Account, progress: Callable[[int], None] | None) -> None:
        self._stream = stream
        self._account = account
        self._progress = progress
        self.seen = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the writable buffers that exist
        data = getattr(self._stream, "read1", self._stream.read)(len(buffer))
        buffer[: len(data)] = data
        self.seen += len(data)
        self._account.size = max(self._account.size, self.seen)
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
        """What the content holds; why it ended too early is raised after everything before that."""
        if content.head.startswith(MAGIC):
            yield from self._events(content)
        elif is_journal(content.head):  # whose binary fields are no text
            yield from records(content.chunks(), self.limits)
        elif what := not_a_log(content.head):
            self.report(Problem(content.path, f"is no log that Watchfloor reads ({what})"))
            return
        else:
            yield from records(as_utf8(content.chunks(), content.head), self.limits)
        if content.failure is not None:
            raise content.failure

    def _events(self, content: Content) -> Iterator[Records]:
        found: list[Problem] = []
        with Path(content.real).open("rb") if content.real else content.spooled(self.limits.spool_bytes) as file:
            yield from evtx_records(
                file, content.path, found.append, content.real if content.real.isprintable() else ""
            )
        if content.failure is None:
            for each in found:
                self.report(each)

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
        modified = content.modified or credible(file.mtime)
        return (modified, "mtime") if modified is not None else (self.moment, self.kind)


@dataclass(slots=True)
class _Filling:
    """The batch being filled."""

    size: int
    most: int
    chars: int = 0
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
            self.chars += sum(map(len, group.raw[start:end]))
            start = end
            if len(self.raw) >= self.size or self.chars >= self.most:
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
        self.source, self.line, self.raw, self.errors, self.chars = [], [], [], {}, 0
        return batch
