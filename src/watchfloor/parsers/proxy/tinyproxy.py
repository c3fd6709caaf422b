"""Tinyproxy: connections, requests and refusals, each as a line of its own."""

from __future__ import annotations

from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers._times import YEARLESS
from watchfloor.parsers.plugin import Fields, LineParser, Pattern
from watchfloor.parsers.web._records import ACCESS, finish_access

_CONNECTED: Fields = {"event.category": ["network"], "event.type": ["connection", "start"]}
_REFUSED: Fields = {"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "failure"}
_HEAD = (
    rf"^(?:(?P<log.level>CONNECT|NOTICE|ERROR|WARNING|INFO|CRITICAL) +(?P<{YEARLESS}>[A-Z][a-z]{{2}} [ \d]\d "
    rf"\d\d:\d\d:\d\d(?:\.\d+)?)"
    r" \[(?P<process.pid>\d+)\]: )?"
)
_IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"
_TARGET = r'"(?P<url.original>.*)"\s*$'


PARSER = LineParser(
    reference="https://tinyproxy.github.io/",
    patterns=(
        Pattern(rf"{_HEAD}Request \(file descriptor \d+\): (?P<_request>.*?)\s*$", ACCESS),
        Pattern(
            rf"{_HEAD}Connect \(file descriptor \d+\): (?:{_IP} \[|(?P<source.domain>\S+) \[)?"
            rf"(?P<source.address>{_IP})\]?\s*$",
            _CONNECTED,
        ),
        Pattern(
            rf"{_HEAD}Established connection to (?:host|\S+ proxy) \"(?P<destination.address>[^\"]*)\" using "
            rf"file descriptor"
            r" \d+\.?\s*$",
            _CONNECTED,
        ),
        Pattern(
            rf'{_HEAD}(?P<event.reason>Unauthorized connection) from (?:"{_IP}" \[|"(?P<source.domain>[^"]*)" \[)?'
            rf'"?(?P<source.address>{_IP})[\]"]\.?\s*$',
            _REFUSED,
        ),
        Pattern(rf"{_HEAD}(?P<event.reason>Proxying refused on filtered (?:url|domain)) {_TARGET}", _REFUSED),
        Pattern(
            rf"{_HEAD}opensock: (?P<event.reason>Could not (?:establish a connection to|retrieve address info for))"
            r" (?P<_peer>[^\s:]+(?::\d+)?)(?::.*)?\s*$",
            {"event.category": ["network"], "event.type": ["connection", "error"], "event.outcome": "failure"},
        ),
        Pattern(
            rf"{_HEAD.removesuffix('?')}{REMAINDER}",
            {"event.category": ["network"], "event.type": ["info"]},
        ),
    ),
    times=(),
    sieve=(
        r"^(?:(?:CONNECT|NOTICE|ERROR|WARNING|INFO|CRITICAL) +[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \[\d+\]: "
        r"|(?:Request|Connect) \(file descriptor \d+\): |Established connection to .* using file descriptor \d+"
        r"|Proxying refused on filtered |Unauthorized connection from |opensock: Could not )"
    ),
    sources=("tinyproxy",),
    finish=finish_access,
)
