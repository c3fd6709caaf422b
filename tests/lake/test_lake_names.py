"""Field names and columns: one to one, also for engines that ignore case."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from watchfloor.lake.lake import Lake
from watchfloor.lake.names import EVENT_DATE, ID, ORIGINAL, REST_COLUMN, TIME, Columns
from watchfloor.lake.search import search
from watchfloor.schema.fields import REST, declared

_CLOSE = [
    "a.b_c",
    "a_b.c",
    "a.b.c",
    "A.b.c",
    "a-b-c",
    "a b c",
    "a_b_c_2",
    "event.date",
    "event_date",
    "filename",
    "",
    "@",
]
_NAMES = st.lists(st.sampled_from([*_CLOSE, *declared()]) | st.text(max_size=8), unique=True)


@given(_NAMES)
def test_no_two_fields_share_a_column(names: list[str]) -> None:
    columns = Columns({})
    physical = [columns.physical(name) for name in names]
    folded = [column.lower() for column in physical]
    assert len(set(folded)) == len(names)
    assert [columns.logical(column) for column in physical] == names
    assert [columns.logical(column.upper()) for column in physical] == names
    assert all(column.isascii() and column.replace("_", "x").isalnum() for column in physical)
    assert not {EVENT_DATE, "filename", "file_row_number"} & set(folded)


@given(_NAMES, st.randoms())
def test_a_stored_choice_stays_whatever_comes_first_later(names: list[str], random: Any) -> None:
    before = Columns({})
    chosen = {name: before.physical(name) for name in names}
    after = Columns(chosen)
    shuffled = list(names)
    random.shuffle(shuffled)
    assert {name: after.physical(name) for name in shuffled} == chosen


def test_declared_fields_have_their_plain_columns() -> None:
    columns = Columns({})
    columns.physical("source_ip")
    for name in declared():
        assert columns.physical(name) == name.removeprefix("@").replace(".", "_")
    fixed = {"@timestamp": TIME, "event.id": ID, "event.original": ORIGINAL, REST: REST_COLUMN}
    assert {name: columns.physical(name) for name in fixed} == fixed


def test_fields_that_look_alike_are_stored_apart(home: Any) -> None:
    alike = {"vendor.a.b_c": "1", "vendor.a_b.c": "2", "vendor.a.b.c": "3", "VENDOR.A.B.C": "4"}
    home.commit([alike])
    home.commit([dict(reversed(alike.items()))])
    home.lake.compact()
    home.commit([{name: value for name, value in alike.items() if value in {"2", "4"}}])
    found = search(home.lake, "*").events
    assert [{name: event[name] for name in alike if name in event} for event in found] == [
        {"vendor.a_b.c": "2", "VENDOR.A.B.C": "4"},
        alike,
        alike,
    ]
    assert len(search(home.lake, "VENDOR.A.B.C:4").events) == 3
    assert search(home.lake, "vendor.a.b.c:4").events == []


def test_columns_of_a_batch_that_was_never_committed_are_free_again(home: Any) -> None:
    home.lake.write_fresh(home.batch([{"x.y_z": "1"}]), "lost")
    home.store.close()
    again = type(home)(home.path)
    again.lake.recover()
    again.commit([{"x_y.z": "2"}])
    assert [event["x_y.z"] for event in search(Lake(home.path, again.store), "x_y.z:2").events] == ["2"]
    again.store.close()
