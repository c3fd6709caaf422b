"""Impossible travel: somebody is seen at two places, too soon one after the other for any journey."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

import numpy as np
import orjson
from pydantic import Field

from watchfloor.detect.behaviors.journeys import Legs, Places, legs
from watchfloor.detect.behaviors.plugin import (
    DAY,
    MINUTE,
    Behavior,
    Finding,
    History,
    Keeps,
    Parameters,
    Row,
    Times,
)
from watchfloor.detect.behaviors.spans import Span
from watchfloor.detect.behaviors.words import moment, named, spelt
from watchfloor.enrich.country import centroid, radius

_UNKNOWN_RADIUS = 100.0


class ImpossibleTravel(Parameters):
    """Two successes of one user at places that no journey connects in the time between them.

    A place is a city's coordinates, else the middle of a country whose size is taken off the distance, so that
    neighbouring countries are never apart. What the user or the company is used to is no travel, nor are two places
    in one network. Networks that say nothing about where a user is (VPN exits, relays) belong into the selection's
    filter.
    """

    user: Annotated[tuple[str, ...], Field(min_length=1, description="fields that name the user")] = ("user.name",)
    side: Annotated[
        Literal["source", "client"], Field(description="whose place it is: fields `<side>.geo.*`, `<side>.as.*`")
    ] = "source"
    speed: Annotated[float, Field(gt=0, le=100_000, description="kilometres an hour above which nobody travels")] = 900
    distance: Annotated[float, Field(ge=0, le=20_000, description="kilometres that count as travel at least")] = 500
    accuracy: Annotated[float, Field(ge=0, le=5_000, description="kilometres by which a city may be wrong")] = 50
    skew: Annotated[Span, Field(description="how far the clocks of two sources may differ")] = 5 * MINUTE
    period: Annotated[Span, Field(description="for how long habits are remembered", ge=DAY)] = 30 * DAY
    learning: Annotated[Span, Field(description="for how long a new user has no habits yet")] = 7 * DAY
    habit: Annotated[int, Field(ge=1, description="earlier days of the user in a network that make it a habit")] = 3
    shared: Annotated[int, Field(ge=2, description="users that came from an address before who make it usual")] = 5
    mobile: Annotated[
        tuple[str, ...],
        Field(
            description="mobile networks, whose addresses say the country at most: beginnings of words in names,"
            " or numbers"
        ),
    ] = ("mobil", "cellular", "wireless", "gsm", "lte")


class _Place(NamedTuple):
    """A value: where and through what."""

    address: str
    country: str
    network: str
    operator: str
    city: str
    latitude: str
    longitude: str

    @property
    def through(self) -> str:
        """The network in a country; without a network, the operator and city."""
        return " ".join((self.country, self.network or f"{self.operator} {self.city}"))

    @property
    def spot(self) -> tuple[str, str]:
        return self.country, self.city

    @property
    def text(self) -> str:
        where = f"{self.city.title()}, {self.country.upper()}" if self.city else self.country.upper()
        network = f"AS{self.network} {self.operator}".strip() if self.network else self.operator
        return f"{where} ({', '.join(filter(None, (self.address, network)))})"


@dataclass(frozen=True, slots=True)
class _Seen:
    """All sightings of one user."""

    rows: list[Row]
    places: list[_Place]
    times: np.ndarray[tuple[int], np.dtype[np.int64]]
    of: np.ndarray[tuple[int], np.dtype[np.int64]]


def _keeps(parameters: ImpossibleTravel) -> Keeps:
    side = parameters.side
    value = (
        f"{side}.ip",
        f"{side}.geo.country_iso_code",
        f"{side}.as.number",
        f"{side}.as.organization.name",
        f"{side}.geo.city_name",
        f"{side}.geo.location.lat",
        f"{side}.geo.location.lon",
    )
    return Keeps(parameters.user, value, optional=True, times=Times(MINUTE, 1440))


def _findings(parameters: ImpossibleTravel, history: History) -> Iterator[Finding]:
    known = [(row, place) for row in history.rows if (place := _Place(*orjson.loads(row.value))).country]
    if len({place.spot for _, place in known}) < 2:
        return
    seen = _seen(known)
    found = _legs(parameters, seen)
    found = found.only(found.duration <= DAY)
    told: set[tuple[int, frozenset[tuple[str, str]]]] = set()
    days: dict[frozenset[str], list[int]] = {}
    habits = _Habits(parameters, history, _days(known))
    for departure, arrival, distance, duration in zip(
        found.departure.tolist(), found.arrival.tolist(), found.distance.tolist(), found.duration.tolist(), strict=True
    ):
        start, end = int(seen.of[departure]), int(seen.of[arrival])
        one, other = seen.places[start], seen.places[end]
        time = int(seen.times[arrival])
        day, networks = time // DAY, frozenset((one.through, other.through))
        # Legs, not findings, are remembered: what was told must not depend on what was told a year ago.
        own = days.setdefault(networks, [])
        if day not in own[-1:]:
            own.append(day)
        again = len(own) > 1 and own[-2] >= day - parameters.period // DAY
        key = day, frozenset((one.spot, other.spot))
        if again or key in told or habits.explain(one, other, day):
            continue
        told.add(key)
        leg = _Leg(seen.rows[start], seen.rows[end], one, other, int(seen.times[departure]), time, distance, duration)
        yield _finding(parameters, history, leg)


def _seen(known: Sequence[tuple[Row, _Place]]) -> _Seen:
    moments = [sorted({row.first, *row.times[1:], row.last}) for row, _ in known]
    of = np.repeat(np.arange(len(known)), [len(each) for each in moments])
    times = np.fromiter(itertools.chain.from_iterable(moments), np.int64)
    return _Seen([row for row, _ in known], [place for _, place in known], times, of)


def _legs(parameters: ImpossibleTravel, seen: _Seen) -> Legs:
    """The legs between the user's rows; rows of several days that have one value are one place."""
    where = [_whereabouts(place, parameters.accuracy) for place in seen.places]
    latitude, longitude, around = (np.array(each, np.float64) for each in zip(*where, strict=True))
    network = np.array([int(place.network) if place.network.isdecimal() else -1 for place in seen.places], np.int64)
    numbers: dict[tuple[str, ...], int] = {}
    same = np.array([numbers.setdefault((*place.spot, place.network), len(numbers)) for place in seen.places])
    _, first = np.unique(same, return_index=True)
    places = Places(latitude[first], longitude[first], around[first], network[first])
    return legs(
        seen.times,
        same[seen.of],
        places,
        speed=parameters.speed,
        distance=parameters.distance,
        skew=parameters.skew,
    )


def _whereabouts(place: _Place, accuracy: float) -> tuple[float, float, float]:
    """Latitude, longitude and radius; a place that nobody knows may be anywhere.

    Databases give an address of which they know no more the middle of its country: without a city that is no place.
    """
    if place.city and place.latitude and place.longitude:
        return float(place.latitude), float(place.longitude), accuracy
    code = place.country.upper()
    middle = centroid(code)
    return (*middle, radius(code) or _UNKNOWN_RADIUS) if middle else (0.0, 0.0, np.inf)


def _days(known: Sequence[tuple[Row, _Place]]) -> Mapping[str, list[int]]:
    """Network -> days, rising, on which the user came through it."""
    days: dict[str, set[int]] = {}
    for row, place in known:
        days.setdefault(place.through, set()).update((row.first // DAY, row.last // DAY))
    return {network: sorted(own) for network, own in days.items()}


@dataclass(frozen=True, slots=True)
class _Habits:
    """What the user and the company were used to before a day."""

    parameters: ImpossibleTravel
    history: History
    days: Mapping[str, list[int]]

    def explain(self, one: _Place, other: _Place, day: int) -> bool:
        """Whether going from one place to the other is no news."""
        mobile = [place for place in (one, other) if self._mobile(place)]
        if mobile and (one.country == other.country or any(self._usual(place, day) for place in mobile)):
            return True
        return self._usual(one, day) and self._usual(other, day)

    def _mobile(self, place: _Place) -> bool:
        return any(
            place.network == part if part.isdecimal() else re.search(rf"\b{re.escape(part.lower())}", place.operator)
            for part in self.parameters.mobile
        )

    def _usual(self, place: _Place, day: int) -> bool:
        start = day - self.parameters.period // DAY
        own = sum(start <= each < day for each in self.days.get(place.through, ()))
        return own >= self.parameters.habit or self._company(place, start, day) >= self.parameters.shared

    def _company(self, place: _Place, start: int, day: int) -> int:
        """How many users came from the address: an exit that they share, not just an operator that many live with."""
        address = orjson.dumps([place.address]).decode()[:-1] + ","
        return self.history.others.sharing(address, start * DAY - 1, day * DAY - 1).entities if place.address else 0


class _Leg(NamedTuple):
    departure: Row
    arrival: Row
    one: _Place
    other: _Place
    left: int
    came: int
    distance: float
    duration: int


def _finding(parameters: ImpossibleTravel, history: History, leg: _Leg) -> Finding:
    minutes = leg.duration / MINUTE
    speed = leg.distance / (minutes / 60) if minutes else np.inf
    pace = f"{speed:,.0f} km/h" if np.isfinite(speed) else "no time at all"
    why = (
        f"{named(parameters.user, history.entity)} was at {leg.one.text} on {moment(leg.left)} and at {leg.other.text}"
        f" on {moment(leg.came)}: at least {leg.distance:,.0f} km in {minutes:,.0f} minutes, {pace};"
        f" nobody travels faster than {parameters.speed:,.0f} km/h"
    )
    learning = leg.came < history.since + parameters.learning
    if learning:
        why += f"; without history: known since {moment(history.since)} only, not for {spelt(parameters.learning)}"
    places = tuple(sorted({leg.departure.place, leg.arrival.place}))
    return Finding(
        leg.came,
        leg.arrival.value,
        leg.left,
        2,
        f"{leg.distance:,.0f} km in {minutes:,.0f} min (at most {parameters.speed:,.0f} km/h)",
        why,
        places,
        learning,
    )


BEHAVIOR = Behavior(
    reference="https://attack.mitre.org/techniques/T1078/",
    parameters=ImpossibleTravel,
    keeps=_keeps,
    reach=lambda parameters: parameters.period + 2 * DAY,
    findings=_findings,
    learning=lambda parameters: parameters.learning,
    shared=lambda _: True,
)
