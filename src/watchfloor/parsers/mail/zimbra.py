"""Zimbra's mailbox.log and audit.log: log-ins by any protocol, and other records of the server."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import LOGIN_DONE, LOGIN_FAILED, with_client, with_login
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = (
    r"^(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?P<log.level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s+"
    r"\[(?P<_thread>[^\]]*)\] \[(?P<_context>[^\]]*)\] (?P<log.logger>[a-z][a-z_.]*) - "
)
_COMMAND = r"cmd=(?P<_command>\w*Auth); account=(?P<user.name>.*?);(?: protocol=(?P<network.protocol>\w+);)?"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The client out of the context: the address that a proxy passed on (`oip`), else the peer's (`ip`)."""
    peer = frame["_context"].str.extract(r"(?:^|;)ip=([0-9A-Fa-f.:]+)(?:;|$)")
    original = frame["_context"].str.extract(r"(?:^|;)oip=([0-9A-Fa-f.:]+)(?:;|$)")
    frame = frame.drop("_context", "_thread", "_command", strict=False).with_columns(
        pl.select(pl.coalesce(original, peer)).to_series().alias("source.address"),
        frame["_context"].str.extract(r"(?:^|;)ua=([^;]*)").alias("user_agent.original"),
    )
    return with_login(with_client(frame))


PARSER = LineParser(
    reference="https://wiki.zimbra.com/wiki/Log_Files",
    patterns=(
        Pattern(rf"{_HEAD}{_COMMAND} error=(?P<event.reason>.*?);?\s*$", LOGIN_FAILED),
        Pattern(rf"{_HEAD}{_COMMAND}\s*$", LOGIN_DONE),
        Pattern(
            rf"{_HEAD}(?P<event.reason>authentication failed) for \[(?P<user.name>[^\]]*)\].*$",
            LOGIN_FAILED,
        ),
        Pattern(rf"{_HEAD}(?P<event.reason>.*)$"),
    ),
    times=("%Y-%m-%d %H:%M:%S,%3f",),
    sieve=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+\s+\[[^\]]*\] \[(?:[a-z]+=|\])[^\]]*\]? ?[a-z]",
    finish=_finish,
)
