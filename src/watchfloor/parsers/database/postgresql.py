"""PostgreSQL's log in plain text: connections, log-ins, statements and errors, behind the usual `log_line_prefix`es.

What the prefix calls user, database and host is the client's text before it is authenticated; the server ends it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import mapped
from watchfloor.parsers.database._postgresql import facts
from watchfloor.parsers.linux._rows import timed, with_facts
from watchfloor.parsers.plugin import FieldsParser, by_line

_SEVERITY = r"(?:DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|LOCATION|STATEMENT)"
_TIME = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?: ?[A-Z]{2,5}| ?[+-]\d\d(?::?\d\d)?)"
_SYSLOG = r"\[\d+(?:-\d+)?\] "
_SIEVE = rf"^(?:{_SYSLOG})?(?:{_TIME}[ :].*?|\[\d+\] .*?|\S*@\S* ?)?{_SEVERITY}:  \S"
_LINE = re.compile(
    (
        rf"^(?:{_SYSLOG})?(?:(?P<time>{_TIME})(?P<_after>[ :]))?(?P<prefix>.*?)[ :]?(?P<severity>{_SEVERITY})"
        rf":  (?P<message>\S.*)$"
    ),
    re.DOTALL,
)
_PID = re.compile(r"(?:^|[\s:])\[?(\d{1,10})\]?(?:-\d+|: ?|\s|:|$)")
_HOST = re.compile(r"(?:^|[\s:=])((?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]*:[0-9a-f:]+)\((\d+)\)")
_USER = re.compile(
    r"(?:^|[\s:,])(?:user=)?([^\s:=,\[\]@]+|\[unknown\])@([^\s:,\[\]]+|\[unknown\])|user=([^,]*?),(?:.*?\b)"
    r"?db=([^,]*?)(?:,|$)"
)
_STATE = re.compile(r"(?:^|\s)([0-9A-Z]{5})(?:\s|$)")
_APP = re.compile(r"\bapp=([^,]*)")
_CLIENT = re.compile(r"\b(?:client|host)=([^\s,]+)")
_TIMES = ("%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f")


def _record(line: str) -> dict[str, str] | None:
    found = _LINE.match(line)
    if found is None:
        return None
    values = {name: value for name, value in found.groupdict().items() if value and name != "_after"}
    prefix = values.pop("prefix", "")
    if pid := _PID.search(prefix):
        values["pid"] = pid[1]
    if host := _HOST.search(prefix):
        values |= {"client_addr": host[1], "client_port": host[2]}
    elif client := _CLIENT.search(prefix):
        values["client_addr"] = client[1]
    if user := _USER.search(prefix):
        values |= {"user": user[1] or user[3] or "", "database": user[2] or user[4] or ""}
    if application := _APP.search(prefix):
        values["application_name"] = application[1]
    if state := _STATE.search(prefix):
        values["sql_state_code"] = state[1]
    return values


def zoned(time: str | None) -> str | None:
    """A time with the zone as an offset; a zone that is only a name, other than UTC, is left out."""
    if time is None:
        return None
    time = re.sub(r" ?(?:UTC|GMT|Z)$", "+00:00", time.replace("T", " ", 1) if time[10:11] == "T" else time)
    time = re.sub(r" ?([+-]\d\d)$", r"\1:00", time)
    return re.sub(r" ?[A-Z]{2,5}$", "", time)


FIELDS = {
    "pid": "process.pid",
    "process_id": "process.pid",
    "user": "user.name",
    "user_name": "user.name",
    "client_addr": "source.address",
    "client_port": "source.port",
    "severity": "log.level",
    "error_severity": "log.level",
    "message": "message",
    "sql_state_code": "event.code",
}
EMPTY = frozenset({"", "[unknown]", "[local]"})


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """Values by PostgreSQL's names as columns."""
    times = [zoned(record.pop("time", None)) for record in records]
    told = [facts(record.get("severity", ""), record.get("message", "")) for record in records]
    kept = [{name: value for name, value in record.items() if name != "message"} for record in records]
    frame = mapped(kept, FIELDS, vendor="postgresql.log", wanted=wanted, empty=EMPTY)
    told = [{"message": record.get("message", ""), **fact} for record, fact in zip(records, told, strict=True)]
    return timed(with_facts(frame, told), times, _TIMES)


PARSER = FieldsParser(
    reference="https://www.postgresql.org/docs/current/runtime-config-logging.html",
    sieve=_SIEVE,
    read=by_line(_record),
    parse=parse,
    sources=("postgres",),
)
