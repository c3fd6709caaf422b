"""nginx access logs: combined, a host or a list of addresses in front, and the format of the ingress controller."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._access import ACCESS, AGENT, ANSWER, FIELDS, REQUEST, SIEVE, TIME, TIMES
from watchfloor.parsers.web._records import finish_access

_UPSTREAM = (
    r" (?P<http.request.bytes>\d+) (?P<nginx.request_time>[\d.]+) \[(?P<nginx.upstream_name>[^\]]*)\]"
    r" \[(?P<nginx.upstream_alternative_name>[^\]]*)\] (?P<nginx.upstream_address>\S+(?:, \S+)*)"
    r" (?P<nginx.upstream_response_length>[\d-]+(?:, [\d-]+)*) (?P<nginx.upstream_response_time>[\d.-]+(?:, [\d.-]+)*)"
    r" (?P<nginx.upstream_status>[\d-]+(?:, [\d-]+)*) (?P<http.request.id>[0-9a-f]+)\s*$"
)
INGRESS = Pattern(
    rf"^(?P<_clients>[^\s\",\[]+|\[[^\]]*\]) - (?:\[[^\]]*\] - )?(?P<user.name>.*?)"
    rf" {TIME} {REQUEST} {ANSWER}{AGENT}{_UPSTREAM}",
    FIELDS,
)

PARSER = LineParser(
    reference="https://nginx.org/en/docs/http/ngx_http_log_module.html",
    patterns=(INGRESS, *ACCESS),
    times=TIMES,
    sieve=SIEVE,
    sources=("nginx",),
    finish=finish_access,
)
