"""Cisco Firepower Threat Defense: connection, intrusion, file and malware events, and the messages of an ASA."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._patterns import typed
from watchfloor.parsers.firewall import _ftd_events
from watchfloor.parsers.firewall._cisco import finish, marker, observed
from watchfloor.parsers.plugin import LineParser, Pattern

_EVENT = r"^\s?(?:%(?:FTD|NGIPS|ASA)-(?:[A-Za-z_]*-)?(?P<event.severity>\d)-(?P<event.code>4300\d\d):? |SFIMS: )"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Security events by their pairs, other messages as on an ASA."""
    events = frame["_event"].is_not_null() if "_event" in frame.columns else pl.repeat(False, len(frame), eager=True)
    parts = []
    if events.any():
        rows = frame.filter(events)
        codes = rows["event.code"].to_list() if "event.code" in rows.columns else [None] * len(rows)
        columns = _ftd_events.parse(rows["_event"].to_list(), codes)
        rows = rows.drop("_event").with_columns(rows["_event"].alias("message"))
        parts.append(typed(rows.drop(columns.columns, strict=False).hstack(columns)))
    if not events.all():
        parts.append(finish(frame.filter(~events).drop("_event", strict=False)))
    return pl.concat(parts, how="diagonal_relaxed")


PARSER = LineParser(
    reference="https://www.cisco.com/c/en/us/td/docs/security/firepower/Syslogs/b_fptd_syslog_guide.html",
    patterns=(
        Pattern(rf"{_EVENT}(?P<_event>(?s:.*))$", observed("FTD")),
        Pattern(
            r"^(?:SFIMS ?: ?)?(?P<_event>(?:(?:EventPriority|DeviceUUID|AccessControlRuleAction|Protocol|SrcIP|DstIP|"
            r"InstanceID|FirstPacketSecond|ConnectionID): [^,]*, ?){2}(?s:.*))$",
            observed("FTD"),
        ),
        Pattern(marker("FTD|NGIPS"), observed("FTD")),
    ),
    times=(),
    sieve=(
        r"^\s?(?:%(?:FTD|NGIPS)-|%ASA-(?:[A-Za-z_]*-)?\d-4300\d\d|SFIMS|(?:EventPriority|DeviceUUID|AccessControlRuleAction|"
        r"Protocol|SrcIP|DstIP): )"
    ),
    finish=_finish,
)
