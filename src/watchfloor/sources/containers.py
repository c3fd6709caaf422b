"""Opens compressed files and archives by their first bytes, nested within limits, as streams."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import lzma
import os
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
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

_FIRST = dt.datetime(1991, 1, 1, tzinfo=dt.UTC).timestamp()
_LAST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC).timestamp()
_PIECE = 64 * 1024
_CHUNK = 1024 * 1024
_DIRECTORY = 32 * 1024 * 1024
"""Bytes of a zip's list of members; the library needs about ten times as many to hold it."""
_ZIP_END = 65535 + 22 + 20 + 56
"""Bytes at the end of a zip archive where its end records stand: the longest comment and all three records."""
_HEADERS = 4 * 1024 * 1024
"""Bytes of headers before one member of a tar archive, beyond which they are an attack on the memory."""


class _Zstd(io.RawIOBase):
    """Zstandard frames after each other; unlike the library's reader it notices a missing end.

    A block of 4 bytes can stand for 128 KiB, so the input is taken in steps that expand to 32 MiB at most.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._input = self._output = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the writable buffers that exist
        while not self._output:
            data = self._input or self._stream.read(1024)
            if not data:
                if self._frame is not None:
                    raise EOFError("Compressed file ended before the end-of-stream marker was reached")
                return 0
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
            self._output, self._input = self._frame.decompress(data), b""
            if self._frame.eof:
                self._input, self._frame = self._frame.unused_data, None
        data, self._output = self._output[: len(buffer)], self._output[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _layer(head: bytes) -> Callable[[BinaryIO], IO[bytes]] | None:
    """What opens compressed data that starts so."""
    if head.startswith(b"\x1f\x8b\x08"):
        return lambda stream: cast("IO[bytes]", gzip.GzipFile(fileobj=stream))
    if head.startswith(b"BZh") and head[4:10] in {b"1AY&SY", b"\x17rE8P\x90"}:
        return bz2.BZ2File
    if head.startswith(b"\xfd7zXZ\x00"):
        return lzma.LZMAFile
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return lambda stream: cast("IO[bytes]", io.BufferedReader(_Zstd(stream)))
    return None


@dataclass(slots=True)
class Content:
    """One file's or member's content, from its beginning.

    Attributes:
        path: logical path, `ARCHIVE!MEMBER` inside an archive.
        head: the first bytes, already taken from the stream.
        stream: the rest.
        modified: when it was last changed, where the archive says so credibly.
        real: the file itself, when the content is a plain file on disk.
        failure: why the stream ended too early; set once it has been read that far.
    """

    path: str
    head: bytes
    stream: IO[bytes]
    modified: dt.datetime | None = None
    real: str = ""
    failure: Exception | None = None

    def chunks(self) -> Iterator[bytes]:
        """The whole content in pieces: the head, then about a MiB each; all that comes before a failure."""
        if self.head:
            yield self.head
        read = getattr(self.stream, "read1", self.stream.read)
        parts: list[bytes] = []
        size = 0
        while self.failure is None:
            try:
                piece = read(_PIECE)
            except FAILURES as error:
                self.failure = error
                break
            if not piece:
                break
            parts.append(piece)
            size += len(piece)
            if size >= _CHUNK:
                yield b"".join(parts)
                parts, size = [], 0
        if parts:
            yield b"".join(parts)

    def spooled(self, limit: int) -> IO[bytes]:
        """The whole content as a file that can be read at random; beyond `limit` bytes on disk."""
        file = tempfile.SpooledTemporaryFile(max_size=limit)  # noqa: SIM115 closed by the caller
        for chunk in self.chunks():
            file.write(chunk)
        file.seek(0)
        return cast("IO[bytes]", file)


def opened(path: str, stream: IO[bytes], modified: dt.datetime | None = None, real: str = "") -> Content:
    """The content of a stream, with as much of its head as comes before a failure."""
    content = Content(path, b"", stream, modified, real)
    head = b""
    while len(head) < HEAD and content.failure is None:
        try:
            piece = getattr(stream, "read1", stream.read)(HEAD - len(head))
        except FAILURES as error:
            content.failure = error
            break
        if not piece:
            break
        head += piece
    content.head = head
    return content


class _Counted(io.RawIOBase):
    """A decompressed stream that reports to the input's account."""

    def __init__(self, stream: IO[bytes], account: Account) -> None:
        self._stream = stream
        self._account = account

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the writable buffers that exist
        data = getattr(self._stream, "read1", self._stream.read)(len(buffer))
        self._account.expand(len(data))
        buffer[: len(data)] = data
        return len(data)


class _Joined(io.RawIOBase):
    """The bytes already taken, then the rest of the stream; a failure that stood in for more of it is raised there."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._head = content.head
        self.seen = 0
        self.most: int | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # as above
        data = self._head[: len(buffer)]
        self._head = self._head[len(data) :]
        if not data:
            if self._content.failure is not None:
                raise self._content.failure
            stream = self._content.stream
            data = getattr(stream, "read1", stream.read)(len(buffer))
        self.seen += len(data)
        if self.most is not None and self.seen > self.most:
            raise SourceError("has headers that are too long, as a bomb does; the rest is not read")
        buffer[: len(data)] = data
        return len(data)


def contents(
    content: Content, account: Account, report: Callable[[Problem], None], depth: int = 0
) -> Iterator[Content]:
    """The content itself, or those of its members when it is an archive or compressed; each must be read in turn.

    What cannot be opened is reported, the rest goes on.

    Raises:
        SourceError: a limit of the whole input is reached.
    """
    layer = _layer(content.head)
    zipped = content.head[:4] in {b"PK\x03\x04", b"PK\x05\x06"}
    tarred = content.head[257:262] == b"ustar"
    if layer is None and not zipped and not tarred:
        yield content
        return
    if depth == account.limits.depth:
        report(Problem(content.path, f"is nested deeper than {depth} archives; not opened", "Unpack it yourself"))
        return
    try:
        if layer is not None:
            inner = layer(cast("BinaryIO", io.BufferedReader(_Joined(content))))
            stream = io.BufferedReader(_Counted(inner, account), _PIECE)
            yield from contents(opened(content.path, stream, content.modified), account, report, depth + 1)
        elif zipped:
            yield from _zipped(content, account, report, depth)
        else:
            yield from _tarred(content, account, report, depth)
    except SourceError:
        raise
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


def _zipped(content: Content, account: Account, report: Callable[[Problem], None], depth: int) -> Iterator[Content]:
    with ExitStack() as stack:
        if content.real:
            _check_directory(stack.enter_context(Path(content.real).open("rb")))
            archive = stack.enter_context(zipfile.ZipFile(content.real))
        else:
            spooled = stack.enter_context(content.spooled(account.limits.spool_bytes))
            if content.failure is not None:
                raise content.failure
            _check_directory(spooled)
            archive = stack.enter_context(zipfile.ZipFile(spooled))
        for info in sorted(archive.infolist(), key=lambda info: (info.filename, info.header_offset)):
            if info.filename.endswith("/"):
                continue
            account.member()
            path = f"{content.path}!{visible(info.filename.replace(chr(92), '/'))}"
            if info.flag_bits & 1:
                report(Problem(path, "is encrypted; not read", "Unpack it yourself and give the files"))
                continue
            try:
                with archive.open(info) as inner:
                    stream = io.BufferedReader(_Counted(inner, account), _PIECE)
                    yield from contents(opened(path, stream, _zip_time(info)), account, report, depth + 1)
            except SourceError:
                raise
            except FAILURES as error:
                report(problem(path, error))


def _check_directory(file: IO[bytes]) -> None:
    """Refuse a directory that would fill the memory, before the library reads it whole.

    Its size stands at 12 of the end record, and at 40 of the 64-bit one, which a locator of 20 bytes follows
    (PKWARE APPNOTE 6.3.10, sections 4.3.14 to 4.3.16).
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _ZIP_END))
    tail = file.read(_ZIP_END)
    file.seek(0)
    plain = tail[-22:-18] == b"PK\x05\x06" and tail[-2:] == b"\0\0"
    at = len(tail) - 22 if plain else tail.rfind(b"PK\x05\x06")
    directory = int.from_bytes(tail[at + 12 : at + 16], "little")
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        directory = int.from_bytes(tail[at - 36 : at - 28], "little")
    if at >= 0 and _DIRECTORY < directory <= size:
        raise SourceError(
            f"has a directory of {directory:,} bytes, too many members to read",
            way_out="If it is honest, unpack it yourself and give the files",
        )


def _tarred(content: Content, account: Account, report: Callable[[Problem], None], depth: int) -> Iterator[Content]:
    joined = _Joined(content)
    stream = io.BufferedReader(joined)
    joined.most = _HEADERS
    with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r|") as archive:
        while (info := archive.next()) is not None:
            joined.most = None
            if info.isfile():
                account.member()
                path = f"{content.path}!{visible(info.name)}"
                inner = archive.extractfile(info)
                if inner is not None:
                    if info.issparse():
                        inner = cast("IO[bytes]", io.BufferedReader(_Counted(inner, account)))
                    member = opened(path, inner, credible(info.mtime))
                    yield from contents(member, account, report, depth + 1)
                    if member.failure is not None:
                        return
            joined.most = max(joined.seen, info.offset_data + info.size) + _HEADERS


def _zip_time(info: zipfile.ZipInfo) -> dt.datetime | None:
    try:
        return credible(dt.datetime(*info.date_time, tzinfo=dt.UTC).timestamp())
    except ValueError:
        return None


def credible(seconds: float) -> dt.datetime | None:
    """The moment that many seconds after 1970, UTC, if a log can have been written then.

    Archives without times give 1970 or 1980; damaged ones give anything.
    """
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if _FIRST <= seconds < _LAST else None
