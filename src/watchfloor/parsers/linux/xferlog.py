"""The transfer log that wu-ftpd introduced and proftpd, vsftpd and pure-ftpd write: one line per file transferred."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers._times import nanoseconds
from watchfloor.parsers.linux import _ftp
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_KINDS: tuple[tuple[str, Fields], ...] = (("i", _ftp.UPLOAD), ("o", _ftp.DOWNLOAD), ("d", _ftp.DELETE))
_OUTCOMES: tuple[tuple[str, Fields], ...] = (("c", _ftp.DONE), ("i", _ftp.FAILED))


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Duration in nanoseconds; who is anonymous gives a password, not a name."""
    frame = frame.with_columns(nanoseconds(frame["_seconds"]).alias("event.duration")).drop("_seconds")
    return split_address(frame, "source")


PARSER = LineParser(
    reference="https://manpages.debian.org/bookworm/proftpd-doc/xferlog.5.en.html",
    patterns=tuple(
        Pattern(
            r"^(?P<_time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) +(?P<_seconds>\d+)"
            r" (?P<source.address>\S+)"
            r" (?P<file.size>\d+) (?P<file.path>.*) (?P<xferlog.transfer_type>[ab])"
            r" (?P<xferlog.special_action>[CUT_]+) "
            rf"{way} (?P<xferlog.access_mode>[agr]) (?P<user.name>.*) (?P<xferlog.service>\S+)"
            rf" (?P<xferlog.authentication>[01])"
            rf" (?P<xferlog.user_id>\S+) {end}\s*$",
            {**kind, **outcome, "network.protocol": "ftp"},
        )
        for way, kind in _KINDS
        for end, outcome in _OUTCOMES
    ),
    times=("%a %b %e %H:%M:%S %Y",),
    sieve=r"^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} +\d+ \S+ \d+ .* [ab] [CUT_]+ [iod] [agr] ",
    finish=_finish,
)
