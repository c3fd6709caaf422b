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
        document_bytes: bytes of a file read at once as one JSON document; a longer one is read line by line.
        members: members of the archives of one input.
        ratio: expanded bytes per byte on disk. EVTX files compress honestly up to 143:1.
        ratio_from: expanded bytes below which the ratio does not matter.
        spool_bytes: bytes of a member kept in memory where it must be read at random; more goes to a temporary file.
    """

    depth: int = 3
    record_bytes: int = MIB
    document_bytes: int = 64 * MIB
    members: int = 100_000
    ratio: int = 500
    ratio_from: int = 100 * MIB
    spool_bytes: int = 32 * MIB


@dataclass(slots=True)
class Account:
    """What one input has cost so far.

    Attributes:
        size: bytes on disk.
        expanded: bytes that decompression gave, over all layers.
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
        if self.expanded > self.limits.ratio_from and self.expanded > self.limits.ratio * max(self.size, 1):
            raise SourceError(
                f"expands to more than {self.limits.ratio} times its size, as a bomb does; the rest is not read",
                way_out="If it is honest, unpack it yourself and give the files",
            )

    def member(self) -> None:
        """Count a member of an archive.

        Raises:
            SourceError: there are too many.
        """
        self.members += 1
        if self.members > self.limits.members:
            raise SourceError(
                f"has more than {self.limits.members:,} members; the rest is not read",
                way_out="Unpack it yourself and give the files",
            )
