"""Windows events that eventlog-to-syslog (evtsys), NXLog and agents like them send, the source in the program's place.

The message is `<id>: <rendered text on one line>`, or the text alone, or the event as XML or JSON. The source has `_`
for blanks and may lack `Microsoft-Windows-`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers._patterns import TEXT
from watchfloor.parsers.plugin import MessageParser, Pattern
from watchfloor.parsers.windows import evtx_json, nxlog, wazuh, winlogbeat
from watchfloor.parsers.windows._events import parse_events
from watchfloor.parsers.windows._kinds import providers
from watchfloor.parsers.windows._message import titled
from watchfloor.parsers.windows._rendered import full_provider, rendered
from watchfloor.parsers.windows._xml import event_of
from watchfloor.schema.fields import declared

_DATA = "winlog.event_data."
_ROW = "_row"
_OBJECTS = (evtx_json, winlogbeat, wazuh, nxlog)
_NOT_WINDOWS = frozenset({"dns", "powershell", "security", "openssh", "ntlm", "linux-sysmon"})
"""Sources whose names other systems' programs have too."""
_Parse = Callable[[Sequence[dict[str, Any]], frozenset[str]], pl.DataFrame]


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The event's columns in the place of the number and the text."""
    size = len(frame)
    programs = frame["@program"].to_list() if "@program" in frame.columns else [None] * size
    ids = frame["_id"].to_list() if "_id" in frame.columns else [None] * size
    texts = frame["_message"].to_list() if "_message" in frame.columns else [None] * size
    groups: dict[_Parse, tuple[list[int], list[dict[str, Any]]]] = {}
    for row, (program, number, text, whole) in enumerate(zip(programs, ids, texts, frame[TEXT].to_list(), strict=True)):
        parse, event = _event(program or "", number, text or whole)
        rows, events = groups.setdefault(parse, ([], []))
        rows.append(row)
        events.append(event)
    parts = [
        parse(events, _wanted(events)).with_columns(pl.Series(_ROW, rows)) for parse, (rows, events) in groups.items()
    ]
    columns = pl.concat(parts, how="diagonal").sort(_ROW) if parts else pl.DataFrame()
    return frame.hstack(columns.drop(_ROW, "@timestamp", "@local", *frame.columns, strict=False))


def _event(program: str, number: str | None, text: str) -> tuple[_Parse, dict[str, Any]]:
    """What reads the event, and the event as that has it."""
    if not number and text.startswith("<") and (event := event_of(text)):
        return evtx_json.parse, event
    if not number and text.startswith("{"):
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError:
            record = {}
        for form in _OBJECTS:
            if form.claims(record):
                return form.parse, record
    provider = full_provider(program, "")
    number = number or (titled(text) if provider == "Microsoft-Windows-Security-Auditing" else None)
    if number:
        return parse_events, rendered(event_id=number, provider=provider, message=text)
    return parse_events, {"provider": provider, "message": text}


def _wanted(events: Sequence[dict[str, Any]]) -> frozenset[str]:
    """All names get a column here; those that nobody asks for lose it later."""
    return frozenset(declared()) | {_DATA + name for event in events for name in event.get("data") or ()}


PARSER = MessageParser(
    reference="https://code.google.com/archive/p/eventlog-to-syslog/",
    patterns=(Pattern(r"^(?P<_id>\d{1,5}): (?P<_message>(?s:.*))$"),),
    programs=frozenset(
        spelling
        for name in providers()
        for short in {name.lower(), name.lower().removeprefix("microsoft-windows-")}
        for spelling in (short, short.replace(" ", "_"))
        if spelling not in _NOT_WINDOWS
    ),
    finish=finish,
)
