"""Alerts are a function of the firings alone: not of their order, their batches, or how often they are recorded."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.alerts.entities import Entity, entities_of
from watchfloor.alerts.gather import gather
from watchfloor.alerts.levels import parse_level
from watchfloor.alerts.links import Link
from watchfloor.alerts.record import record, record_links, stored_alerts
from watchfloor.core.errors import UsageError
from watchfloor.detect.sigma import Firing, Reason, Rule
from watchfloor.schema.events import EventBatch
from watchfloor.schema.sigma_fields import LogSource
from watchfloor.store.engine import open_store
from watchfloor.store.tables import alert_link

DAY = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
RULES = [Rule(f"rule-{n}", f"Rule {n}", "high", "", "", ("attack.t1190",), LogSource(), Path("x")) for n in range(2)]
EVENTS = st.lists(
    st.tuples(st.integers(0, 47), st.sampled_from(["web01", "WEB01", "db01", "-"]), st.sampled_from(["root", None])),
    min_size=1,
    max_size=12,
)


def batch(rows: list[tuple[int, int, str, str | None]]) -> EventBatch:
    return EventBatch.of(
        pa.table(
            {
                "event.id": [f"s:{number}" for number, *_ in rows],
                "@timestamp": pa.array([DAY + dt.timedelta(hours=r[1]) for r in rows], pa.timestamp("us", tz="UTC")),
                "log.file.path": ["a.log"] * len(rows),
                "log.line": [number for number, *_ in rows],
                "host.name": [row[2] for row in rows],
                "user.name": pa.array([row[3] for row in rows], pa.string()),
            }
        )
    )


def recorded(home: Path, batches: list[list[tuple[int, int, str, str | None]]]) -> list[dict[str, Any]]:
    home.mkdir(mode=0o700, exist_ok=True)
    store = open_store(home, write=True)
    ids = set()
    for rows in batches:
        firings = [
            Firing(rule, at, (Reason("selection", "n", "log.line", "*", str(row[0])),))
            for at, row in enumerate(rows)
            for rule in RULES
        ]
        parts = gather(firings, batch(rows))
        ids |= {part.id for part in parts}
        with store.transaction() as connection:
            record(connection, parts)
    with store.read() as connection:
        found = list(stored_alerts(connection, ids))
    store.close()
    return found


def test_a_link_that_two_findings_name_is_kept_once(tmp_path: Path) -> None:
    """Findings of one day may share the address and differ in what else they were about."""
    alert = recorded(tmp_path / "home", [[(0, 1, "web01", "root")]])[0]["id"]
    store = open_store(tmp_path / "home", write=True)
    link = Link("ip", "192.0.2.7", "actor")
    for _ in range(2):
        with store.transaction() as connection:
            record_links(connection, {alert: (link, link)})
    with store.read() as connection:
        query = sa.select(sa.func.count()).where(alert_link.c.alert_id == alert, alert_link.c.value == link.value)
        assert connection.execute(query).scalar_one() == 1
    store.close()


@settings(max_examples=25, deadline=None)
@given(events=EVENTS, seed=st.integers(0, 1000), cut=st.integers(1, 6))
def test_alerts_equal_a_slow_count(tmp_path_factory: pytest.TempPathFactory, events: Any, seed: int, cut: int) -> None:
    rows = [(number, *event) for number, event in enumerate(events)]
    expected: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        who = tuple(v.lower() for v in (row[2], row[3] or "-") if v != "-")
        expected[((DAY + dt.timedelta(hours=row[1])).date(), who)].append(row)
    shuffled = random.Random(seed).sample(rows, len(rows))
    pieces = [shuffled[at : at + cut] for at in range(0, len(shuffled), cut)]
    folder = tmp_path_factory.mktemp("home")
    one = recorded(folder / "one", [rows])
    many = recorded(folder / "many", [*pieces, *pieces])
    assert one == many
    assert len(one) == len(expected) * len(RULES)
    for alert in one:
        day = dt.datetime.fromisoformat(alert["timestamp"]).date()
        group = expected[(day, tuple(entity["value"] for entity in alert["entities"]))]
        first = min(group, key=lambda row: (row[1], f"s:{row[0]}"))
        assert alert["count"] == len(group) == len(alert["events"])
        assert alert["why"][0]["value"] == str(first[0])


def test_entities_take_the_first_field_that_names_somebody() -> None:
    event = {"host.name": "-", "host.hostname": "WEB01", "user.name": "", "source.ip": "203.0.113.9"}
    assert entities_of(event) == (Entity("host", "web01"), Entity("ip", "203.0.113.9"))


def test_levels_by_their_beginning() -> None:
    assert [parse_level(text) for text in ("HIGH", "crit", "i")] == ["high", "critical", "informational"]
    with pytest.raises(UsageError, match="unknown level"):
        parse_level("severe")
