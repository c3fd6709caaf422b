"""Numbers found by their place among limits, against each atom's own test."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.sigma.atoms import Atom, check
from watchfloor.detect.sigma.fieldmatch import FieldMatcher

WHOLE = st.one_of(st.integers(-3, 3), st.integers(-(1 << 63), (1 << 63) - 1), st.sampled_from([1 << 53, (1 << 53) + 1]))
LIMITS = st.one_of(WHOLE, st.integers(-(1 << 70), 1 << 70), st.floats(allow_nan=False), st.just(float("nan")))
ATOMS = st.lists(
    st.one_of(
        st.tuples(st.just("number"), LIMITS),
        st.tuples(st.just("compare"), st.sampled_from(["lt", "lte", "gt", "gte", "neq"]), LIMITS),
    ),
    min_size=1,
    max_size=8,
    unique_by=repr,
)
TEXTS = st.one_of(WHOLE.map(str), st.sampled_from(["0x10", "1.5", "-2.0", "+3", "x", "9" * 30]))


@given(ATOMS, st.lists(TEXTS, min_size=1, max_size=8))
def test_texts(atoms: list[Atom], texts: list[str]) -> None:
    matcher = FieldMatcher(atoms)
    for text in texts:
        assert sorted(matcher.matches(text)) == [place for place, atom in enumerate(atoms) if check(atom)(text)]


@given(ATOMS, st.lists(WHOLE, min_size=1, max_size=8))
def test_columns_of_whole_numbers(atoms: list[Atom], values: list[int]) -> None:
    limits = FieldMatcher(atoms).limits
    if limits is None:  # not a number among the limits
        return
    found: dict[int, list[int]] = {place: [] for place in range(len(values))}
    for positions, places in limits.matching(np.array(values, np.int64)):
        for place in places.tolist():
            found[place].extend(positions)
    for place, value in enumerate(values):
        assert sorted(found[place]) == [each for each, atom in enumerate(atoms) if check(atom)(str(value))]
