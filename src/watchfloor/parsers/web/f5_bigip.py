"""F5 BIG-IP: messages of the access policy manager, of monitors, of TLS, and the audit of configuration changes."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._columns import first
from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers._times import YEARLESS
from watchfloor.parsers._users import with_domain
from watchfloor.parsers.plugin import Fields, LineParser, Pattern
from watchfloor.parsers.web._clients import with_clients

_HEAD = (
    rf"^(?:<\d+>)?(?:(?P<{YEARLESS}>[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d)|[A-Z][a-z]+ "
    rf"(?P<_time>\d{{4}}/\d\d/\d\d \d\d:\d\d:\d\d)) "
    r"(?P<host.hostname>\S+) (?P<log.level>[a-z][a-z-]*) (?P<process.name>[\w.-]+)\[(?P<process.pid>\d+)\]: "
)
_CODE = (
    r"(?P<event.code>01[0-9A-Fa-f]{6}):(?:(?P<event.severity>\d):)? (?:(?P<f5.session.profile>\S*?):"
    r"(?P<f5.session.partition>[^\s:]*):? ?(?P<f5.session.id>[0-9A-Za-z]+): |(?P<_bare>[0-9a-f]{8}): )?"
)
_FAILED: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.outcome": "failure"}
_REFUSED: Fields = {**_FAILED, "event.action": "authenticated"}
_PROVEN: Fields = {**_REFUSED, "event.outcome": "success"}
_SESSION: Fields = {"event.category": ["session"], "event.type": ["info"]}
_START: Fields = {"event.category": ["session"], "event.type": ["start"]}
_END: Fields = {"event.category": ["session"], "event.type": ["end"]}
_NETWORK: Fields = {"event.category": ["network"], "event.type": ["connection", "error"], "event.outcome": "failure"}
_AUDIT: Fields = {"event.category": ["configuration"], "event.type": ["info"]}
_IP = r"[0-9A-Fa-f.:]+"


def _texts(*shapes: tuple[str, Fields]) -> tuple[Pattern, ...]:
    return tuple(Pattern(rf"{_HEAD}{_CODE}{shape}", fields) for shape, fields in shapes)


_PATTERNS = (
    *_texts(
        (
            (
                rf"New session from client IP (?P<source.address>{_IP}) .*?at VIP (?P<destination.address>{_IP})"
                r"(?: Listener (?P<f5.listener>\S+))?.*$"
            ),
            _START,
        ),
        (r"Username '(?P<user.name>.*)'\s*$", _SESSION),
        (
            (
                r"(?P<f5.module>\S+) module: authentication with '(?P<user.name>.*)' failed(?: in \S+)?: "
                r"(?P<event.reason>.*?)\s*$"
            ),
            _REFUSED,
        ),
        (
            r"(?P<f5.module>\S+) module: authentication with '(?P<user.name>.*)' successful\s*$",
            _PROVEN,
        ),
        (
            (
                r"(?P<f5.module>\S+) agent: Auth \(logon attempt:\d+\): authenticate with '(?P<user.name>.*)' "
                r"successful\s*$"
            ),
            _PROVEN,
        ),
        (
            (
                r"(?P<f5.module>\S+) agent: Auth \(logon attempt:\d+\): authenticate with '(?P<user.name>.*)' failed"
                r"(?:: (?P<event.reason>.*?))?\s*$"
            ),
            _REFUSED,
        ),
        (r"Access policy result: (?P<event.action>Logon_Deny|Deny).*$", _FAILED),
        (r"Access policy result: (?P<event.action>.*?)\s*$", _START),
        (r"Session deleted(?: due to (?P<event.reason>.*?))?\.?\s*$", _END),
        (r"Session statistics - bytes in: (?P<source.bytes>\d+), bytes out: (?P<destination.bytes>\d+)\s*$", _SESSION),
        (
            (
                rf"Assigned PPP Dynamic IPv4: (?P<source.nat.ip>{_IP}) .*Client IP: (?P<source.address>{_IP})(?: "
                rf"- .*)?\s*$"
            ),
            _START,
        ),
        (r"Received User-Agent header: (?P<user_agent.original>.*?)\s*$", _SESSION),
        (r"SSL Handshake failed for TCP (?P<_client>\S+:\d+) -> (?P<_peer>\S+:\d+)\s*$", _NETWORK),
        (
            (
                r"AUDIT - pid=\d+ user=(?P<user.name>\S+) .*?status=\[(?P<event.reason>[^\]]*)\] cmd_data="
                r"(?P<process.command_line>.*)$"
            ),
            _AUDIT,
        ),
        (
            r"AUDIT - user (?P<_actor>\S+) - RAW: .*?user=(?P<user.name>[^\s(]+).*? host=(?P<source.address>\S+) .*$",
            {"event.category": ["authentication"], "event.type": ["info"]},
        ),
        (r"AUDIT - (?:client \S+, )?user (?P<user.name>\S+) - (?P<event.reason>.*?)\s*$", _AUDIT),
        (
            (
                r"Pool (?P<f5.pool>\S+) member (?P<f5.member>\S+) (?:monitor status|session status) "
                r"(?P<event.action>[a-z ]+?)\..*$"
            ),
            {"event.category": ["host"], "event.type": ["info"]},
        ),
        (REMAINDER, {}),
    ),
    Pattern(
        (
            rf"{_HEAD}Rule:? (?P<rule.name>\S+) <(?P<f5.event>.*?)>: APM_EVENT=(?P<event.action>\S*) \| "
            rf"(?P<user.name>.*?) \| .*$"
        ),
        _SESSION,
    ),
    Pattern(
        rf"{_HEAD.removesuffix(': ')}: \((?P<user.name>[^\s()]+)\) CMD \((?P<process.command_line>.*)\)\s*$",
        {"event.category": ["process"], "event.type": ["start"]},
    ),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Both sides' addresses; user and domain apart; a session's id with or without its profile."""
    frame = with_domain(with_clients(frame))
    frame = frame.with_columns(first(frame, "f5.session.id", "_bare").alias("f5.session.id"))
    return frame.with_columns(pl.lit("F5").alias("observer.vendor"), pl.lit("BIG-IP").alias("observer.product"))


PARSER = LineParser(
    reference="https://my.f5.com/manage/s/article/K13000",
    patterns=_PATTERNS,
    times=("%Y/%m/%d %H:%M:%S",),
    sieve=(
        r"^(?:<\d+>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [a-z][a-z-]* [\w.-]+\[\d+\]: (?:01[0-9A-Fa-f]"
        r"{6}:|Rule.*APM_EVENT=)"
        r"|[A-Z][a-z]+ \d{4}/\d\d/\d\d \d\d:\d\d:\d\d \S+ [a-z][a-z-]* [\w.-]+\[\d+\]: )"
    ),
    sources=(),
    finish=_finish,
)
