"""Shapes of Dovecot's messages, which its own log file and syslog share, and what follows from them.

User names are what the client sent, so addresses are read from behind them. Formats: login_log_format and
login_log_format_elements of https://doc.dovecot.org/2.3/settings/core/.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import (
    BROKEN,
    CLOSED,
    CONNECTED,
    EMAIL,
    LOGIN_DONE,
    LOGIN_FAILED,
    SESSION_END,
    STARTED,
    STOPPED,
    first,
    with_client,
    with_login,
    with_tls,
)
from watchfloor.parsers.plugin import Fields, Pattern

_LEVEL = r"(?:(?P<log.level>Info|Warning|Error|Fatal|Panic|Debug): )?"
_LOGINS = r"(?P<log.logger>(?:imap|pop3|submission|managesieve|sieve|imap-urlauth|lmtp)-login)"
_WORKERS = (
    r"(?P<log.logger>imap|pop3|submission|managesieve|lmtp|lda|dovecot-lda|deliver|indexer-worker|indexer|doveadm|dsync"
    r"|dsync-local|dsync-remote|script-login|imap-hibernate|imap-urlauth|quota-status|sieve)"
)
_SERVERS = (
    r"(?P<log.logger>auth|auth-worker|auth\(default\)|master|log|config|anvil|ssl-params|stats|old-stats|dict|director"
    r"|ipc|replicator|aggregator|dovecot|health-check|welcome|dns-client|dns_client|proxy|lmtp|doveadm|indexer"
    r"|imap-hibernate|managesieve-login|imap-login|pop3-login|submission-login|imap|pop3)"
)
_OF = r"(?:\((?P<_who>[^()]*)\))?(?:<(?P<process.pid>\d+)>)?(?:<(?P<session.id>[^<>]*)>)?: "
_TAIL = (
    r"(?:user=<(?P<user.name>.*)>, )?(?:method=(?P<dovecot.method>[^,\s]+), )?rip=(?P<source.address>[^,\s]+)"
    r"(?:, rport=(?P<source.port>\d+))?(?:, lip=(?P<destination.address>[^,\s]+))?"
    r"(?:, lport=(?P<destination.port>\d+))?(?P<_more>(?:, .*)?)\s*$"
)
_REFUSED = (
    r"auth failed|auth aborted|authentication failed|tried to use dis|client didn't finish SASL|proxy dest auth failed"
    r"|authorization failed|auth process|internal failure|sent invalid|cert required|client sent|no valid|auth_failed"
)
_DB = (
    r"(?:conn unix:[^()]*(?:\([^)]*\))?: )?(?:auth-worker<\d+>: )?(?:request \[?\d+\]?: )?"
    r"(?P<dovecot.passdb>[A-Za-z0-9_-]+)"
)
_CONTEXT = r",(?P<source.address>[0-9A-Fa-f.:]+)(?:,(?:<(?P<session.id>[^<>]*)>)?)?(?:,[a-z:0-9-]+)*\): "
_COUNTERS = r"(?:in=(?P<source.bytes>\d+),? out=(?P<destination.bytes>\d+)|bytes=(?P<_in>\d+)/(?P<_out>\d+)).*$"
_NEW_AUTH = r"auth\((?P<user.name>[^,()]*),(?P<source.address>[0-9A-Fa-f.:]+)(?:,[^()]*)?\)"
_FAILS = (
    r".*(?:[Mm]ismatch|unknown user|Unknown user|failed|[Ii]nvalid|[Dd]enied|disallowed|expired|locked|disabled"
    r"|not allowed|Not allowed|not found|Not found|no such|aborted|exceeded|[Rr]ejected|blocked"
    r"|timed? ?out|Empty|unavailable|refusal).*"
)
_ACTIONS = (
    "save|delete|undelete|expunge|copy|append|flag_change|mailbox_create|mailbox_delete|mailbox_rename|autoexpunge"
)


def patterns(head: str, *, known_program: bool) -> tuple[Pattern, ...]:
    """All shapes behind `head`.

    Args:
        head: what comes before the service's name.
        known_program: whether it is sure that Dovecot wrote the record, so that the service's name may be missing.
    """
    login = rf"^{head}(?:{_LOGINS}(?:\([^)]*\))?(?:<\d*>)*: )" + ("?" if known_program else "") + _LEVEL
    worker = rf"^{head}{_WORKERS}{_OF}{_LEVEL}"
    server = (
        rf"^{head}(?:{_SERVERS}(?:\((?P<process.pid>\d+)\)|\([^)]*\))?: )" + ("?" if known_program else "") + _LEVEL
    )
    level = _LEVEL.removesuffix("?") if not known_program else _LEVEL
    return (
        *_logins(login),
        *_checks(server, rf"^{head}{_NEW_AUTH}"),
        *_sessions(worker),
        Pattern(rf"{server}Dovecot v(?P<service.version>\S+).* starting up.*$", STARTED),
        Pattern(rf"{server}(?P<event.reason>Killed with signal \d+ .*)$", STOPPED),
        _unknown(rf"^{head}{_WORKERS}", _OF, level),
        _unknown(f"^{head}{_SERVERS}", r"(?:\((?P<process.pid>\d+)\)|\([^)]*\))?: ", _LEVEL.removesuffix("?")),
    )


def _unknown(service: str, of: str, level: str) -> Pattern:
    return Pattern(rf"{service}{of}{level}(?P<event.reason>.*)$")


def _logins(login: str) -> tuple[Pattern, ...]:
    """What the login processes say when they let a client in or lose it."""
    return (
        Pattern(rf"{login}(?:Login|Logged in): {_TAIL}", LOGIN_DONE),
        Pattern(rf"{login}(?P<event.reason>.*\((?:{_REFUSED}).*): {_TAIL}", LOGIN_FAILED),
        Pattern(rf"{login}(?P<event.reason>(?:proxy\(.*\): )?[Ss]tarted proxying to .*?): {_TAIL}", LOGIN_DONE),
        Pattern(rf"{login}(?P<event.reason>proxy\(.*\): .*?): {_TAIL}", CLOSED),
        Pattern(rf"{login}(?P<event.reason>.*(?:SSL_accept|TLS handshaking|SSL_read).*?): {_TAIL}", BROKEN),
        Pattern(rf"{login}(?P<event.reason>[^:].*?): {_TAIL}", CLOSED),
    )


def _checks(server: str, new: str) -> tuple[Pattern, ...]:
    """What the authentication process says of a user; only with some settings may a name hold commas.

    What quotes the client once more behind the address comes first.
    """
    who, session = r"(?P<user.name>[^,()]*)", r"(?:<(?P<session.id>[^<>]*)>)?"
    failed, checked = rf"(?P<event.reason>{_FAILS})", r"(?P<event.reason>.*)"
    about: Fields = {"event.category": ["authentication"], "event.type": ["info"]}
    return (
        Pattern(rf"{server}{_DB}\({who}{_CONTEXT}(?P<event.reason>.*\((?:given password|username): .*)$", LOGIN_FAILED),
        Pattern(rf"{server}{_DB}\((?P<user.name>.*){_CONTEXT}{failed}$", LOGIN_FAILED),
        Pattern(rf"{new}{session}: {_LEVEL}{failed}$", LOGIN_FAILED),
        Pattern(
            rf"{server}pam_unix\(dovecot:\w+\): "
            r"(?P<event.reason>authentication failure); logname=\S* uid=\d* euid=\d* tty=\S*"
            r" ruser=(?P<user.name>.*) rhost=(?P<source.address>\S*)(?:\s+user=.*)?$",
            LOGIN_FAILED,
        ),
        Pattern(rf"{server}{_DB}\({who}{_CONTEXT}{checked}$", about),
        Pattern(rf"{new}{session}: {_LEVEL}{checked}$", about),
    )


def _sessions(worker: str) -> tuple[Pattern, ...]:
    """What the processes of one user say: what was delivered, stored and deleted, and how a session ended."""
    message = rf"{worker}(?:(?P<_token>[A-Za-z0-9/+=]+): )?(?:sieve: )?msgid=<?(?P<email.message_id>.*?)>?: "
    ended = r"(?P<event.reason>(?:Disconnected|Connection closed|Logged out)"
    return (
        Pattern(rf"{worker}{ended}.*?) {_COUNTERS}", SESSION_END),
        Pattern(rf"{worker}{ended}[^=]*?) (?P<dovecot.counters>top=\S+ .*)$", SESSION_END),
        Pattern(
            rf"{message}(?P<event.reason>(?:saved mail to|stored mail into mailbox|forwarded to|fileinto action).*)$",
            {**EMAIL, "event.action": "delivered", "event.outcome": "success"},
        ),
        Pattern(
            rf"{message}(?P<event.reason>(?:save failed|failed|rejected|sender address|message reject).*)$",
            {**EMAIL, "event.action": "rejected", "event.outcome": "failure"},
        ),
        Pattern(rf"{message}(?P<event.reason>.*)$", EMAIL),
        Pattern(
            rf"{worker}(?P<event.action>{_ACTIONS})(?: from .*?)?:"
            r" (?P<event.reason>.*?)(?:, msgid=<?(?P<email.message_id>.*?)>?)?(?:, size=\d+)?$",
            EMAIL,
        ),
        Pattern(rf"{worker}Connect from (?P<source.address>\S+?)(?:: .*)?\s*$", CONNECTED),
        Pattern(rf"{worker}Disconnect from (?P<source.address>\S+?)(?:: (?P<event.reason>.*))?\s*$", CLOSED),
    )


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The user and the process that stand before the message, both sides, TLS and session out of what follows."""
    if "_who" in frame.columns:
        mailbox = pl.col("log.logger").is_in(["imap", "pop3", "managesieve", "submission"])
        who = pl.col("_who").str.extract(r"^(?:\d+, ?)?([^,]*[^,\d][^,]*)(?:,|$)")
        who = pl.when(mailbox).then(pl.col("_who").str.extract(r"^([^,]*)")).otherwise(who)
        pid = pl.when(~mailbox).then(pl.col("_who").str.extract(r"^(\d+)(?:,|$)").cast(pl.Int64, strict=False))
        frame = first(first(frame, "user.name", who), "process.pid", pid)
    if "_more" in frame.columns:
        more = pl.col("_more")
        frame = first(frame, "session.id", more.str.extract(r", session=<([^<>]*)>\s*$"))
        cipher = more.str.extract(r"(?:TLSv?|SSLv)\S+ with cipher (\S+)")
        frame = first(frame, "tls.cipher", cipher)
        version = more.str.extract(r"((?:TLSv?|SSLv)\d\S*) with cipher")
        frame = with_tls(frame.with_columns(version.alias("_tls")))
    for side, name in (("_in", "source.bytes"), ("_out", "destination.bytes")):
        if side in frame.columns:
            frame = first(frame, name, pl.col(side).cast(pl.Int64, strict=False))
    if "user.name" in frame.columns:
        frame = frame.with_columns(pl.when(~pl.col("user.name").is_in(["?", ""])).then("user.name").alias("user.name"))
    return _protocol(with_client(with_client(with_login(frame)), "destination", "_none"))


def _protocol(frame: pl.DataFrame) -> pl.DataFrame:
    """imap, pop3, submission (as smtp), managesieve or lmtp, by the service that wrote the record."""
    if "log.logger" not in frame.columns:
        return frame
    service = pl.col("log.logger").str.extract(r"^(imap|pop3|submission|managesieve|lmtp)(?:-login)?$")
    return frame.with_columns(service.replace({"submission": "smtp"}).alias("network.protocol"))
