"""Lines that are taken as columns all at once give what each line alone gives."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from watchfloor.parsers._columns import by_value, gathered
from watchfloor.parsers._mapping import mapped
from watchfloor.parsers._pairs import MANY, Pairs, columns, merged, parted, rows
from watchfloor.schema.fields import REST

NAMES = ("a", "b", "c", "d")
CELLS = ("x", "", '""', '"y"', '"1,2"', '"a""b"', '"', 'x"y', '"z"x', ' "z"', "é", '"\x1f,"', '"l\nm"', "-")


@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=6).map(",".join), min_size=1, max_size=4))
def test_many_lines_are_divided_as_each_line_is(shapes: list[str]) -> None:
    lines = shapes * MANY
    alone = [dict(zip(NAMES, each, strict=False)) if len(each) <= len(NAMES) else None for each in rows(shapes)]
    assert list(columns(lines, NAMES)) == alone * MANY


def test_quotes_and_inner_separators_do_not_keep_lines_out_of_tables() -> None:
    found = columns(['1,"two, or 2",""', '"1",2,3'] * MANY, NAMES)
    assert not found.others
    assert list(found)[:2] == [{"a": "1", "b": "two, or 2", "c": ""}, {"a": "1", "b": "2", "c": "3"}]


def test_lines_with_too_few_or_too_many_values_are_of_another_format() -> None:
    known, values = columns(["1 2 3", "1 2", "1 2 3 4 5"] * MANY, NAMES, " ", fewest=3).known()
    assert known.to_list() == [True, False, False] * MANY
    assert list(values) == [{"a": "1", "b": "2", "c": "3"}] * MANY


def test_of_a_name_that_comes_twice_the_last_value_counts() -> None:
    assert list(columns(["1,2"] * MANY, ("a", "a"))) == [{"a": "2"}] * MANY


def test_parts_come_together_at_their_places() -> None:
    odd = columns(["1,2"] * MANY, NAMES)
    found = merged([(range(1, 2 * MANY, 2), odd), (range(0, 2 * MANY, 2), [{"a": "x"}, None] * (MANY // 2))])
    assert list(found)[:4] == [{"a": "x"}, {"a": "1", "b": "2"}, None, {"a": "1", "b": "2"}]


def test_values_are_parted_by_name() -> None:
    whole = merged([(range(MANY), columns(["1,2,3"] * MANY, NAMES)), ([MANY], [{"b": "4", "z": "5"}])])
    chosen, others = parted(whole, {"b"})
    assert [list(chosen)[at] for at in (0, MANY)] == [{"b": "2"}, {"b": "4"}]
    assert [list(others)[at] for at in (0, MANY)] == [{"a": "1", "c": "3"}, {"z": "5"}]


@pytest.mark.parametrize("empty", [[], [1], [0, 1, 2], [0, 2, 3]])
def test_values_that_only_some_lines_have_fill_the_same_columns(empty: list[int]) -> None:
    lines = [
        ",".join("" if at % 3 and place in empty else f'{place} "\\{at}' for place in range(4)) for at in range(MANY)
    ]
    found = Pairs(
        [(pl.Series(range(MANY)), pl.DataFrame([line.split(",") for line in lines], NAMES, orient="row"))], {}
    )
    fields = {"a": "user.name"}
    tables = mapped(found, fields, vendor="v", wanted=frozenset({"v.b"}))
    records = mapped(list(found), fields, vendor="v", wanted=frozenset({"v.b"}))
    assert_frame_equal(tables, records, check_column_order=False)
    assert tables[REST].null_count() == (0 if not {0, 2, 3} <= set(empty) else MANY - (MANY + 2) // 3)


def test_words_are_gathered_in_order() -> None:
    frame = pl.DataFrame({"a": ["x", None, None], "b": ["y", "z", None]})
    assert frame.select(gathered(pl.col("a"), pl.col("b"))).to_series().to_list() == [["x", "y"], ["z"], ["info"]]
    assert frame.select(gathered(pl.col("a"), default=None)).to_series().to_list() == [["x"], None, None]


def test_what_is_read_by_value_is_asked_once_for_each() -> None:
    asked: list[str | None] = []

    def read(texts: pl.Series) -> pl.Series:
        asked.extend(texts.to_list())
        return texts.str.to_uppercase()

    assert by_value(pl.Series(["a", None, "b", "a"]), read).to_list() == ["A", None, "B", "A"]
    assert sorted(map(str, asked)) == ["None", "a", "b"]
