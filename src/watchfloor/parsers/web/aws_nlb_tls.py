"""Access logs of the TLS listeners of Amazon's network load balancers."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._aws import finish

_PATTERN = (
    r"^(?P<aws.elb.type>tls) \d+\.\d+ (?P<_time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z? (?P<aws.elb.name>\S+)"
    r" (?P<aws.elb.listener>\S+) (?P<_client>\S+) (?P<_peer>\S+) (?P<_millis>-?\d+) "
    r"(?P<aws.elb.tls_handshake_time.ms>-?\d+|-)"
    r" (?P<source.bytes>\d+|-) (?P<destination.bytes>\d+|-) (?P<aws.elb.incoming_tls_alert>\S+) (?P<_arn>\S+) \S+"
    r" (?P<tls.cipher>\S+) (?P<_tls>\S+) (?P<tls.curve>\S+) (?P<tls.client.server_name>\S+) (?P<tls.next_protocol>\S+)"
    r" \S+ \S+(?: (?P<aws.elb.connection_creation_time>\S+))?\s*$"
)

PARSER = LineParser(
    reference="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html",
    patterns=(
        Pattern(_PATTERN, {"event.category": ["network"], "event.type": ["connection"], "network.protocol": "tls"}),
    ),
    times=("%Y-%m-%dT%H:%M:%S",),
    sieve=r"^tls \d+\.\d+ \d{4}-\d\d-\d\dT",
    finish=finish,
)
