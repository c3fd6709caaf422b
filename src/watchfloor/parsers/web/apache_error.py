"""Apache HTTP Server error logs, of 2.2 and of 2.4."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._error import with_action, with_type
from watchfloor.parsers.web._modsecurity import with_match

_TIME = r"\[(?P<_time>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d(?:\.\d+)? \d{4})\] "
_LEVEL = (
    r"\[(?:(?P<log.logger>[A-Za-z0-9_.-]*):)?(?P<log.level>emerg|alert|crit|error|warn|notice|info|debug|trace\d)\] "
)
_PID = r"\[pid (?P<process.pid>\d+)(?::tid (?P<process.thread.id>\d+))?\] "
_STATUS = r"(?:[\w.-]+\(\d+\): )?(?:\((?P<error.code>\d+)\)(?P<event.reason>[^\[\]]*?): )?"
_CLIENTS = (
    r"\[(?:client|remote) \[(?P<source.address>[^\]]+)\](?::(?P<source.port>\d{1,5}))?\] ",
    r"\[(?:client|remote) (?P<source.address>[^\s:\]]+)(?::(?P<source.port>\d{1,5}))?\] ",
    r"\[(?:client|remote) (?P<source.address>[^\s\]]+)\] ",
)
_PATTERNS = tuple(
    Pattern(rf"^{head}{_STATUS if client else ''}{client}{REMAINDER}")
    for head in (
        rf"{_TIME}{_LEVEL}{_PID}",
        rf"{_TIME}{_LEVEL}",
        rf"(?P<_time>){_LEVEL}{_PID}",
        rf"(?P<_time>){_LEVEL}",
    )
    for client in (
        (r"\[(?:client|remote) (?P<source.address>[0-9A-Fa-f:.]+):(?P<source.port>\d{1,5})\] ",) if _PID in head else ()
    )
    + (*_CLIENTS, "")
)
_USER = (
    r"^(?:AH\d{5}: )?(?:Digest: )?user [`']?(?P<name>.*?)'?(?:: authentication failure|: authorization failure"
    r"|: password mismatch| not found| in realm|: Password Mismatch)"
)

_FILE = (
    r"(?:File does not exist|script not found or unable to stat|client denied by server configuration): "
    r"(/.*?)(?:, referer: \S*)?\s*$"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Code, user and referrer out of the message; type by level."""
    message = frame["message"].str.replace(r"^\[client [^\]]*\] ", "")
    user = message.str.extract(_USER)
    frame = frame.with_columns(
        message.str.extract(r"^(AH\d{5}):").alias("event.code"),
        pl.when(user != "").then(user).alias("user.name"),
        pl.when(user.is_not_null()).then(pl.lit("failure")).alias("event.outcome"),
        message.str.extract(_FILE).alias("file.path"),
        message.str.extract(r", referer: (\S*)\s*$").alias("http.request.referrer"),
    )
    return split_address(with_match(with_action(with_type(frame))), "source")


PARSER = LineParser(
    reference="https://httpd.apache.org/docs/2.4/logs.html#errorlog",
    patterns=_PATTERNS,
    times=("%a %b %e %H:%M:%S%.f %Y",),
    sieve=r"^\[",
    finish=_finish,
)
