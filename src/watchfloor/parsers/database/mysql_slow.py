"""The head lines of the slow query log of MySQL and MariaDB: when, who, from where, how long."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers._times import nanoseconds
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_READ: Fields = {"event.category": ["database"], "event.type": ["info"], "event.action": "slow-query"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Duration in nanoseconds; the address where there is one, else the name."""
    if "_seconds" in frame.columns:
        frame = frame.with_columns(nanoseconds(frame["_seconds"]).alias("event.duration"))
    if "_name" in frame.columns:
        frame = frame.with_columns(pl.coalesce("source.address", "_name").alias("source.address"))
    return split_address(frame, "source")


PARSER = LineParser(
    reference="https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html",
    patterns=(
        Pattern(
            r"^# User@Host: (?P<user.name>.*)\[(?P<_account>[^\]]*)\] @ (?P<_name>\S*) \[(?P<source.address>[^\]]*)\]"
            r"(?: +Id: +(?P<mysql.thread_id>\d+))?\s*$",
            _READ,
        ),
        Pattern(
            r"^# Query_time: (?P<_seconds>[\d.]+) +Lock_time: (?P<mysql.lock_seconds>[\d.]+)"
            r" +Rows_sent: (?P<mysql.rows_sent>\d+)"
            r" +Rows_examined: (?P<mysql.rows_examined>\d+).*$",
            _READ,
        ),
        Pattern(r"^# Time: (?P<_time>\S+(?: +\d+:\d\d:\d\d)?)\s*$", _READ),
        Pattern(r"^# Thread_id: (?P<mysql.thread_id>\d+) +Schema: (?P<mysql.database>\S*) +.*$", _READ),
        Pattern(r"^# Rows_affected: (?P<_rows>\d+) .*$", _READ),
    ),
    times=("%Y-%m-%dT%H:%M:%S%.f%#z", "%y%m%d %H:%M:%S", "%y%m%d %k:%M:%S"),
    sieve=r"^# (?:User@Host|Query_time|Time|Thread_id|Rows_affected): ",
    finish=_finish,
)
