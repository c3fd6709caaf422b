"""Ivanti Connect Secure, formerly Pulse Secure and Juniper SA: log-ins, sessions and tunnels, in its own form and WELF.

User names are the client's text, in WELF without quotes, and so are user agents: a line that tells its fields twice is
marked as such, and of them only what stands in front of the user's name is believed.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from watchfloor.parsers._address import ip_of
from watchfloor.parsers._columns import column, first
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._forged import TOLD_TWICE
from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_IP = r"[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]+"
_PROGRAM = r"^\s*(?:(?:PulseSecure|Juniper|Ivanti): )?"
_MOMENT = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
_STANDARD = rf"{_PROGRAM}(?P<_time>{_MOMENT}) - (?P<host.hostname>\S+) - \[(?P<source.address>(?:{_IP})?)\] "
_WHO = (
    r"(?:(?P<ivanti.virtual_system>[^:()\[\]]*)::)?(?P<user.name>.*?)\((?P<ivanti.realm>[^()]*)\)"
    r"\[(?P<ivanti.roles>[^\[\]]*)\] - "
)
_WELF = (
    rf'{_PROGRAM}id=firewall time="(?P<_time>{_MOMENT})" pri=(?P<event.severity>\d+) fw=\S* '
    r"vpn=(?P<host.hostname>\S*) (?:ivs=(?P<ivanti.virtual_system>[^=]*) )?user="
)
_PAIRS = (
    r'(?P<user.name>.*?) realm="(?P<ivanti.realm>[^"]*)" roles="(?P<ivanti.roles>[^"]*)" '
    r'(?:sessionID="(?P<session.id>[^"]*)" )?(?:type=\S* )?(?:proto=(?P<_service>\S*) )?src=(?P<source.address>\S*) '
    r"dst=(?P<destination.address>\S*) dstname=(?P<destination.domain>\S*) (?:type=\S* )?"
    r'(?:op=(?P<http.request.method>\S*) arg="(?P<url.original>[^"]*)" result=(?P<http.response.status_code>\S*) )?'
    r"sent=(?P<source.bytes>\d*) rcvd=(?P<destination.bytes>\d*) "
    r'(?:agent="(?P<user_agent.original>.*?)" )?(?:duration=(?P<_seconds>\d*) )?msg="'
)
_CODE = r"(?:(?P<event.code>[A-Z]{3}\d{5}): *)?"

_LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["start"], "event.action": "logged-in"}
_FAILED: Fields = {**_LOGIN, "event.outcome": "failure"}
_FACTOR: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.action": "authenticated"}
_STARTED: Fields = {
    "event.category": ["authentication", "session"],
    "event.type": ["start"],
    "event.action": "vpn-session-started",
    "event.outcome": "success",
}
_TUNNEL: Fields = {**_STARTED, "event.category": ["network", "session"]}
_OUT: Fields = {"event.category": ["session"], "event.type": ["end"], "event.action": "logged-out"}
_CHECK: Fields = {"event.category": ["session"], "event.type": ["info"], "event.action": "host-check"}
_CHECKED = (
    r"Host Checker policy '(?P<rule.name>[^']*)' {} on host '[^']*'(?: address '(?P<source.mac>[^']*)')? for user "
    r"'.*?'(?: reason '(?P<event.reason>.*?)')?\.?"
)
_SHAPES: tuple[tuple[str, Fields], ...] = (
    (
        (
            r"(?:Agent )?[Ll]ogin succeeded for (?P<_for>.*?)(?:/[^/]*?)?(?: \(session:(?P<_session>[^)]*)\))?"
            r" from (?P<_from>\S+?)\.?"
            r"(?: with (?P<_agent>.*?)\.?)?"
        ),
        _STARTED,
    ),
    (r"(?:Agent )?[Ll]ogin failed.*?(?: +Reason: *(?P<event.reason>.*?))?", _FAILED),
    (r"(?:Primary|Secondary) authentication successful for .*", {**_FACTOR, "event.outcome": "success"}),
    (r"(?:Primary|Secondary) authentication failed for .*", {**_FACTOR, "event.outcome": "failure"}),
    (r"Logout from \S+(?: \(session:(?P<_session>[^)]*)\))?.*", _OUT),
    (
        (
            r"(?P<event.reason>(?:Max )?[Ss]ession (?:timed out|timeout|deleted|terminated|ended|expired)) .*?"
            r"(?:\(session:(?P<_session>[^)]*)\).*)?"
        ),
        _OUT,
    ),
    (
        (
            r"(?:VPN Tunneling|Network Connect): Session started for user *(?:\(session:(?P<_session>[^)]*)\) )?with "
            rf"IP(?:v[46] address)? (?P<source.nat.ip>{_IP})(?:(?:,| and) hostname (?P<source.domain>[\w.-]+))?.*"
        ),
        _TUNNEL,
    ),
    (
        (
            r"(?:VPN Tunneling|Network Connect): Session ended for user *(?:\(session:(?P<_session>[^)]*)\) )?with "
            rf"IP(?:v[46] address)? (?P<source.nat.ip>{_IP}).*"
        ),
        {"event.category": ["network", "session"], "event.type": ["end"]},
    ),
    (
        (
            r"Closed connection to (?P<_peer>\S+)(?: port (?P<destination.port>\d+))? after (?P<_lasted>\d+) seconds, "
            r"with (?P<_read>\d+) bytes read .*?and (?P<_written>\d+) bytes written.*"
        ),
        {"event.category": ["network"], "event.type": ["connection", "end"]},
    ),
    (
        rf"Remote address for user .* changed from (?P<client.address>{_IP}) to (?P<_changed>{_IP})\..*",
        {"event.category": ["session"], "event.type": ["info"], "event.action": "address-changed"},
    ),
    (_CHECKED.format("passed"), {**_CHECK, "event.outcome": "success"}),
    (_CHECKED.format("failed"), {**_CHECK, "event.outcome": "failure"}),
    (
        r"Unauthenticated request url (?P<_url>.*) came from IP \S+",
        {"event.category": ["network", "web"], "event.type": ["access"]},
    ),
    (
        (
            r"SSL negotiation failed while client at source IP '[^']*' was trying to connect to '(?P<_peer>[^']*)'\. "
            r"Reason: '(?P<event.reason>.*?)'"
        ),
        {"event.category": ["network"], "event.type": ["connection", "error"], "event.outcome": "failure"},
    ),
)
_MARKED: Fields = {
    "event.category": ["authentication"],
    "event.type": ["info"],
    "event.action": TOLD_TWICE,
    "event.outcome": "unknown",
}


def _patterns() -> Iterator[Pattern]:
    yield Pattern(rf'{_WELF}.* realm=".* realm="{REMAINDER}', _MARKED)
    # Here the address stands in front of what is the client's.
    yield Pattern(rf'{_WELF}{_PAIRS}.* msg="{REMAINDER}', _MARKED)
    yield Pattern(rf"{_STANDARD}.*\)\[[^\]]*\] - .*\)\[[^\]]*\] - {REMAINDER}", _MARKED)
    for text, fields in _SHAPES:
        yield Pattern(rf'{_WELF}{_PAIRS}{_CODE}(?P<message>{text})"?\s*$', fields)
        yield Pattern(rf"{_STANDARD}{_WHO}{_CODE}(?P<message>{text})\s*$", fields)
    yield Pattern(rf'{_WELF}{_PAIRS}{_CODE}(?P<message>.*?)"?\s*$')
    yield Pattern(rf"{_STANDARD}{_WHO}{_CODE}{REMAINDER}")


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Both sides, what the messages alone tell, who observed; the system itself is no user."""
    administrator = column(frame, "event.code").str.starts_with("ADM") & (
        frame["event.action"] == "vpn-session-started"
    )
    asked = column(frame, "http.request.method").is_not_null() & frame["event.category"].is_null()
    # Users belong to a realm, whatever they are called.
    system = (column(frame, "user.name") == "System") & (column(frame, "ivanti.realm").fill_null("") == "")
    named = pl.when(system).then(column(frame, "_for")).otherwise(column(frame, "user.name"))
    seen = pl.when(system).then(column(frame, "_from"))
    frame = frame.with_columns(
        pl.when(asked).then(pl.lit(["network", "web"])).otherwise(frame["event.category"]).alias("event.category"),
        pl.when(asked).then(pl.lit(["access"])).otherwise(frame["event.type"]).alias("event.type"),
        pl.when(administrator).then(pl.lit("logged-in")).otherwise(frame["event.action"]).alias("event.action"),
        named.alias("user.name"),
        pl.coalesce(seen, first(frame, "_changed", "source.address")).alias("source.address"),
        first(frame, "destination.address", "_peer").alias("destination.address"),
        ip_of(column(frame, "client.address")).alias("client.ip"),
        first(frame, "session.id", "_session").alias("session.id"),
        first(frame, "user_agent.original", "_agent").alias("user_agent.original"),
        first(frame, "url.original", "_url").alias("url.original"),
        column(frame, "_lasted").fill_null(column(frame, "_seconds")).alias("@seconds"),
        *(
            frame[f"{side}.bytes"].fill_null(column(frame, told).cast(pl.Int64, strict=False)).alias(f"{side}.bytes")
            for side, told in (("source", "_read"), ("destination", "_written"))
        ),
    )
    return observer(connection(frame), "Ivanti", "Connect Secure", "gateway")


PARSER = LineParser(
    reference="https://help.ivanti.com/ps/help/en_US/ICS/22.x/22.7R2/ag/logging_n_monitoring.htm",
    patterns=tuple(_patterns()),
    times=("%Y-%m-%d %H:%M:%S",),
    sieve=(
        rf"{_PROGRAM}(?:{_MOMENT} - \S+ - \[(?:{_IP})?\] .*\[|"
        rf'id=firewall time="{_MOMENT}" pri=\d+ fw=\S* vpn=\S* (?:ivs=[^=]* )?user=)'
    ),
    sources=("pulsesecure", "ivanti"),
    finish=_finish,
)
