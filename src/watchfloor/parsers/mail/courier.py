"""Messages of Courier's POP3, IMAP and SMTP servers: log-ins, their ends, refusals, deliveries."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import (
    CLOSED,
    CONNECTED,
    DENIED,
    EMAIL,
    LOGIN_DONE,
    LOGIN_FAILED,
    REJECTED,
    SESSION_END,
    first,
    with_client,
    with_login,
    with_reply,
)
from watchfloor.parsers.plugin import MessageParser, Pattern

_IP = r"ip=\[(?P<source.address>[^\]\s]+)\](?:, ?port=\[(?P<source.port>\d+)\])?"
_SERVICES = ["pop3d", "imapd", "pop3d-ssl", "imapd-ssl", "pop3login", "imaplogin"]
_RELAY = r"relay=(?:(?P<_name>[^\s\[\],]+) )?\[?(?P<source.address>[0-9A-Fa-f.:]+)\]?(?:,port=(?P<source.port>\d+))?"
_SUBJECT = r"(?:,from=<(?P<email.from.address>[^<>]*)>)?(?:,(?:to|addr)=<(?P<email.to.address>[^<>]*)>)?"
_MESSAGE = r"id=(?P<email.local_id>[0-9A-F.]+)"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The client, the log-in and the reply."""
    if "email.local_id" in frame.columns:
        frame = frame.with_columns(pl.col("email.local_id").alias("courier.message_id"))
    if "_reply" in frame.columns:
        frame = first(frame, "event.reason", pl.col("_reply"))
    if "network.protocol" in frame.columns:
        frame = frame.with_columns(pl.col("network.protocol").str.to_lowercase())
    return with_reply(with_login(with_client(frame)), "event.reason")


PARSER = MessageParser(
    reference="https://www.courier-mta.org/imap/README.html",
    programs=frozenset(
        [
            *_SERVICES,
            *(f"courier-{name}" for name in _SERVICES),
            *[
                "courierpop3login",
                "courierpop3d",
                "courierimaplogin",
                "courierimapd",
                "courieresmtpd",
                "courieresmtp",
                "courierd",
            ],
            *[
                "courierlocal",
                "couriertcpd",
                "authdaemond",
                "courierfilter",
                "couriertls",
                "esmtpd",
                "courierdsn",
                "authdaemond.plain",
            ],
        ]
    ),
    patterns=(
        Pattern(
            rf"^LOGIN FAILED, (?:user=(?P<user.name>.*), )?(?:method=(?P<courier.method>\S+), )?{_IP}\s*$", LOGIN_FAILED
        ),
        Pattern(
            rf"^LOGIN, (?:user=(?P<user.name>.*), )?{_IP}(?:, protocol=(?P<network.protocol>\w+))?\s*$", LOGIN_DONE
        ),
        Pattern(
            rf"^(?P<event.reason>LOGOUT|DISCONNECTED|TIMEOUT), user=(?P<user.name>.*), {_IP}(?:, .*?)??"
            r"(?:, rcvd=(?P<source.bytes>\d+), sent=(?P<destination.bytes>\d+))?"
            r"(?:, (?:time|maildir|starttls)=.*)?\s*$",
            SESSION_END,
        ),
        Pattern(rf"^(?P<event.reason>LOGOUT|DISCONNECTED|TIMEOUT), {_IP}(?:, .*)?$", CLOSED),
        Pattern(rf"^(?:Connection|started),\s?{_IP}(?:, .*)?\s*$", CONNECTED),
        Pattern(r"^(?P<event.reason>Maximum connection limit reached) for (?P<source.address>\S+)\s*$", DENIED),
        Pattern(rf'^error,{_RELAY},msg="(?P<event.reason>535 [^"]*)"(?:,cmd: .*)?$', LOGIN_FAILED),
        Pattern(
            rf'^error,{_RELAY}(?:,from=<(?P<email.from.address>[^<>]*)>)?,msg="(?P<event.reason>[^"]*)"(?:,cmd: .*)?$',
            REJECTED,
        ),
        Pattern(rf"^error,{_RELAY}{_SUBJECT}: (?P<event.reason>.*)$", REJECTED),
        Pattern(
            rf"^newmsg,{_MESSAGE}(?:, auth=(?P<user.name>[^:,]*))?: dns; (?:.*?) ?\((?:(?P<_name>[^\s\[\]]+) )?"
            r"\[(?P<source.address>[0-9A-Fa-f.:]+)\]\)\s*$",
            {**EMAIL, "event.action": "received"},
        ),
        Pattern(
            rf"^{_MESSAGE}{_SUBJECT}(?:,size=\d+)?,(?:status: )?success(?:: (?P<event.reason>.*))?\s*$",
            {**EMAIL, "event.action": "delivered", "event.outcome": "success"},
        ),
        Pattern(
            rf"^{_MESSAGE}{_SUBJECT}(?:,size=\d+)?,status: (?P<event.reason>deferred.*)$",
            {**EMAIL, "event.action": "deferred", "event.outcome": "failure"},
        ),
        Pattern(
            rf"^{_MESSAGE}{_SUBJECT}(?:,size=\d+)?(?:,status: (?P<event.reason>failure.*)|: (?P<_reply>[45]\d\d .*))$",
            {**EMAIL, "event.action": "bounced", "event.outcome": "failure"},
        ),
        Pattern(rf"^{_MESSAGE}{_SUBJECT}(?:,size=\d+)?[,:] ?(?P<event.reason>.*)$", EMAIL),
        Pattern(rf"^(?:started|completed),{_MESSAGE}(?:,from=<(?P<email.from.address>[^<>]*)>)?.*$", EMAIL),
        Pattern(
            r"^(?:\w+: )?(?P<event.reason>password (?:mismatch|failed)|no password available to compare) for"
            r" (?P<user.name>.*)$",
            LOGIN_FAILED,
        ),
    ),
    finish=_finish,
)
