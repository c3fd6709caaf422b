"""Parse, enrich and match one batch: the pure part of the pipeline, the same in every process."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.alerts.gather import AlertPart, gather
from watchfloor.app.stopwatch import Spent, Stopwatch
from watchfloor.assets import accounts, leases
from watchfloor.core.clock import from_microseconds
from watchfloor.core.collection import collection_paused
from watchfloor.detect.sigma import Detector
from watchfloor.detect.sigma.match import Detected
from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Knowledge
from watchfloor.joins.parts import asked, parts_of
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch


@dataclass(frozen=True, slots=True)
class Window:
    """The moments whose events are matched: `since` <= time < `until`; None leaves an end open."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None

    def of(self, events: EventBatch) -> EventBatch:
        """The events inside."""
        table = events.table
        if self.since is not None:
            table = table.filter(pc.greater_equal(table["@timestamp"], pa.scalar(self.since, table["@timestamp"].type)))
        if self.until is not None:
            table = table.filter(pc.less(table["@timestamp"], pa.scalar(self.until, table["@timestamp"].type)))
        return EventBatch(table)

    def holds(self, time: int) -> bool:
        """Whether a moment, in microseconds since 1970, is inside."""
        moment = from_microseconds(time)
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


EVERYTHING = Window()
"""No limit on either side."""


@dataclass(frozen=True, slots=True)
class Examined:
    """A batch after parsing, enrichment and detection.

    `matches` are for the correlations, `observations` for the behaviours, `parts` for the joins, `leases` for devices,
    `accounts` for people. `spent` is by stage.
    """

    raw: RawBatch
    events: EventBatch
    alerts: list[AlertPart]
    matches: pa.Table
    observations: pa.Table
    parts: pa.Table
    leases: pa.Table
    accounts: pa.Table
    firings: int
    spent: Mapping[str, Spent]


def examine(
    raw: RawBatch, detector: Detector, wanted: frozenset[str], window: Window, knowledge: Knowledge
) -> Examined:
    """Parse a batch, enrich and match it. Pure: the same batch gives the same result in any process."""
    watch = Stopwatch()
    spent = {}
    with collection_paused():
        events = parse_records(raw, wanted=wanted | asked())
        spent["parsing"] = watch.lap()
        events = enrich(events, knowledge)
        spent["enrichment"] = watch.lap()
        seen, found = detected(events, detector, window)
        alerts = gather(found.firings, seen)
        spent["detection"] = watch.lap()
    kept = (parts_of(events), leases.observe(events), accounts.observe(events))
    return Examined(raw, events, alerts, found.matches, found.observations, *kept, len(found.firings), spent)


def detected(events: EventBatch, detector: Detector, window: Window) -> tuple[EventBatch, Detected]:
    """The events inside a window and what they gave; behaviours learn from those outside, too."""
    seen = window.of(events)
    found = detector.detect(seen)
    if len(seen) < len(events) and detector.observes:
        found = replace(found, observations=detector.detect(events).observations)
    return seen, found
