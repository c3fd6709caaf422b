"""The report of a run: the page that is made of it at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from watchfloor.app.home import Home
from watchfloor.app.summary import Summary
from watchfloor.detect.sigma import RuleSet
from watchfloor.lake.lookup import fields_of
from watchfloor.reports.observed import Observed
from watchfloor.reports.page import page
from watchfloor.reports.report import Format, Report
from watchfloor.store.tables import incident_alert


def report_page(
    home: Home,
    inputs: Sequence[str],
    level: str,
    summary: Summary,
    rules: RuleSet,
    observed: Observed,
    found: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]], int],
) -> bytes:
    """The page of a run.

    Args:
        home: that the run filled, still open.
        inputs: what the user named.
        level: lowest level of single alerts that are listed.
        summary: of the run.
        rules: that were loaded.
        observed: what was seen while reading.
        found: alerts, incidents (see `reports.report.Report`) and how many alerts are suppressed.

    Raises:
        StoreError: the records of the alerts cannot be looked up.
    """
    alerts, incidents, suppressed = found
    ids = {alert["id"] for alert in alerts}
    with home.store.read() as connection:
        members = connection.execute(sa.select(incident_alert.c.alert_id)).scalars()
        grouped = ids.intersection(members)
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
            rules=rules,
            observed=observed,
            alerts=alerts,
            incidents=incidents,
            grouped=grouped,
            level=level,
            suppressed=suppressed,
            lookup=lambda wanted, fields: fields_of(home.lake, wanted, fields),
            learning=summary.learning,
        )
    )
