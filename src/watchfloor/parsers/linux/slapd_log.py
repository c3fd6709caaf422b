"""Messages of OpenLDAP's server as it writes them to its standard error: the time in hexadecimal seconds."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.linux._log import logged
from watchfloor.parsers.linux.slapd import PATTERNS, finish
from watchfloor.parsers.plugin import LineParser

_HEAD = r"(?P<_seconds>[0-9a-f]{8})(?:\.(?P<_fraction>[0-9a-f]{8}))? (?:0x(?P<process.thread.name>[0-9a-f]+) )?"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The time; after the point there are nanoseconds, in hexadecimal too."""
    seconds = pl.col("_seconds").str.to_integer(base=16, strict=False)
    micro = pl.col("_fraction").str.to_integer(base=16, strict=False).fill_null(0) // 1000
    moment = (seconds * 1_000_000 + micro).cast(pl.Datetime("us", "UTC"))
    return finish(frame.with_columns(moment.alias("@timestamp")).drop("_seconds", "_fraction"))


PARSER = LineParser(
    dataset="linux.slapd",
    reference="https://www.openldap.org/doc/admin26/runningslapd.html",
    patterns=logged(_HEAD, PATTERNS),
    times=(),
    sieve=(
        rf"^{_HEAD}(?:conn=-?\d+ |slapd |connection_read\(|daemon: |@\(#\) \$OpenLDAP|(?:<=|=>) \w+|mdb_|"
        rf"bdb_|hdb_|syncrepl|do_\w+: )"
    ),
    finish=_finish,
)
