"""Microsoft HTTP.sys error logs (HTTPERR): requests and connections that were ended before they reached IIS."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.plugin import Fields, LineParser, Pattern
from watchfloor.parsers.web._records import as_utc, finish_access, with_fixed

_FIELDS: Fields = {"event.category": ["network", "web"], "event.type": ["connection"]}
_ADDRESS = r"[0-9A-Fa-f.:]+(?:%[0-9A-Za-z]+)?|-"
_HEAD = (
    r"^(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"
    rf" (?P<source.address>{_ADDRESS}) (?P<source.port>\d{{1,5}}|-)"
    rf" (?P<destination.address>{_ADDRESS}) (?P<destination.port>\d{{1,5}}|-)"
)
# The target comes as the client sent it, blanks included; the end is the server's word.
_TAIL = (
    r" (?P<http.response.status_code>\d{3}|-) (?P<iis.error.site_id>\d+|-)"
    r" (?P<iis.error.reason_phrase>[A-Za-z0-9_.]+) (?P<iis.error.queue_name>.*?)\s*$"
)
_METHOD = r"(?P<http.request.method>\S+) (?P<url.original>.*)"
_PATTERNS = (
    Pattern(rf"{_HEAD} HTTP/(?P<http.version>[23](?:\.\d)?) {_METHOD} (?P<iis.error.stream_id>\d+|-){_TAIL}"),
    Pattern(rf"{_HEAD} (?:HTTP/(?P<http.version>\d\.\d)|\S+) {_METHOD} -{_TAIL}"),
    Pattern(rf"{_HEAD} (?:HTTP/(?P<http.version>\d\.\d)|\S+) {_METHOD}{_TAIL}"),
)


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """What follows from a request; times are UTC."""
    return with_fixed(as_utc(finish_access(frame)), _FIELDS)


PARSER = LineParser(
    reference="https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/aspnet/site-behavior-performance/error-logging-http-apis",
    patterns=_PATTERNS,
    times=("%Y-%m-%d %H:%M:%S",),
    sieve=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [0-9A-Fa-f.:%-]+ (?:\d+|-) [0-9A-Fa-f.:%-]+ (?:\d+|-) ",
    finish=_finish,
)
