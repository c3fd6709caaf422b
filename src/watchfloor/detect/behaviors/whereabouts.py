"""Where somebody may be of whom only the country is known: wherever its people live, in proportion."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from watchfloor.enrich.country import populated

Numbers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

EARTH_RADIUS = 6371.0088
"""Kilometres, the mean radius R1 of the WGS 84 ellipsoid (https://earth-info.nga.mil, TR8350.2)."""

FEW = 0.05
"""Share of the pairs of people of two areas that may live nearer to each other than these are said to be apart."""

NEIGHBOURS = 100.0
"""Kilometres between the nearest towns of two areas below which people live across the border: never apart."""

_PAIRS = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """Circles, one of which somebody is in; arrays of one length, at least one.

    Attributes:
        latitude: degrees, of the middles.
        longitude: degrees.
        radius: kilometres; infinite where nothing is known.
        people: the chance of each, in any unit.
    """

    latitude: Reals
    longitude: Reals
    radius: Reals
    people: Reals


@functools.lru_cache(_PAIRS)
def point(latitude: float, longitude: float, accuracy: float) -> Area:
    """A place that is known but for some kilometres."""
    return Area(*(np.array([each], np.float64) for each in (latitude, longitude, accuracy, 1.0)))


@functools.cache
def country(code: str) -> Area:
    """The towns of a country by its two letters (ISO 3166-1); the whole world for unknown letters."""
    towns = populated(code)
    return Area(*np.array(towns, np.float64).T) if towns else point(0.0, 0.0, np.inf)


@functools.lru_cache(_PAIRS)
def separation(one: Area, other: Area) -> float:
    """Kilometres that lie between people of two areas, all but `FEW` of them; 0 for neighbours.

    Everybody may be anywhere in the own area, whatever the other one does; only across a border that people live at
    they are near to each other for a reason, as commuters are, and their telephones.
    """
    grid = np.ix_(np.arange(len(one.latitude)), np.arange(len(other.latitude)))
    rows, columns = grid[0], grid[1]
    between = kilometers(one.latitude[rows], one.longitude[rows], other.latitude[columns], other.longitude[columns]) - (
        one.radius[rows] + other.radius[columns]
    )
    if between.min() < NEIGHBOURS and between.size > 1:
        return 0.0
    order = np.argsort(between, axis=None)
    shares = np.cumsum((one.people[rows] * other.people[columns]).ravel()[order])
    least = between.ravel()[order[np.searchsorted(shares, FEW * shares[-1], side="right")]]
    return max(float(least), 0.0)


def kilometers(latitude: Reals, longitude: Reals, to_latitude: Reals, to_longitude: Reals) -> Reals:
    """Great-circle distances by the haversine formula; coordinates in degrees, arrays that fit each other."""
    north, to_north = np.radians(latitude), np.radians(to_latitude)
    half = np.sin((to_north - north) / 2) ** 2
    half = half + np.cos(north) * np.cos(to_north) * np.sin(np.radians(to_longitude - longitude) / 2) ** 2
    distance: Reals = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return distance
