"""The joined events of a run: parts go in with each commit, events come out, are matched and stored like any other."""

from __future__ import annotations

from watchfloor.alerts.gather import gather
from watchfloor.alerts.record import record
from watchfloor.app.behaving import Behaving
from watchfloor.app.correlating import Correlating
from watchfloor.app.examine import detected
from watchfloor.app.home import Home
from watchfloor.app.observer import Observer
from watchfloor.app.stopwatch import Stopwatch
from watchfloor.app.summary import Summary
from watchfloor.app.workers import Workers
from watchfloor.core.failpoints import failpoint
from watchfloor.detect.sigma import Detector
from watchfloor.enrich.enrich import enrich
from watchfloor.joins.groups import Settled, settle
from watchfloor.lake.lake import register
from watchfloor.schema.events import EventBatch

JOIN_EVERY = 60_000_000
"""How far a watermark moves before waiting parts are looked at again, in microseconds: each look reads them all."""


def join(
    home: Home,
    workers: Workers,
    correlating: Correlating,
    behaving: Behaving,
    summary: Summary,
    observer: Observer,
    before: int | None = None,
) -> None:
    """Make the events of the groups that are whole; each page of them is one commit, with its parts.

    Args:
        home: open for writing.
        workers: of the run, for its rules and window.
        correlating: takes the matches.
        behaving: takes the observations.
        summary: counts.
        observer: looks at the events that rules are matched against.
        before: microseconds since 1970 up to which all records have come; None when all input is known.
    """
    watch = Stopwatch()
    detector: Detector | None = None
    for settled in settle(home.store, before):
        if settled.rows:
            detector = detector or Detector(workers.rules)
            observer.matched(_commit(home, settled, detector, workers, correlating, behaving, summary))
        else:
            with home.store.transaction() as connection:
                settled.done(connection)
    summary.spend("joins", watch.lap())


def _commit(
    home: Home,
    settled: Settled,
    detector: Detector,
    workers: Workers,
    correlating: Correlating,
    behaving: Behaving,
    summary: Summary,
) -> EventBatch:
    """Returns the events that rules were matched against."""
    events = enrich(settled.events(), workers.knowledge)
    seen, found = detected(events, detector, workers.window)
    alerts = gather(found.firings, seen)
    with home.store.read() as connection:
        fresh = settled.unknown(connection, events)
    file = home.lake.write_fresh(fresh, fresh.table["event.id"][0].as_py()) if len(fresh) else None
    failpoint("join.before")
    with home.store.transaction() as connection:
        if file is not None:
            register(connection, file)
        record(connection, alerts)
        summary.alert_ids |= behaving.take_joined(connection, events, fresh, found.observations)
        summary.alert_ids |= correlating.take(connection, found.matches, {}, fresh)
        settled.done(connection)
    failpoint("join.after")
    home.compact_when_due()
    summary.joined += len(events)
    summary.firings += len(found.firings)
    summary.alert_ids.update(part.id for part in alerts)
    return seen
