import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.behaviors.journeys import Places, legs
from watchfloor.detect.behaviors.whereabouts import kilometers, point

MINUTE = 60_000_000
BERLIN, PARIS, LAGOS, TOKYO = (52.52, 13.405), (48.8566, 2.3522), (6.5244, 3.3792), (35.6764, 139.65)
CITIES = [BERLIN, PARIS, LAGOS, TOKYO]


def places(spots: list[tuple[float, float]], network: list[int] | None = None, radius: float = 0.0) -> Places:
    numbers = list(range(len(spots))) if network is None else network
    return Places([point(*spot, radius) for spot in spots], np.array(numbers, np.int64))


def pairs(
    seen: list[tuple[int, int]], where: Places, speed: float = 900.0, distance: float = 500.0, margin: int = 0
) -> list[tuple[int, int]]:
    times, place = (np.array(each, np.int64) for each in zip(*seen, strict=True))
    found = legs(times, place, where, speed=speed, distance=distance, margin=margin)
    return list(zip(found.departure.tolist(), found.arrival.tolist(), strict=True))


def test_distances_are_the_known_ones() -> None:
    """Great-circle distances by two other formulas: a quarter of the equator, and the spherical law of cosines."""
    zero = np.zeros(1)
    assert abs(kilometers(zero, zero, zero, zero + 90)[0] - 6371.0088 * np.pi / 2) < 1e-6
    (a, b), (c, d) = np.radians(BERLIN), np.radians(PARIS)
    by_cosines = 6371.0088 * np.arccos(np.sin(a) * np.sin(c) + np.cos(a) * np.cos(c) * np.cos(d - b))
    found = kilometers(*(np.array([each]) for each in (*BERLIN, *PARIS)))[0]
    assert abs(found - by_cosines) < 1e-6
    assert 870 < found < 885


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_a_distance_is_one_on_a_sphere(a: float, b: float, c: float, d: float) -> None:
    there = kilometers(*(np.array([each]) for each in (a, b, c, d)))[0]
    back = kilometers(*(np.array([each]) for each in (c, d, a, b)))[0]
    assert 0 <= there <= 6371.0088 * np.pi + 1e-6
    assert abs(there - back) < 1e-6


def test_too_fast_in_both_directions_and_overlapping() -> None:
    cities = places(CITIES)
    assert pairs([(0, 0), (60 * MINUTE, 2)], cities) == [(0, 1)]
    assert pairs([(0, 2), (60 * MINUTE, 0)], cities) == [(0, 1)]
    assert pairs([(0, 0), (0, 2)], cities) == [(0, 1)]
    assert pairs([(0, 0), (7 * 60 * MINUTE, 2)], cities) == []
    assert pairs([(10 * MINUTE, 2), (0, 0), (20 * MINUTE, 0)], cities) == [(1, 0), (0, 2)]


def test_a_stay_between_does_not_hide_a_leg() -> None:
    """Berlin, Paris an hour later (slow enough), Lagos at once: Lagos is too far from both."""
    found = pairs([(0, 0), (65 * MINUTE, 1), (66 * MINUTE, 2)], places(CITIES))
    assert found == [(1, 2), (0, 2)]


def test_near_places_one_network_and_margin_are_no_travel() -> None:
    assert pairs([(0, 0), (MINUTE, 1)], places([BERLIN, PARIS], radius=200)) == []
    assert pairs([(0, 0), (MINUTE, 2)], places(CITIES, network=[7, 7, 7, 7])) == []
    assert pairs([(0, 0), (MINUTE, 2)], places(CITIES, network=[-1, -1, -1, -1])) == [(0, 1)]
    hour = 52 * MINUTE
    assert pairs([(0, 0), (hour, 1)], places(CITIES)) == [(0, 1)]
    assert pairs([(0, 0), (hour, 1)], places(CITIES), margin=10 * MINUTE) == []


def test_nothing_and_one_are_no_journey() -> None:
    nothing = np.zeros(0, np.int64)
    assert not len(legs(nothing, nothing, places(CITIES), speed=900, distance=500, margin=0).arrival)
    assert pairs([(0, 0)], places(CITIES)) == []


SEEN = st.lists(
    st.tuples(st.integers(0, 3000).map(lambda each: each * MINUTE), st.integers(0, 3)), min_size=2, max_size=25
)


@given(SEEN, st.randoms())
def test_legs_are_those_of_a_slow_search_in_any_order(seen: list[tuple[int, int]], random: object) -> None:
    """Every pair of stays among nine in a row, one after the other."""
    where = places(CITIES)
    rising = sorted(seen)
    stays = [list(own) for _, own in itertools.groupby(rising, key=lambda each: each[1])]
    expected = set()
    for late, arrival in enumerate(stays):
        for departure in stays[max(late - 8, 0) : late]:
            (left, one), (came, other) = departure[-1], arrival[0]
            km = kilometers(*(np.array([each]) for each in (*CITIES[one], *CITIES[other])))[0]
            if one != other and km >= 500 and km > 900 * (came - left) / (60 * MINUTE):
                expected.add((left, one, came, other))
    assert {(*seen[a], *seen[b]) for a, b in pairs(seen, where)} == expected
    mixed = list(seen)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert {(*mixed[a], *mixed[b]) for a, b in pairs(mixed, where)} == expected
