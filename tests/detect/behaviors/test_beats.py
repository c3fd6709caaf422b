import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.detect.behaviors.beats import FITS, SECOND, Beat, Numbers, beat, by_chance_awake, contacts, unhurried


def judged(times: Numbers) -> Beat | None:
    return beat(times, least=20, lasting=900.0, chance=-3.3)


def jittered(random: np.random.Generator, count: int, period: float, jitter: float, missed: float = 0.0) -> Numbers:
    """Beats whose intervals are spread evenly around the period, some left out."""
    beats = np.cumsum(period * (1 + random.uniform(-jitter, jitter, count * 3)))
    return (beats[random.random(len(beats)) >= missed][:count] * SECOND).astype(np.int64)


def share_found(make: Callable[[], Numbers], times: int = 200) -> float:
    return sum(judged(make()) is not None for _ in range(times)) / times


@pytest.mark.parametrize("period", [60, 300, 3600])
@pytest.mark.parametrize("jitter", [0.0, 0.1, 0.2, 0.3])
def test_twenty_beats_with_jitter_are_found(period: int, jitter: float) -> None:
    random = np.random.default_rng(int(period + 100 * jitter))
    assert share_found(lambda: jittered(random, 20, period, jitter)) >= 0.97


def test_missed_beats_are_found() -> None:
    random = np.random.default_rng(2)
    assert share_found(lambda: jittered(random, 20, 300, 0.05, missed=0.3)) >= 0.97
    assert share_found(lambda: jittered(random, 40, 300, 0.3, missed=0.1)) >= 0.97


def test_bursts_of_connections_are_one_contact() -> None:
    random = np.random.default_rng(3)

    def make() -> Numbers:
        beats = jittered(random, 30, 120, 0.3)
        return np.sort(np.concatenate([beats + random.integers(0, 3 * SECOND, len(beats)) for _ in range(6)]))

    assert share_found(make) >= 0.95


def test_a_night_off_is_no_irregularity() -> None:
    day = np.arange(12) * 1800 * SECOND
    times = np.concatenate([day, day + 86_400 * SECOND, day + 2 * 86_400 * SECOND])
    found = judged(times)
    assert found is not None
    assert found.period == 1800
    assert found.contacts == 36
    assert found.active == 33 * 1800


HOUR = 3600


def office(of_day: Callable[[], np.ndarray], days: int = 12) -> Numbers:
    """Moments within nine hours a day from Monday to Friday."""
    mornings = np.arange(days * 7 // 5 + 1) * 24 * HOUR
    found = [morning + of_day() for day, morning in enumerate(mornings) if day % 7 < 5]
    return np.sort((np.concatenate(found) * SECOND).astype(np.int64))


@pytest.mark.parametrize("jitter", [0.1, 0.3])
@pytest.mark.parametrize("period", [2.5 * HOUR, 3 * HOUR, 4 * HOUR])
def test_nights_between_a_few_slow_beats_a_day_are_pauses(period: float, jitter: float) -> None:
    random = np.random.default_rng(5)

    def of_day() -> np.ndarray:
        at = random.uniform(0, period) + np.cumsum([0, *period * (1 + random.uniform(-jitter, jitter, 4))])
        return at[at < 9 * HOUR]

    assert share_found(lambda: office(of_day)) >= 0.95


@pytest.mark.parametrize("visits", [2, 3, 5])
def test_some_visits_a_day_keep_no_time(visits: int) -> None:
    random = np.random.default_rng(6)
    assert share_found(lambda: office(lambda: random.uniform(0, 9 * HOUR, visits))) <= 0.02


@pytest.mark.parametrize("pause", [2.5, 3.0, 4.0, 6.0])
@pytest.mark.parametrize("mean", [0.5, 1.0, 3.0, 50.0])
def test_chances_between_nights_are_not_below_the_true_ones(pause: float, mean: float) -> None:
    """Drawn from what they are the bound of: exponential intervals, in periods, that are no pause."""
    intervals = np.random.default_rng(7).exponential(mean, 400_000)
    intervals = intervals[intervals < pause]
    multiple = np.maximum(np.rint(intervals), 1)
    for fit in FITS:
        hits = (abs(intervals - multiple) <= fit.tolerance) & (multiple <= fit.multiples)
        assert hits.mean() <= by_chance_awake(fit, int(10 * pause)) + 0.01


@given(
    st.lists(st.sampled_from([5, 600, 2 * HOUR, 4 * HOUR, 5 * HOUR, 15 * HOUR]), min_size=20, max_size=60),
    st.sampled_from([HOUR, 2.1 * HOUR, 3 * HOUR]),
)
def test_what_is_never_unhurried_has_no_slow_beat(steps: list[int], slower: float) -> None:
    times = np.cumsum(np.array(steps, np.int64) * SECOND)
    found = beat(times, least=20, lasting=900.0, chance=-0.5, slower=slower)
    assert found is None or (found.period >= slower and unhurried(times, 20, slower))


@pytest.mark.parametrize("mean", [2, 10, 60, 600])
@pytest.mark.parametrize("count", [20, 60, 300])
def test_independent_contacts_keep_no_time(mean: int, count: int) -> None:
    random = np.random.default_rng(mean + count)
    make = lambda: (np.cumsum(random.exponential(mean, count)) * SECOND).astype(np.int64)  # noqa: E731
    assert share_found(make, 300) <= 1 / 300


def test_people_keep_no_time() -> None:
    """Sessions of pages with pauses to read, intervals log-normal as measured of readers."""
    random = np.random.default_rng(5)

    def make() -> Numbers:
        sessions = [start + np.cumsum(random.lognormal(3.4, 1.0, 40)) for start in random.uniform(0, 28_800, 4)]
        return np.sort((np.concatenate(sessions) * SECOND).astype(np.int64))

    assert share_found(make, 300) <= 1 / 300


def test_too_few_too_short_and_nothing() -> None:
    every_minute = np.arange(19) * 60 * SECOND
    assert judged(every_minute) is None
    assert judged(np.arange(40) * 5 * SECOND) is None
    assert judged(np.zeros(0, np.int64)) is None
    assert judged(np.zeros(50, np.int64)) is None


def test_a_burst_lasts_until_the_silence() -> None:
    times = np.array([0, 1, 2, 10, 11, 30]) * SECOND
    assert contacts(times, 5 * SECOND).tolist() == [0, 10 * SECOND, 30 * SECOND]
    assert contacts(times, 0).tolist() == times.tolist()


@given(st.integers(5, 5000), st.integers(20, 200), st.integers(0, 1 << 40))
def test_a_clock_is_always_found_and_measured(period: int, count: int, start: int) -> None:
    found = judged(start + np.arange(count) * period * SECOND)
    if (count - 1) * period < 900:
        assert found is None
    else:
        assert isinstance(found, Beat)
        assert found.period == pytest.approx(period)
        assert found.contacts == count
        assert found.share == 1.0
        assert found.jitter == 0.0


@given(st.lists(st.integers(0, 10_000_000), max_size=80).map(sorted), st.integers(0, 1 << 50))
def test_a_beat_does_not_depend_on_when_it_began(moments: list[int], shift: int) -> None:
    times = np.array(moments, np.int64) * (SECOND // 100)
    assert judged(times) == judged(times + shift)


def test_chances_of_fits_are_not_below_the_true_ones() -> None:
    """By numbers: shifted exponential intervals, over periods and means; the single share must hold, too."""
    for fit in FITS:
        worst = 0.0
        for period in np.linspace(4, 40, 73):
            for mean in np.geomspace(0.3, 60, 120):

                def beyond(x: float, mean: float = mean) -> float:
                    return math.exp(-max(0.0, x - 1.0) / mean)

                each = [
                    beyond((k - fit.tolerance) * period) - beyond((k + fit.tolerance) * period)
                    for k in range(1, fit.multiples + 1)
                ]
                if each[0] >= 0.3:
                    worst = max(worst, sum(each))
        assert worst <= fit.chance + 0.005, fit
