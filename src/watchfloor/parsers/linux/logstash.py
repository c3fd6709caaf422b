"""Logstash's own log in plain text."""

from __future__ import annotations

from watchfloor.parsers._patterns import REMAINDER
from watchfloor.parsers.plugin import LineParser, Pattern

_HEAD = (
    r"^\[(?P<_time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{3})\]\[(?P<log.level>TRACE|DEBUG|INFO|WARN|ERROR|FATAL) *\]"
    r"\[(?P<log.logger>[\w.$-]+) *\](?:\[(?P<logstash.pipeline_id>[\w-]+)\])?(?:\[[0-9a-f]{64}\])? ?"
)

PARSER = LineParser(
    reference="https://www.elastic.co/docs/reference/logstash/logging",
    patterns=(Pattern(rf"{_HEAD}{REMAINDER}", {"event.category": ["process"], "event.type": ["info"]}),),
    times=("%Y-%m-%dT%H:%M:%S,%3f",),
    sieve=(
        r"^\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{3}\]\[(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) *\]\[(?:logstash|"
        r"slowlog|org\.logstash)[\w.$-]* *\]"
    ),
)
