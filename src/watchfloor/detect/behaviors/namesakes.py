"""Accounts that share a name in the domains of different owners: `info@a.example` is not `info@b.example`."""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from watchfloor.detect.behaviors.habits import Sighting, line
from watchfloor.detect.behaviors.plugin import DAY
from watchfloor.enrich.domain import parts

LONGEST = 253
SETTLED = 3
"""Days of use that make an account one that is known."""
_MANY = 200
"""Log-ins of one day to accounts that are not known; among more each account is looked at without them."""
_INTERNAL = frozenset(
    ("local", "localdomain", "lan", "corp", "home", "internal", "intranet", "intra", "private", "intern", "ad", "loc")
)
"""Ends of names that nobody registers (https://www.rfc-editor.org/rfc/rfc6762#appendix-G): an Active Directory's say
nothing about the domain of its people's mail."""
_TENANTS = "onmicrosoft.com"
"""Below it every customer of Microsoft has a name."""
_ROUTED = ".mail"
"""Between a customer's name and `_TENANTS` where mail is passed on to servers of the customer's own."""


# One batch after the other has the same domains.
@functools.lru_cache(maxsize=10_000)
def owner(domain: str) -> str:
    """The label by which a domain was registered, which a company's domains share; empty where that is not known.

    `EXAMPLE`, `example.local` and no domain may be anybody's; `example.com`, `mail.example.de` and
    `example.onmicrosoft.com` are `example`'s.
    """
    name = domain.lower().rstrip(".")
    registered, before, suffix = parts(name) if len(name) <= LONGEST else (None, None, None)
    if not registered or not suffix or suffix in _INTERNAL:
        return ""
    if registered == _TENANTS:
        return before.removesuffix(_ROUTED).rpartition(".")[2] if before else ""
    return registered.removesuffix(f".{suffix}")


@dataclass(frozen=True, slots=True)
class Namesakes:
    """The accounts of one name, by owner; two of them are apart when nothing says that they are one person's.

    Each must have been in use on `SETTLED` days before: servers that let somebody in by the name alone take any domain,
    and an intruder would make up one. And no address or device may have been used for both: somebody who has an account
    in two domains of the company uses both from home.

    Attributes:
        sightings: all of the name.
        period: for how many days an account is remembered.
        days: owner -> days on which the account was in use, rising.
        ways: owner -> address line, or device -> days on which somebody came so, rising.
    """

    sightings: Sequence[Sighting]
    period: int
    days: Mapping[str, Sequence[int]]
    ways: Mapping[str, Mapping[str, Sequence[int]]]

    @classmethod
    def of(cls, sightings: Sequence[Sighting], period: int, hosting: Sequence[str]) -> Namesakes:
        """Those of some sightings; `period` in microseconds.

        An address in a network of `hosting` may be that of a webmail server, which strangers share.
        """
        days: dict[str, set[int]] = {}
        ways: dict[str, dict[str, set[int]]] = {}
        for row, place in sightings:
            if not place.owner:
                continue
            own = {row.first // DAY, row.last // DAY}
            days.setdefault(place.owner, set()).update(own)
            lines = [line(place.address)] if place.address and not place.listed(hosting) else []
            for way in (*lines, *([f"device {place.device}"] if place.device else [])):
                ways.setdefault(place.owner, {}).setdefault(way, set()).update(own)
        return cls(
            sightings,
            period // DAY,
            {owner: sorted(own) for owner, own in days.items()},
            {owner: {way: sorted(own) for way, own in each.items()} for owner, each in ways.items()},
        )

    def apart(self, one: Sighting, other: Sighting, moment: int) -> bool:
        """Whether two sightings are of two accounts, at a moment in microseconds."""
        first, second, day = one.place.owner, other.place.owner, moment // DAY
        if not first or not second or first == second:
            return False
        return self._settled(first, day) and self._settled(second, day) and not self._linked(first, second, day)

    def alone(self) -> Iterator[list[Sighting]]:
        """The sightings once more for each account, without those of its namesakes.

        Between two log-ins of one account may be others. Those of nobody's and of accounts that are not settled stay.
        """
        if len(self.days) < 2:
            return
        of: dict[str, list[int]] = {}
        loose: dict[int, list[int]] = {}
        for number, (row, place) in enumerate(self.sightings):
            of.setdefault(place.owner, []).append(number)
            if place.owner and not self._settled(place.owner, row.first // DAY):
                loose.setdefault(row.first // DAY, []).append(number)
        anybody = of.pop("", [])
        for owner, own in sorted(of.items()):
            near = {day + by for day in self.days[owner] for by in (-1, 0, 1)}
            others = (each for day in near if len(loose.get(day, ())) <= _MANY for each in loose.get(day, ()))
            yield [self.sightings[each] for each in sorted({*anybody, *own, *others})]

    def _settled(self, owner: str, day: int) -> bool:
        own = self.days[owner]
        return bisect_left(own, day) - bisect_left(own, day - self.period) >= SETTLED

    def _linked(self, one: str, other: str, day: int) -> bool:
        """Whether both accounts were used through one line or with one device, up to that day."""
        ways = [self.ways.get(owner, {}) for owner in (one, other)]
        return any(
            all(bisect_right(each[way], day) > bisect_left(each[way], day - self.period) for each in ways)
            for way in ways[0].keys() & ways[1].keys()
        )
