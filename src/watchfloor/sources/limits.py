"""Bounds on what one input may cost, and the account that is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

from watchfloor.core.errors import SourceError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds per input; honest logs stay far below them.

    Attributes:
        depth: archives and compressed files inside each other.
        record_bytes: bytes kept of one record; the rest of a longer one is cut off and counted.
        object_bytes: bytes of one object of a JSON document as it is laid out; a longer one is read line by line.
        members: members of the archives of one input.
        ratio: expanded bytes per byte on disk. EVTX files compress honestly up to 143:1.
        ratio_from: expanded bytes below which the ratio does not matter.
        expanded_bytes: expanded bytes of one input, over all layers, whatever its size on disk.
        spool_bytes: bytes of a member kept in memory where it must be read at random; more goes to a temporary file.
        batch_chars: characters of raw text that complete a batch before it has its number of records.
    """

    depth: int = 3
    record_bytes: int = MIB
    object_bytes: int = 4 * MIB
    members: int = 100_000
    ratio: int = 500
    ratio_from: int = 100 * MIB
    expanded_bytes: int = 1024 * 1024 * MIB
    spool_bytes: int = 32 * MIB
    batch_chars: int = 64 * MIB


@dataclass(slots=True)
class Account:
    """What one input has cost so far.

    Attributes:
        size: bytes on disk; of standard input, those that came so far.
        expanded: bytes that decompression gave, over all layers.
        members: members of all its archives.
    """

    limits: Limits
    size: int
    expanded: int = 0
    members: int = 0

    def expand(self, count: int) -> None:
        """Count decompressed bytes.

        Raises:
            SourceError: they are too many for the size on disk.
        """
        self.expanded += count
        if self.expanded > self.limits.expanded_bytes:
            raise _refused(f"expands to more than {self.limits.expanded_bytes:,} bytes; the rest is not read")
        if self.expanded > self.limits.ratio_from and self.expanded > self.limits.ratio * max(self.size, 1):
            raise _refused(
                f"expands to more than {self.limits.ratio} times its size, as a bomb does; the rest is not read"
            )

    def member(self) -> None:
        """Count a member of an archive.

        Raises:
            SourceError: there are too many.
        """
        self.members += 1
        if self.members > self.limits.members:
            raise _refused(f"has more than {self.limits.members:,} members; the rest is not read")


def _refused(thing: str) -> SourceError:
    return SourceError(thing, way_out="If it is honest, unpack it yourself and give the files")
