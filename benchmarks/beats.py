"""What share of made-up rhythms the beacon behaviour takes for one: the table in docs/guide/travel-and-beacons.md.

    python benchmarks/beats.py [--tries N]

Times only: rarity and age of the destination come on top. CPU is that of judging one series.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Callable, Iterator

import numpy as np

from watchfloor.detect.behaviors.beats import SECOND, Numbers, beat

Make = Callable[[np.random.Generator], Numbers]


def even(contacts: int, period: float, jitter: float, missed: float = 0.0) -> Make:
    """Intervals spread evenly around the period, some beats left out."""

    def make(random: np.random.Generator) -> Numbers:
        beats = np.cumsum(period * (1 + random.uniform(-jitter, jitter, contacts * 3)))
        return (beats[random.random(len(beats)) >= missed][:contacts] * SECOND).astype(np.int64)

    return make


def independent(contacts: int, mean: float) -> Make:
    """Exponential intervals."""
    return lambda random: (np.cumsum(random.exponential(mean, contacts)) * SECOND).astype(np.int64)


def lognormal(contacts: int, median: float, sigma: float) -> Make:
    """Log-normal intervals."""
    return lambda random: (np.cumsum(median * random.lognormal(0, sigma, contacts)) * SECOND).astype(np.int64)


DAY, OFFICE = 86_400, 9 * 3_600


def working(day: Callable[[np.random.Generator], np.ndarray], days: int) -> Make:
    """Moments of nine hours a day, which begin half an hour sooner or later, from Monday to Friday."""

    def make(random: np.random.Generator) -> Numbers:
        mornings = [number * DAY + random.normal(0, 1_800) for number in range(days * 7 // 5) if number % 7 < 5]
        return (np.sort(np.concatenate([morning + day(random) for morning in mornings])) * SECOND).astype(np.int64)

    return make


def awake(period: float, jitter: float) -> Callable[[np.random.Generator], np.ndarray]:
    """Evenly spread intervals from some moment of the first period on, until the machine is off."""

    def day(random: np.random.Generator) -> np.ndarray:
        steps = period * (1 + random.uniform(-jitter, jitter, int(2 * OFFICE / period)))
        at = random.uniform(0, period) + np.concatenate([[0.0], np.cumsum(steps)])
        return at[at < OFFICE]

    return day


def visits(a_day: int) -> Callable[[np.random.Generator], np.ndarray]:
    """So many at any time of the working hours."""
    return lambda random: random.uniform(0, OFFICE, a_day)


def twice(deviation: float) -> Callable[[np.random.Generator], np.ndarray]:
    """In the morning and four hours later, each with a standard deviation of so many seconds."""
    return lambda random: np.array([3_600.0, 18_000.0]) + random.normal(0, deviation, 2)


def cases() -> Iterator[tuple[str, Make]]:
    for contacts in (20, 30, 60):
        for jitter in (0.1, 0.2, 0.3, 0.35):
            for missed in (0.0, 0.1, 0.2):
                yield (
                    f"{contacts} contacts, jitter {jitter:.0%}, missed {missed:.0%}",
                    even(contacts, 300, jitter, missed),
                )
    for contacts in (20, 60, 300):
        for mean in (6, 20, 60, 300):
            yield f"{contacts} independent contacts, mean {mean} s", independent(contacts, mean)
        for sigma in (0.5, 0.8, 1.0):
            yield f"{contacts} log-normal, median 300 s, sigma {sigma}", lognormal(contacts, 300, sigma)


def slow_cases() -> Iterator[tuple[str, Make]]:
    """Of machines that are off at night."""
    for days in (10, 20):
        for jitter in (0.1, 0.2, 0.3):
            yield f"every 4 h, {days} working days, jitter {jitter:.0%}", working(awake(14_400, jitter), days)
        for a_day in (2, 3, 4, 6):
            yield f"{a_day} visits a day at any time, {days} working days", working(visits(a_day), days)
        for minutes in (30, 60, 90):
            yield (
                f"every morning and 4 h later, sigma {minutes} min, {days} working days",
                working(twice(60.0 * minutes), days),
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=300)
    given = parser.parse_args()
    print("| case | taken for a beacon | µs each |\n|---|---|---|")
    for name, make in itertools.chain(cases(), slow_cases()):
        random = np.random.default_rng(1)
        series = [make(random) for _ in range(given.tries)]
        start = time.process_time()
        found = sum(beat(times, least=20, lasting=900, chance=-np.log10(2_000)) is not None for times in series)
        spent = (time.process_time() - start) / given.tries * 1e6
        print(f"| {name} | {found / given.tries:.1%} | {spent:.0f} |")


if __name__ == "__main__":
    main()
