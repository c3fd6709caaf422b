"""OpenVPN's own log, and its messages in syslog under the name of an instance."""

from __future__ import annotations

from watchfloor.parsers.linux._log import logged
from watchfloor.parsers.linux.openvpn import PATTERNS, PEER, finish
from watchfloor.parsers.plugin import LineParser

_HEAD = (
    r"(?:(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})"
    r" (?:us=\d+ )?)?"
)
_WORDS = (
    r"(?:VERIFY |TLS: |TLS Error: |TLS Auth Error: |TLS_ERROR: |MULTI: |MULTI_sva: |MANAGEMENT: |PUSH: |SENT CONTROL "
    r"|\[\S*\] Peer Connection|Peer Connection Init|\[\S*\] Inactivity|Inactivity timeout|"
    r"TCP connection established with \[AF"
    r"|SIG(?:USR1|TERM|HUP|INT)\[|Initialization Sequence|OpenVPN \d|AUTH-PAM: |PLUGIN_CALL: |Data Channel|"
    r"Control Channel: "
    r"|UDPv[46]|TCPv[46]_SERVER|library versions: |Authenticate/Decrypt|AEAD Decrypt|tls-crypt unwrap|OpenSSL: error"
    r"|Outgoing (?:Data|Control) Channel|Incoming (?:Data|Control) Channel|peer info: |Connection reset, restarting"
    r"|WARNING: |NOTE: |TUN/TAP |net_|ROUTE|Listening for|Socket Buffers|Diffie-Hellman|Note: |"
    r"Could not determine|Options error: |Use --help|DCO version|read (?:UDP|TCP)v|write (?:UDP|TCP)v|Timers: |"
    r"P2P mode |Restart pause|DEPRECATED|Closing TUN|(?:Sent|Received) fatal SSL|event_wait )"
)
_PEER = (
    PEER.replace("(?P<openvpn.common_name>", "(?:")
    .replace("(?P<source.address>", "(?:")
    .replace("(?P<source.port>", "(?:")
)

PARSER = LineParser(
    dataset="linux.openvpn",
    reference="https://openvpn.net/community-resources/reference-manual-for-openvpn-2-6/",
    patterns=logged(_HEAD, PATTERNS, {"network.protocol": "openvpn"}),
    times=("%Y-%m-%d %H:%M:%S", "%a %b %e %H:%M:%S %Y"),
    sieve=(
        rf"^(?:\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d (?:us=\d+ )?|[A-Z][a-z]{{2}} [A-Z][a-z]{{2}} [ \d]\d "
        rf"\d\d:\d\d:\d\d \d{{4}} (?:us=\d+ )?)"
        rf"(?:{_PEER})?{_WORDS}"
        rf"|^(?:{_PEER})(?:VERIFY |TLS: |TLS Error: |TLS Auth Error: |TLS_ERROR: |MULTI: |MULTI_sva: |PUSH: |"
        rf"SENT CONTROL "
        r"|\[\S*\] Peer Conn|SIG(?:USR1|TERM)\[|\[\S*\] Inactivity|Connection reset, restarting|peer info: |"
        r"Control Channel: "
        r"|Data Channel|Outgoing Data|Incoming Data)"
        r"|^(?:VERIFY (?:OK|ERROR)|TLS Error: |TLS Auth Error: |TLS: Initial packet from \[AF|MULTI: |"
        r"MANAGEMENT: |Initialization Sequence"
        r"|(?:Authenticate/Decrypt packet error|tls-crypt unwrap error): )"
    ),
    finish=finish,
)
