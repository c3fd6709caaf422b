"""Records of Zeek's logs as columns, whichever way they were written."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import with_macs
from watchfloor.parsers._mapping import spread
from watchfloor.parsers.cloud._layout import Layout, utc_of
from watchfloor.parsers.zeek._beyond import BEYOND
from watchfloor.parsers.zeek._kinds import fixed, told_by
from watchfloor.parsers.zeek._tables import COMMON, TABLES

PATH = "_path"
"""Name under which a record tells its log, as Corelight's and json-streaming-logs' records do."""
HEADED = "@path"
"""Name under which a record has the path that its header tells."""
DATASETS = r"zeek\.[a-z0-9_]+"
_EMPTY = frozenset({"", "-", "(empty)"})
_VARIANT = re.compile(r"_(?:red|long|agg|short|deployment)$")


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records of any logs as columns, in order; the dataset is `zeek.` and the log's path."""
    flat = [_flat(record) for record in records]
    rows: dict[str, list[int]] = {}
    for row, record in enumerate(flat):
        rows.setdefault(path_of(record), []).append(row)
        record.pop(HEADED, None)
    parts = []
    for path, members in rows.items():
        layout = _layout(path)
        frame = _finished(layout.parse([flat[row] for row in members], wanted))
        dataset = pl.lit(f"zeek.{path}").alias("event.dataset")
        parts.append(frame.with_columns(dataset, pl.Series("@place", members, dtype=pl.Int64)))
    return pl.concat(parts, how="diagonal_relaxed").sort("@place").drop("@place", "@none", strict=False)


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    return dict(spread(record)) if any(type(value) is dict for value in record.values()) else record


def path_of(record: dict[str, Any]) -> str:
    """The path of the log that the record is of, as a part of a dataset's name."""
    given = record.get(HEADED) or record.get(PATH)
    path = given if type(given) is str and given else _told_by(tuple(record)) or "unknown"
    return re.sub(r"[^a-z0-9_]", "_", path.lower()[:64])


@functools.lru_cache(maxsize=4096)
def _told_by(names: tuple[str, ...]) -> str | None:
    return told_by(frozenset(names))


@functools.lru_cache(maxsize=1024)
def _layout(path: str) -> Layout:
    known = path if path in TABLES else _VARIANT.sub("", path)
    return Layout(f"zeek.{path}", COMMON | TABLES.get(known, {}), fixed(known), beyond=BEYOND.get(known), empty=_EMPTY)


def _finished(frame: pl.DataFrame) -> pl.DataFrame:
    """Times, and hardware addresses and names of protocols as ECS writes them."""
    if "_ts" in frame.columns:
        frame = frame.with_columns(times(frame["_ts"]).alias("@timestamp")).drop("_ts")
    frame = with_macs(frame)
    for name in ("network.protocol", "network.transport"):
        if name in frame.columns:
            frame = frame.with_columns(pl.col(name).str.to_lowercase().replace({"ssl": "tls"}))
    return frame


def times(texts: pl.Series) -> pl.Series:
    """UTC times of seconds since 1970, also small ones; of whole milliseconds; of ISO 8601."""
    seconds = texts.cast(pl.Float64, strict=False)
    micros = pl.when(seconds.abs() < 1e11).then((seconds * 1e6).round()).when(seconds.abs() < 1e14).then(seconds * 1e3)
    found = pl.select(micros.otherwise(None).cast(pl.Int64, strict=False).cast(pl.Datetime("us", "UTC"))).to_series()
    return found if seconds.null_count() == texts.null_count() else found.fill_null(utc_of(texts))
