"""What the store answers about who shares a value, against the plainest way of counting."""

from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from behavior_rows import Event, everybody
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.behaviors import state
from watchfloor.detect.behaviors.plugin import DAY, Keeps
from watchfloor.detect.sigma.behave.observe import SCHEMA
from watchfloor.store.behavior_tables import behavior, behavior_state
from watchfloor.store.definitions import register
from watchfloor.store.engine import in_memory

KEEPS = Keeps(("user.name",), ("destination.ip",))
EVENTS = st.lists(
    st.builds(
        Event,
        st.sampled_from("abc"),
        st.integers(0, 6 * DAY),
        st.sampled_from([("203.0.113.7",), ("203.0.113.77",), ("203.0.11.1",), ("203.0.113.é\U0001f600",), ('x"',)]),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=30,
)
BEGINNINGS = ['["203.0.113.7"]', '["203.0.113.', '["203.0.11', '["x\\"', '["', '["none']


@settings(max_examples=30, deadline=None)
@given(EVENTS, st.integers(0, 6 * DAY), st.integers(0, 6 * DAY))
def test_who_shares_the_beginning_of_a_value(events: list[Event], after: int, until: int) -> None:
    expected = everybody(KEEPS, events)
    rows = [
        {"entity": entity, **row._asdict(), "count": row.events, "times": None, **row.place._asdict(), "key": "k"}
        for entity, own in expected.of.items()
        for row in own
    ]
    with in_memory() as connection:
        numbers, _ = register(connection, behavior, [behavior_state], {"k": "id"})
        observed = pa.Table.from_pylist(rows, SCHEMA)
        state.merge(connection, numbers["k"], observed, state.Keeping(shared=True))
        others = state.StoredOthers(connection, numbers["k"])
        for beginning in BEGINNINGS:
            for also in ("", *BEGINNINGS):
                asked = beginning, after, until, also
                assert others.sharing(*asked) == expected.sharing(*asked)
            for most in (1, 2):
                rare = expected.rare(beginning, after, until, most)
                assert others.rare(beginning, after, until, most) == rare
        query = "SELECT count(*) FROM behavior_state WHERE behavior = 1 AND peer >= 'a' AND peer < 'b'"
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all())
        assert "ix_behavior_state_peer" in plan


def test_a_value_that_nobody_has_is_shared_by_none() -> None:
    with in_memory() as connection:
        assert state.StoredOthers(connection, 1).sharing('["x"]', 0, 1).entities == 0


@pytest.mark.parametrize("values", [["a"], ["a", "b"], ["a"] * 5])
def test_values_are_looked_up_instead_of_reading_all_rows(values: list[str]) -> None:
    """An attacker chooses how many rows there are; each finding asks once."""
    asked: list[tuple[str, Any]] = []
    with in_memory() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        assert not state.StoredOthers(connection, 1).peers(values, 0, 9)
        ((statement, parameters),) = list(asked)
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert "ix_behavior_state_peer (behavior=? AND peer=?)" in plan[0][3]
