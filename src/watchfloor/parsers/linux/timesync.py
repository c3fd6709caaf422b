"""Messages of the daemons that set the clock: systemd-timesyncd, chrony, ntpd."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import ENDED, STARTED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_INFO: Fields = {"event.category": ["host"], "event.type": ["info"]}
_CHANGE: Fields = {"event.category": ["host"], "event.type": ["change"], "event.action": "clock-changed"}
_SERVER = r"\[?(?P<destination.address>[0-9A-Fa-f.:]+?)\]?"
_PORT = r"(?::(?P<destination.port>\d{1,5}))?"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP or name; a name that comes beside the address."""
    frame = split_address(frame, "destination")
    if "_name" in frame.columns:
        frame = frame.with_columns(pl.col("_name").alias("destination.domain"))
    return frame


PARSER = MessageParser(
    reference="https://chrony-project.org/doc/4.6/chronyd.html",
    programs=frozenset({"systemd-timesyncd", "chronyd", "ntpd", "ntpdate", "systemd-timedated"}),
    patterns=(
        Pattern(
            rf"^(?:Initial synchronization to|Contacted|Synchronized to|Timed out waiting for reply from|"
            rf"Connecting to) time server {_SERVER}{_PORT}"
            r"(?: \((?P<_name>[^)]*)\))?\.?\s*$",
            _INFO,
        ),
        Pattern(r"^Selected source (?P<destination.address>[0-9A-Fa-f.:]+)(?: \((?P<_name>[^)]*)\))?\s*$", _INFO),
        Pattern(r"^(?:Can't synchronise: |Source )(?P<event.reason>.*?)\s*$", _INFO),
        Pattern(
            r"^(?P<event.reason>System clock (?:wrong by|was stepped by) .*|(?:time reset|step time server|"
            r"adjust time server|Changed "
            r"local time) .*|System clock time unset .*)$",
            _CHANGE,
        ),
        Pattern(r"^(?P<event.reason>chronyd version .* starting.*|ntpd \S+ .*: Starting.*)$", STARTED),
        Pattern(r"^(?P<event.reason>chronyd exiting|ntpd exiting on signal .*)$", ENDED),
        Pattern(r"^(?P<event.reason>.*?)\s*$", _INFO),
    ),
    finish=_finish,
)
