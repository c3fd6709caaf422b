"""Access logs of Amazon's classic load balancers, for HTTP and for TCP listeners."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._aws import SECONDS, TIME, finish
from watchfloor.parsers.web._records import ACCESS

_HEAD = rf"^{TIME} (?P<aws.elb.name>\S+) (?P<_client>\S+:\d+) (?P<_peer>\S+:\d+|-) {SECONDS}"
_TAIL = r'(?: "(?P<user_agent.original>[^"]*)" (?P<tls.cipher>\S+) (?P<_tls>\S+))?\s*$'

PARSER = LineParser(
    reference="https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html",
    patterns=(
        Pattern(
            rf"{_HEAD}(?P<http.response.status_code>\d{{3}}) (?P<aws.elb.backend.status_code>\d{{1,3}}|-)"
            rf' (?P<http.request.bytes>\d+) (?P<http.response.bytes>\d+) "(?P<_request>[^"]*?)[ -]*"{_TAIL}',
            ACCESS,
        ),
        Pattern(
            rf'{_HEAD}- - (?P<source.bytes>\d+) (?P<destination.bytes>\d+) "[ -]*"{_TAIL}',
            {"event.category": ["network"], "event.type": ["connection"]},
        ),
    ),
    times=("%Y-%m-%dT%H:%M:%S%.f%#z",),
    sieve=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z \S+ \S+:\d+ (?:\S+:\d+|-) -?[\d.]+ -?[\d.]+ -?[\d.]+ ",
    finish=finish,
)
