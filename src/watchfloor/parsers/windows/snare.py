"""Windows events as Snare sends them: `MSWinEventLog` and up to fifteen values, parted by tabs.

Relays write `#011` or blanks in the place of tabs. NXLog's `to_syslog_snare` and other agents write the same form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.windows._events import parse_events
from watchfloor.parsers.windows._kinds import providers
from watchfloor.parsers.windows._rendered import rendered

_NAMES = (
    "Criticality",
    "EventLog",
    "Counter",
    "DateTime",
    "EventID",
    "SourceName",
    "UserName",
    "SIDType",
    "EventLogType",
    "ComputerName",
    "CategoryString",
    "Strings",
)
_FEWEST = 10
_MARK = re.compile(r"(?:\S{1,255}?(?:\t|#011| ))?MSWinEventLog:?(\t|#011| |;|,)")
_UNMARKED = r"(?:[0-4]\t)?[\w /-]{1,100}\t\d{1,10}\t(?:[A-Z][a-z]{2} ){2}[ \d]\d \d\d:\d\d:\d\d \d{4}\t\d{1,5}\t"
"""What is left where the envelope took the mark, and perhaps the criticality, for names of its own."""
_TYPES = (
    "Success Audit|Failure Audit|Audit Success|Audit Failure|Information|Warning|Error|Critical|Verbose|Success|N/A"
)
_SIDS = "N/A|User|Well Known Group|Computer|Group|Alias|Domain|Deleted Account|Invalid|Unknown|Label"
_SOURCES = "|".join(re.escape(name) for name in providers() if " " in name)
_SPACED = re.compile(
    r"(?P<Criticality>\d+) +(?P<EventLog>\S.{0,200}?) +(?P<Counter>\d+) +"
    r"(?P<DateTime>(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d:\d\d \d{4}) +(?P<EventID>\d+) +"
    rf"(?P<SourceName>{_SOURCES}|\S+) +(?P<UserName>\S.{{0,255}}?) +(?P<SIDType>{_SIDS}) +(?P<EventLogType>{_TYPES}) +"
    r"(?P<ComputerName>\S+) +(?P<Strings>.*?)(?:(?<!:)\s(?P<RecordNumber>\d{1,10}))?",
    re.DOTALL,
)
_NUMBER = re.compile(r"\d{1,5}")
_END = re.compile(r"(?:\t|#011|;)(\d{1,10})?(?:(?:\t|#011)[0-9A-Fa-f]{32})?(?:(?:\t|#011)\w+=[^\t]{0,100})?\Z")
"""Behind the texts: the record's number in its log, a checksum, further fields."""


def _values(line: str) -> dict[str, str] | None:
    """A line's values by Snare's names for them."""
    mark = _MARK.match(line)
    text, separator = (line[mark.end() :], mark[1]) if mark else (line, "\t")
    if separator == " ":
        match = _SPACED.fullmatch(text.rstrip())
        return {name: value or "" for name, value in match.groupdict().items()} if match else None
    if mark is None and line[1:2] != "\t":
        text = f"\t{text}"
    values = text.split(separator, len(_NAMES) - 1)
    if len(values) < _FEWEST or not _NUMBER.fullmatch(values[4].strip()):
        return None
    named = dict(zip(_NAMES, values, strict=False))
    tail = named.pop("Strings", "").rstrip()
    end = _END.search(tail)
    if end:
        tail = tail[: end.start()]
        named["RecordNumber"] = end[1]
    named["Strings"] = tail.replace("#015", "\r").replace("#012", "\n").replace("#011", "\t").strip()
    return named


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parse_events([_event(record) for record in records], wanted)


def _event(record: dict[str, str]) -> dict[str, Any]:
    return rendered(
        event_id=record["EventID"].strip(),
        provider=record.get("SourceName", ""),
        channel=record.get("EventLog", ""),
        computer=record.get("ComputerName", ""),
        time=record.get("DateTime", ""),
        kind=record.get("EventLogType", ""),
        task=record.get("CategoryString", ""),
        record=record.get("RecordNumber", ""),
        user=record.get("UserName", ""),
        message=record.get("Strings", ""),
    )


PARSER = FieldsParser(
    reference="https://docs.snaresolutions.com/snare-for-windows/snare-agent-for-windows-event-format",
    sieve=rf"^(?:(?:\S{{1,255}}?(?:\t|#011| ))?MSWinEventLog:?(?:\t|#011| |;|,)|{_UNMARKED})",
    read=by_line(_values),
    parse=parse,
)
