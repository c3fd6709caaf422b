"""`analyze`: everything from files to alerts, in one call."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from watchfloor.alerts.levels import rank
from watchfloor.alerts.record import stored_alerts
from watchfloor.alerts.suppression import Suppressions, stored
from watchfloor.app import levels
from watchfloor.app.examine import EVERYTHING, Window
from watchfloor.app.home import Home, writing
from watchfloor.app.incident_stories import wholes
from watchfloor.app.incidents import heads
from watchfloor.app.knowledge import keep, load_knowledge
from watchfloor.app.observer import NOBODY
from watchfloor.app.pipeline import run
from watchfloor.app.recognition import Recognised, recognise
from watchfloor.app.rules import load_rules
from watchfloor.app.stopwatch import Stopwatch
from watchfloor.app.summary import Summary
from watchfloor.app.workers import Workers
from watchfloor.assets.holders import Terms
from watchfloor.assets.leases import prune
from watchfloor.core.clock import to_microseconds, utc_now
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Context, RuleSet
from watchfloor.policy.policy import Policy
from watchfloor.reports.observed import Observed
from watchfloor.reports.report import MAX_INCIDENTS
from watchfloor.schema.records import RawBatch
from watchfloor.sources.files import Inventory, plan, read
from watchfloor.store.positions import reference_of

_WORTH_PROCESSES = 64 * 1024 * 1024
"""Bytes of input below which starting more processes costs more than it saves."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked to analyse; the defaults are those of the command.

    Attributes:
        report: lowest level of the single alerts that a report lists; None makes no report.
        called: what the report calls the input; empty for its paths.
        inventory, policy_file: are kept in a home that has none of its own.
        policy: what `policy_file` says, or what else the run is to go by.
    """

    paths: Sequence[str]
    rule_roots: Sequence[Path]
    home: Path | None = None
    zone: dt.tzinfo = dt.UTC
    now: dt.datetime | None = None
    parser: str = ""
    window: Window = EVERYTHING
    context: Context = field(default_factory=Context)
    jobs: int = 0
    stdin: BinaryIO | None = None
    whole_incidents: bool = False
    report: str | None = None
    called: str = ""
    inventory: Path | None = None
    policy: Policy | None = None
    policy_file: Path | None = None


@dataclass(slots=True)
class Result:
    """What came of it.

    Attributes:
        alerts: in the form of the `--alerts` file.
        suppressed: alerts that a suppression hides; they are in none of the others.
        incidents: as `incidents list` gives them; as `incidents show` does where whole ones were asked for.
        report: the page, an HTML document, where one was asked for.
        unknown_levels: ids that the context gives a level to and that no loaded rule has.
        home: where all of it is kept, None when nothing is.
        notes: what else there is to know of the home, in sentences.
    """

    rules: RuleSet
    summary: Summary
    alerts: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[dict[str, Any]] = field(default_factory=list)
    suppressed: int = 0
    unknown_levels: list[str] = field(default_factory=list)
    home: Path | None = None
    report: bytes = b""
    notes: tuple[str, ...] = ()

    def at_least(self, level: str) -> list[dict[str, Any]]:
        """The alerts of that level or above."""
        return [alert for alert in self.alerts if rank(alert["rule"]["level"]) >= rank(level)]


@dataclass(frozen=True, slots=True)
class Listener:
    """Who wants to hear of the progress.

    Attributes:
        loaded: rule files done, of how many; never called where nobody listens.
        planned: the inventory, once.
        learnt: stored events that new rules learnt from since the last call; before anything is read.
        advanced: bytes consumed since the last call.
        recognised: what a first look at the input tells, once; nobody looks where nobody listens.
    """

    loaded: Callable[[int, int], None] | None = None
    planned: Callable[[Inventory], None] = lambda _: None
    learnt: Callable[[int], None] = lambda _: None
    advanced: Callable[[int], None] = lambda _: None
    recognised: Callable[[Recognised], None] | None = None


def analyze(
    request: Request,
    settings: Settings,
    listener: Listener | None = None,
    finish: Callable[[Home, Result], None] | None = None,
) -> Result:
    """Read, parse, store, match; the alerts are those that a record of this input takes part in.

    Args:
        request: what is asked for.
        settings: of this installation.
        listener: hears of the progress.
        finish: is called with the home, still open, and what came of it; a temporary home is gone afterwards.

    Raises:
        UsageError: rules, zone, paths, inventory or databases were given wrongly.
        StoreError: the home cannot be used.
    """
    listener = listener or Listener()
    summary = Summary()
    watch = Stopwatch()
    knowledge = load_knowledge(settings, request.inventory, request.home)
    terms = Terms.of(settings, knowledge.inventory)
    rules = load_rules(request.rule_roots, settings.cache_dir, request.context, listener.loaded)
    summary.spend("rules", watch.lap())
    inventory = plan(request.paths)
    listener.planned(inventory)
    summary.files, summary.bytes = len(inventory.files), inventory.total_bytes
    summary.problems.extend(inventory.problems)
    if listener.recognised is not None:
        watch.lap()
        listener.recognised(recognise(inventory, rules, request.zone, request.now, request.parser))
        summary.spend("first look", watch.lap())
    summary.processes = jobs = _jobs(request.jobs, inventory)
    workers = Workers(
        rules,
        tuple(request.rule_roots),
        settings.cache_dir,
        jobs,
        request.window,
        request.context,
        knowledge,
    )
    with writing(request.home, settings.compact_files) as home:
        home.given = request.policy
        batches = _timed(_batches(request, settings, listener, inventory, summary, home), summary)
        observed = None if request.report is None else Observed(rules)
        run(batches, workers, home, summary, observer=observed or NOBODY, learning=listener.learnt)
        with home.store.transaction() as connection:
            prune(connection, settings.lease_days, to_microseconds(utc_now()))
        with home.store.read() as connection:
            hidden = Suppressions(stored(connection), home.policy)
            found, suppressed = hidden.split(stored_alerts(connection, summary.alert_ids, terms))
            incidents = heads(connection, summary.alert_ids)
            told = len(incidents) if request.whole_incidents else MAX_INCIDENTS if observed else 0
        incidents[:told] = wholes(home, [head["id"] for head in incidents[:told]], terms)
        unknown = levels.unknown(request.context.levels, rules)
        result = Result(rules, summary, found, incidents, len(suppressed), unknown, request.home)
        if request.home is not None:
            result.notes = tuple(keep(request.home, request.inventory, request.policy_file))
        watch = Stopwatch()
        if observed is not None and request.report is not None:
            from watchfloor.app.reporting import report_page  # noqa: PLC0415 - few runs need the template engine

            inputs = [request.called] if request.called else request.paths
            result.report = report_page(home, inputs, request.report, result, observed)
        if finish is not None:
            finish(home, result)
        summary.spend("writing", watch.lap())
        return result


def _batches(
    request: Request, settings: Settings, listener: Listener, inventory: Inventory, summary: Summary, home: Home
) -> Iterator[RawBatch]:
    def reference(source_id: str) -> tuple[dt.datetime, str] | None:
        with home.store.read() as connection:
            return reference_of(connection, source_id)

    return read(
        inventory,
        zone=request.zone,
        now=request.now,
        parser=request.parser,
        batch_size=settings.batch_size,
        stdin=request.stdin,
        report=summary.problems.append,
        progress=listener.advanced,
        references=reference,
    )


def _timed(batches: Iterator[RawBatch], summary: Summary) -> Iterator[RawBatch]:
    while True:
        watch = Stopwatch()
        raw = next(batches, None)
        summary.spend("reading", watch.lap())
        if raw is None:
            return
        yield raw


def _jobs(wanted: int, inventory: Inventory) -> int:
    if wanted:
        return wanted
    return (os.cpu_count() or 1) if inventory.total_bytes > _WORTH_PROCESSES else 1
