"""Groups of many events at once are those of each event by itself."""

from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma.correlate.matches import MAX_COMBINATIONS, GroupTexts, group_texts

VALUE = st.lists(st.sampled_from(["a", "A", "é", 'x"', "\0", "ß" * 150, "long " * 80]), max_size=3)
ALONE = st.lists(st.sampled_from(["a", "A", "b,c"]), min_size=1, max_size=1)
FIELDS = st.lists(st.lists(VALUE, min_size=1, max_size=4), min_size=1, max_size=3) | st.lists(
    st.lists(ALONE, min_size=1, max_size=4), min_size=1, max_size=3
)


@given(FIELDS, st.lists(st.tuples(st.integers(0), st.integers(0), st.integers(0)), max_size=6))
def test_many_events_at_once(fields: list[list[list[str]]], events: list[tuple[int, int, int]]) -> None:
    codes = [[event[place] % len(values) for event in events] for place, values in enumerate(fields)]
    known: list[dict[int, list[str]]] = [{} for _ in fields]
    expected = [
        group_texts([values[code] for values, code in zip(fields, each, strict=True)])
        for each in zip(*codes, strict=True)
    ]
    assert GroupTexts(fields, known).of(codes) == expected
    assert GroupTexts(fields, known).of(codes) == expected  # from what is known by then


def test_groups_of_one_event_are_bounded() -> None:
    many = [f"v{number}" for number in range(20)]
    assert len(GroupTexts([[many], [many]]).of([[0], [0]])[0]) == MAX_COMBINATIONS
