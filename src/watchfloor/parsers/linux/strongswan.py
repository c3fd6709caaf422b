"""Messages of strongSwan's IKE daemon charon: peers, authentication, security associations, virtual addresses.

Identities are the peer's text; addresses stand where charon writes them.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.linux._log import CLOSED, LOGGED_IN, LOGIN_FAILED, NETWORK, OPENED, REFUSED, STARTED
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_HEAD = r"^(?:\d\d)?\[(?P<log.logger>[A-Z]{3})\d?\] (?:<(?P<_conn>[^|>]*)(?:\|(?P<ipsec.ike_sa>\d+))?> )?"
_IP = r"(?P<{}.address>[0-9A-Fa-f.:]+)"
_VPN: Fields = {"network.protocol": "ipsec"}
_BETWEEN = (
    r"(?P<ipsec.connection>[^\[]+)\[(?P<_sa>\d+)\] (?:established )?between (?P<destination.address>[0-9A-Fa-f."
    r":]+)\[(?P<ipsec.local_id>.*?)\]"
    r"\.\.\.(?P<source.address>[0-9A-Fa-f.:]+)\[(?P<user.name>.*)\]\s*$"
)
_KNOWN: tuple[tuple[str, Fields], ...] = (
    (
        (
            rf"received packet: from {_IP.format('source')}\[(?P<source.port>\d+)\] to {_IP.format('destination')}\[("
            rf"?P<destination.port>\d+)\]"
            r"(?: \((?P<network.bytes>\d+) bytes\))?\s*$"
        ),
        {**NETWORK, "event.action": "packet-received"},
    ),
    (
        (
            rf"sending packet: from {_IP.format('source')}\[(?P<source.port>\d+)\] to {_IP.format('destination')}\[(?"
            rf"P<destination.port>\d+)\]"
            r"(?: \((?P<network.bytes>\d+) bytes\))?\s*$"
        ),
        {**NETWORK, "event.action": "packet-sent"},
    ),
    (
        (
            rf"{_IP.format('source')} is initiating an? (?P<event.reason>.*?) ?(?:IKE_SA)"
            rf"?\s*$"
        ),
        {**OPENED, "event.action": "ike-initiated"},
    ),
    (r"authentication of '(?P<user.name>.*)' with (?P<ipsec.method>.*) successful\s*$", LOGGED_IN),
    (r"XAuth authentication of '(?P<user.name>.*)' successful\s*$", LOGGED_IN),
    (r"(?P<event.reason>XAuth authentication) of '(?P<user.name>.*)' failed\s*$", LOGIN_FAILED),
    (r"(?P<event.reason>EAP method \S+ succeeded), (?:no )?MSK established\s*$", LOGGED_IN),
    (r"(?P<event.reason>EAP method \S+ failed) for peer (?P<user.name>.*?)\s*$", LOGIN_FAILED),
    (r"(?P<event.reason>EAP-MS-CHAPv2 verification failed).*$", LOGIN_FAILED),
    (
        (
            r"EAP-MS-CHAPv2 username: '(?P<user.name>.*)"
            r"'\s*$"
        ),
        {**LOGGED_IN, "event.category": ["authentication"], "event.type": ["info"], "event.outcome": "unknown"},
    ),
    (r"RADIUS authentication of '(?P<user.name>.*)' (?P<_done>successful)\s*$", LOGGED_IN),
    (r"(?P<event.reason>RADIUS authentication) of '(?P<user.name>.*)' failed\s*$", LOGIN_FAILED),
    (r"(?P<event.reason>tried \d+ shared keys? for '.*' - '(?P<user.name>.*)', but MAC mismatched)\s*$", LOGIN_FAILED),
    (
        (
            r"(?P<event.reason>no (?:shared key|trusted \S+ public key|private key) found) for (?:'?.*'? - )"
            r"?'(?P<user.name>[^']*)'\s*$"
        ),
        LOGIN_FAILED,
    ),
    (
        (
            r"(?P<event.reason>signature validation failed.*|constraint check failed.*|.*AUTH_FAILED.*|"
            r".*AUTHENTICATION_FAILED.*)$"
        ),
        LOGIN_FAILED,
    ),
    (
        rf"IKE_SA {_BETWEEN}",
        {
            **OPENED,
            "event.category": ["network", "session"],
            "event.type": ["start"],
            "event.action": "ike-established",
            "event.outcome": "success",
        },
    ),
    (
        (rf"deleting IKE_SA {_BETWEEN}"),
        {**CLOSED, "event.category": ["network", "session"], "event.type": ["end"], "event.action": "ike-deleted"},
    ),
    (
        (
            r"CHILD_SA (?P<ipsec.connection>[^{]+)\{\d+\} established with SPIs (?P<ipsec.spi_in>[0-9a-f]+)"
            r"_i (?P<ipsec.spi_out>[0-9a-f]+)_o and TS (?P<_ts>.*)$"
        ),
        {**OPENED, "event.action": "child-established", "event.outcome": "success"},
    ),
    (
        (
            r"closing CHILD_SA (?P<ipsec.connection>[^{]+)\{\d+\} with SPIs (?P<ipsec.spi_in>[0-9a-f]+)"
            r"_i \((?P<source.bytes>\d+) bytes\) "
            r"(?P<ipsec.spi_out>[0-9a-f]+)_o \((?P<destination.bytes>\d+) bytes\) and TS (?P<_ts>.*)"
            r"$"
        ),
        {**CLOSED, "event.action": "child-closed"},
    ),
    (
        (
            r"assigning virtual IP (?P<source.nat.ip>[0-9A-Fa-f.:]+) to peer '(?P<user.name>.*)"
            r"'\s*$"
        ),
        {**NETWORK, "event.action": "address-assigned"},
    ),
    (
        (
            rf"(?P<event.reason>no IKE config found) for {_IP.format('destination')}\.\.\.{_IP.format('source')}, "
            rf".*$"
        ),
        REFUSED,
    ),
    (
        (
            r"(?P<event.reason>received proposals (?:unacceptable|inacceptable)|no matching peer config found|"
            r"no acceptable proposal found.*"
            r"|received \S+ (?:notify )?error.*|giving up after \d+ retransmits|peer not responding.*|"
            r"deleting half open IKE_SA.*)\s*$"
        ),
        {**REFUSED, "event.type": ["connection", "error"]},
    ),
    (r"(?P<event.reason>Starting IKE charon daemon.*)$", STARTED),
    (r"(?P<event.reason>.*?)\s*$", NETWORK),
)
PATTERNS = tuple(Pattern(_HEAD + regex, {**fields, **_VPN}) for regex, fields in _KNOWN)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Addresses as IP; the common name of an identity that is a distinguished name; the connection's name."""
    if "user.name" in frame.columns:
        name = pl.col("user.name")
        frame = frame.with_columns(
            pl.coalesce(name.str.extract(r"(?:^|, )CN=([^,]+)"), name.str.strip_chars("'")).alias("user.name")
        )
    if "_conn" in frame.columns:
        known = [pl.col("ipsec.connection")] if "ipsec.connection" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*known, "_conn").alias("ipsec.connection"))
    return split_address(split_address(frame, "source"), "destination")


PARSER = MessageParser(
    reference="https://docs.strongswan.org/docs/latest/config/logging.html",
    programs=frozenset({"charon", "charon-systemd", "ipsec", "charon-nm", "swanctl", "ipsec_starter"}),
    patterns=PATTERNS,
    fields=_VPN,
    finish=finish,
)
