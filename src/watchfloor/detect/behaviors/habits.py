"""What a user and the company are used to: networks and addresses that somebody comes from and that say nothing new."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import NamedTuple

import orjson

from watchfloor.detect.behaviors.plugin import DAY, HOUR, History, Row
from watchfloor.detect.behaviors.programs import PHONES, Client, client

CHANGES = 1.5
"""Addresses a day from which somebody comes out of a mobile network or a relay; at home one lasts a day or longer."""


class Place(NamedTuple):
    """Where somebody came from, how and to whose account; the texts of a value, all but the country may be empty."""

    country: str
    network: str
    address: str
    operator: str
    city: str
    latitude: str
    longitude: str
    device: str = ""
    system: str = ""
    browser: str = ""
    agent: str = ""
    owner: str = ""

    @property
    def client(self) -> Client | None:
        """With what, None where the record does not say."""
        return client(self.system, self.browser, self.agent)

    @property
    def means(self) -> tuple[str | Client, ...]:
        """The device and the client, as far as the record says them."""
        known = self.client
        return (*([self.device] if self.device else []), *([known] if known else []))

    @property
    def telephone(self) -> bool:
        """Whether the record says that it is one."""
        known = self.client
        return known is not None and known.system in PHONES

    @property
    def whole(self) -> str:
        """The texts that are those of the records, as a value."""
        return orjson.dumps(self[: self._fields.index("system")]).decode()

    @property
    def through(self) -> str:
        """The network in a country; without a network, the operator and city."""
        return " ".join((self.country, self.network or f"{self.operator} {self.city}"))

    @property
    def spot(self) -> tuple[str, str]:
        """Country and city."""
        return self.country, self.city

    @property
    def text(self) -> str:
        """For people."""
        where = f"{self.city.title()}, {self.country.upper()}" if self.city else self.country.upper()
        network = f"AS{self.network} {self.operator}".strip() if self.network else self.operator
        return f"{where} ({', '.join(filter(None, (self.address, network)))})"

    def listed(self, names: Sequence[str]) -> bool:
        """Whether the network is one of those: numbers, or beginnings of words in the operator's name."""
        numbers, words = _compiled(tuple(names))
        return self.network in numbers or (words is not None and words.search(self.operator) is not None)

    def beginning(self, texts: int) -> str:
        """How the values of all places begin that have the first so many texts in common."""
        return orjson.dumps(self[:texts]).decode()[:-1] + ","


class Sighting(NamedTuple):
    """Log-ins of a day from one place."""

    row: Row
    place: Place

    @property
    def key(self) -> tuple[int, str]:
        """What no other of the user's sightings has."""
        return self.row.first, self.row.value


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something is usual; see the parameters of impossible travel."""

    period: int
    habit: int
    shared: int
    colleagues: int
    share: float
    mobile: Sequence[str]
    hosting: Sequence[str]


@dataclass(frozen=True, slots=True)
class Habits:
    """What one user and the company were used to before a day.

    Attributes:
        used: network in a country -> days on which the user came through it, rising, with the lines of each day.
        countries: country -> days on which the user came from there.
        devices: device and country -> days on which the user came from there with it.
        clients: device, or kind of client -> when the user came with it, the first moment of each row, rising.
        lasting: keys of the sightings in which the user stays for an hour without being seen elsewhere meanwhile.
        told: days on which records say a device or client, rising.
        seen: days on which the user was seen, rising.
    """

    limits: Limits
    history: History
    used: Mapping[str, Sequence[tuple[int, frozenset[str]]]]
    countries: Mapping[str, frozenset[int]]
    devices: Mapping[tuple[str, str], frozenset[int]]
    clients: Mapping[str | Client, Sequence[int]]
    lasting: frozenset[tuple[int, str]]
    told: Sequence[int]
    seen: Sequence[int]

    @classmethod
    def of(
        cls, limits: Limits, history: History, known: Iterable[Sighting], lasting: frozenset[tuple[int, str]]
    ) -> Habits:
        """The habits that show in all sightings of a user, of which those `lasting` are stays."""
        used: dict[str, dict[int, set[str]]] = {}
        countries: dict[str, set[int]] = {}
        devices: dict[tuple[str, str], set[int]] = {}
        clients: dict[str | Client, list[int]] = {}
        for row, place in known:
            for day in (row.first // DAY, row.last // DAY):
                used.setdefault(place.through, {}).setdefault(day, set()).add(line(place.address))
                countries.setdefault(place.country, set()).add(day)
                devices.setdefault((place.device, place.country), set()).add(day)
            for each in place.means:
                clients.setdefault(each, []).append(row.first)
        lines = {
            through: [(day, frozenset(each)) for day, each in sorted(days.items())] for through, days in used.items()
        }
        at = {country: frozenset(days) for country, days in countries.items()}
        ways = {way: frozenset(days) for way, days in devices.items()}
        moments = {each: sorted(own) for each, own in clients.items()}
        told = sorted({moment // DAY for own in moments.values() for moment in own})
        days_seen = sorted(frozenset[int]().union(*at.values()))
        return cls(limits, history, lines, at, ways, moments, lasting, told, days_seen)

    def new(self, one: Sighting, other: Sighting) -> Sighting | None:
        """Which of both is in a data centre with a device or kind of client that the user never had before.

        None where neither is, and where too little is known of what the user has.
        """
        return next((seen for seen in (one, other) if self._new(seen)), None)

    def explain(
        self, one: Sighting, other: Sighting, day: int, room: Callable[[Sighting], bool], new: Sighting | None = None
    ) -> bool:
        """Whether going from one place to the other is no news.

        Args:
            one: the one place.
            other: the other one.
            day: on which it happened.
            room: whether a telephone, of which this is the sighting, can have been on the journey.
            new: the one that `new` says, if any: only that the user comes this way on many days explains it.
        """
        ways = ((one, other.place), (other, one.place))
        mobile = [seen for seen, _ in ways if self._mobile(seen, day)]
        if one.place.country == other.place.country and (
            mobile or all(self._days(seen.place, day) for seen, _ in ways)
        ):
            return True
        # A telephone that is let out at home while its owner is abroad excuses the journey by itself.
        if new is None and any(self._days(seen.place, day) >= self._telephone(day) and room(seen) for seen in mobile):
            return True
        return all(
            self._own(seen.place, there, day) or self._usual(seen.place, there, day, new=seen is new)
            for seen, there in ways
        )

    def roaming(self, one: Place, other: Place, day: int) -> bool:
        """Whether one of both says that it is a telephone, in a network that others came through before the day."""
        telephone = one if one.telephone else other
        return (
            one.telephone != other.telephone
            and not telephone.listed(self.limits.hosting)
            and self._sharing(telephone, 2, None, day) >= self.limits.shared
        )

    def fixed(self, seen: Sighting, day: int) -> bool:
        """Whether somebody is where the address is: in no mobile network, no data centre, and at no exit of many."""
        if self._mobile(seen, day) or seen.place.listed(self.limits.hosting):
            return False
        return self._sharing(seen.place, 3, None, day) < self.limits.shared

    def _mobile(self, seen: Sighting, day: int) -> bool:
        """Whether the address says the country at most: by name, or because the user has another one each time."""
        if seen.place.listed(self.limits.mobile):
            return True
        days = self._before(seen.place, day)
        there = sum(line(seen.place.address) in lines for _, lines in days)
        if seen.key in self.lasting or (seen.row.last - seen.row.first >= HOUR and 2 * there >= len(days)):
            return False
        lines = frozenset[str]().union(*(lines for _, lines in days))
        return bool(days) and len(lines) >= CHANGES * len(days)

    def _telephone(self, day: int) -> int:
        """Earlier days that make a mobile network the own one: one at least, and no more than the user is known for."""
        start = bisect_left(self.seen, day - self.limits.period // DAY)
        return max(min(self.limits.habit, bisect_left(self.seen, day) - start), 1)

    def _own(self, place: Place, there: Place, day: int) -> bool:
        """Whether the device is the user's own, who also came from the other country with it."""
        start = day - self.limits.period // DAY
        return place.device != "" and any(
            start <= each <= day for each in self.devices.get((place.device, there.country), ())
        )

    def _new(self, seen: Sighting) -> bool:
        place, moment = seen.place, seen.row.first
        if not place.means or not place.listed(self.limits.hosting):
            return False
        start = (moment - self.limits.period) // DAY * DAY
        if bisect_left(self.told, moment // DAY) - bisect_left(self.told, start // DAY) < self.limits.habit:
            return False
        return any(
            bisect_left(moments, start) == bisect_left(moments, moment)
            for moments in (self.clients[each] for each in place.means)
        )

    def _usual(self, place: Place, there: Place, day: int, *, new: bool) -> bool:
        own, limits = self._days(place, day), self.limits
        if own >= limits.habit:
            return True
        rented = not new and place.listed(limits.hosting)
        if rented and (own or self._common(place, there, day)):
            return True
        if not place.address:
            return False
        # An exit lets people out who are elsewhere; an operator abroad, even with few addresses, does not. Where the
        # user is at home, as in an office, no such proof is needed.
        elsewhere = None if self._home(place.country, day) else there
        return self._sharing(place, 3, elsewhere, day) >= limits.shared

    def _common(self, place: Place, there: Place, day: int) -> bool:
        """Whether so many of the other country's users came through the network that it may be an exit of theirs.

        Where the record says with what somebody came, the user's own devices at an exit are known by themselves: then
        colleagues with VPNs of their own explain nothing, but that it is the company's way out does.
        """
        least = max(
            self.limits.colleagues, self.limits.share * self._sharing(there, 1, None, day) if place.means else 0
        )
        return self._sharing(place, 2, there, day) >= least

    def _home(self, country: str, day: int) -> bool:
        start = day - self.limits.period // DAY
        return sum(start <= each < day for each in self.countries.get(country, ())) >= self.limits.habit

    def _sharing(self, place: Place, texts: int, there: Place | None, day: int) -> int:
        """How many came from the network or address before; who also came from another place's country, if any."""
        start = day - self.limits.period // DAY
        asked = place.beginning(texts), start * DAY - 1, day * DAY - 1, there.beginning(1) if there else ""
        return self.history.others.sharing(*asked).entities

    def _days(self, place: Place, day: int) -> int:
        return len(self._before(place, day))

    def _before(self, place: Place, day: int) -> list[tuple[int, frozenset[str]]]:
        start = day - self.limits.period // DAY
        return [each for each in self.used.get(place.through, ()) if start <= each[0] < day]


@functools.cache
def _compiled(names: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str] | None]:
    """Numbers, and an expression for the names."""
    words = [re.escape(name.lower()) for name in names if not name.isdecimal()]
    numbers = frozenset(name for name in names if name.isdecimal())
    return numbers, re.compile(rf"\b(?:{'|'.join(words)})") if words else None


def line(address: str) -> str:
    """What one customer has: an IPv4 address or an IPv6 network of 64 bits, whose last half devices choose."""
    if ":" not in address:
        return address
    try:
        return str(ip_network((address, 64), strict=False))
    except ValueError:
        return address
