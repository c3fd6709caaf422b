"""Messages of the RADIUS server FreeRADIUS: log-ins that were accepted or refused, and requests that were dropped.

The user's name and the calling station are the client's text: the line is read from its end, which the server writes.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import ip_of, split_address
from watchfloor.parsers._forged import TOLD_TWICE
from watchfloor.parsers.linux._log import ENDED, LOGGED_IN, LOGIN_FAILED, REFUSED, STARTED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_START = (
    r"^(?:\((?P<radius.request>\d+)\) )?(?:(?:Auth|Info|Error|Warning|Notice|Proxy|Debug|Acct): )"
    r"?(?:\((?P<_request>\d+)\) )? {0,8}"
)
_WHO = r" ?\[(?P<user.name>.*?)(?:/(?:<via Auth-Type = [^>]*>|(?P<_password>[^\]]*)))?\]"
_CLIENT = (
    r" \(from client (?P<radius.client>\S+) port (?P<radius.port>\d+)(?: cli (?P<radius.calling_station>\S*))?"
    r"(?P<_tunnel> via (?:TLS tunnel|proxy to virtual server))?\)"
)
_SAID = r"(?: (?P<radius.message>.*))?"
_REASON = r"(?: \((?P<event.reason>.*?)\))?:"
_PEER = r"(?P<source.address>[0-9A-Fa-f.:]+) port (?P<source.port>\d+)"
_RADIUS: Fields = {"network.protocol": "radius"}

_ENDS: tuple[tuple[str, Fields], ...] = (
    # A name may hold the words that follow it: where the line ends with them, those at its end count.
    (rf"{_WHO}{_CLIENT}\s*$", {}),
    # Behind them may stand a text that the server is set to write, and that may repeat the name: then none counts.
    (r" ?\[.* \(from client .* \(from client .*$", {"event.action": TOLD_TWICE}),
    (rf"{_WHO}{_CLIENT}{_SAID}\s*$", {}),
)

PATTERNS = tuple(
    Pattern(_START + regex.removesuffix(_WHO + _CLIENT) + end, {**fields, **marks, **_RADIUS})
    for regex, fields in (
        (rf"Login OK:{_WHO}{_CLIENT}", LOGGED_IN),
        (rf"Login incorrect{_REASON}{_WHO}{_CLIENT}", LOGIN_FAILED),
        (rf"Invalid user{_REASON}{_WHO}{_CLIENT}", {**LOGIN_FAILED, "event.action": "invalid-user"}),
        (rf"(?P<event.reason>Multiple logins .*?)(?: \[MPP attempt\])?:{_WHO}{_CLIENT}", LOGIN_FAILED),
        (rf"(?P<event.reason>[A-Z][^:\[]*?):{_WHO}{_CLIENT}", LOGIN_FAILED),
        (
            (
                r"(?P<event.reason>Ignoring request) to (?:\S+ )+?address \S+ port (?P<destination.port>\d+)"
                r"(?: bound to server \S+)?"
                rf" from (?P<_unknown>unknown client) {_PEER}(?: proto (?P<network.transport>\w+))?\s*$"
            ),
            REFUSED,
        ),
        (
            (
                r"(?:Dropping packet without response because of error: )?Received (?:\S+ )?packet from (?:host )?"
                r"(?P<source.address>[0-9A-Fa-f.:]+)(?: port (?P<source.port>\d+))?(?:,)? "
                r"(?P<event.reason>with invalid .*?)\s*$"
            ),
            REFUSED,
        ),
        (
            (
                r"(?P<event.reason>Discarding (?:duplicate|conflicting) (?:request|packet))"
                r" from client (?P<radius.client>\S+)"
                r" port (?P<radius.port>\d+).*$"
            ),
            {**REFUSED, "event.outcome": "unknown"},
        ),
        (r"Ready to process requests\.?\s*$", STARTED),
        (r"(?:Exiting normally|Signalled to terminate)\.?\s*$", ENDED),
    )
    for end, marks in (_ENDS if regex.endswith(_WHO + _CLIENT) else (("", _RADIUS),))
)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """User and domain apart, the calling station as IP or MAC address. Passwords stay in the raw record."""
    if "user.name" in frame.columns:
        name = pl.col("user.name")
        frame = frame.with_columns(
            pl.coalesce(name.str.extract(r"^([^\\@]+)\\"), name.str.extract(r"^[^@]+@([^@]+)$")).alias("user.domain"),
        )
    if "radius.calling_station" in frame.columns:
        station = pl.col("radius.calling_station").str.replace_all("[-:.]", "").str.to_uppercase()
        pairs = station.str.replace(r"^(..)(..)(..)(..)(..)(..)$", "${1}-${2}-${3}-${4}-${5}-${6}")
        peer = ip_of(frame["radius.calling_station"])
        known = [pl.col("source.address")] if "source.address" in frame.columns else []
        frame = frame.with_columns(
            pl.when(station.str.contains("^[0-9A-F]{12}$")).then(pairs).alias("source.mac"),
            pl.coalesce(*known, peer).alias("source.address"),
        )
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://wiki.freeradius.org/guide/Log-Messages",
    programs=frozenset({"radiusd", "freeradius"}),
    patterns=PATTERNS,
    fields=_RADIUS,
    finish=finish,
)
