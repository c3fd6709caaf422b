"""The one pipeline: raw records -> enriched events -> firings -> one commit per batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.alerts.record import record, refresh
from watchfloor.app.behaving import Behaving
from watchfloor.app.correlating import Correlating
from watchfloor.app.examine import Examined
from watchfloor.app.home import Home
from watchfloor.app.incidents import regroup
from watchfloor.app.joining import JOIN_EVERY, join
from watchfloor.app.learning import Learnt, learn
from watchfloor.app.observer import NOBODY, Observer
from watchfloor.app.stopwatch import Stopwatch
from watchfloor.app.summary import Summary
from watchfloor.app.workers import Workers
from watchfloor.assets import accounts, leases
from watchfloor.core.failpoints import failpoint
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.joins.groups import keep
from watchfloor.lake.lake import register
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch
from watchfloor.store.positions import Progress, advance, positions


def run(
    batches: Iterable[RawBatch],
    workers: Workers,
    home: Home,
    summary: Summary,
    watermark: Watermark | None = None,
    observer: Observer = NOBODY,
    learning: Callable[[int], None] = lambda _: None,
) -> Summary:
    """Take every batch through the stages and commit it; batches are committed in the order they come.

    With the watermark of a live stream correlations are judged with every batch and groups of records are joined each
    time that it has moved on by a minute, else at the end, when all events are known; then alerts are grouped.

    Args:
        batches: of records.
        workers: with the rules.
        home: open for writing.
        summary: is filled.
        watermark: of a live stream; None when all input is known at the end.
        observer: hears of each batch.
        learning: called with the number of stored events that new rules learnt from since the last call.
    """
    with home.store.transaction() as connection:
        refresh(connection, workers.rules.every)
        correlating = Correlating.over(connection, workers.rules, watermark)
        behaving = Behaving.over(connection, workers.rules, correlating.correlator, watermark, workers.window)
        watch = Stopwatch()
        # What is found in the past is no news of this run.
        summary.learnt = learn(connection, home.lake, workers.rules, correlating, behaving, learning)
        summary.spend("learning", watch.lap())
        failpoint("learning.inside")
    if summary.learnt != Learnt():  # what is read now may take hours
        regroup(home, workers.knowledge.inventory)
    joined = None
    for done in workers.examine(batches):
        watch = Stopwatch()
        new, correlated = commit(home, done, correlating, behaving)
        summary.new_events += new
        summary.alert_ids |= correlated
        summary.add(done.events)
        observer.read(done.events)
        observer.matched(workers.window.of(done.events))
        summary.firings += done.firings
        summary.alert_ids.update(part.id for part in done.alerts)
        for stage, spent in done.spent.items():
            summary.spend(stage, spent)
        summary.spend("writing", watch.lap())
        moment = None if watermark is None else watermark.moment
        if moment is not None and (joined is None or moment - joined >= JOIN_EVERY):
            join(home, workers, correlating, behaving, summary, observer, moment)
            regroup(home, workers.knowledge.inventory)
            joined = moment
    if watermark is None:
        join(home, workers, correlating, behaving, summary, observer)
    watch = Stopwatch()
    with home.store.transaction() as connection:
        summary.alert_ids |= behaving.settle(connection)
        summary.spend("behaviours", watch.lap())
        summary.alert_ids |= correlating.settle(connection)
    summary.spend("correlations", watch.lap())
    summary.problems.extend(correlating.problems())
    summary.learning = behaving.learning(home)
    summary.spend("behaviours", watch.lap())
    regroup(home, workers.knowledge.inventory)
    summary.spend("incidents", watch.lap())
    return summary


def commit(home: Home, done: Examined, correlating: Correlating, behaving: Behaving) -> tuple[int, set[str]]:
    """One commit: first the fresh file, then one transaction with its name, the alerts, matches and positions.

    Events that the home has already are not written again; their alerts are recorded again without effect, so that
    new rules find their alerts in old events.

    Returns:
        How many events were new, and the ids of alerts of behaviours and correlations that changed or might have.
    """
    progress = _progress(done.raw)
    with home.store.read() as connection:
        known = positions(connection, list(progress))
    fresh = _unknown(done, known)
    file = home.lake.write_fresh(fresh, fresh.table["event.id"][0].as_py()) if len(fresh) else None
    failpoint("commit.before")
    with home.store.transaction() as connection:
        if file is not None:
            register(connection, file)
        record(connection, done.alerts)
        keep(connection, done.parts)
        leases.keep(connection, done.leases)
        accounts.keep(connection, done.accounts)
        behaved = behaving.take(connection, done, known)
        correlated = correlating.take(connection, done.matches, _youngest(done), fresh)
        advance(connection, progress.values())
        failpoint("commit.inside")
    failpoint("commit.after")
    home.compact_when_due()
    return len(fresh), behaved | correlated


def _youngest(done: Examined) -> dict[str, int]:
    """Source -> time of its youngest event, in microseconds since 1970."""
    times = {"source": done.raw.source, "time": done.events.table["@timestamp"].cast(pa.int64())}
    found = pa.table(times).group_by("source").aggregate([("time", "max")]).to_pylist()
    return {done.raw.sources[row["source"]].id: row["time_max"] for row in found}


def _progress(raw: RawBatch) -> dict[str, Progress]:
    table = pa.table({"source": raw.source, "line": raw.line}).group_by("source").aggregate([("line", "max")])
    found = {}
    for row in table.to_pylist():
        source = raw.sources[row["source"]]
        found[source.id] = Progress(
            source.id, source.path, source.reference, source.reference_kind, row["line_max"] + 1
        )
    return found


def _unknown(done: Examined, known: dict[str, int]) -> EventBatch:
    """The events beyond the committed position of their source."""
    limits = pa.array([known.get(source.id, 0) for source in done.raw.sources], pa.int64())
    if not any(known.values()):
        return done.events
    mask = pc.greater_equal(done.raw.line, limits.take(done.raw.source))
    return EventBatch(done.events.table.filter(mask))
