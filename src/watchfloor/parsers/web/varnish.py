"""Varnish access logs as varnishncsa writes them, also with the time to the first byte and how it was handled."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._access import ACCESS, AGENT, ANSWER, HOST, REQUEST, SIEVE, TIME, TIMES
from watchfloor.parsers.web._records import ACCESS as REQUEST_FIELDS
from watchfloor.parsers.web._records import finish_access

PARSER = LineParser(
    reference="https://varnish-cache.org/docs/7.1/reference/varnishncsa.html",
    patterns=(
        Pattern(
            rf"^(?P<source.address>{HOST}) \S+ (?P<user.name>.*?) {TIME} {REQUEST} {ANSWER}{AGENT}"
            r" (?P<_seconds>\d+\.\d+) (?P<event.action>hit|miss|pass|pipe|synth|hitmiss|hitpass)\s*$",
            REQUEST_FIELDS,
        ),
        *ACCESS,
    ),
    times=TIMES,
    sieve=SIEVE,
    sources=("varnish",),
    finish=finish_access,
)
