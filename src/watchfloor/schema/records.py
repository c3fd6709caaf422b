"""RawBatch: raw records as they came, with where each came from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Source:
    """One logical source: a file, an archive's member, standard input.

    Attributes:
        id: deterministic, from the root-relative path (and archive member) and the first record.
        path: root-relative path, `ARCHIVE!MEMBER` inside an archive; `-` for standard input.
        zone: zone of times that carry none.
        reference: the moment against which a date without a year is resolved.
        reference_kind: where it came from: `mtime`, `now` or `arrival`.
        parser: the user's hint, empty for detection by content.
        header: the lines that name the columns of the records that follow (W3C, Zeek, CSV); empty where there are none.
    """

    id: str
    path: str
    zone: dt.tzinfo = dt.UTC
    reference: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    reference_kind: str = "arrival"
    parser: str = ""
    header: str = ""


@dataclass(frozen=True, slots=True)
class RawBatch:
    """Records of one or several sources, in order.

    Attributes:
        sources: the sources that `source` indexes.
        source: int32, per record, index into `sources`.
        line: int64, per record, index of the record in its source, from 0.
        raw: text (`pa.string()`), the record without its line end; EVTX records arrive as JSON text.
        error: text, why the record could not be framed or decoded cleanly, null when it could.
    """

    sources: tuple[Source, ...]
    source: pa.Array
    line: pa.Array
    raw: pa.Array
    error: pa.Array = field(default_factory=lambda: pa.nulls(0, pa.string()))

    @classmethod
    def of(cls, source: Source, raw: Sequence[str], first_line: int = 0) -> RawBatch:
        """Clean records of one source, numbered from `first_line`."""
        size = len(raw)
        return cls(
            (source,),
            pa.array([0] * size, pa.int32()),
            pa.array(range(first_line, first_line + size), pa.int64()),
            pa.array(raw, pa.string()),
            pa.nulls(size, pa.string()),
        )

    def halves(self) -> tuple[RawBatch, RawBatch]:
        """The first and the second half of the records."""
        middle = len(self) // 2
        return self._part(0, middle), self._part(middle, len(self) - middle)

    def _part(self, start: int, size: int) -> RawBatch:
        columns = (self.source, self.line, self.raw, self.error)
        return RawBatch(self.sources, *(column.slice(start, size) for column in columns))

    def __len__(self) -> int:
        return len(self.raw)
