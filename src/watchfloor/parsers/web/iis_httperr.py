"""Microsoft HTTP.sys error logs (HTTPERR): requests and connections that were ended before they reached IIS."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.plugin import Fields, LineParser, Pattern
from watchfloor.parsers.web._records import as_utc, finish_access

_FIELDS: Fields = {"event.category": ["network", "web"], "event.type": ["connection"]}
_ADDRESS = r"[0-9A-Fa-f.:]+(?:%[0-9A-Za-z]+)?|-"
# The target comes as the client sent it, blanks included; the end is the server's word.
_PATTERN = (
    r"^(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"
    rf" (?P<source.address>{_ADDRESS}) (?P<source.port>\d{{1,5}}|-) (?P<destination.address>{_ADDRESS}) "
    rf"(?P<destination.port>\d{{1,5}}|-)"
    r" (?:HTTP/(?P<http.version>\d\.\d)|\S+) (?P<http.request.method>\S+) (?P<url.original>.*)"
    r"(?: (?P<iis.error.stream_id>-?\d+|-))? (?P<http.response.status_code>\d{3}|-) (?P<iis.error.site_id>\d+|-)"
    r" (?P<iis.error.reason_phrase>[A-Za-z0-9_.]+) (?P<iis.error.queue_name>.*?)\s*$"
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What follows from a request; times are UTC."""
    return as_utc(finish_access(frame))


PARSER = LineParser(
    reference="https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/aspnet/site-behavior-performance/error-logging-http-apis",
    patterns=(Pattern(_PATTERN, _FIELDS),),
    times=("%Y-%m-%d %H:%M:%S",),
    sieve=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [0-9A-Fa-f.:%-]+ (?:\d+|-) [0-9A-Fa-f.:%-]+ (?:\d+|-) ",
    finish=_finish,
)
