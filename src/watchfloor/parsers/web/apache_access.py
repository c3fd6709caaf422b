"""Apache HTTP Server access logs: common, combined, vhost_combined, ssl_request_log, and more after them."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._access import ACCESS, INGRESS, RAW, REQUEST, SIEVE, TIME, TIMES, TRAEFIK
from watchfloor.parsers.web._records import ACCESS as REQUEST_FIELDS
from watchfloor.parsers.web._records import finish_access

PARSER = LineParser(
    reference="https://httpd.apache.org/docs/2.4/mod/mod_log_config.html",
    patterns=(
        TRAEFIK,
        INGRESS,
        *ACCESS,
        Pattern(
            rf"^{TIME} (?P<source.address>\S+) (?P<_tls>(?:TLS|SSL)v\S+|-) (?P<tls.cipher>\S+) {REQUEST}"
            r" (?P<http.response.body.bytes>\d+|-)\s*$",
            REQUEST_FIELDS,
        ),
        RAW,
    ),
    times=TIMES,
    sieve=SIEVE,
    finish=finish_access,
)
