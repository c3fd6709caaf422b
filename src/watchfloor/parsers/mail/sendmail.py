"""Messages of sendmail: what came from whom, where it went, what was refused, log-ins, TLS and broken connections.

Values that clients choose come before those that sendmail writes, so the relay is read from the end of the message.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import (
    BROKEN,
    CLOSED,
    CONNECTED,
    DENIED,
    EMAIL,
    LOGIN_DONE,
    LOGIN_FAILED,
    NOTED,
    REJECTED,
    STARTED,
    with_addresses,
    with_client,
    with_login,
    with_reply,
    with_tls,
)
from watchfloor.parsers.plugin import MessageParser, Pattern

_ID = r"(?:NOQUEUE: |(?P<email.local_id>[0-9A-Za-z]{8,20}): )?"
_PEER = (
    r"(?:[^\s@,\[\]]*@)?(?:(?P<_name>[^\s\[\],@]+) )?\[(?:IPv6:)?(?P<source.address>[0-9A-Fa-f.:]+)\]"
    r"(?: \(may be forged\))?"
)
_LOCAL = r"(?:[^\s@,]*@)?(?P<source.domain>[^\s\[\],@]+)"
_FROM = r"from=(?:<(?P<email.from.address>.*?)>|(?P<_from>[^,\s<>]*))"
_SIZES = r", size=-?\d+, class=-?\d+, (?:pri=\d+, )?nrcpts=\d+(?:, msgid=<?(?P<email.message_id>[^,<>]*)>?)?(?:, .*)?"
_STATUS = (
    rf"^{_ID}to=(?P<_to>.*?)(?:, ctladdr=(?P<_by>.*?))?(?:, delay=(?P<sendmail.delay>[\d:+]+))?"
    r"(?:, xdelay=(?P<sendmail.xdelay>[\d:+]+))?(?:, mailer=(?P<sendmail.mailer>\w+))?(?:, pri=\d+)?"
    r"(?:, (?:ntries|quarantine)=[^,]*)*"
    r"(?:, relay=(?:(?:(?P<_server>[^\s\[\],]+) )?\[(?:IPv6:)?(?P<destination.address>[^\],\s]+)\]|(?P<_relay>[^\s,]+))"
    r"(?: \(may be forged\))?)?"
    r"(?:, dsn=(?P<smtp.enhanced_code>[\d.]+))?"
)
_AUTH_REASON = r"AUTH failure \((?P<sendmail.mechanism>[^()]*)\): (?P<event.reason>.*?)"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Peers, lists of recipients, replies, and the status in words as outcome."""
    if "_from" in frame.columns:
        sender = pl.when(pl.col("_from").is_not_null()).then(pl.concat_list("_from"))
        have = "email.from.address" in frame.columns
        frame = frame.with_columns(
            (pl.coalesce("email.from.address", sender) if have else sender).alias("email.from.address")
        )
    if "email.local_id" in frame.columns:
        frame = frame.with_columns(pl.col("email.local_id").alias("sendmail.queue_id"))
    frame = with_addresses(frame)
    frame = with_client(with_client(frame), "destination", "_server")
    return with_reply(with_tls(with_login(frame)), "event.reason")


PARSER = MessageParser(
    reference="https://www.sendmail.org/~ca/email/doc8.12/op-sh-2.html#sh-2.1",
    programs=frozenset(
        [
            "sendmail",
            "sm-mta",
            "sm-msp",
            "sm-msp-queue",
            "sm-acceptingconnections",
            "sm-que",
            "sm-client",
            "sendmail.sendmail",
            "sm-mta-v4",
            "sendmail-msp",
            "sm-accept",
            "submit",
        ]
    ),
    patterns=(
        Pattern(rf"^{_ID}{_FROM}{_SIZES}, relay={_PEER}\s*$", {**EMAIL, "event.action": "received"}),
        Pattern(rf"^{_ID}{_FROM}{_SIZES}, relay={_LOCAL}\s*$", {**EMAIL, "event.action": "received"}),
        Pattern(
            rf"{_STATUS}, stat=(?P<event.reason>(?:Sent|OK).*)$",
            {**EMAIL, "event.action": "delivered", "event.outcome": "success"},
        ),
        Pattern(
            rf"{_STATUS}, stat=(?P<event.reason>(?:Deferred|[Qq]ueued|Please try).*)$",
            {**EMAIL, "event.action": "deferred", "event.outcome": "failure"},
        ),
        Pattern(
            rf"{_STATUS}, stat=(?P<event.reason>.*)$", {**EMAIL, "event.action": "bounced", "event.outcome": "failure"}
        ),
        Pattern(
            rf"^{_ID}ruleset=(?P<rule.name>check_mail), arg1=<(?P<email.from.address>[^<>]*)>(?:, arg2=.*?)?"
            rf", relay={_PEER}, reject=(?P<event.reason>.*)$",
            REJECTED,
        ),
        Pattern(
            rf"^{_ID}ruleset=(?P<rule.name>\w+), arg1=(?:<(?P<email.to.address>[^<>]*)>|.*?)(?:, arg2=.*?)?"
            rf", relay={_PEER}, reject=(?P<event.reason>.*)$",
            REJECTED,
        ),
        Pattern(rf"^{_ID}ruleset=(?P<rule.name>\w+), .*, relay={_LOCAL}, reject=(?P<event.reason>.*)$", REJECTED),
        Pattern(rf"^{_ID}(?:Milter|milter)(?:=\S+)?.*, reject=(?P<event.reason>.*)$", REJECTED),
        Pattern(rf"^{_ID}{_AUTH_REASON}, user=(?P<user.name>.*), relay={_PEER}\s*$", LOGIN_FAILED),
        Pattern(rf"^{_ID}{_AUTH_REASON}, relay={_PEER}\s*$", LOGIN_FAILED),
        Pattern(
            rf"^{_ID}AUTH=server, relay={_PEER}, authid=(?P<user.name>.*), mech=(?P<sendmail.mechanism>\S+)"
            r", bits=\d+\s*$",
            LOGIN_DONE,
        ),
        Pattern(rf"^{_ID}STARTTLS=(?:server|client), (?:cert-subject|error|info).*, relay={_PEER}\s*$", BROKEN),
        Pattern(
            rf"^{_ID}STARTTLS=server, relay={_PEER}, version=(?P<_tls>[^,\s]+), verify=[^,]*"
            r", cipher=(?P<tls.cipher>[^,\s]+), .*$",
            NOTED,
        ),
        Pattern(
            r"^(?:[0-9A-Za-z]{8,20}: )?STARTTLS=client, relay=(?P<destination.domain>[^\s,]+?)\.?, version="
            r"(?P<_tls>[^,\s]+), verify=[^,]*, cipher=(?P<tls.cipher>[^,\s]+), .*$",
            NOTED,
        ),
        Pattern(
            rf"^{_ID}{_PEER} (?P<event.reason>did not issue MAIL/EXPN/VRFY/ETRN) during connection to \S+\s*$",
            {**CLOSED, "network.protocol": "smtp"},
        ),
        Pattern(rf"^{_ID}{_PEER}: (?P<event.reason>(?:possible SMTP attack|.*attack).*)$", DENIED),
        Pattern(rf"^{_ID}POSSIBLE ATTACK from {_PEER}: (?P<event.reason>.*)$", DENIED),
        Pattern(rf"^{_ID}{_PEER}: (?P<smtp.command>(?i:EXPN|VRFY|ETRN)) .* \[rejected\]\s*$", REJECTED),
        Pattern(rf"^{_ID}rejecting (?:commands|connections) from\s+{_PEER} (?P<event.reason>due to .*)$", DENIED),
        Pattern(rf"^{_ID}(?P<event.reason>lost input channel|timeout waiting for input) from {_PEER} .*$", BROKEN),
        Pattern(
            rf"^{_ID}(?P<event.reason>collect: .*?|[a-z ]*unexpected close) (?:from|on connection from|by)"
            rf" {_PEER}(?:, .*)?$",
            BROKEN,
        ),
        Pattern(
            rf"^{_ID}Authentication-Warning: \S+: (?P<user.name>\S+) (?P<event.reason>set sender to .* using -f"
            r"|owned process doing -\w+)\s*$",
            EMAIL,
        ),
        Pattern(
            rf"^{_ID}Authentication-Warning: \S+: (?:Host )?{_PEER} (?P<event.reason>claimed to be \S+|didn't use HELO"
            r" protocol)\s*$",
            EMAIL,
        ),
        Pattern(rf"^{_ID}SMTP outgoing connect on .*$", NOTED),
        Pattern(rf"^{_ID}connect from {_PEER}.*$", {**CONNECTED, "network.protocol": "smtp"}),
        Pattern(
            rf"^{_ID}<(?P<email.to.address>[^<>]*)>\.\.\. (?P<event.reason>User unknown.*|.*rejected.*"
            r"|No such user.*)$",
            REJECTED,
        ),
        Pattern(
            rf"^{_ID}(?P<sendmail.dsn_id>[0-9A-Za-z]{{8,20}}): (?P<event.reason>(?:DSN|return to sender|postmaster"
            r" notify|sender notify): .*)$",
            {**EMAIL, "event.action": "notification"},
        ),
        Pattern(r"^starting daemon \((?P<service.version>[^()]*)\): .*$", STARTED),
        Pattern(rf"^{_ID}(?P<event.reason>(?:Milter|milter|clone|SYSERR|Losing|discarded|done).*)$", EMAIL),
        Pattern(
            rf"^{_ID}ruleset=(?P<rule.name>\w+), .*, relay={_PEER}, (?P<event.action>discard"
            r"|quarantine)(?:=(?P<event.reason>.*))?$",
            EMAIL,
        ),
        Pattern(rf"^{_ID}{_PEER}[:,] (?P<event.reason>(?:Possible|probable|bad) .*)$", DENIED),
        Pattern(
            rf"^{_ID}(?P<event.reason>tcpwrappers) \((?P<_name>[^\s,()]+), "
            r"(?P<source.address>[0-9A-Fa-f.:]+)\) rejection\s*$",
            DENIED,
        ),
    ),
    finish=_finish,
)
