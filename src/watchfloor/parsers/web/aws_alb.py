"""Access logs of Amazon's application load balancers."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._aws import SECONDS, TIME, finish
from watchfloor.parsers.web._records import ACCESS

# Amazon writes quotes inside quoted fields as \x22.
_PATTERN = (
    rf"^(?P<aws.elb.type>https?|h2|grpcs?|wss?) {TIME} (?P<aws.elb.name>\S+) (?P<_client>\S+) (?P<_peer>\S+) {SECONDS}"
    r"(?P<http.response.status_code>\d{3}|-) (?P<aws.elb.backend.status_code>\d{3}|-) (?P<http.request.bytes>\d+)"
    r' (?P<http.response.bytes>\d+) "(?P<_request>[^"]*?)[ -]*" "(?P<user_agent.original>[^"]*)" (?P<tls.cipher>\S+)'
    r' (?P<_tls>\S+) (?P<_arn>\S+) "(?P<aws.elb.trace_id>[^"]*)"'
    r'(?: "(?P<tls.client.server_name>[^"]*)" "(?P<_arn2>[^"]*)" (?P<aws.elb.matched_rule_priority>-?\d+|-)'
    r' (?P<aws.elb.request_creation_time>\S+) "(?P<event.action>[^"]*)" "(?P<aws.elb.redirect_url>[^"]*)"'
    r' "(?P<aws.elb.error.reason>[^"]*)")?(?: "(?P<aws.elb.target_port>[^"]*)" "(?P<aws.elb.target_status_code>[^"]*)"'
    r' "(?P<aws.elb.classification>[^"]*)" "(?P<aws.elb.classification_reason>[^"]*)")?'
    r"(?: (?P<aws.elb.connection_trace_id>TID_[0-9a-f]+|-))?(?: .*)?$"
)

PARSER = LineParser(
    reference="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html",
    patterns=(Pattern(_PATTERN, ACCESS),),
    times=("%Y-%m-%dT%H:%M:%S%.f%#z",),
    sieve=r"^(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z \S+ \S+:\d+ ",
    finish=finish,
)
