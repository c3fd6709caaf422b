r"""Windows events as text: what the Event Viewer, `wevtutil /f:text`, `Get-WinEvent` and several agents show.

Splunk's `LogName=... EventCode=...` blocks, OSSEC's `WinEvtLog:` lines, CloudWatch's `[Security] [INFORMATION]` lines
and Datagram's `security[success] 4624` lines are of this kind; each has a head of its own and the rendered message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.windows._events import parse_events
from watchfloor.parsers.windows._rendered import rendered

_NAMES = {
    "event id": "event_id",
    "eventcode": "event_id",
    "eventid": "event_id",
    "id": "event_id",
    "source": "provider",
    "sourcename": "provider",
    "providername": "provider",
    "log name": "channel",
    "logname": "channel",
    "log": "channel",
    "computer": "computer",
    "computername": "computer",
    "machinename": "computer",
    "date": "time",
    "timecreated": "time",
    "timegenerated": "time",
    "keyword": "kind",
    "keywords": "kind",
    "keywordsdisplaynames": "kind",
    "entrytype": "kind",
    "level": "level",
    "type": "level",
    "leveldisplayname": "level",
    "task": "task",
    "task category": "task",
    "taskcategory": "task",
    "taskdisplayname": "task",
    "opcode": "opcode",
    "opcodedisplayname": "opcode",
    "recordnumber": "record",
    "recordid": "record",
    "index": "record",
    "user": "user",
    "user name": "user",
    "username": "user",
    "sid": "sid",
    "userid": "sid",
}
"""What the forms call the parts of the head, in lower case."""
_SPLUNK = re.compile(r"(?:(?P<time>\d\d?/\d\d?/\d{4} \d\d?:\d\d:\d\d(?:\.\d+)? ?[AP]M)\s+)?(?=LogName=)")
_SPLUNK_PAIR = re.compile(
    r"\b(LogName|SourceName|EventCode|EventType|Type|ComputerName|User|Sid|SidType|TaskCategory|OpCode|RecordNumber|Keywords)="
    r"(.*?)(?=\s[A-Z][A-Za-z]+=|\Z)",
    re.DOTALL,
)
_LIST_PAIR = re.compile(r"[ \t]*([A-Z][A-Za-z]*(?: [A-Z][A-Za-z]*)?)[ \t]*:(?:[ \t]+(.*))?")
_MESSAGE = re.compile(r"(?m)^[ \t]*(?:Description|Message)[ \t]*:[ \t]*")
_ARCHIVED = r"(?:\([^)]{1,100}\) \S{1,255}->\S{1,64} (?:\d{4} [A-Z][a-z]{2} \d\d [\d:]{8} )?)?"
"""What the manager's archive puts before a line, behind its own time."""
_OSSEC = re.compile(
    rf"{_ARCHIVED}(?:WinEvtLog: )?(?P<channel>\S[^:]{{0,120}}): "
    r"(?P<kind>[A-Z_]{4,13})\((?P<event_id>\d{1,5})\): "
    r"(?P<provider>[^:]{1,200}): (?P<user>[^:]*): (?P<domain>[^:]*): (?P<computer>[^:\s]+): (?P<message>.*)",
    re.DOTALL,
)
_CLOUDWATCH = re.compile(
    r"\[(?P<channel>[^\]]{1,200})\] \[(?P<level>[A-Za-z]+)\] \[(?P<event_id>\d{1,5})\] \[(?P<provider>[^\]]{1,200})\] "
    r"\[(?P<computer>[^\]\s]{1,255})\] \[(?P<message>.*)\]\s*",
    re.DOTALL,
)
_DATAGRAM = re.compile(
    r"(?P<channel>\w[\w -]{0,60})\[(?P<kind>\w+)\] (?P<event_id>\d{1,5}) "
    r"(?:(?P<user>\S+\\[\w.$ -]{1,64}?|N/A) {1,2})?(?P<message>.*)",
    re.DOTALL | re.IGNORECASE,
)


def _values(line: str) -> dict[str, str] | None:
    """A line's head and message by the names of `_rendered.rendered`."""
    for form in _FORMS:
        values = form(line)
        if values:
            return values if values.get("event_id", "").isdecimal() and len(values["event_id"]) < 6 else None
    return None


def _of(pattern: re.Pattern[str]) -> Callable[[str], dict[str, str] | None]:
    def read_one(line: str) -> dict[str, str] | None:
        match = pattern.fullmatch(line)
        return {name: value for name, value in match.groupdict().items() if value} if match else None

    return read_one


def _ossec(line: str) -> dict[str, str] | None:
    """The user is `(no user)` and the domain `no domain` where there is none."""
    values = _of(_OSSEC)(line)
    if values:
        domain = values.pop("domain", "")
        user = values.pop("user", "")
        if user and user != "(no user)":
            values["user"] = f"{domain}\\{user}" if domain and domain != "no domain" else user
    return values


def _splunk(line: str) -> dict[str, str] | None:
    match = _SPLUNK.match(line)
    if not match:
        return None
    head, _, message = line.partition("Message=")
    values = _named(_SPLUNK_PAIR.findall(head))
    if match["time"]:
        values["time"] = match["time"]
    return {**values, "message": message}


def _listed(text: str) -> dict[str, str] | None:
    """Lines `Name: value` down to the one that begins the message."""
    begin = _MESSAGE.search(text)
    head, message = (text[: begin.start()], text[begin.end() :]) if begin else (text, "")
    matches = (_LIST_PAIR.fullmatch(line.rstrip("\r")) for line in head.split("\n"))
    values = _named([(match[1], match[2] or "") for match in matches if match])
    return {**values, "message": message.partition("\nEvent Xml:")[0]} if "event_id" in values else None


def _named(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        known = _NAMES.get(name.lower())
        if known and value.strip():
            values.setdefault(known, value.strip())
    return values


_FORMS = (_splunk, _ossec, _of(_CLOUDWATCH), _of(_DATAGRAM), _listed)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return parse_events([rendered(**{"message": "", **record}) for record in records], wanted)


_HEADS = (
    r"(?:\d\d?/\d\d?/\d{4} \d\d?:\d\d:\d\d(?:\.\d+)? ?[AP]M\s+)?LogName=",
    _ARCHIVED + r"(?:WinEvtLog: )?\S[^:]{0,120}: (?:AUDIT_(?:SUCCESS|FAILURE)|INFORMATION|WARNING|ERROR)\(\d{1,5}\): ",
    r"\[[^\]]{1,200}\] \[[A-Za-z]+\] \[\d{1,5}\] \[[^\]]{1,200}\] \[[^\]\s]{1,255}\] \[",
    r"(?i:security|system|application|setup)\[(?i:success|failure|info|information|warning|warn|error)\] \d{1,5} ",
    r"Event\[\d{1,9}\]:?\s",
    r"\s*Log Name:[ \t]+\S[^\n]*\n",
    r"\s*(?:TimeCreated|ProviderName|Index|Message|Id|LogName|EventID|MachineName)[ \t]+: [^\n]*\n",
)
PARSER = FieldsParser(
    reference="https://learn.microsoft.com/windows-server/administration/windows-commands/wevtutil",
    sieve=rf"^(?:{'|'.join(_HEADS)})",
    read=by_line(_values),
    parse=parse,
)
