"""Messages of xinetd: services that were started for a client, and clients that were refused."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers._times import nanoseconds
from watchfloor.parsers.linux._log import CLOSED, OPENED, REFUSED
from watchfloor.parsers.plugin import MessageParser, Pattern

_FROM = r"from=(?P<source.address>[0-9A-Za-z.:%_-]+|<no address>)"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP or name, the duration in nanoseconds."""
    if "_seconds" in frame.columns:
        frame = frame.with_columns(nanoseconds(frame["_seconds"]).alias("event.duration"))
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://manpages.debian.org/bookworm/xinetd/xinetd.conf.5.en.html",
    programs=frozenset({"xinetd"}),
    patterns=(
        Pattern(rf"^START: (?P<service.name>\S+)(?: pid=(?P<process.pid>\d+))?(?: {_FROM})?\s*$", OPENED),
        Pattern(
            r"^EXIT: (?P<service.name>\S+)(?: (?:status|signal)=(?P<event.code>\d+))?(?: pid=(?P<process.pid>\d+))?"
            r"(?: duration=(?P<_seconds>\d+)\(sec\))?\s*$",
            CLOSED,
        ),
        Pattern(rf"^FAIL: (?P<service.name>\S+) (?P<event.reason>\S+) {_FROM}\s*$", REFUSED),
        Pattern(
            (
                r"^libwrap refused connection to (?P<service.name>\S+) (?:\(libwrap=[^)]*\) )"
                r"?from (?P<source.address>\S+)\s*$"
            ),
            {**REFUSED, "event.reason": "libwrap"},
        ),
    ),
    fields={"event.category": ["process"], "event.type": ["info"]},
    finish=_finish,
)
