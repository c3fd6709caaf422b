import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.behaviors.whereabouts import FEW, NEIGHBOURS, Area, country, kilometers, point, separation

TOWNS = st.lists(
    st.tuples(st.floats(-60, 60), st.floats(-170, 170), st.floats(0, 120), st.integers(1, 900)), min_size=1, max_size=6
)


def area(towns: list[tuple[float, float, float, int]]) -> Area:
    return Area(*np.array(towns, np.float64).T)


@settings(deadline=None)
@given(TOWNS, TOWNS)
def test_few_pairs_of_people_are_nearer(
    one: list[tuple[float, float, float, int]], other: list[tuple[float, float, float, int]]
) -> None:
    found = separation(area(one), area(other))
    pairs = []
    for (a, b, r, people), (c, d, q, others) in itertools.product(one, other):
        apart = float(kilometers(*(np.array([each]) for each in (a, b, c, d)))[0]) - r - q
        pairs.append((max(apart, 0.0), people * others))
    if min(pairs)[0] < NEIGHBOURS and len(pairs) > 1:
        assert found == 0
        return
    total = sum(weight for _, weight in pairs)
    nearer = sum(weight for between, weight in pairs if between < found - 1e-6)
    not_farther = sum(weight for between, weight in pairs if between <= found + 1e-6)
    assert nearer <= FEW * total + 1e-6
    assert found == 0 or not_farther > FEW * total - 1e-6
    assert math.isclose(found, separation(area(other), area(one)), abs_tol=1e-6)


def test_unknown_letters_may_be_anywhere() -> None:
    assert separation(country("ZZ"), country("DE")) == 0
    assert separation(point(52.5, 13.4, 50), country("ZZ")) == 0


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        # Aachen is 5,000 km from Halifax, Perpignan 790 from Kehl, Norwich 1,980 from Saint Petersburg.
        ("DE", "CA", 4900, 5500),
        ("GB", "RU", 1700, 2100),
        ("GB", "US", 4900, 5300),
        ("DE", "ES", 700, 1000),
        ("IN", "RU", 2700, 3400),
    ],
)
def test_countries_are_as_far_apart_as_an_atlas_says(one: str, other: str, least: float, most: float) -> None:
    assert least < separation(country(one), country(other)) < most


def test_one_country_is_nowhere_apart_from_itself() -> None:
    for code in ("RU", "US", "CN", "AU", "SG"):
        assert separation(country(code), country(code)) == 0
