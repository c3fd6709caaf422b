"""Planted cases: what was planted, on whom and when, and the events that it consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from watchfloor.testing.simulation.company import Company
from watchfloor.testing.simulation.logins import Login
from watchfloor.testing.simulation.mail import Message
from watchfloor.testing.simulation.traffic import Flows

FRACTION = 10
"""At most one entity in so many has a case, so that a small company is no heap of incidents."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question for a name that no cache can know: when (µs), which host, the name, how long the answer lasts."""

    at: int
    host: int
    name: str
    ttl: int


@dataclass(frozen=True, slots=True)
class Probe:
    """A connection between two hosts inside: when (µs), from which, to which, to which port, how it ends."""

    at: int
    host: int
    other: int
    port: int
    state: int


@dataclass(frozen=True, slots=True)
class Case:
    """One planted case.

    Attributes:
        kind: impossible_travel, first_country, first_asn, beacon, exfiltration, recipients or scan.
        entity: the account, mail address or IP address that it is about; no two cases share one.
        since: time of its first event, µs since 1970.
        until: time of its last event.
        object: what is new or contacted: a country, an operator's number, a domain; empty where it is many.
        parameters: with what it was planted.
    """

    kind: str
    entity: str
    since: int
    until: int
    object: str
    parameters: Mapping[str, str | float]


@dataclass(slots=True)
class Planted:
    """Cases and their events, which are mixed into the days."""

    cases: list[Case] = field(default_factory=list)
    logins: list[Login] = field(default_factory=list)
    flows: list[Flows] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)


@dataclass(slots=True)
class Victims:
    """Who is left to have a case."""

    people: list[int]
    hosts: list[int]

    @classmethod
    def of(cls, company: Company, rng: np.random.Generator) -> Victims:
        """A tenth of the people, but no travellers, whose truth would be doubtful, and a tenth of people's hosts."""
        away = {trip.person for trip in company.trips}
        people = [int(each) for each in rng.permutation(len(company.names)) if int(each) not in away]
        owned = [int(each) for each in rng.permutation(len(company.hosts)) if company.owner[each] >= 0]
        return cls(people[: len(company.names) // FRACTION], owned[: len(company.hosts) // FRACTION + 1])

    def host(self, wanted: Sequence[bool] | np.ndarray) -> int | None:
        """A host of those wanted; None when none is left."""
        for place, host in enumerate(self.hosts):
            if wanted[host]:
                return self.hosts.pop(place)
        return None
