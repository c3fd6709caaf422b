"""Messages of OpenSMTPD: connections, log-ins, messages taken and delivered, commands that failed."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import (
    CLOSED,
    CONNECTED,
    EMAIL,
    LOGIN_DONE,
    LOGIN_FAILED,
    NOTED,
    REJECTED,
    STARTED,
    first,
    with_client,
    with_login,
    with_reply,
    with_tls,
)
from watchfloor.parsers.plugin import MessageParser, Pattern

_ID = r"^(?P<session.id>[0-9a-f]{16}) "
_ENVELOPE = (
    r"evpid=(?P<email.local_id>[0-9a-f]+) from=<(?P<email.from.address>[^<>]*)> to=<(?P<email.to.address>[^<>]*)>"
)
_PEER = r"address=(?:local|\[?(?:IPv6:|ipv6:)?(?P<source.address>[0-9A-Fa-f.:]+)\]?)(?: host=(?P<_name>\S+))?"
_RELAY = r'relay="(?P<destination.address>[^"\s()]+)(?: \((?P<_server>[^()"]*)\))?"'


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Peers, the log-in, and how a delivery ended."""
    if "_result" in frame.columns:
        outcomes = {"Ok": "success", "TempFail": "failure", "PermFail": "failure"}
        actions = {"Ok": "delivered", "TempFail": "deferred", "PermFail": "bounced"}
        result = frame["_result"]
        outcome = result.replace_strict(outcomes, default=None, return_dtype=pl.String)
        action = result.replace_strict(actions, default=None, return_dtype=pl.String)
        frame = first(frame.drop("_result"), "event.outcome", pl.lit(outcome))
        frame = first(frame, "event.action", pl.lit(action))
    if "email.local_id" in frame.columns:
        frame = frame.with_columns(pl.col("email.local_id").alias("opensmtpd.envelope_id"))
    frame = with_client(with_client(frame), "destination", "_server")
    return with_reply(with_tls(with_login(frame)), "event.reason")


PARSER = MessageParser(
    reference="https://man.openbsd.org/smtpd.8",
    programs=frozenset({"smtpd"}),
    patterns=(
        Pattern(rf"{_ID}smtp (?:event=)?connected {_PEER}\s*$", {**CONNECTED, "network.protocol": "smtp"}),
        Pattern(
            rf"{_ID}smtp (?:event=)?(?:disconnected|closed)(?: {_PEER})?(?: reason=(?P<event.reason>.*))?$",
            {**CLOSED, "network.protocol": "smtp"},
        ),
        Pattern(rf"{_ID}smtp (?:event=)?authentication user=(?P<user.name>.*?)(?: {_PEER})? result=ok\s*$", LOGIN_DONE),
        Pattern(
            rf"{_ID}smtp (?:event=)?authentication user=(?P<user.name>.*?)(?: {_PEER})? result="
            r"(?P<event.reason>\S+)\s*$",
            LOGIN_FAILED,
        ),
        Pattern(
            rf"{_ID}smtp (?:event=)?message (?:{_PEER} )?msgid=(?P<email.local_id>[0-9a-f]+)(?: from=<"
            r"(?P<email.from.address>"
            r"[^<>]*)> to=<(?P<email.to.address>[^<>]*)>)? size=(?P<opensmtpd.size>\d+) .*$",
            {**EMAIL, "event.action": "received", "event.outcome": "success"},
        ),
        Pattern(rf"{_ID}smtp (?:event=)?envelope {_ENVELOPE}.*$", {**EMAIL, "event.action": "queued"}),
        Pattern(
            rf'{_ID}smtp (?:event=)?failed-command(?: {_PEER})? command="'
            r'(?P<smtp.command>AUTH)\b.*" result="(?P<event.reason>535[^"]*)"\s*$',
            LOGIN_FAILED,
        ),
        Pattern(
            rf'{_ID}smtp (?:event=)?failed-command(?: {_PEER})? command="(?P<smtp.command>[A-Za-z]*).*"'
            r' result="(?P<event.reason>[^"]*)"\s*$',
            REJECTED,
        ),
        Pattern(
            rf"{_ID}smtp (?:event=)?(?:starttls|tls)(?: {_PEER})?.*?(?P<_tls>TLSv[\d.]+)[:/]"
            r"(?P<tls.cipher>[^:\s\"]+).*$",
            NOTED,
        ),
        Pattern(
            rf"{_ID}mta (?:event=)?delivery {_ENVELOPE} rcpt=<[^<>]*> source=\"[^\"]*\" {_RELAY} delay=\S+"
            r' result="?(?P<_result>\w+)"? stat="(?P<event.reason>.*)"\s*$',
            EMAIL,
        ),
        Pattern(
            rf"{_ID}mda (?:event=)?delivery {_ENVELOPE}(?: rcpt=<[^<>]*>)? user=(?P<user.name>\S+) (?:method=\S+ )?"
            r'delay=\S+ result="?(?P<_result>\w+)"? stat="?(?P<event.reason>.*?)"?\s*$',
            EMAIL,
        ),
        Pattern(rf"{_ID}(?:mta|mda|smtp|lka|mfa) (?P<event.reason>.*)$", NOTED),
        Pattern(r"^info: OpenSMTPD (?P<service.version>\S+) starting\s*$", STARTED),
        Pattern(r"^(?P<log.level>info|warn|fatal|debug): (?P<event.reason>.*)$"),
    ),
    finish=_finish,
)
