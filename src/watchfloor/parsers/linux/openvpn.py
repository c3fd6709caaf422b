"""Messages of OpenVPN: connections, certificates, log-ins, assigned addresses, TLS errors and the management interface.

The common name is the client's, but OpenVPN writes no space and no slash of it; the address comes after it.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address, with_macs
from watchfloor.parsers.linux._log import (
    BROKEN,
    CLOSED,
    ENDED,
    LOGGED_IN,
    LOGIN_FAILED,
    NETWORK,
    OPENED,
    REFUSED,
    STARTED,
)
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

PEER = (
    r"(?:(?P<openvpn.common_name>[^\s/\[\]:]+)/)?(?:(?:udp|tcp)[46]?:)?"
    r"\[?(?P<source.address>(?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*[0-9A-Fa-f:])\]?"
    r"(?::(?P<source.port>\d{1,5}))? "
)
_ADDRESS = r"\[(?:AF_INET6?|undef)\](?:::ffff:)?\[?(?P<{}.address>[0-9A-Fa-f.:]+?)\]?:(?P<{}.port>\d{{1,5}})"
_FROM = _ADDRESS.format("source", "source")
_VPN: Fields = {"network.protocol": "openvpn"}
_VERIFIED: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.action": "verify"}
_IN: Fields = {"event.action": "client-vpn-connected", "event.outcome": "success"}
_MANAGE: Fields = {"event.category": ["configuration"], "event.type": ["access"]}

_SHAPES: tuple[tuple[str, Fields], ...] = (
    (
        r"VERIFY (?:SCRIPT |KU |EKU |X509NAME )?OK(?:: depth=(?P<openvpn.depth>\d+), (?P<tls.client.subject>.*?))?\s*$",
        {**_VERIFIED, "event.outcome": "success"},
    ),
    (
        (
            r"VERIFY (?:SCRIPT |KU |EKU |X509NAME )?ERROR: depth=(?P<openvpn.depth>\d+)"
            r", (?:error=(?P<event.reason>[^:]*): )?"
            r"(?P<tls.client.subject>.*?)\s*$"
        ),
        {**_VERIFIED, "event.outcome": "failure"},
    ),
    (r"VERIFY (?P<event.reason>.*(?:ERROR|error|failed).*?)\s*$", {**_VERIFIED, "event.outcome": "failure"}),
    (rf"TLS: Initial packet from {_FROM}(?:, .*)?\s*$", {**OPENED, "event.action": "initial-packet"}),
    (
        (
            r"TLS: Username/Password authentication (?P<_deferred>succeeded|deferred) for username '(?P<user.name>.*)'"
            r"(?: \[CN SET\])?\s*$"
        ),
        LOGGED_IN,
    ),
    (r"TLS: Username/auth-token authentication succeeded for username '(?P<user.name>.*)'.*$", LOGGED_IN),
    (r"TLS Auth Error: (?P<event.reason>.*?)\s*$", LOGIN_FAILED),
    (
        r"(?:PLUGIN )?AUTH-PAM: BACKGROUND: user '(?P<user.name>.*)' failed to authenticate: (?P<event.reason>.*?)\s*$",
        LOGIN_FAILED,
    ),
    (r"PLUGIN_CALL: .*/PLUGIN_AUTH_USER_PASS_VERIFY status=1\s*$", LOGIN_FAILED),
    (r"WARNING: Failed running command \(--auth-user-pass-verify\): (?P<event.reason>.*?)\s*$", LOGIN_FAILED),
    (
        (
            rf"(?P<event.reason>(?:TLS Error|TLS_ERROR|Authenticate/Decrypt packet error|tls-crypt unwrap error)"
            rf"(?:: .*?)?) from {_FROM}(?: .*)?$"
        ),
        {**BROKEN, "event.action": "tls-error"},
    ),
    (
        (
            r"(?P<event.reason>(?:TLS Error|TLS_ERROR|Authenticate/Decrypt packet error|tls-crypt unwrap error|"
            r"OpenSSL: error"
            r"|Fatal TLS error|Fatal decryption error|WARNING: Bad encapsulated packet length|Bad LZO|"
            r"AEAD Decrypt error"
            r"|ERROR: .*)(?::?.*?))\s*$"
        ),
        {**BROKEN, "event.action": "tls-error"},
    ),
    (
        rf"\[(?P<_name>[^\[\]]*)\] Peer Connection Initiated with {_FROM}(?: \(.*\))?\s*$",
        {
            **OPENED,
            "event.category": ["network", "session"],
            "event.type": ["start"],
            "event.action": "peer-connection-initiated",
            "event.outcome": "success",
        },
    ),
    (
        rf"Peer Connection Initiated with {_FROM}(?: \(.*\))?\s*$",
        {**OPENED, "event.action": "peer-connection-initiated", "event.outcome": "success"},
    ),
    (rf"TCP connection established with {_FROM}(?: \(.*\))?\s*$", {**OPENED, "event.action": "tcp-connection"}),
    (
        r"(?:\[(?P<_name>[^\[\]]*)\] )?(?P<event.reason>Inactivity timeout \(--ping-(?:restart|exit)\)), \w+\s*$",
        {**CLOSED, "event.action": "inactivity-timeout"},
    ),
    (r"(?P<event.reason>Connection reset), restarting \[-?\d+\]\s*$", {**CLOSED, "event.action": "connection-reset"}),
    (
        (
            r"SIG(?:USR1|TERM|HUP|INT)\[(?P<event.reason>[^\]]*)\] received, client-instance (?P<_what>restarting|"
            r"exiting)\s*$"
        ),
        {**CLOSED, "event.action": "client-closed"},
    ),
    (r"SIG(?:TERM|INT)\[(?P<event.reason>[^\]]*)\] received, process exiting\s*$", ENDED),
    (
        r"SIG(?:USR1|HUP)\[(?P<event.reason>[^\]]*)\] received, process restarting\s*$",
        {"event.category": ["process"], "event.type": ["change"]},
    ),
    (
        r"MULTI: Learn: (?P<source.nat.ip>[0-9A-Fa-f.:]+)(?:/\d+)?(?:@\d+)? -> (?P<openvpn.client>\S+)\s*$",
        {**NETWORK, "event.action": "learn"},
    ),
    (
        r"MULTI: Learn: (?P<source.mac>[0-9A-Fa-f:]{17})(?:@\d+)? -> (?P<openvpn.client>\S+)\s*$",
        {**NETWORK, "event.action": "learn"},
    ),
    (
        r"MULTI: primary virtual IP for (?P<openvpn.client>\S+): (?P<source.nat.ip>[0-9A-Fa-f.:]+)\s*$",
        # Who shows a certificate only is let in here; a connection is initiated also where the password is wrong.
        {"event.category": ["network", "session"], "event.type": ["start"], **_IN},
    ),
    (
        (
            r"MULTI_sva: pool returned IPv4=(?P<_pool>[\d.]+|\(Not enabled\))(?:, IPv6=(?P<openvpn.pool_ipv6>[0-9A-Fa"
            r"-f:.]+|\(Not enabled\)))?"
            r"\s*$"
        ),
        {**NETWORK, "event.action": "address-assigned"},
    ),
    (
        (
            r"MULTI: (?P<event.reason>bad source address from client) \[(?P<openvpn.inner_address>[^\]]+)"
            r"\], packet dropped\s*$"
        ),
        {**REFUSED, "event.action": "bad-source-address"},
    ),
    (r"MULTI: (?P<event.reason>.*?)\s*$", NETWORK),
    (r"SENT CONTROL \[(?P<_name>[^\]]*)\]: '(?P<event.reason>AUTH_FAILED)(?:,.*)?' \(status=1\)\s*$", LOGIN_FAILED),
    (
        (
            r"(?:SENT CONTROL \[(?P<_name>[^\]]*)\]|PUSH: Received control message|PUSH): '?(?P<openvpn.control>.*?)"
            r"'?(?: \(status=\d\))?\s*$"
        ),
        {**NETWORK, "event.action": "control-message"},
    ),
    (
        r"Control Channel: (?:TLSv(?P<tls.version>\d\.\d)|\S+), cipher \S+ (?P<tls.cipher>[^\s,]+)(?:, .*)?$",
        {**NETWORK, "event.action": "tls-established"},
    ),
    (
        (
            r"(?:Data Channel(?: MTU par[m]s| Encrypt| Decrypt)?|Outgoing Data Channel|Incoming Data Channel|peer info|"
            r"Control Channel MTU par[m]s)"
            r"[ :].*$"
        ),
        {**NETWORK, "event.action": "parameters"},
    ),
    (rf"MANAGEMENT: Client connected from {_FROM}\s*$", {**_MANAGE, "event.action": "management-connected"}),
    (r"MANAGEMENT: Client connected from (?P<_socket>/.*)$", {**_MANAGE, "event.action": "management-connected"}),
    (r"MANAGEMENT: Client disconnected\s*$", {**_MANAGE, "event.action": "management-disconnected"}),
    (r"MANAGEMENT: CMD '(?P<openvpn.command>.*)'\s*$", {**_MANAGE, "event.action": "management-command"}),
    (r"MANAGEMENT: .*$", _MANAGE),
    (r"Initialization Sequence Completed.*$", {**STARTED, "event.action": "initialized"}),
    (r"OpenVPN (?P<service.version>\d+\.\S+) .*$", STARTED),
    (r"Delayed exit in \d+ seconds\s*$", CLOSED),
)

PATTERNS = (
    *(
        Pattern(rf"^{prefix}{regex}", {**fields, **_VPN})
        for regex, fields in _SHAPES
        # What names its peer itself is not told of another one.
        for prefix in ((rf"(?:{PEER.replace('source', '_peer')})?",) if "<source.address" in regex else (PEER, ""))
    ),
    Pattern(rf"^{PEER}(?P<event.reason>.*?)\s*$", {**NETWORK, **_VPN}),
)


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The user: the name that was given, else the certificate's; addresses as IP or name."""
    names = [pl.col(name) for name in ("openvpn.common_name", "_name") if name in frame.columns]
    if names:
        frame = frame.with_columns(pl.coalesce(*names).alias("openvpn.common_name"))
        given = [pl.col("user.name")] if "user.name" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*given, "openvpn.common_name").alias("user.name"))
    if "_pool" in frame.columns:
        pool = pl.when(pl.col("_pool").str.contains(r"^[\d.]+$")).then("_pool")
        learnt = [pl.col("source.nat.ip")] if "source.nat.ip" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*learnt, pool).alias("source.nat.ip"))
    return split_address(with_macs(frame), "source")


PARSER = MessageParser(
    reference="https://openvpn.net/community-resources/reference-manual-for-openvpn-2-6/",
    programs=frozenset(
        {"openvpn", "openvpn-server", "openvpn-client", "ovpn", "ovpn-server", "ovpn-client", "openvpnas"}
    ),
    patterns=PATTERNS,
    fields=_VPN,
    finish=finish,
)
