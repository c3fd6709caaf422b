"""Kafka's server, controller and state-change logs."""

from __future__ import annotations

from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = r"^\[(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3})\] (?P<log.level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL) +"

PARSER = LineParser(
    reference="https://kafka.apache.org/documentation/#monitoring",
    patterns=(
        Pattern(
            rf"{_HEAD}(?P<message>.*) \((?P<log.logger>[A-Za-z][\w.$]*)\)\s*$",
            {"event.category": ["process"], "event.type": ["info"]},
        ),
        Pattern(rf"{_HEAD}{REMAINDER}", {"event.category": ["process"], "event.type": ["info"]}),
    ),
    times=("%Y-%m-%d %H:%M:%S,%3f",),
    sieve=(
        r"^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] (?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) +(?:.* \((?:kafka|"
        r"org\.apache)\.[\w.$]*\)\s*$"
        r"|\[[A-Z][A-Za-z ]+[ =])"
    ),
)
