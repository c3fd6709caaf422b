"""Which successive sightings of somebody no journey explains: too far, too fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from watchfloor.detect.behaviors.whereabouts import Area, kilometers, separation

Numbers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

REACH = 8
"""With how many changes of place before it an arrival is compared: a stay between two others must not hide them."""

_HOUR = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Places:
    """Places by number.

    Attributes:
        areas: what is known of where each is.
        network: number of the autonomous system of each, -1 unknown.
    """

    areas: Sequence[Area]
    network: Numbers

    def apart(self, one: Numbers, other: Numbers) -> Reals:
        """Kilometres that lie between the places of each pair, but for few people; 0 where they may be the same."""
        pairs, which = np.unique(one * len(self.areas) + other, return_inverse=True)
        start, end = np.divmod(pairs, max(len(self.areas), 1))
        latitude, longitude, radius = (
            np.array([getattr(area, name)[0] for area in self.areas]) for name in ("latitude", "longitude", "radius")
        )
        between = kilometers(latitude[start], longitude[start], latitude[end], longitude[end])
        between = np.maximum(between - radius[start] - radius[end], 0.0)
        wide = np.array([len(area.latitude) > 1 for area in self.areas])
        for pair in np.flatnonzero(wide[start] | wide[end]).tolist():
            between[pair] = separation(self.areas[start[pair]], self.areas[end[pair]])
        found: Reals = between[which]
        return found


@dataclass(frozen=True, slots=True)
class Legs:
    """Journeys that nobody can have made, by arrival; one row each.

    Attributes:
        departure: row of the last sighting at the one place.
        arrival: row of the first sighting at the other.
        distance: kilometres that lie between them, but for few people.
        duration: microseconds between them.
    """

    departure: Numbers
    arrival: Numbers
    distance: Reals
    duration: Numbers

    def only(self, rows: npt.NDArray[np.bool_]) -> Legs:
        """Some of them."""
        return Legs(self.departure[rows], self.arrival[rows], self.distance[rows], self.duration[rows])

    @property
    def speed(self) -> Reals:
        """Kilometres an hour that the journey would have taken; infinite for sightings of one moment."""
        hours = self.duration / _HOUR
        speed: Reals = np.divide(self.distance, hours, out=np.full(len(hours), np.inf), where=hours > 0)
        return speed


def legs(
    times: Numbers, place: Numbers, places: Places, *, speed: float, distance: float, margin: int, reach: int = REACH
) -> Legs:
    """The journeys between one person's sightings that are too long and too fast.

    Sightings in a row at one place are one stay. Each stay is compared with the `reach` stays before it, from the last
    sighting there to the first here, so overlapping sessions and both directions are seen. Places in one network are
    never apart: an operator hands its addresses on, and tables follow late.

    Args:
        times: microseconds since 1970, in any order.
        place: number of each sighting's place.
        places: their whereabouts.
        speed: kilometres an hour above which nobody travels.
        distance: kilometres below which places are too near to tell.
        margin: microseconds that are added to the time between: clocks differ; less than zero where a journey takes
            time that nobody moves in.
        reach: stays.

    Returns:
        Rows refer to the arrays as they were given; sightings of one moment are ordered by place.
    """
    order = np.lexsort((place, times))
    when, where = times[order], place[order]
    turns = np.flatnonzero(np.diff(where)) + 1
    first = np.concatenate([np.zeros(min(len(when), 1), np.int64), turns])
    last = np.concatenate([turns, np.array([len(when)] if len(when) else [], np.int64)]) - 1
    found = []
    for back in range(1, min(reach, len(first) - 1) + 1):
        departure, arrival = last[:-back], first[back:]
        apart = places.apart(where[departure], where[arrival])
        duration = when[arrival] - when[departure]
        too_fast = apart > speed * (np.maximum(duration + margin, 0) / _HOUR)
        rows = too_fast & (apart >= distance) & _different(places.network, where[departure], where[arrival])
        found.append(Legs(order[departure[rows]], order[arrival[rows]], apart[rows], duration[rows]))
    return _sorted(found, times)


def _different(network: Numbers, one: Numbers, other: Numbers) -> npt.NDArray[np.bool_]:
    different: npt.NDArray[np.bool_] = (network[one] != network[other]) | (network[one] < 0)
    return different


def _sorted(parts: list[Legs], times: Numbers) -> Legs:
    if not parts:
        nothing = np.zeros(0, np.int64)
        return Legs(nothing, nothing, np.zeros(0, np.float64), nothing)
    departure = np.concatenate([part.departure for part in parts])
    arrival = np.concatenate([part.arrival for part in parts])
    distance = np.concatenate([part.distance for part in parts])
    duration = np.concatenate([part.duration for part in parts])
    order = np.lexsort((-distance, duration, times[arrival]))
    return Legs(departure[order], arrival[order], distance[order], duration[order])
