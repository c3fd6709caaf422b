"""Messages of the OpenSSH server: who logged in or failed to, from where, and how connections ended.

User names are the client's own text and may look like the rest of the message, so addresses are read from the end of
the message, which the server writes.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._sftp import PATTERNS as SFTP
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.action": "ssh_login"}
_FAILED: Fields = {**_LOGIN, "event.outcome": "failure"}
_ACCEPTED: Fields = {**_LOGIN, "event.category": ["authentication", "session"], "event.outcome": "success"}
_OPENED: Fields = {"event.category": ["network"], "event.type": ["connection", "start"]}
_CLOSED: Fields = {"event.category": ["network"], "event.type": ["connection", "end"]}
_REFUSED: Fields = {"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "failure"}
_BROKEN: Fields = {"event.category": ["network"], "event.type": ["connection", "error"], "event.outcome": "failure"}
_SESSION: Fields = {"event.category": ["session"], "event.type": ["info"]}

_UNKNOWN = ["invalid user", "illegal user"]
_START = r"^(?:(?P<log.level>error|fatal|debug[123]?|info|warning): )?"
_USER = r"(?:(?P<_known>invalid user|illegal user|authenticating user|user) )?(?P<user.name>.*)"
_FROM = r"(?P<source.address>[0-9A-Za-z._:%-]+)"
_PORT = r" port (?P<source.port>\d{1,5})"
_END = r" ?(?:\[preauth\])?\s*$"
_BREAK = r" ?(?P<_early>\[preauth\])?\s*$"
"""End of a message about an end, and whether that came before a log-in."""
_KEY = (
    r"(?P<sshd.signature>[A-Z][A-Za-z0-9-]* (?:[A-Z0-9]+:\S+|[0-9a-fx]{2}"
    r"(?::[0-9a-fx]{2})+))"
)


def _attempt(words: str, fields: Fields) -> tuple[Pattern, ...]:
    """Patterns of `<words> <method> for <user> from <address>`, what the server's text fixes best first."""
    start = rf"{_START}{words} (?P<sshd.method>\S+) for {_USER} from {_FROM}"
    single = rf"{_START}{words} (?P<sshd.method>\S+) for (?:(?:invalid|illegal) user )?(?P<user.name>\S+) from {_FROM}"
    return (
        Pattern(rf"{start}{_PORT} ssh\d?{_END}", fields),
        Pattern(rf"{start}{_PORT} ssh\d?: {_KEY}{_END}", fields),
        Pattern(rf"{single}{_PORT} ssh\d?: {_KEY} ID .*$", fields),
        Pattern(rf"{single}{_PORT} ssh\d?: .*$", fields),
        Pattern(rf"{start}(?:{_PORT})?{_END}", fields),
        Pattern(rf"{_START}{words} (?P<sshd.method>\S+) for .* from ", fields),  # whose address, nobody can tell
    )


def _pattern(text: str, fields: Fields) -> Pattern:
    return Pattern(rf"{_START}{text}", fields)


_PATTERNS = (
    *_attempt("Failed", _FAILED),
    *_attempt("Accepted", _ACCEPTED),
    *_attempt("(?:Postponed|Partial)", {**_LOGIN, "event.outcome": "unknown"}),
    _pattern(rf"(?:Invalid|Illegal) user (?P<user.name>.*) from {_FROM}(?:{_PORT})?{_END}", _FAILED),
    _pattern(rf"input_userauth_request: (?:invalid|illegal) user (?P<user.name>.*?){_END}", _FAILED),
    _pattern(rf"User (?P<user.name>.*) from {_FROM} not allowed because (?P<event.reason>.*?){_END}", _FAILED),
    _pattern(rf"User (?P<user.name>.*) not allowed because (?P<event.reason>.*?){_END}", _FAILED),
    _pattern(
        r"(?:PAM: )(?P<event.reason>.*?) for (?:(?:invalid|illegal) user )?"
        rf"(?P<user.name>.*?) from {_FROM}(?: via (?P<destination.address>\S+))?{_END}",
        _FAILED,
    ),
    _pattern(
        r"(?P<event.reason>maximum authentication attempts exceeded|Too many authentication failures) for "
        rf"{_USER} from {_FROM}{_PORT} ssh\d?{_END}",
        _FAILED,
    ),
    _pattern(rf"(?P<event.reason>ROOT LOGIN REFUSED) FROM {_FROM}(?:{_PORT})?{_END}", {**_FAILED, "user.name": "root"}),
    _pattern(
        rf"Disconnecting: (?P<event.reason>Too many authentication failures)(?: for (?P<user.name>.*?))?{_END}",
        _FAILED,
    ),
    _pattern(
        rf"Disconnecting (?:invalid user|authenticating user|user) (?P<user.name>[^\s()]*) {_FROM}{_PORT}: "
        rf"(?P<event.reason>Change of username or service not allowed: \([^\s()]*\) -> \([^\s()]*\)){_END}",
        _FAILED,
    ),
    _pattern(r"Disconnecting .*: (?P<event.reason>Change of username or service not allowed): ", _FAILED),
    _pattern(
        rf"Disconnecting {_USER} {_FROM}{_PORT}: (?P<event.reason>Too many authentication failures){_END}", _FAILED
    ),
    _pattern(
        rf"(?P<event.reason>Timeout before authentication) for (?:connection from )?{_FROM}(?:{_PORT})?"
        rf"(?: to (?P<destination.address>[^\s,]+), pid = \d+)?{_END}",
        {**_FAILED, "event.category": ["authentication", "network"]},
    ),
    _pattern(
        r"(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting) "
        rf"(?P<_known>invalid user|authenticating user|user) (?P<user.name>.*)"
        rf" {_FROM}{_PORT}(?:: (?P<event.reason>.*?))?{_BREAK}",
        _CLOSED,
    ),
    _pattern(
        rf"(?:Connection (?:closed|reset) by|Disconnected from|Disconnecting) {_FROM}"
        rf"(?:{_PORT})?(?:: (?P<event.reason>.*?))?{_BREAK}",
        _CLOSED,
    ),
    _pattern(
        rf"Received disconnect from {_FROM}(?:{_PORT})?:"
        rf" ?(?P<event.code>\d+): ?(?P<event.reason>.*?){_BREAK}",
        _CLOSED,
    ),
    _pattern(
        rf"Connection from {_FROM}{_PORT}(?: on (?P<destination.address>\S+) port (?P<destination.port>\d{{1,5}}))?"
        r"(?: rdomain \S*)?\s*$",
        _OPENED,
    ),
    _pattern(rf"Connection from {_FROM}\s*$", _OPENED),
    _pattern(rf"(?P<event.reason>Did not receive identification string) from {_FROM}(?:{_PORT})?{_END}", _BROKEN),
    _pattern(
        rf"(?P<event.reason>Bad protocol version identification) '.*' from {_FROM}(?:{_PORT})?{_END}",
        _BROKEN,
    ),
    _pattern(
        r"(?:(?:kex_exchange_identification|banner exchange|ssh_dispatch_run_fatal|kex_protocol_error|fatal): )?"
        rf"Connection from (?:(?:invalid |authenticating )?user (?P<user.name>.*)"
        rf" )?{_FROM}{_PORT}: (?P<event.reason>.*?){_END}",
        _BROKEN,
    ),
    _pattern(rf"Unable to negotiate with {_FROM}(?:{_PORT})?: (?P<event.reason>.*?){_END}", _BROKEN),
    _pattern(
        rf"(?P<event.reason>Unable to negotiate a key exchange method|no matching \S+"
        rf" found.*?|kex_exchange_identification: .*?"
        rf"|Read from socket failed: .*?|Write failed: .*?|ssh_dispatch_run_fatal: .*?|kex_protocol_error: .*?){_END}",
        _BROKEN,
    ),
    _pattern(rf"Read error from remote host {_FROM}(?:{_PORT})?: (?P<event.reason>.*?){_END}", _BROKEN),
    _pattern(rf"Protocol major versions differ(?: for {_FROM}{_PORT})?: (?P<event.reason>.*?){_END}", _BROKEN),
    _pattern(r"refused connect from .* \((?P<source.address>[^\s()]+)\)\s*$", _REFUSED),
    _pattern(rf"refused connect from (?:.*@)?{_FROM}\s*$", _REFUSED),
    _pattern(
        r"drop connection #\d+ from \[(?P<source.address>[^\]]+)\]:(?P<source.port>\d+) on "
        r"\[(?P<destination.address>[^\]]+)\]:(?P<destination.port>\d+) (?P<event.reason>.*)$",
        _REFUSED,
    ),
    _pattern(
        r"reverse mapping checking getaddrinfo for \S+ \[(?P<source.address>[^\]]+)\] (?P<event.reason>failed.*)$",
        {"event.category": ["network"], "event.type": ["info"]},
    ),
    _pattern(
        rf"Address {_FROM} maps to \S+, but this (?P<event.reason>does not map back to the address.*)$",
        {"event.category": ["network"], "event.type": ["info"]},
    ),
    _pattern(
        r"Nasty PTR record \".*\" is set up for (?P<source.address>\S+), ignoring\s*$",
        {"event.category": ["network"], "event.type": ["info"]},
    ),
    _pattern(
        r"srclimit_penalise: (?:\S+: )?(?:new|activating) (?P<source.address>[0-9A-Fa-f:.]+)/\d+ "
        r"(?P<event.reason>.*penalty.*)$",
        {"event.category": ["network"], "event.type": ["info"]},
    ),
    _pattern(
        r"(?:[^\s:]+:\d+: )?Authentication tried for (?P<user.name>.*) with "
        r"(?P<event.reason>(?:correct key|valid certificate) but not from a permitted (?:host|source address)) "
        r"\((?:host=\S+, )?ip=(?P<source.address>[^\s,)]+)[^)]*\)\.?\s*$",
        _FAILED,
    ),
    _pattern(rf"(?P<event.reason>Authentication refused: .*?|userauth_(?:pubkey|hostbased): .*?){_END}", _FAILED),
    _pattern(
        rf"(?:Rhosts authentication|Authentication) refused for "
        rf"(?P<user.name>.*): (?P<event.reason>bad .*?|no home .*?){_END}",
        _FAILED,
    ),
    _pattern(
        rf"Access denied for user (?P<user.name>.*) (?P<event.reason>by PAM account configuration){_END}", _FAILED
    ),
    _pattern(
        rf"PAM: password authentication failed for (?:illegal user )?(?P<user.name>.*?): "
        rf"(?P<event.reason>[^:]*?){_END}",
        _FAILED,
    ),
    _pattern(
        rf"PAM: password authentication accepted for (?P<user.name>.*?){_END}", {**_LOGIN, "event.outcome": "success"}
    ),
    _pattern(rf"User (?P<user.name>.*) (?P<event.reason>password has expired \([\w ]*\)){_END}", _FAILED),
    _pattern(rf"WARNING: (?P<event.reason>revoked key) for (?P<user.name>.*) attempted authentication{_END}", _FAILED),
    _pattern(rf"(?P<event.reason>Authentication key) {_KEY} revoked by file (?P<file.path>.*?){_END}", _FAILED),
    _pattern(
        rf"Authorized to (?P<user.name>.*), krb5 principal \S* \(\w+\){_END}",
        {**_LOGIN, "event.outcome": "success"},
    ),
    _pattern(
        rf"Received request from {_FROM}{_PORT} to (?:connect|remote forward)(?: to (?:host .* "
        rf"port \d+|path \".*\"))?, but the (?P<event.reason>request was denied)\.{_END}",
        {**_REFUSED, "event.action": "forward"},
    ),
    _pattern(rf"Connection from {_FROM}: (?P<event.reason>refusing non-sftp session){_END}", _REFUSED),
    _pattern(
        rf"(?P<event.reason>Timeout, client not responding) from (?:user (?P<user.name>.*) )?{_FROM}{_PORT}{_END}",
        {**_CLOSED, "event.outcome": "failure"},
    ),
    _pattern(rf"Closing connection to {_FROM}{_PORT}{_END}", _CLOSED),
    _pattern(
        rf"Transferred: sent (?P<destination.bytes>\d+), received (?P<source.bytes>\d+) bytes{_END}",
        {"event.category": ["network"], "event.type": ["connection", "info"]},
    ),
    _pattern(rf"Connection from {_FROM}{_PORT} with (?P<event.reason>IP opts): .*$", _REFUSED),
    _pattern(
        rf"Starting session: (?P<event.reason>.*) for (?P<user.name>\S+) from {_FROM}{_PORT} id \d+\s*$",
        {"event.category": ["session"], "event.type": ["start"]},
    ),
    _pattern(
        rf"Close session: user (?P<user.name>\S+) from {_FROM}{_PORT} id \d+\s*$",
        {"event.category": ["session"], "event.type": ["end"]},
    ),
    _pattern(
        r"subsystem request for (?P<event.reason>\S+) (?:by user (?P<user.name>.*?))?(?:failed.*)?\s*$",
        _SESSION,
    ),
    _pattern(
        rf"Accepted (?:key|certificate) {_KEY} found at (?P<file.path>.*)$",
        {"event.category": ["authentication"], "event.type": ["info"]},
    ),
    _pattern(
        r"SSH: Server;Ltype: \w+;Remote: (?P<source.address>[^;\s]+)-(?P<source.port>\d{1,5});.*$",
        {"event.category": ["network"], "event.type": ["info"]},
    ),
    _pattern(
        r"Server listening on (?P<server.address>\S+) port \d+\.?\s*$",
        {"event.category": ["process"], "event.type": ["start"]},
    ),
    _pattern(
        r"Received signal \d+; terminating\.\s*$",
        {"event.category": ["process"], "event.type": ["end"]},
    ),
    *SFTP,
    Pattern(r"^(?P<log.level>fatal): (?P<event.reason>.*) \[preauth\]\s*$", _BROKEN),
    Pattern(r"^(?P<log.level>error|fatal): (?P<event.reason>.*)$"),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP or name; what the server says of the user, and of the moment in which a connection ended."""
    if "_known" in frame.columns:
        unknown = pl.when(pl.col("_known").is_in(_UNKNOWN)).then(pl.lit(_UNKNOWN[0]))
        given = [pl.col("event.reason")] if "event.reason" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*given, unknown).alias("event.reason")).drop("_known")
    if "_early" in frame.columns:
        given = [pl.col("event.action")] if "event.action" in frame.columns else []
        early = pl.when(pl.col("_early").is_not_null()).then(pl.lit("preauth_disconnect"))
        frame = frame.with_columns(pl.coalesce(*given, early).alias("event.action")).drop("_early")
    frame = split_address(frame, "source")
    return split_address(frame, "destination")


PARSER = MessageParser(
    reference="https://man.openbsd.org/sshd.8",
    programs=frozenset({"sshd", "sshd-session", "sshd-auth"}),
    patterns=_PATTERNS,
    finish=_finish,
)
