"""Impossible travel: somebody is seen at two places, too soon one after the other for any journey."""

from __future__ import annotations

import functools
import itertools
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Literal, NamedTuple

import numpy as np
import orjson
from pydantic import Field

from watchfloor.detect.behaviors.habits import Habits, Limits, Place, Sighting
from watchfloor.detect.behaviors.journeys import Legs, Places, legs
from watchfloor.detect.behaviors.namesakes import Namesakes, owner
from watchfloor.detect.behaviors.plugin import (
    DAY,
    HOUR,
    MINUTE,
    Behavior,
    Finding,
    History,
    Keeps,
    Parameters,
    Times,
)
from watchfloor.detect.behaviors.programs import PROGRAM, device
from watchfloor.detect.behaviors.spans import Span
from watchfloor.detect.behaviors.whereabouts import FEW, Area, country, point
from watchfloor.detect.behaviors.words import moment, named, spelt

HOSTING = (
    *("hosting", "cloud", "datacent", "data cent", "dedicated", "server", "vps", "vpn", "colocation"),
    *("amazon", "microsoft", "google", "oracle", "alibaba", "tencent", "digitalocean", "linode", "akamai", "vultr"),
    *("constant company", "choopa", "hetzner", "contabo", "netcup", "ionos", "ovh", "scaleway", "online sas"),
    *("leaseweb", "worldstream", "m247", "datacamp", "31173 services", "packethub", "clouvider", "tzulo"),
    *("quadranet", "psychz", "colocrossing", "hivelocity", "performive", "frantech", "ponynet", "zenlayer", "g-core"),
)
"""Words in the names of networks that rent machines, and the names of large ones that have none of these words."""


class ImpossibleTravel(Parameters):
    """Two successes of one user at places that no journey connects in the time between them.

    A place is a city's coordinates, else a country, whose people may be wherever its towns are: the distance is one
    that 95 % of the pairs of people keep, and none where towns meet across the border. What the user or the company
    is used to is no travel, nor are two places in one network. Until the user's networks are known nothing within a
    country is, nor what says that it is a telephone in a network of colleagues; then, within a country, only what
    comes through a new one.
    A data centre counts only when the account is in use there and elsewhere in turn, or with a device or kind of
    program that it never had. One device at both places is no travel. Accounts of one name in the domains of two owners
    are two once both are known, unless an address or device was used for both. Networks that say nothing about where a
    user is (VPN exits, relays) belong into the selection's filter.
    """

    user: Annotated[tuple[str, ...], Field(min_length=1, description="fields that name the user")] = ("user.name",)
    side: Annotated[
        Literal["source", "client"], Field(description="whose place it is: fields `<side>.geo.*`, `<side>.as.*`")
    ] = "source"
    speed: Annotated[float, Field(gt=0, le=100_000, description="kilometres an hour above which nobody travels")] = 1000
    ground: Annotated[Span, Field(description="time of every journey in which nobody gets far: boarding, landing")] = (
        45 * MINUTE
    )
    distance: Annotated[float, Field(ge=0, le=20_000, description="kilometres that count as travel at least")] = 500
    accuracy: Annotated[float, Field(ge=0, le=5_000, description="kilometres by which a city may be wrong")] = 50
    skew: Annotated[Span, Field(description="how far the clocks of two sources may differ")] = 5 * MINUTE
    period: Annotated[Span, Field(description="for how long habits are remembered", ge=DAY)] = 30 * DAY
    learning: Annotated[Span, Field(description="for how long a new user has no habits yet")] = 7 * DAY
    rare: Annotated[
        Span, Field(description="likewise of what is not used daily: private VPNs, which come out in data centres")
    ] = 14 * DAY
    habit: Annotated[int, Field(ge=1, description="earlier days of the user in a network that make it a habit")] = 3
    shared: Annotated[int, Field(ge=2, description="users that came from an address before who make it usual")] = 5
    colleagues: Annotated[
        int, Field(ge=2, description="users of the same country that used a data centre's network before, likewise")
    ] = 3
    share: Annotated[
        float,
        Field(
            ge=0, le=1, description="what part of that country's users these must be where the record says a program"
        ),
    ] = 0.05
    mobile: Annotated[
        tuple[str, ...],
        Field(
            description="mobile networks, whose addresses say the country at most: beginnings of words in names,"
            " or numbers"
        ),
    ] = ("mobil", "cellular", "wireless", "gsm", "lte")
    hosting: Annotated[
        tuple[str, ...],
        Field(description="data centres, where private VPNs come out: beginnings of words in names, or numbers"),
    ] = HOSTING


@dataclass(frozen=True, slots=True)
class _Seen:
    """All sightings of one user, and their moments, rising, each with the number of its sighting."""

    sightings: Sequence[Sighting]
    times: np.ndarray[tuple[int], np.dtype[np.int64]]
    of: np.ndarray[tuple[int], np.dtype[np.int64]]


def _keeps(parameters: ImpossibleTravel) -> Keeps:
    side = parameters.side
    value = (
        f"{side}.geo.country_iso_code",
        f"{side}.as.number",
        f"{side}.ip",
        f"{side}.as.organization.name",
        f"{side}.geo.city_name",
        f"{side}.geo.location.lat",
        f"{side}.geo.location.lon",
        *("device.id", *PROGRAM, "user.domain"),
    )
    reads: dict[str, Callable[[str], str]] = {"device.id": device, **PROGRAM, "user.domain": owner}
    return Keeps(parameters.user, value, optional=True, times=Times(MINUTE, 1440), reads=reads)


def _findings(parameters: ImpossibleTravel, history: History) -> Iterator[Finding]:
    known = [Sighting(row, place) for row in history.rows if (place := Place(*orjson.loads(row.value))).country]
    namesakes = Namesakes.of(known, parameters.period, parameters.hosting)
    told: set[tuple[int, frozenset[tuple[str, str]]]] = set()
    found: dict[tuple[int, str], Finding] = {}
    for some in (known, *namesakes.alone()):
        for finding in _of_account(parameters, history, some, namesakes, told):
            found.setdefault((finding.time, finding.value), finding)
    yield from found.values()


def _of_account(
    parameters: ImpossibleTravel,
    history: History,
    known: Sequence[Sighting],
    namesakes: Namesakes,
    told: set[tuple[int, frozenset[tuple[str, str]]]],
) -> Iterator[Finding]:
    """The findings among these sightings that are not told yet."""
    if len({seen.place.spot for seen in known}) < 2:
        return
    seen = _seen(known)
    days: dict[frozenset[str], list[int]] = {}
    habits = Habits.of(_limits(parameters), history, known, _lasting(seen))
    turns = _turns(seen, [leg for leg in _journeys(parameters, seen, lambda _: ()) if not namesakes.apart(*leg[:3])])
    # Several means at a place are several stays: an intruder behind the exit that the user has open must not hide.
    for leg in _journeys(parameters, seen, lambda place: (place.device, *(place.client or ()))):
        if namesakes.apart(leg.one, leg.other, leg.left):
            continue
        one, other, day = leg.one.place, leg.other.place, leg.came // DAY
        # Legs, not findings, are remembered: what was told must not depend on what was told a year ago.
        own = days.setdefault(frozenset((one.through, other.through)), [])
        if day not in own[-1:]:
            own.append(day)
        again = len(own) > 1 and own[-2] >= day - parameters.period // DAY
        key = day, frozenset((one.spot, other.spot))
        learning = _learning(parameters, history, leg)
        # Where a telephone comes out says nothing, and nothing yet says which network is the user's.
        if learning and (one.country == other.country or habits.roaming(one, other, day)):
            continue
        new = None if learning else habits.new(leg.one, leg.other)
        if key in told or (new is None and (again or turns(leg) < _least(parameters, history, leg))):
            continue
        if habits.explain(leg.one, leg.other, day, functools.partial(_room, parameters, seen, habits, leg), new):
            continue
        told.add(key)
        yield _finding(parameters, history, leg, in_turn=turns(leg) > 1, new=new)


def _limits(parameters: ImpossibleTravel) -> Limits:
    return Limits(**{field.name: getattr(parameters, field.name) for field in fields(Limits)})


def _learning(parameters: ImpossibleTravel, history: History, leg: _Leg) -> bool:
    return leg.came < history.since + parameters.learning


def _least(parameters: ImpossibleTravel, history: History, leg: _Leg) -> int:
    """How many changes between the places it takes: more in data centres, where the user's own VPN may come out."""
    if not any(seen.place.listed(parameters.hosting) for seen in (leg.one, leg.other)):
        return 1
    if _learning(parameters, history, leg):
        return 4
    return 3 if leg.came < history.since + parameters.rare else 2


def _turns(seen: _Seen, legs: Sequence[_Leg]) -> Callable[[_Leg], int]:
    """How often the account changed between a leg's places within a day: 1 for the leg alone, 2 for there and back.

    A place is a network in a country here, on the side that the account came to, and all of the country on the other:
    a telephone that comes out in one town after the other did not change.
    """
    came: dict[tuple[str, str], set[int]] = defaultdict(set)
    left: dict[tuple[str, str], set[int]] = defaultdict(set)
    stays = _stays(seen) if legs else {}
    for leg in legs:
        one, other = leg.one.place, leg.other.place
        came[other.through, one.country].add(stays[other.through, leg.came][0])
        left[one.through, other.country].add(stays[one.through, leg.left][1])
    changes = {key: sorted(own) for key, own in came.items()}, {key: sorted(own) for key, own in left.items()}

    def near(network: str, country: str, moment: int) -> int:
        moments = (each.get((network, country), []) for each in changes)
        return sum(bisect_right(own, moment + DAY) - bisect_left(own, moment - DAY) for own in moments)

    def turns(leg: _Leg) -> int:
        one, other = leg.one.place, leg.other.place
        return max(near(other.through, one.country, leg.came), near(one.through, other.country, leg.left))

    return turns


def _stays(seen: _Seen) -> dict[tuple[str, int], tuple[int, int]]:
    """Network in a country, moment there -> first and last moment of the stay in it."""
    found: dict[tuple[str, int], tuple[int, int]] = {}
    moments = zip((seen.sightings[each].place.through for each in seen.of.tolist()), seen.times.tolist(), strict=True)
    for through, stay in itertools.groupby(moments, key=lambda moment: moment[0]):
        times = [time for _, time in stay]
        found.update(dict.fromkeys(((through, time) for time in times), (times[0], times[-1])))
    return found


def _lasting(seen: _Seen) -> frozenset[tuple[int, str]]:
    """Keys of the sightings in which the user stays for an hour without being seen elsewhere meanwhile."""
    turns = np.flatnonzero(np.diff(seen.of)) + 1
    first, last = np.append(0, turns), np.append(turns, len(seen.of)) - 1
    stays = seen.of[first[seen.times[last] - seen.times[first] >= HOUR]]
    return frozenset(seen.sightings[each].key for each in stays.tolist())


def _seen(known: Sequence[Sighting]) -> _Seen:
    moments = [sorted({row.first, *row.times[1:], row.last}) for row, _ in known]
    of = np.repeat(np.arange(len(known)), [len(each) for each in moments])
    times = np.fromiter(itertools.chain.from_iterable(moments), np.int64)
    order = np.argsort(times, kind="stable")
    return _Seen(known, times[order], of[order])


def _journeys(parameters: ImpossibleTravel, seen: _Seen, apart: Callable[[Place], tuple[str, ...]]) -> Iterator[_Leg]:
    """The journeys between stays; those at one place are apart where `apart` says another thing of them."""
    found = _legs(parameters, seen, apart)
    found = found.only(found.duration <= DAY)
    for departure, arrival, distance, duration in zip(
        found.departure.tolist(), found.arrival.tolist(), found.distance.tolist(), found.duration.tolist(), strict=True
    ):
        start, end = (seen.sightings[int(seen.of[each])] for each in (departure, arrival))
        if start.place.device and start.place.device == end.place.device:
            continue  # one device at both ends is one person, whose way out changed
        yield _Leg(start, end, int(seen.times[departure]), int(seen.times[arrival]), distance, duration)


def _legs(parameters: ImpossibleTravel, seen: _Seen, apart: Callable[[Place], tuple[str, ...]]) -> Legs:
    """The legs between the user's rows; rows of several days that have one value are one place."""
    of = [each.place for each in seen.sightings]
    keys = [(*place.spot, place.network, *apart(place)) for place in of]
    # By their texts: sightings of one moment are ordered by place, whatever other rows there are.
    numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
    same = np.array([numbers[key] for key in keys])
    _, first = np.unique(same, return_index=True)
    places = [of[each] for each in first.tolist()]
    network = [int(place.network) if place.network.isdecimal() else -1 for place in places]
    return legs(
        seen.times,
        same[seen.of],
        Places([_area(place, parameters.accuracy) for place in places], np.array(network, np.int64)),
        speed=parameters.speed,
        distance=parameters.distance,
        margin=parameters.skew - parameters.ground,
    )


def _room(parameters: ImpossibleTravel, seen: _Seen, habits: Habits, leg: _Leg, telephone: Sighting) -> bool:
    """Whether a telephone, which is let out at home from wherever it is, can have been on a leg's journey.

    In the air it is silent: the pauses between the last log-in at home that is no telephone's and the first one at the
    other place, or the other way round, must hold the flight, with one change at most. Who was not at home within a day
    may have gone long before.
    """
    home, day = telephone.place.country, leg.came // DAY
    if telephone is leg.one:
        start, end = np.searchsorted(seen.times, (leg.came - DAY, leg.came), side="right").tolist()
        way = range(end - 1, start - 1, -1)
    else:
        start, end = np.searchsorted(seen.times, (leg.left, leg.left + DAY)).tolist()
        way = range(start, end)
    moments = []
    for each in way:
        moments.append(int(seen.times[each]))
        there = seen.sightings[int(seen.of[each])]
        if there.place.country == home and habits.fixed(there, day):
            pauses = sorted(abs(one - other) for one, other in itertools.pairwise(moments))
            return sum(pauses[-2:]) + parameters.skew >= leg.distance / parameters.speed * HOUR
    return True


def _area(place: Place, accuracy: float) -> Area:
    """Where somebody who came from there may be.

    Databases give an address of which they know no more the middle of its country or of a part of it
    (https://dev.maxmind.com/geoip/docs/databases/city-and-country), and so do records of services, which ask such
    databases: without a city that is no place.
    """
    if place.city and place.latitude and place.longitude:
        return point(float(place.latitude), float(place.longitude), accuracy)
    return country(place.country.upper())


class _Leg(NamedTuple):
    """A journey that nobody made; moments and their difference in microseconds, kilometres."""

    one: Sighting
    other: Sighting
    left: int
    came: int
    distance: float
    duration: int


def _finding(
    parameters: ImpossibleTravel, history: History, leg: _Leg, *, in_turn: bool, new: Sighting | None
) -> Finding:
    minutes = leg.duration / MINUTE
    speed = leg.distance / (minutes / 60) if minutes else np.inf
    pace = f"{speed:,.0f} km/h" if np.isfinite(speed) else "no time at all"
    one, other = leg.one.place, leg.other.place
    pairs = "" if one.city and other.city else f" between {1 - FEW:.0%} of the people there"
    why = (
        f"{named(parameters.user, history.entity)} was at {one.text} on {moment(leg.left)} and at {other.text}"
        f" on {moment(leg.came)}: at least {leg.distance:,.0f} km{pairs} in {minutes:,.0f} minutes, {pace};"
        f" nobody travels faster than {parameters.speed:,.0f} km/h, after {spelt(parameters.ground)} on the ground"
    )
    if in_turn:
        why += "; in use at both in turn"
    if new is not None:
        client = new.place.client.text if new.place.client is not None else ""
        used = ", ".join(filter(None, (client, new.place.device and f"device {new.place.device}")))
        why += f"; in the data centre with what the account never used before: {used}"
    learning = _learning(parameters, history, leg)
    if learning:
        why += f"; without history: known since {moment(history.since)} only, not for {spelt(parameters.learning)}"
    places = tuple(sorted({leg.one.row.place, leg.other.row.place}))
    return Finding(
        leg.came,
        leg.other.place.whole,
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
    # What was usual before, and whether it was the account's own, which the time before that tells.
    reach=lambda parameters: 2 * parameters.period + 3 * DAY,
    findings=_findings,
    learning=lambda parameters: parameters.learning,
    shared=lambda _: True,
    edition=2,
)
