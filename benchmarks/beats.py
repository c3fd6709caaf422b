"""What share of made-up rhythms the beacon behaviour takes for one: the table in docs/guide/travel-and-beacons.md.

    python benchmarks/beats.py [--tries N]

Times only: rarity and age of the destination come on top. CPU is that of judging one series.
"""

from __future__ import annotations

import argparse
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=300)
    given = parser.parse_args()
    print("| case | taken for a beacon | µs each |\n|---|---|---|")
    for name, make in cases():
        random = np.random.default_rng(1)
        series = [make(random) for _ in range(given.tries)]
        start = time.process_time()
        found = sum(beat(times, least=20, lasting=900, chance=-np.log10(2_000)) is not None for times in series)
        spent = (time.process_time() - start) / given.tries * 1e6
        print(f"| {name} | {found / given.tries:.1%} | {spent:.0f} |")


if __name__ == "__main__":
    main()
