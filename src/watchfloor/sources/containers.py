"""Opens compressed files and archives by their first bytes, nested within limits, as streams."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, cast

import zstandard

from watchfloor.core.errors import SourceError
from watchfloor.sources.discover import visible
from watchfloor.sources.limits import Account
from watchfloor.sources.problems import Problem

HEAD = 64 * 1024
"""First bytes of a stream that decide what it is."""

FAILURES = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError, zipfile.BadZipFile,
            tarfile.TarError, NotImplementedError, RuntimeError, SourceError)  # fmt: skip
"""What the libraries raise for damaged, encrypted or unsupported data."""

_LAYERS: tuple[tuple[bytes, Callable[[BinaryIO], IO[bytes]]], ...] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
    (
        b"\x28\xb5\x2f\xfd",
        lambda stream: zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(stream, read_across_frames=True),
    ),
)


@dataclass(slots=True)
class Content:
    """One file's or member's content, from its beginning.

    Attributes:
        path: logical path, `ARCHIVE!MEMBER` inside an archive.
        head: the first bytes, already taken from the stream.
        stream: the rest.
        modified: when it was last changed, where the archive says so credibly.
        real: the file itself, when the content is a plain file on disk.
    """

    path: str
    head: bytes
    stream: IO[bytes]
    modified: dt.datetime | None = None
    real: str = ""

    def chunks(self, size: int = 1024 * 1024) -> Iterator[bytes]:
        """The whole content in pieces."""
        if self.head:
            yield self.head
        while chunk := self.stream.read(size):
            yield chunk

    def spooled(self, limit: int) -> IO[bytes]:
        """The whole content as a file that can be read at random; beyond `limit` bytes on disk."""
        file = tempfile.SpooledTemporaryFile(max_size=limit)  # noqa: SIM115 closed by the caller
        for chunk in self.chunks():
            file.write(chunk)
        file.seek(0)
        return cast("IO[bytes]", file)


class _Counted(io.RawIOBase):
    """A decompressed stream that reports to the input's account."""

    def __init__(self, stream: IO[bytes], account: Account) -> None:
        self._stream = stream
        self._account = account

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the writable buffers that exist
        data = self._stream.read(len(buffer))
        self._account.expand(len(data))
        buffer[: len(data)] = data
        return len(data)


class _Joined(io.RawIOBase):
    """The bytes already taken, then the rest of the stream."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self._head = head
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # as above
        data = self._head[: len(buffer)] or self._stream.read(len(buffer))
        self._head = self._head[len(data) :] if self._head else b""
        buffer[: len(data)] = data
        return len(data)


def contents(
    content: Content, account: Account, report: Callable[[Problem], None], depth: int = 0
) -> Iterator[Content]:
    """The content itself, or those of its members when it is an archive or compressed; each must be read in turn.

    What cannot be opened is reported, the rest goes on.
    """
    opener = next((opener for magic, opener in _LAYERS if content.head.startswith(magic)), None)
    kind = "zip" if content.head[:4] in {b"PK\x03\x04", b"PK\x05\x06"} else ""
    kind = "tar" if content.head[257:262] == b"ustar" else kind
    if opener is None and not kind:
        yield content
        return
    if depth == account.limits.depth:
        report(Problem(content.path, f"is nested deeper than {depth} archives; not opened", "Unpack it yourself"))
        return
    try:
        if opener is not None:
            inner = opener(cast("BinaryIO", io.BufferedReader(_Joined(content.head, content.stream))))
            yield from _nested(content.path, inner, content.modified, account, report, depth)
        elif kind == "zip":
            yield from _zipped(content, account, report, depth)
        else:
            yield from _tarred(content, account, report, depth)
    except FAILURES as error:
        report(problem(content.path, error))


def problem(path: str, error: Exception) -> Problem:
    """A library's error as one clear line."""
    if isinstance(error, SourceError):
        return Problem(path, error.thing, error.way_out)
    if isinstance(error, OSError) and error.strerror:
        return Problem(path, f"cannot be read further: {error.strerror}")
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return Problem(path, f"cannot be read further: {text}")


def _nested(
    path: str,
    inner: IO[bytes],
    modified: dt.datetime | None,
    account: Account,
    report: Callable[[Problem], None],
    depth: int,
) -> Iterator[Content]:
    stream = io.BufferedReader(_Counted(inner, account), 1024 * 1024)
    yield from contents(Content(path, stream.read(HEAD), stream, modified), account, report, depth + 1)


def _zipped(content: Content, account: Account, report: Callable[[Problem], None], depth: int) -> Iterator[Content]:
    if content.real:
        archive = zipfile.ZipFile(content.real)
    else:
        archive = zipfile.ZipFile(content.spooled(account.limits.spool_bytes))
    with archive:
        for info in sorted(archive.infolist(), key=lambda info: (info.filename, info.header_offset)):
            if info.is_dir():
                continue
            account.member()
            path = f"{content.path}!{visible(info.filename)}"
            if info.flag_bits & 1:
                report(Problem(path, "is encrypted; not read", "Unpack it yourself and give the files"))
                continue
            try:
                with archive.open(info) as inner:
                    yield from _nested(path, inner, _zip_time(info), account, report, depth)
            except FAILURES as error:
                _reraise_bomb(error)
                report(problem(path, error))


def _tarred(content: Content, account: Account, report: Callable[[Problem], None], depth: int) -> Iterator[Content]:
    stream = io.BufferedReader(_Joined(content.head, content.stream))
    with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r|") as archive:
        for info in archive:
            if not info.isfile():
                continue
            account.member()
            path = f"{content.path}!{visible(info.name)}"
            inner = archive.extractfile(info)
            if inner is None:
                continue
            try:
                modified = _credible(dt.datetime.fromtimestamp(info.mtime, dt.UTC))
                head = inner.read(HEAD)
                yield from contents(Content(path, head, inner, modified), account, report, depth + 1)
            except FAILURES as error:
                _reraise_bomb(error)
                report(problem(path, error))


def _reraise_bomb(error: Exception) -> None:
    """A refusal concerns the whole input, not one member."""
    if isinstance(error, SourceError):
        raise error


def _zip_time(info: zipfile.ZipInfo) -> dt.datetime | None:
    try:
        return _credible(dt.datetime(*info.date_time, tzinfo=dt.UTC))
    except ValueError:
        return None


def _credible(moment: dt.datetime) -> dt.datetime | None:
    """Archives without times give 1970 or 1980."""
    return moment if moment.year > 1990 else None
