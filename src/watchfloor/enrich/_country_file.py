"""The bundled file of countries: which range of addresses is in which country, packed to a third of a database's size.

The file is compressed by zstandard: a line of JSON, then for each version of IP the starts of its ranges and one byte
per range, the position of its country in the list of the first line, or 255. Starts are written byte by byte: first the
highest byte of all of them, then the next, since these columns compress well; IPv4 as the distance to the start before.
"""

from __future__ import annotations

import numpy as np
import orjson
import zstandard
from numpy.typing import NDArray

from watchfloor.core.addresses import NOWHERE, Ranges

_NONE = 255
_LARGEST = 64 * 1024 * 1024
"""Bytes that the file may unpack to."""


def pack(ranges: Ranges, codes: list[str], source: str) -> bytes:
    """The file's bytes.

    Args:
        ranges: values are positions in `codes`.
        codes: at most 255 countries by two letters.
        source: where the data is from and of which day.
    """
    fourth, sixth = ranges.starts
    head = {"source": source, "codes": " ".join(codes), "sizes": [len(fourth), len(sixth)]}
    steps = np.diff(fourth, prepend=np.zeros(1, np.uint32))
    columns = [
        _by_byte(steps.astype(">u4").view(np.uint8).reshape(-1, 4)),
        _bytes_of(ranges.values[0]),
        _by_byte(np.frombuffer(sixth.tobytes(), np.uint8).reshape(-1, 16)),
        _bytes_of(ranges.values[1]),
    ]
    return zstandard.ZstdCompressor(level=19).compress(orjson.dumps(head) + b"\n" + b"".join(columns))


def unpack(data: bytes) -> tuple[Ranges, list[str], str]:
    """Ranges, codes and source, as they were packed."""
    raw = zstandard.ZstdDecompressor().decompress(data, max_output_size=_LARGEST)
    start = raw.index(b"\n") + 1
    head = orjson.loads(raw[:start])
    columns = []
    for size, width in zip(np.repeat(head["sizes"], 2).tolist(), (4, 1, 16, 1), strict=True):
        column = np.frombuffer(raw, np.uint8, size * width, start).reshape(width, size)
        columns.append(np.ascontiguousarray(column.T))
        start += size * width
    fourth = np.cumsum(columns[0].view(">u4").ravel(), dtype=np.uint32)
    sixth = columns[2].view("S16").ravel()
    return Ranges((fourth, sixth), (_values(columns[1]), _values(columns[3]))), head["codes"].split(), head["source"]


def _by_byte(rows: NDArray[np.uint8]) -> bytes:
    return np.ascontiguousarray(rows.T).tobytes()


def _bytes_of(values: NDArray[np.int32]) -> bytes:
    return np.where(values == NOWHERE, _NONE, values).astype(np.uint8).tobytes()


def _values(column: NDArray[np.uint8]) -> NDArray[np.int32]:
    values = column.ravel().astype(np.int32)
    values[values == _NONE] = NOWHERE
    return values
