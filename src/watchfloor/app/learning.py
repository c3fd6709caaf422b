"""What is new for a home, or has changed, learns from the stored events, in the transaction that makes its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from watchfloor.alerts.correlated import confirm
from watchfloor.alerts.record import chunks
from watchfloor.alerts.revised import withdraw
from watchfloor.app.behaving import Behaving
from watchfloor.app.correlating import Correlating
from watchfloor.detect.sigma import BehaviorRule, Correlation, Detector, RuleSet
from watchfloor.incidents.register import judged_by_people
from watchfloor.lake.lake import Lake
from watchfloor.lake.pages import pages
from watchfloor.store.tables import alert


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a run learnt from the stored events before it read any others.

    Attributes:
        events: how many there were.
        behaviors, correlations: titles of those that learnt.
        raised: alerts that they have now and had not before.
        withdrawn: alerts that were taken back.
        kept: those that were not, because somebody closed or noted something on their incident.
    """

    events: int = 0
    behaviors: tuple[str, ...] = ()
    correlations: tuple[str, ...] = ()
    raised: int = 0
    withdrawn: int = 0
    kept: int = 0


def learn(
    connection: sa.Connection,
    lake: Lake,
    rules: RuleSet,
    correlating: Correlating,
    behaving: Behaving,
    advanced: Callable[[int], None] = lambda _: None,
) -> Learnt:
    """Let behaviours and correlations that are new for a home take its stored events, page by page.

    Their alerts are brought up to date with what they find. Those of before that they do not find are taken back, as
    far as events of their time are stored and nobody has closed their incident or noted something on it: what people
    have judged stays as they saw it.

    Args:
        connection: of the transaction in which `correlating` and `behaving` were opened: what is interrupted begins
            again, from the state of before.
        lake: of the home.
        rules: the loaded rules.
        correlating: of the run.
        behaving: of the run.
        advanced: called with the number of events that were gone over since the last call.
    """
    correlator, judge = correlating.correlator, behaving.judge
    new: list[BehaviorRule | Correlation] = [*judge.new, *correlator.new]
    if not new:
        return Learnt()
    before, oldest = _standing(connection, new), _oldest(lake)
    events = 0
    for page in _take(connection, lake, rules, correlating, behaving) if oldest else ():
        events += page
        advanced(page)
    correlator.recall(connection)
    behaving.recall(connection)
    found = behaving.settled(connection, judge.new).keys() | correlating.settle(connection, correlator.new)
    correlator.finish(connection)
    if correlator.final is not None:
        confirm(connection, correlator.final)
    stale = [each for each, first in before.items() if each not in found and oldest is not None and first >= oldest]
    judged = judged_by_people(connection, stale)
    withdraw(connection, [each for each in stale if each not in judged])
    return Learnt(
        events,
        tuple(each.title for each in judge.new),
        tuple(each.title for each in correlator.new),
        len(_standing(connection, new).keys() - before.keys()),
        len(stale) - len(judged),
        len(judged),
    )


def _take(
    connection: sa.Connection, lake: Lake, rules: RuleSet, correlating: Correlating, behaving: Behaving
) -> Iterator[int]:
    """Give what is new all stored events that it reads itself, page by page; how many each page has."""
    correlator, judge = correlating.correlator, behaving.judge
    correlations = {each.id for each in (*correlator.new, *correlator.dropped)}
    own = rules.learning({each.id for each in judge.new}, correlations)
    if not (own.rules or own.behaviors):
        return
    detector = Detector(own)
    for page in pages(lake, own.fields):
        found = detector.detect(page)
        judge.add(connection, found.observations)
        correlator.learn(connection, found.matches)
        yield len(page)


def _oldest(lake: Lake) -> dt.datetime | None:
    """The earliest time of stored events; None where there are none."""
    stored = lake.snapshot()
    return min((file.first_time for file in (*stored.fresh, *stored.table)), default=None)


def _standing(connection: sa.Connection, rules: Sequence[BehaviorRule | Correlation]) -> dict[str, dt.datetime]:
    """First time of each alert of some rules that has not been taken back, by its id."""
    found: dict[str, dt.datetime] = {}
    for chunk in chunks([rule.id for rule in rules]):
        query = sa.select(alert.c.id, alert.c.first_time).where(alert.c.rule_id.in_(chunk), alert.c.count > 0)
        found.update((row.id, row.first_time) for row in connection.execute(query))
    return found
