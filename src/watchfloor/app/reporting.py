"""The report of a run: the page that is made of it at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from watchfloor.app.analyze import Result
from watchfloor.app.home import Home
from watchfloor.app.records import look_up
from watchfloor.lake.lake import Lake
from watchfloor.reports.observed import Observed
from watchfloor.reports.page import page
from watchfloor.reports.report import Format, Report
from watchfloor.store.tables import incident_alert

_LONGEST = 1_000
"""Characters that are kept of a text."""


def report_page(home: Home, inputs: Sequence[str], level: str, result: Result, observed: Observed) -> bytes:
    """The page of a run.

    Args:
        home: that the run filled, still open.
        inputs: what the user named.
        level: lowest level of single alerts that are listed.
        result: of the run; the first `reports.report.MAX_INCIDENTS` incidents are whole.
        observed: what was seen while reading.

    Raises:
        StoreError: the records of the alerts cannot be looked up.
    """
    summary, ids = result.summary, {alert["id"] for alert in result.alerts}
    with home.store.read() as connection:
        grouped = ids.intersection(connection.execute(sa.select(incident_alert.c.alert_id)).scalars())
    formats = [
        Format(name, count.records, count.failed, count.first, count.last)
        for name, count in sorted(summary.parsers.items(), key=lambda item: (-item[1].records, item[0]))
    ]
    return page(
        Report(
            inputs=inputs,
            files=summary.files,
            size=summary.bytes,
            records=summary.records,
            joined=summary.joined,
            formats=formats,
            problems=summary.problems,
            errors=summary.errors,
            rules=result.rules,
            observed=observed,
            alerts=result.alerts,
            incidents=result.incidents,
            grouped=grouped,
            level=level,
            suppressed=result.suppressed,
            lookup=lambda events, fields: _records(home.lake, events, fields),
            learning=summary.learning,
        )
    )


def _records(lake: Lake, events: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Some fields of the events that alerts name, long texts cut."""
    return {
        id_: {name: value if isinstance(value, list) else str(value)[:_LONGEST] for name, value in event.items()}
        for id_, event in look_up(lake, events, fields, _LONGEST).items()
    }
