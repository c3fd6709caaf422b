"""What one run remembers of the rows it put saves questions, never moments."""

from collections.abc import Sequence

import pyarrow as pa
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.behaviors import moments, state
from watchfloor.detect.behaviors.moments import Recent
from watchfloor.detect.behaviors.times import pack, unions, unpack
from watchfloor.detect.sigma.behave.observe import SCHEMA
from watchfloor.store.behavior_tables import behavior, behavior_state
from watchfloor.store.definitions import register
from watchfloor.store.engine import in_memory

MOST = 4
Seen = tuple[str, int, str]
"""Entity, moment in seconds, value."""
EVENTS = st.tuples(st.sampled_from("abc"), st.integers(-30, 30), st.sampled_from("vw"))
BATCHES = st.lists(
    st.tuples(st.lists(EVENTS, min_size=1, max_size=6), st.sampled_from(["same", "same", "same", "other", "restart"])),
    max_size=8,
)


def observed(events: Sequence[Seen], slot: int, start: int) -> pa.Table:
    rows = []
    for number, (entity, second, value) in enumerate(events):
        moment = second * 1_000_000
        rows.append(
            {
                "key": "k", "entity": entity, "slot": second // slot * slot * 1_000_000 if slot else 0, "value": value,
                "first": moment, "last": moment, "count": 1, "amount": 0, "times": pack([second], MOST),
                "event_id": f"e{start + number:04}", "path": "p", "line": number,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, SCHEMA)


def kept(batches: Sequence[tuple[list[Seen], str]], slot: int, *, remembering: bool) -> list[tuple[object, ...]]:
    """The rows after all batches, put by one run, by one that began anew, or by another one meanwhile."""
    with in_memory() as connection:
        number = register(connection, behavior, [behavior_state], {"k": "id"})[0]["k"]
        own, other = Recent(), Recent()
        for place, (events, who) in enumerate(batches):
            own = Recent() if who == "restart" else own
            recent = (other if who == "other" else own) if remembering else None
            keep = state.Keeping(moments=MOST, recent=recent)
            state.merge(connection, number, observed(events, slot, place * 100), keep)
        rows = connection.execute(sa.select(behavior_state).order_by("entity", "slot", "value"))
        return [tuple(row) for row in rows]


@settings(max_examples=150, deadline=None)
@given(BATCHES, st.sampled_from([0, 5, 20]), st.sampled_from([1, 3, 50_000]))
def test_rows_are_as_without_remembering(batches: list[tuple[list[Seen], str]], slot: int, remembered: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(moments, "_REMEMBERED", remembered)
        assert kept(batches, slot, remembering=True) == kept(batches, slot, remembering=False)


def test_what_cannot_be_there_is_not_asked_for() -> None:
    recent = Recent()
    recent.compare(0, None)
    assert recent.known([("a", 10, "v"), ("b", 20, "v")]) == []
    recent.left([("a", 10, "v")], 1, 15)
    recent.compare(1, 15)
    asked = [("a", 10, "v"), ("a", 10, "w"), ("b", 10, "v"), ("a", 20, "v")]
    assert recent.known(asked) == [("a", 10, "v")]
    recent.compare(2, 17)  # another one put a row
    assert recent.known(asked) == [("a", 10, "v"), ("a", 10, "w"), ("b", 10, "v")]


def test_a_run_that_finds_rows_asks_up_to_their_latest_event() -> None:
    recent = Recent()
    recent.compare(3, 15)
    assert recent.known([("a", 10, "v"), ("b", 15, "v"), ("a", 20, "v")]) == [("a", 10, "v"), ("b", 15, "v")]


MOMENTS = st.lists(st.one_of(st.integers(-300, 300), st.integers(-(10**15), 10**15)), max_size=8)


@given(st.lists(st.tuples(MOMENTS, MOMENTS.filter(len)), max_size=8), st.integers(1, 10))
def test_many_pairs_are_united_as_one_by_one(pairs: list[tuple[list[int], list[int]]], most: int) -> None:
    ones, others = [pack(one, most) for one, _ in pairs], [pack(other, most) for _, other in pairs]
    alone = [
        pack([*one[:most], *other[:most]], most) for one, other in ((sorted({*a}), sorted({*b})) for a, b in pairs)
    ]
    assert unions(ones, others, most) == alone
    assert [unpack(each) for each in alone] == [
        sorted({*unpack(one), *unpack(other)})[:most] for one, other in zip(ones, others, strict=True)
    ]
