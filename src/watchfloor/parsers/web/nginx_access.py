"""nginx access logs: combined, a host or a list of addresses in front, and the format of the ingress controller."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser
from watchfloor.parsers.web._access import ACCESS, INGRESS, SIEVE, TIMES
from watchfloor.parsers.web._records import finish_access

PARSER = LineParser(
    reference="https://nginx.org/en/docs/http/ngx_http_log_module.html",
    patterns=(INGRESS, *ACCESS),
    times=TIMES,
    sieve=SIEVE,
    sources=("nginx",),
    finish=finish_access,
)
