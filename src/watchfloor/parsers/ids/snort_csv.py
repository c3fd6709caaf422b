"""Snort's alerts as comma-separated values (`alert_csv` of Snort 2 and 3, in their default columns, and pfSense's)."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import with_macs
from watchfloor.parsers.ids import _fast
from watchfloor.parsers.plugin import LineParser, Pattern

_CLOCK = r"\d\d:\d\d:\d\d\.\d{1,6}"
_NO_YEAR = rf"^(?P<_month>\d\d)/(?P<_day>\d\d)-(?P<_clock>{_CLOCK}) ?, ?"
_YEAR = rf"^(?P<_time>\d\d/\d\d/\d\d-{_CLOCK}) ?, ?"
_ADDRESS = r"[0-9A-Fa-f.:]+"
_PACKET = (
    r'(?P<snort.gid>\d+),(?P<rule.id>\d+),(?P<rule.version>\d+),"?(?P<rule.name>(?:[^",]|"")*|[^"]*)"?,'
    rf"(?P<_proto>[A-Za-z0-9-]+),(?P<_from>{_ADDRESS}),(?P<_from_port>\d*),(?P<_to>{_ADDRESS}),(?P<_to_port>\d*),"
)
_MAC = r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}"
_ETHERNET = rf"(?P<source.mac>{_MAC}),(?P<destination.mac>{_MAC}),.*$"
_PFSENSE = r"\d*,(?P<rule.category>[^,]*),(?P<event.severity>\d*),alert(?:,(?P<event.action>[A-Za-z]+))?\s*$"
_THREE = (
    r"\d+, ?(?P<_proto>[A-Za-z0-9_-]+), ?[^,]+, ?\d+, ?[A-Z0-9]+, ?(?P<_source>[0-9A-Fa-f.:\[\]]+), ?"
    r"(?P<_destination>[0-9A-Fa-f.:\[\]]+), ?(?P<snort.gid>\d+):(?P<rule.id>\d+):(?P<rule.version>\d+), ?"
    r"(?P<event.action>[a-z_]+)\s*$"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Both sides as the other forms of alerts write them, and then what these have in common."""
    for end, side in (("_from", "_source"), ("_to", "_destination")):
        port = frame[f"{end}_port"]
        apart = pl.select(
            pl.when(port != "").then(pl.concat_str(frame[end], port, separator=":")).otherwise(frame[end])
        ).to_series()
        frame = frame.with_columns(pl.coalesce(frame[side], apart).alias(side))
    for name in ("rule.category", "event.severity"):
        frame = frame.with_columns(pl.when(pl.col(name).cast(pl.String) != "").then(name).alias(name))
    return with_macs(_fast.finish(frame))


PARSER = LineParser(
    reference="https://github.com/snort3/snort3/blob/master/src/loggers/alert_csv.cc",
    patterns=(
        Pattern(rf"{_NO_YEAR}{_THREE}", _fast.ALERT),
        Pattern(rf"{_YEAR}{_THREE}", _fast.ALERT),
        Pattern(rf"{_NO_YEAR}{_PACKET}{_ETHERNET}", _fast.ALERT),
        Pattern(rf"{_YEAR}{_PACKET}{_ETHERNET}", _fast.ALERT),
        Pattern(rf"{_YEAR}{_PACKET}{_PFSENSE}", _fast.ALERT),
        Pattern(rf"{_NO_YEAR}{_PACKET}{_PFSENSE}", _fast.ALERT),
    ),
    times=_fast.TIMES[:0:-1],  # Snort 3, which puts the year first, is younger than any year that could be a month
    sieve=r"^\d\d/\d\d(?:/\d\d)?-\d\d:\d\d:\d\d\.\d{1,6} ?,",
    finish=_finish,
)
