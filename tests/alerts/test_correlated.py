"""Alerts of correlations say what the firings of a group and day say, however they came about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.alerts import correlated, revised
from watchfloor.alerts.correlated import CorrelatedAlerts, confirm
from watchfloor.alerts.record import stored_alerts
from watchfloor.core.clock import to_microseconds
from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.detect.sigma.correlate.matches import SCHEMA, group_texts
from watchfloor.detect.sigma.correlate.rules import SECOND, Condition, Correlation
from watchfloor.store.tables import alert, alert_event, alert_revision, metadata

NIGHT = to_microseconds(dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
"""Where one day ends and the next begins."""


def correlation(name: str, kind: str, members: Sequence[str], group_by: Sequence[str], limit: int) -> Correlation:
    return Correlation(
        id=name,
        title=name,
        level="high",
        status="",
        description="",
        tags=("attack.t1110",),
        path=Path("test.yml"),
        kind=kind,
        members=tuple(members),
        group_by=tuple(group_by),
        aliases={},
        span=10 * SECOND,
        condition=Condition((("gte", limit),)),
        generate=True,
        key=f"key of {name}",
    )


COUNT = correlation("count", "event_count", ["base"], ["user", "other"], 2)
ABOVE = correlation("above", "event_count", ["count"], ["user"], 2)

Event = tuple[float, str, str]
"""Seconds after midnight, and the values of the group."""


class Rig:
    """Correlations and alerts over a store in memory."""

    def __init__(self, connection: sa.Connection, rules: Sequence[Correlation], *, final: bool) -> None:
        self.connection = connection
        self.rules = RuleSet((), (), frozenset(), tuple(rules))
        self.correlator = Correlator(rules)
        self.correlator.open(connection)
        self.alerts = CorrelatedAlerts(self.rules, Evidence(rules, self.correlator.numbers), final)

    def take(self, *events: Event) -> set[str]:
        rows = [
            {
                "key": COUNT.key,
                "group": group_texts([[user], [other]])[0],
                "time": NIGHT + round(second * SECOND),
                "event_id": f"{second} {user} {other}",
                "member": 0,
                "value": "",
                "path": "a.log",
                "line": 1,
            }
            for second, user, other in events
        ]
        self.correlator.add(self.connection, pa.Table.from_pylist(rows, schema=SCHEMA))
        return self.alerts.record(self.connection, self.correlator.settle(self.connection))

    def stored(self) -> list[dict[str, Any]]:
        ids = self.connection.execute(sa.select(alert.c.id)).scalars().all()
        return list(stored_alerts(self.connection, ids))

    def all(self, column: sa.ColumnElement[Any]) -> list[Any]:
        return list(self.connection.execute(sa.select(column)).scalars())


@contextmanager
def rig(*rules: Correlation, final: bool = True) -> Iterator[Rig]:
    store = sa.create_engine("sqlite://")
    with store.begin() as connection:
        metadata.create_all(connection)
        yield Rig(connection, rules or (COUNT, ABOVE), final=final)
    store.dispose()


events = st.lists(
    st.tuples(st.integers(-15, 15), st.sampled_from("uv"), st.sampled_from("xy")), max_size=14, unique=True
)


@given(events, st.data())
def test_alerts_depend_on_the_events_alone(found: list[Event], data: st.DataObject) -> None:
    with rig() as whole, rig() as pieces:
        whole.take(*found)
        rest = data.draw(st.permutations(found))
        while rest:
            size = data.draw(st.integers(1, len(rest)))
            pieces.take(*rest[:size])
            rest = rest[size:]
        assert pieces.stored() == whole.stored()


@given(events, st.data())
def test_alerts_of_a_day_stay_whole_when_parts_of_it_are_final(found: list[Event], data: st.DataObject) -> None:
    """Events come in order; what lies behind them becomes final at any moment."""
    with rig() as whole, rig(final=False) as live:
        whole.take(*found)
        for each in sorted(found):
            live.take(each)
            if data.draw(st.booleans()):
                moment = NIGHT + each[0] * SECOND - 1
                live.correlator.seal(live.connection, int(moment))
                confirm(live.connection, int(moment))
        assert live.stored() == whole.stored()


def test_an_alert_names_the_events_down_to_the_first_rule() -> None:
    with rig() as found:
        found.take((1, "u", "x"), (2, "u", "x"), (3, "u", "y"), (4, "u", "y"))
        (above,) = [each for each in found.stored() if each["rule"]["id"] == "above"]
        assert [event["event.id"][0] for event in above["events"]] == ["1", "2", "3", "4"]
        assert (above["count"], above["timestamp"][-3:], above["last_timestamp"][-3:]) == (4, "01Z", "04Z")
        assert above["entities"] == [{"kind": "user", "value": "u"}]
        assert above["why"][0]["value"] == "2"


def test_the_same_values_in_another_order_are_another_alert() -> None:
    """Who did it and whom it was done to."""
    with rig(COUNT) as found:
        ids = found.take((1, "u", "v"), (2, "u", "v"), (1, "v", "u"), (3, "v", "u"))
        assert len(ids) == 2
        assert sorted(each["last_timestamp"][-3:] for each in found.stored()) == ["02Z", "03Z"]


def test_a_day_ends_at_midnight_utc() -> None:
    with rig(COUNT) as found:
        found.take((-3, "u", "x"), (-2, "u", "x"), (-1, "u", "x"), (0, "u", "x"))
        assert [(each["timestamp"], each["count"]) for each in found.stored()] == [
            ("2026-03-01T23:59:57Z", 2),
            ("2026-03-01T23:59:59Z", 2),
        ]


def test_an_alert_grows_and_is_withdrawn_with_revisions() -> None:
    with rig(COUNT, final=False) as found:
        found.take((5, "u", "x"), (14, "u", "x"))
        found.take((16, "u", "x"), (17, "u", "x"))
        assert found.all(alert_revision.c.count) == [2, 4]
        # One firing at 5 now, and 14 begins another one.
        found.take((4, "u", "x"))
        (only,) = found.stored()
        assert [event["event.id"].split()[0] for event in only["events"]] == ["4", "5", "14", "16"]
        assert found.all(alert.c.revision) == [3]


def test_an_alert_without_firings_is_withdrawn_not_deleted() -> None:
    exactly = replace(ABOVE, condition=Condition((("eq", 1),)))
    with rig(COUNT, exactly) as found:
        found.take((1, "u", "x"), (2, "u", "x"))
        assert sorted(each["rule"]["id"] for each in found.stored()) == ["above", "count"]
        # Another firing of the same moment: the window passes over one.
        found.take((1, "u", "y"), (2, "u", "y"))
        assert [each["rule"]["id"] for each in found.stored()] == ["count", "count"]
        withdrawn = sa.select(alert.c.count, alert.c.revision).where(alert.c.rule_id == "above")
        assert found.connection.execute(withdrawn).all() == [(0, 2)]


def test_taking_the_same_again_changes_nothing() -> None:
    with rig() as found:
        given_events = [(1, "u", "x"), (2, "u", "x"), (3, "u", "y"), (4, "u", "y")]
        ids = found.take(*given_events)
        before = found.stored()
        assert found.take(*given_events) == ids
        assert found.stored() == before
        assert set(found.all(alert.c.revision)) == {1}


def test_an_alert_names_so_many_events_and_counts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correlated, "MAX_EVENTS", 3)
    monkeypatch.setattr(revised, "_EVENTS_AT_ONCE", 2)
    with rig(COUNT) as found:
        found.take(*((second, user, "x") for second in range(8) for user in "uvw"))
        assert [each["count"] for each in found.stored()] == [8, 8, 8]
        assert [len(each["events"]) for each in found.stored()] == [3, 3, 3]
        assert len(found.all(alert_event.c.event_id)) == 9


def test_a_silent_correlation_raises_none() -> None:
    with rig() as found:
        found.alerts = CorrelatedAlerts(
            RuleSet((), (), frozenset(), (COUNT, ABOVE), frozenset({"count"})), found.alerts.evidence, final=True
        )
        found.take((1, "u", "x"), (2, "u", "x"), (3, "u", "y"), (4, "u", "y"))
        assert [each["rule"]["id"] for each in found.stored()] == ["above"]


def test_alerts_are_provisional_until_no_event_can_change_them() -> None:
    with rig(COUNT, final=False) as found:
        found.take((1, "u", "x"), (2, "u", "x"))
        for moment, provisional in ((1, True), (2, False)):
            found.correlator.seal(found.connection, NIGHT + moment * SECOND)
            confirm(found.connection, NIGHT + moment * SECOND)
            assert found.all(alert.c.provisional) == [provisional]
