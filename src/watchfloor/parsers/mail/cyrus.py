"""Messages of Cyrus IMAP: log-ins, deliveries, connections and TLS of its services."""

from __future__ import annotations

from watchfloor.parsers.mail._parts import (
    CONNECTED,
    DENIED,
    EMAIL,
    LOGIN_DONE,
    LOGIN_FAILED,
    NOTED,
    REJECTED,
    with_client,
    with_login,
    with_tls,
)
from watchfloor.parsers.plugin import MessageParser, Pattern

_PEER = r"(?:(?P<_name>[^\s\[\]]+) ?)?\[(?P<source.address>[0-9A-Fa-f.:]+)\]"
_SESSION = r"(?: SESSIONID=<(?P<session.id>[^<>]*)>)?"
_SERVICES = [
    "imap",
    "imaps",
    "pop3",
    "pop3s",
    "nntp",
    "nntps",
    "sieve",
    "timsieved",
    "lmtp",
    "lmtpd",
    "lmtpunix",
    "lmtpproxyd",
    "http",
    "https",
    "deliver",
    "notify",
    "sync_server",
]

PARSER = MessageParser(
    reference="https://www.cyrusimap.org/imap/reference/admin/monitoring.html",
    programs=frozenset(
        [
            *_SERVICES,
            *(
                f"cyrus/{name}"
                for name in [*_SERVICES, "master", "imapd", "pop3d", "ctl_cyrusdb", "cyr_expire", "tls_prune"]
            ),
            *(f"cyrus-{name}" for name in _SERVICES),
            "saslauthd",
        ]
    ),
    patterns=(
        Pattern(
            rf"^badlogin: {_PEER} (?P<cyrus.mechanism>\S+) \((?P<user.name>.*)\) "
            r"(?P<event.reason>\[.*\]|invalid user)\s*$",
            LOGIN_FAILED,
        ),
        Pattern(
            rf"^badlogin: {_PEER} (?P<cyrus.mechanism>\S+) (?P<user.name>[^\[]\S*) (?P<event.reason>\[?SASL\(.*)$",
            LOGIN_FAILED,
        ),
        Pattern(rf"^badlogin: {_PEER} (?P<cyrus.mechanism>\S+) \[?(?P<event.reason>SASL\(.*?)\]?\s*$", LOGIN_FAILED),
        Pattern(rf"^badlogin: {_PEER} (?P<event.reason>anonymous login refused)\s*$", LOGIN_FAILED),
        Pattern(rf"^badlogin: {_PEER} (?P<cyrus.mechanism>\S+) (?P<user.name>\S+) (?P<event.reason>.*)$", LOGIN_FAILED),
        Pattern(rf"^badlogin: {_PEER} (?P<event.reason>.*)$", LOGIN_FAILED),
        Pattern(
            rf"^login: {_PEER} (?P<user.name>\S+) (?P<cyrus.mechanism>\S+) User logged in{_SESSION}\s*$", LOGIN_DONE
        ),
        Pattern(rf"^login: {_PEER} (?P<user.name>\S+) (?P<cyrus.mechanism>\S+).*$", LOGIN_DONE),
        Pattern(r"^starttls: (?P<_tls>\S+) with cipher (?P<tls.cipher>\S+) .*$", NOTED),
        Pattern(r"^accepted connection(?: from (?P<_name>[^\s\[]+)? ?\[(?P<source.address>[^\]]+)\])?.*$", CONNECTED),
        Pattern(
            r"^Delivered: <?(?P<email.message_id>.*?)>? to mailbox: (?P<cyrus.mailbox>.*)$",
            {**EMAIL, "event.action": "delivered", "event.outcome": "success"},
        ),
        Pattern(rf"^(?P<event.reason>refused connection) from {_PEER}\s*$", DENIED),
        Pattern(
            r"^auditlog: (?:append|touched) sessionid=<(?P<session.id>[^<>]*)> mailbox=<(?P<cyrus.mailbox>[^<>]*)>"
            r" uniqueid=<[^<>]*> uid=<\d+>.*?(?: messageid=<?(?P<email.message_id>[^\s<>]*)>?"
            r" size=<\d+>)?\s*$",
            {**EMAIL, "event.action": "stored"},
        ),
        Pattern(
            r"^auditlog: (?:expunge|unlink|unlinkarchive) sessionid=<(?P<session.id>[^<>]*)>"
            r" mailbox=<(?P<cyrus.mailbox>[^<>]*)> uniqueid=<[^<>]*> uid=<\d+>.*$",
            {**EMAIL, "event.action": "deleted"},
        ),
        Pattern(
            r"^auditlog: traffic sessionid=<(?P<session.id>[^<>]*)> bytes_in=<(?P<source.bytes>\d+)>"
            r" bytes_out=<(?P<destination.bytes>\d+)>\s*$",
            {"event.category": ["network"], "event.type": ["connection", "info"]},
        ),
        Pattern(
            r"^auditlog: (?:LMTP reject|reject|redirect|discard(?:-reject)?) sessionid=<(?P<session.id>[^<>]*)> "
            r"message-id=<?(?P<email.message_id>[^\s<>]*)>?(?: target=<(?P<email.to.address>[^<>]*)>)?"
            r"(?: userid=<(?P<user.name>[^<>]*)>)?\s*$",
            EMAIL,
        ),
        Pattern(
            r"^auditlog: (?P<event.reason>nonexistent|overquota|failed) userid=<(?P<user.name>[^<>]*)>"
            r" client=<(?P<source.address>[^<>]*)>\s*$",
            REJECTED,
        ),
        Pattern(
            r"^auditlog: (?P<event.action>[a-z]\w*)(?: sessionid=<(?P<session.id>[^<>]*)>)?"
            r"(?: (?:old)?mailbox=<(?P<cyrus.mailbox>[^<>]*)>)?.*$",
            EMAIL,
        ),
        Pattern(r"^(?:dupelim|duplicate_check): (?P<event.reason>.*)$", EMAIL),
        Pattern(
            r"^do_auth +: auth failure: \[user=(?P<user.name>.*)\] \[service=(?P<cyrus.service>[^\]]*)\]"
            r" \[realm=(?P<user.domain>[^\]]*)\] \[mech=(?P<cyrus.mechanism>[^\]]*)\] \[reason="
            r"(?P<event.reason>.*)\]\s*$",
            LOGIN_FAILED,
        ),
    ),
    finish=lambda frame: with_tls(with_login(with_client(frame))),
)
