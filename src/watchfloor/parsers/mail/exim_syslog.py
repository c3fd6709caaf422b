"""Messages of Exim in syslog, with or without Exim's own time in front."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._times import LOCAL, parse_times
from watchfloor.parsers.mail._exim import finish, patterns
from watchfloor.parsers.plugin import MessageParser

_START = (
    r"^(?:\[\d+[\\/]\d+\] )?(?:(?P<_own_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)"
    r"(?: [+-]\d{4})? )?(?:\[(?P<process.pid>\d+)\] )?"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """As for Exim's own files; its own time counts where the envelope's has no zone."""
    if "_own_time" in frame.columns:
        _, local = parse_times(frame["_own_time"], ("%Y-%m-%d %H:%M:%S%.f",))
        frame = frame.drop("_own_time").with_columns(local.alias(LOCAL))
    return finish(frame)


PARSER = MessageParser(
    dataset="mail.exim",
    reference="https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html#SECTlogtosyslog",
    programs=frozenset({"exim", "exim4"}),
    patterns=patterns(_START),
    finish=_finish,
)
