"""Shapes of Exim's log lines, which its own files and syslog share, and what follows from them.

Formats: https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html. Names in HELO, senders, subjects
and commands are the client's: the client's address is the one that Exim writes at its fixed place.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.mail._parts import (
    BROKEN,
    CLOSED,
    CONNECTED,
    DENIED,
    EMAIL,
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
from watchfloor.parsers.plugin import Fields, Pattern

ID = r"(?P<email.local_id>[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4}))"
_MAYBE_ID = rf"(?:{ID} )?"
_PEER = r"\[(?P<source.address>[0-9A-Fa-f.:]+)\](?::(?P<source.port>\d{1,5}))?"
_HELO = r"\((?P<smtp.helo>[^\s()]*|\[[^\]()]*\]|[^()]*)\)"
_HOST = rf"(?:(?P<_name>[^\s()\[\]]+) )?(?:{_HELO} )?{_PEER}(?P<_more>(?: I=\[[^\]]*\](?::\d+)?)?(?: Ci=\S+)?)"
_ADDRESS = r'(?:"(?:[^"\\]|\\.)*"[^\s<>]*|[^\s<>]*)'
_FROM = rf"F=(?:<(?P<email.from.address>{_ADDRESS})>|(?P<_from>{_ADDRESS}))"
_TO = rf"(?: <(?P<email.to.address>{_ADDRESS})>| (?P<_rcpt>[^\s<>:]+@[^\s<>:]+))?"
_DELIVERED: Fields = {**EMAIL, "event.action": "delivered", "event.outcome": "success"}
_BOUNCED: Fields = {**EMAIL, "event.action": "bounced", "event.outcome": "failure"}
_DEFERRED: Fields = {**EMAIL, "event.action": "deferred", "event.outcome": "failure"}
_RECIPIENT = (
    r'(?P<_rcpt>"(?:[^"\\]|\\.)*"[^\s<>]*|[^\s<>]*[^\s<>:]|:\w+:|\|\S+|/\S+)(?: \([^)]*\))*'
    r"(?: <(?P<exim.original_recipient>[^>]*)>)?"
)
_SPAM = (
    r"SA: Action: (?P<event.reason>.*?)(?: \(scanned in .*?\))?\. From <(?P<email.from.address>[^<>]*)>"
    r" \(host=(?P<_name>\S+) \[(?P<source.address>[0-9A-Fa-f.:]+)\]\) for (?P<_rcpts>.*)$"
)


def patterns(start: str) -> tuple[Pattern, ...]:
    """All shapes behind `start`, an anchored regex of what comes before a message's id."""
    head = rf"{start}{_MAYBE_ID}"
    return (*_messages(rf"{start}{ID}"), *_refusals(head), *_connections(head), *_system(start))


def _messages(head: str) -> tuple[Pattern, ...]:
    received: Fields = {**EMAIL, "event.action": "received", "event.outcome": "success"}
    return (
        Pattern(rf"{head} <= (?:<>|(?P<email.from.address>{_ADDRESS}))(?P<_arrival> .*)?$", received),
        Pattern(rf"{head} (?P<exim.flags>=>|->|>>|\*>) {_RECIPIENT}(?P<_delivery> .*)?$", _DELIVERED),
        Pattern(rf"{head} (?P<exim.flags>\*\*) {_RECIPIENT}(?P<_delivery>:? .*)?$", _BOUNCED),
        Pattern(rf"{head} (?P<exim.flags>==) {_RECIPIENT}(?P<_delivery> .*)?$", _DEFERRED),
        Pattern(rf"{head} Completed(?: QT=\S+)?\s*$", {**EMAIL, "event.action": "completed"}),
        Pattern(
            rf"{head} (?P<event.reason>Frozen|frozen|Message is frozen|Unfrozen.*|cancelled by .*)\s*$",
            EMAIL,
        ),
        Pattern(rf"{head} (?P<event.reason>removed) by (?P<user.name>\S+)\s*$", {**EMAIL, "event.action": "removed"}),
    )


def _refusals(head: str) -> tuple[Pattern, ...]:
    reply = r"(?P<event.reason>(?P<smtp.reply_code>\d{3}) .*?)(?: \(set_id=(?P<user.name>.*)\)(?:: [a-z][^()]*)?)?\s*$"
    rejected = r"(?P<_verdict>(?:temporarily )?rejected) (?P<smtp.command>[A-Za-z][A-Za-z -]*?)"
    return (
        Pattern(
            rf"{head}H={_HOST}(?P<_tail>.*?) rejected connection in \"?(?P<smtp.command>\w+)\"? ACL:? ?"
            r"(?P<event.reason>.*)$",
            {**DENIED, "network.protocol": "smtp"},
        ),
        Pattern(
            rf"{head}H={_HOST}(?P<_tail>.*?) (?P<_verdict>(?:temporarily )?rejected) (?P<smtp.command>MAIL)"
            rf" <(?P<email.from.address>{_ADDRESS})>: (?P<event.reason>.*)$",
            REJECTED,
        ),
        Pattern(
            rf"{head}(?P<exim.authenticator>\w+) authenticator failed for (?:H=)?{_HOST}(?: U=\S+)?: {reply}",
            LOGIN_FAILED,
        ),
        Pattern(
            rf"{head}H={_HOST}(?P<_tail>.*?)(?: {_FROM})?(?: A=(?P<_auth>\S+))? {rejected}{_TO}:"
            r" (?P<event.reason>.*)$",
            REJECTED,
        ),
        Pattern(
            rf"{head}(?:{_FROM} )?H={_HOST}(?: {_FROM2})?(?: P=\w+)?(?: {_FROM3})? rejected by"
            r" (?P<smtp.command>local_scan\(\)|non-SMTP ACL): (?P<event.reason>.*)$",
            REJECTED,
        ),
        Pattern(rf"{head}H={_HOST}(?P<_tail>.*?) {rejected}(?: (?P<_rcpt>\S+))?\s*$", REJECTED),
        Pattern(
            rf"{head}H={_HOST} (?P<event.reason>sender verify (?:fail|defer) for <(?P<email.from.address>{_ADDRESS})>"
            r"(?:: .*)?)$",
            REJECTED,
        ),
        Pattern(rf"{head}rejected (?P<smtp.command>HELO|EHLO) from (?:H=)?{_HOST}: (?P<event.reason>.*)$", REJECTED),
        Pattern(rf"{head}{_SPAM}", EMAIL),
        Pattern(
            rf"{head}(?P<event.reason>unqualified (?:verify|sender|recipient) rejected): <(?P<_rcpt>[^<>]*)>"
            rf" H={_HOST}.*$",
            REJECTED,
        ),
        Pattern(rf"{head}H={_HOST}(?P<_tail> .*?)? Warning: (?P<event.reason>.*)$", EMAIL),
        Pattern(
            rf"{head}H={_HOST} (?P<event.reason>(?:incomplete transaction|X=\S+ .*incomplete transaction) \(.*?\))"
            rf"(?: from <(?P<email.from.address>{_ADDRESS})>)?(?: for (?P<_rcpts>.*))?$",
            BROKEN,
        ),
    )


_FROM2 = _FROM.replace("email.from.address", "_from2").replace("<_from>", "<_from3>")
_FROM3 = _FROM.replace("email.from.address", "_from4").replace("<_from>", "<_from5>")


def _connections(head: str) -> tuple[Pattern, ...]:
    lost = r"(?P<event.reason>(?:closed by|lost|timed out|D=)(?:.*))"
    failure: Fields = {**BROKEN, "network.protocol": "smtp"}
    return (
        Pattern(
            rf"{head}SMTP connection from {_HOST} (?:X=\S+ )?(?P<event.reason>closed by (?:DROP|non-mail).*)$",
            {**DENIED, "network.protocol": "smtp"},
        ),
        Pattern(rf"{head}SMTP connection from {_HOST} {lost}$", {**CLOSED, "network.protocol": "smtp"}),
        Pattern(
            rf"{head}SMTP connection from {_HOST}(?: \(TCP/IP connection count = \d+\))?\s*$",
            {**CONNECTED, "network.protocol": "smtp"},
        ),
        Pattern(
            rf"{head}(?P<event.reason>no MAIL in SMTP connection|unexpected disconnection while reading SMTP command"
            rf"|SMTP command timeout on(?: TLS)? connection|SMTP data timeout.*? on connection|ETRN \S+ received"
            rf"|too many connections) from {_HOST}.*$",
            failure,
        ),
        Pattern(rf"{head}TLS error on connection (?:from|to) (?:H=)?{_HOST} (?P<event.reason>\(.*)$", failure),
        Pattern(
            rf"{head}SMTP call from (?:H=)?{_HOST} (?P<event.reason>dropped: .*)$",
            {**DENIED, "network.protocol": "smtp"},
        ),
        Pattern(
            rf'{head}(?P<event.reason>SMTP (?:syntax|protocol) error in) ".*" H={_HOST}(?: X=\S+)?(?: CV=\S+)?'
            r" (?P<_why>[^\"\[]*)$",
            failure,
        ),
        Pattern(
            rf"{head}(?P<event.reason>SMTP protocol synchronization error) \(.*?\): (?:rejected|closed|dropped)"
            rf' (?:connection from|"[^"]*") H={_HOST}.*$',
            failure,
        ),
        Pattern(
            rf"{head}(?:[Rr]efused connection|Connection) from (?:H=)?{_HOST}(?: \(?(?P<event.reason>.*?)\)?)?$",
            {**DENIED, "network.protocol": "smtp"},
        ),
        Pattern(
            rf"{head}(?P<event.reason>no host name found for IP address) (?P<source.address>[0-9A-Fa-f.:]+).*$", NOTED
        ),
        Pattern(
            rf"{head}no IP address found for host (?P<_name>\S+) \(during SMTP connection from "
            rf"(?:\S+ )?(?:\([^()]*\) )?{_PEER}\)\s*$",
            NOTED,
        ),
        Pattern(
            rf"{head}(?:H=)?(?P<_server>[^\s\[\]]+) \[(?P<destination.address>[^\]]+)\](?::"
            r"(?P<destination.port>\d+))?:?"
            r" (?P<event.reason>(?:Connection|Network|No route|Remote|SMTP error|SMTP timeout|TLS).*)$",
            BROKEN,
        ),
    )


def _system(start: str) -> tuple[Pattern, ...]:
    return (
        Pattern(rf"{start}exim (?P<service.version>\S+) daemon started: .*$", STARTED),
        Pattern(
            rf"{start}(?P<event.reason>(?:Start|End) queue run: .*|cwd=.* args: .*|exim user lost privilege .*"
            r"|SIGHUP received: .*|Warning: purging the environment\..*)$"
        ),
        Pattern(
            rf"{start}(?P<_verdict>rejected) \"(?P<smtp.command>[A-Z]+)[^\"]*\" from {_HOST}"
            r"(?:: (?P<event.reason>.*))?$",
            REJECTED,
        ),
        Pattern(
            rf"{start}{ID} (?P<event.reason>(?:SMTP error|LMTP error|Remote host|SMTP timeout) .*?): host "
            r"(?P<_server>[^\s\[\]]+) \[(?P<destination.address>[0-9A-Fa-f.:]+)\](?::(?P<destination.port>\d+))?:"
            r" (?P<_why>.*)$",
            _DEFERRED,
        ),
        Pattern(
            rf"{start}{ID} H=(?P<_server>[^\s\[\]]+) \[(?P<destination.address>[0-9A-Fa-f.:]+)\]"
            r"(?::(?P<destination.port>\d+))?:? (?P<event.reason>.*)$",
            {**NOTED, "network.protocol": "smtp"},
        ),
        Pattern(rf"{start}H={_HOST}:? (?P<event.reason>.*)$", {**NOTED, "network.protocol": "smtp"}),
        Pattern(rf"{start}{ID} DKIM: d=(?P<exim.dkim_domain>\S+) (?P<event.reason>.*)$", EMAIL),
        Pattern(rf"{start}{ID} (?P<event.reason>.*)$", EMAIL),
    )


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses, the log-in, TLS, subject and message id, the server that took the message."""
    frame = _arrivals(frame)
    frame = _deliveries(frame)
    for name in ("_from", "_from2", "_from3", "_from4", "_from5"):
        if name in frame.columns:
            sender = pl.concat_list(name)
            frame = first(frame, "email.from.address", pl.when(pl.col(name).is_not_null()).then(sender)).drop(name)
    frame = _recipients(frame)
    if "_auth" in frame.columns:
        frame = first(frame, "user.name", pl.col("_auth").str.extract(r"^[^:]+:(.+)$"))
    if "_verdict" in frame.columns:
        later = (pl.col("_verdict") == "temporarily rejected").fill_null(value=False)
        frame = frame.with_columns(
            pl.when(later).then(pl.lit("deferred")).otherwise("event.action").alias("event.action")
        )
    if "_why" in frame.columns:
        whole = pl.concat_str("event.reason", "_why", separator=": ")
        frame = frame.with_columns(pl.coalesce(whole, "event.reason").alias("event.reason"))
    frame = _local(frame)
    if "email.local_id" in frame.columns:
        frame = frame.with_columns(pl.col("email.local_id").alias("exim.message_id"))
    frame = with_client(with_client(frame), "destination", "_server")
    return with_reply(with_tls(with_login(frame)), "event.reason")


def _arrivals(frame: pl.DataFrame) -> pl.DataFrame:
    """What follows `<=`: all before the size is Exim's word or was verified, all after it is the message's own text."""
    if "_arrival" not in frame.columns:
        return frame
    rest = frame["_arrival"]
    sized = rest.str.extract_groups(r"^(.*? S=(\d+))(?: |$)").struct
    front = sized.field("1")
    host = front.str.extract_groups(rf"^ (?:R=\S+ )?(?:U=\S+ )?H={_HOST}").struct.unnest()
    for name in ("_name", "smtp.helo", "source.address", "source.port", "_more"):
        value = host[name] if name != "source.port" else host[name].cast(pl.Int64, strict=False)
        frame = first(frame, name, pl.lit(value))
    login = front.str.extract(r"^.* A=[^\s:]+:(\S+)")
    before = rest.str.extract(r"^(.*? S=\d+)")
    later = pl.select(pl.lit(rest).str.strip_prefix(pl.lit(before))).to_series()
    frame = first(frame, "exim.authenticator", pl.lit(front.str.extract(r"^.* A=([^\s:]+)")))
    return (
        first(frame, "user.name", pl.lit(login))
        .with_columns(
            front.str.extract(r" P=(\S+)").alias("exim.protocol"),
            sized.field("2").alias("exim.size"),
            front.str.extract(r" R=(\S+)").alias("exim.bounced_id"),
            front.str.extract(r" X=([A-Z]+[0-9.v]*):").alias("_tls"),
            front.str.extract(r" X=[A-Z]+[0-9.v]*:([^\s:]+)").alias("tls.cipher"),
            later.str.extract(r" id\*?=(\S+)").alias("email.message_id"),
            later.str.extract(r' T="((?:[^"\\]|\\.)*)"').alias("email.subject"),
            later.str.extract(r"^.* for (\S+(?: \S+)*?)\s*$").alias("_rcpts_arrived"),
        )
        .drop("_arrival")
    )


def _deliveries(frame: pl.DataFrame) -> pl.DataFrame:
    """What follows the recipient; the remote server's reply comes last."""
    if "_delivery" not in frame.columns:
        return frame
    text = frame["_delivery"]
    front = text.str.extract(r"^(.*?)(?: C=\"|: |$)")
    server = front.str.extract_groups(r" H=(\S+) \[([^\]]+)\](?::(\d+))?").struct
    reply = text.str.extract(r' C="((?:[^"\\]|\\.)*)"')
    reason = text.str.extract(r"^.*?: (.*?)(?: DT=\S+)?(?: QT=\S+)?\s*$")
    frame = first(frame, "_server", pl.lit(server.field("1")))
    frame = first(frame, "destination.address", pl.lit(server.field("2")))
    frame = first(frame, "destination.port", pl.lit(server.field("3").cast(pl.Int64, strict=False)))
    frame = first(frame, "event.reason", pl.coalesce(pl.lit(reply), pl.lit(reason)))
    frame = first(frame, "_from", pl.lit(front.str.extract(rf" F=<({_ADDRESS})>")))
    return frame.with_columns(
        front.str.extract(r" R=([^\s:]+)").alias("exim.router"),
        front.str.extract(r" T=([^\s:]+)").alias("exim.transport"),
        front.str.extract(r" defer \((-?\d+)\)").alias("error.code"),
    ).drop("_delivery")


def _recipients(frame: pl.DataFrame) -> pl.DataFrame:
    if "exim.original_recipient" in frame.columns:
        given = pl.col("_rcpt")
        whole = given.str.contains("@") | pl.col("exim.original_recipient").is_null()
        frame = frame.with_columns(pl.when(whole).then(given).otherwise("exim.original_recipient").alias("_rcpt"))
    for name in ("_rcpt", "_rcpts", "_rcpts_arrived"):
        if name in frame.columns:
            listed = pl.col(name).str.strip_chars(" <>").str.split(" ")
            frame = first(frame, "email.to.address", pl.when(pl.col(name).str.contains("@")).then(listed)).drop(name)
    return frame


def _local(frame: pl.DataFrame) -> pl.DataFrame:
    """The server's own address and port, which some lines give as `I=[…]:25`."""
    if "_more" not in frame.columns:
        return frame
    own = frame["_more"].str.extract_groups(r" I=\[([^\]]*)\](?::(\d+))?").struct
    frame = first(frame, "destination.address", pl.lit(own.field("1")))
    return first(frame, "destination.port", pl.lit(own.field("2").cast(pl.Int64, strict=False))).drop("_more")
