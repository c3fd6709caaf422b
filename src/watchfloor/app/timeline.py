"""Writes the timeline of a run's alerts: a row for each event of each alert, by time, in bounded memory."""

from __future__ import annotations

import csv
import io
import itertools
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import orjson
import sqlalchemy as sa

from watchfloor.alerts.levels import LEVELS
from watchfloor.alerts.timeline import Entry, Profile, Row, cell, shown
from watchfloor.app.home import Home
from watchfloor.core.clock import iso
from watchfloor.hunting.span import ALWAYS, Span
from watchfloor.incidents.markdown import text
from watchfloor.lake.fetch import fetch
from watchfloor.store.tables import alert_event, incident_alert

_CHUNK = 4_000
"""Events that are fetched at once."""
Alerts = Sequence[Mapping[str, Any]]


def write_timeline(home: Home, alerts: Alerts, profile: Profile, form: str, file: BinaryIO, span: Span = ALWAYS) -> int:
    """Write the timeline of some alerts of an open home; the number of its rows.

    Args:
        home: that holds the alerts and their events.
        alerts: in the form of the `--alerts` file.
        profile: its columns.
        form: a key of `FORMS`.
        file: to write to.
        span: of the events that have a row.

    Raises:
        StoreError: the lake cannot be read.
    """
    return FORMS[form](map(profile.row, entries(home, alerts, profile.fields, span)), profile, alerts, file)


def entries(home: Home, alerts: Alerts, fields: Iterable[str] | None, span: Span = ALWAYS) -> Iterator[Entry]:
    """The events of some alerts by time, then event, then alert.

    An alert of a correlation or a behaviour names the earliest thousand of its events only.

    Args:
        home: that holds them.
        alerts: in the form of the `--alerts` file.
        fields: of the events that are wanted, None for all.
        span: of the events.
    """
    heads = {alert["id"]: alert for alert in alerts}
    if not heads:
        return
    wanted = None if fields is None else tuple(fields)
    with home.store.read() as connection:
        members = connection.execute(sa.select(incident_alert.c.alert_id, incident_alert.c.incident_id))
        incidents = {row.alert_id: row.incident_id for row in members if row.alert_id in heads}
        rows = (row for row in _rows(connection, heads, span) if row.alert_id in heads)
        while chunk := list(itertools.islice(rows, _CHUNK)):
            ids = list({row.event_id for row in chunk})
            events = fetch(home.lake, ids, chunk[0].timestamp, chunk[-1].timestamp, wanted)
            for row in chunk:
                event = events.get(row.event_id) or _place(row)
                yield Entry(heads[row.alert_id], incidents.get(row.alert_id, ""), row.timestamp, event)


def _rows(connection: sa.Connection, heads: Mapping[str, Mapping[str, Any]], span: Span) -> Iterator[sa.Row[Any]]:
    """What the store has of the events of these alerts and, it may be, of others."""
    query = sa.select(alert_event).order_by(alert_event.c.timestamp, alert_event.c.event_id, alert_event.c.alert_id)
    if len(heads) <= _CHUNK:
        query = query.where(alert_event.c.alert_id.in_(list(heads)))
    if span.since is not None:
        query = query.where(alert_event.c.timestamp >= span.since)
    if span.until is not None:
        query = query.where(alert_event.c.timestamp < span.until)
    yield from connection.execution_options(yield_per=_CHUNK).execute(query)


def _place(row: sa.Row[Any]) -> dict[str, Any]:
    found = {
        "event.id": row.event_id,
        "log.file.path": row.path,
        "log.line": row.line,
        "winlog.record_id": row.record_id,
        "winlog.channel": row.channel,
    }
    return {name: value for name, value in found.items() if value is not None}


def _write_csv(rows: Iterator[Row], profile: Profile, _: Alerts, file: BinaryIO) -> int:
    columns: Sequence[str] = profile.columns
    with tempfile.TemporaryFile() as spool:
        if profile.fields is None:  # only the last row tells which columns there are
            columns, rows = _spooled(rows, columns, spool)
        out = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(map(cell, columns))
        count = 0
        for row in rows:
            writer.writerow([cell(row.get(name)) for name in columns])
            count += 1
        out.detach()
    return count


def _spooled(rows: Iterator[Row], first: Sequence[str], spool: BinaryIO) -> tuple[list[str], Iterator[Row]]:
    """Every column that some row has, and the rows again, through a file."""
    names: set[str] = set()
    for row in rows:
        names.update(row)
        spool.write(_json(row))
    spool.seek(0)
    return [*first, *sorted(names.difference(first))], map(orjson.loads, spool)


def _write_json_lines(rows: Iterator[Row], _: Profile, __: Alerts, file: BinaryIO) -> int:
    count = 0
    for row in rows:
        file.write(_json(row))
        count += 1
    return count


def _json(row: Row) -> bytes:
    return orjson.dumps(row, default=iso, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_PASSTHROUGH_DATETIME)


def _write_markdown(rows: Iterator[Row], profile: Profile, alerts: Alerts, file: BinaryIO) -> int:
    count = 0
    file.writelines(f"{line}\n".encode() for line in _head(profile, alerts))
    for row in rows:
        cells = (text(shown(row.get(name))) for name in profile.columns)
        file.write(f"| {' | '.join(cells)} |\n".encode())
        count += 1
    return count


def _head(profile: Profile, alerts: Alerts) -> Iterator[str]:
    yield from ("# Timeline", "", "| Level | Alerts | Rules | Events |", "| --- | --- | --- | --- |")
    counts = Counter(alert["rule"]["level"] for alert in alerts)
    for level in (*reversed(LEVELS), ""):
        if counts[level]:
            own = [alert for alert in alerts if alert["rule"]["level"] == level]
            rules, events = len({alert["rule"]["id"] for alert in own}), sum(alert["count"] for alert in own)
            yield f"| {level or 'none'} | {counts[level]:,} | {rules:,} | {events:,} |"
    yield from ("", f"| {' | '.join(map(text, profile.columns))} |", "| --- " * len(profile.columns) + "|")


FORMS: dict[str, Callable[[Iterator[Row], Profile, Alerts, BinaryIO], int]] = {
    "csv": _write_csv,
    "jsonl": _write_json_lines,
    "md": _write_markdown,
}
"""Ending of a file's name -> what writes it."""
