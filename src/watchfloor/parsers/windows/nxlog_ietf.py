"""Windows events of NXLog's `to_syslog_ietf`: the fields as structured data of RFC 5424, the text as the message."""

from __future__ import annotations

import re
from typing import Any

from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.windows import nxlog

_LINE = re.compile(
    r"<\d{1,3}>1 (?P<EventTime>\S+) (?P<Hostname>\S+) (?P<SourceName>\S+) (?P<ExecutionProcessID>\S+) \S+ \[NXLOG@14506"
    r'(?P<_data>(?:\s[^\s=\]"]{1,64}="(?:[^"\\]|\\.)*")*)\](?:\[[^\]]*\])?(?: \ufeff?(?P<Message>.*))?',
    re.DOTALL,
)
_PAIR = re.compile(r'\s([^\s=\]"]{1,64})="((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r'\\(["\\\]])')
_NUMBERS = frozenset({"Version", "ProcessID", "EventType"})
"""Fields whose type tells System's from EventData's; all are texts here."""


def _fields(line: str) -> dict[str, Any] | None:
    """A line's fields by NXLog's names for them."""
    match = _LINE.fullmatch(line)
    if not match:
        return None
    fields: dict[str, Any] = {
        name: value for name, value in match.groupdict().items() if value and value != "-" and name != "_data"
    }
    for name, value in _PAIR.findall(match["_data"]):
        text = _ESCAPED.sub(r"\1", value)
        fields.setdefault(name, int(text) if name in _NUMBERS and text.isdecimal() and len(text) < 10 else text)
    fields["SourceName"] = fields.get("SourceName", "").replace("_", " ")
    return fields if nxlog.claims(fields) else None


PARSER = FieldsParser(
    reference="https://docs.nxlog.co/refman/current/xm/syslog.html",
    sieve=r"^<\d{1,3}>1 \S+ \S+ \S+ \S+ \S+ \[NXLOG@14506[\s\]]",
    read=by_line(_fields),
    parse=nxlog.parse,
)
