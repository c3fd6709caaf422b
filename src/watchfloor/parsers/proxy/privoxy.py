"""Privoxy: requests, what it blocked or could not reach (its requests in the common log format are not told apart)."""

from __future__ import annotations

from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import LineParser, Pattern
from watchfloor.parsers.web._records import ACCESS, finish_access

_HEAD = r"^(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) (?P<process.thread.name>[0-9a-f]{4,16}) "

PARSER = LineParser(
    reference="https://www.privoxy.org/user-manual/config.html#DEBUG",
    patterns=(
        Pattern(
            (
                rf"{_HEAD}Request: (?P<url.domain>\[[^\]]*\]|[^\s/:]+)(?::(?P<url.port>\d{{1,5}}))?"
                rf"(?P<url.original>/\S*?)(?: crunch! \((?P<event.reason>[^)]*)\))?\s*$"
            ),
            ACCESS,
        ),
        Pattern(
            rf"{_HEAD}Crunch: (?P<event.reason>[^:]*): (?P<url.original>.*?)\s*$",
            {**ACCESS, "event.outcome": "failure"},
        ),
        Pattern(
            rf"{_HEAD}(?P<log.level>Error|Fatal error): (?P<event.reason>Couldn't parse request line received) from"
            r" (?P<source.address>[0-9A-Fa-f.:]+):.*$",
            {"event.category": ["web"], "event.type": ["error"], "event.outcome": "failure"},
        ),
        Pattern(
            rf"{_HEAD}(?P<log.level>[A-Z][A-Za-z -]*): {REMAINDER}", {"event.category": ["web"], "event.type": ["info"]}
        ),
    ),
    times=("%Y-%m-%d %H:%M:%S%.f",),
    sieve=r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [0-9a-f]{4,16} [A-Z][A-Za-z -]*: ",
    sources=("privoxy",),
    finish=finish_access,
)
