"""A month in a company, a day at a time, with planted cases whose truth is known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from watchfloor.assets.inventory import Host, Inventory, Person
from watchfloor.schema.events import EventBatch
from watchfloor.testing.simulation import inside, logins, mail
from watchfloor.testing.simulation.cases import Case, Planted, Victims
from watchfloor.testing.simulation.company import DAY, START, company
from watchfloor.testing.simulation.frames import batches, picked
from watchfloor.testing.simulation.geolocation import Provider
from watchfloor.testing.simulation.inside import inside_flows, inside_frame
from watchfloor.testing.simulation.logins import day_of_logins, login_frames
from watchfloor.testing.simulation.mail import day_of_mail, mail_frame
from watchfloor.testing.simulation.planted_hosts import plant_hosts
from watchfloor.testing.simulation.planted_people import plant_people
from watchfloor.testing.simulation.planted_towns import plant_people_in_towns
from watchfloor.testing.simulation.traffic import Flows, Traffic, flow_frames, query_frame
from watchfloor.testing.simulation.whereabouts import Whereabouts


class Scenario:
    """Days of events and the cases in them; the same for the same arguments, and each day by itself."""

    def __init__(
        self,
        seed: int = 1,
        *,
        users: int = 1000,
        hosts: int = 1000,
        days: int = 30,
        cases: bool = True,
        cloud_mail: bool = False,
        cities: bool = False,
    ) -> None:
        """Draw the company and plant the cases.

        Args:
            seed: of all chance.
            users: people with accounts.
            hosts: machines; one in twelve is a server.
            days: from a Monday on.
            cases: whether to plant any; without, every finding is a false alarm.
            cloud_mail: whether mail is in the cloud: the sign-in page's log says with what somebody logs in to it.
            cities: whether people live in towns: the sign-in page's log says the town that is believed of an address.
        """
        self.company = company(seed, users, hosts, days)
        self.days = days
        self._cloud_mail = cloud_mail
        victims = Victims.of(self.company, self.company.rng(0, 90))
        self._whereabouts = Whereabouts(self.company, frozenset(victims.people)) if cities else None
        self._provider = Provider(seed, self._whereabouts.town_of) if self._whereabouts else None
        self.company = self._whereabouts.company if self._whereabouts else self.company
        self._traffic = Traffic(self.company)
        self._planted = Planted()
        if cases:
            if self._whereabouts and self._provider:
                where, provider = self._whereabouts, self._provider
                plant_people_in_towns(where, provider, victims, self._planted, cloud_mail=cloud_mail)
            else:
                plant_people(self.company, self.company.rng(0, 92), victims, self._planted)
            plant_hosts(self.company, self._traffic, victims, self._planted)

    @property
    def cases(self) -> tuple[Case, ...]:
        """What was planted."""
        return tuple(self._planted.cases)

    def inventory(self) -> Inventory:
        """What a company knows of itself: servers, exits, machines that contact many, accounts of nobody or several."""
        roles = {
            address: "server"
            for address, owner in zip(self.company.hosts, self.company.owner, strict=True)
            if owner < 0
        }
        roles |= {**logins.exits(), **inside.ROLES}
        programs = (*logins.SERVICES, *(sender.partition("@")[0] for sender in mail.BULK))
        accounts = {**dict.fromkeys(logins.SHARED, "shared"), **dict.fromkeys(programs, "service_account")}
        return Inventory(
            hosts=tuple(
                Host(f"host-{address}", addresses=(address,), roles=frozenset({role}))
                for address, role in roles.items()
            ),
            zones=(),
            people=tuple(Person(name, accounts=(name,), roles=frozenset({role})) for name, role in accounts.items()),
        )

    def day(self, day: int) -> Iterator[EventBatch]:
        """The events of a day by time, from 0; people of other time zones reach some hours into its neighbours."""
        company, planted = self.company, self._planted
        shown = self._provider.shown if self._provider else None
        taken = day_of_logins(company, day, self._whereabouts) + [
            each for each in planted.logins if _is_on(each.at, day)
        ]
        sent = day_of_mail(company, day) + [each for each in planted.messages if _is_on(each.at, day)]
        flows = Flows.joined([self._traffic.flows(day), *(_part(each, day) for each in planted.flows)])
        frames = [
            *login_frames(taken, cloud_mail=self._cloud_mail, shown=shown),
            *flow_frames(company, self._traffic.targets, flows),
        ]
        frames += [inside_frame(company, self._traffic, day), *self._asked(day), *self._probed(day)]
        frames += [mail_frame(sent)] if sent else []
        yield from batches(frames, day, "company")

    def _asked(self, day: int) -> Iterator[pl.DataFrame]:
        queries = [each for each in self._planted.queries if _is_on(each.at, day)]
        if queries:
            count = len(queries)
            host = picked(self.company.hosts, np.array([each.host for each in queries], np.int64))
            names, ttls = pl.Series([each.name for each in queries]), pl.Series([each.ttl for each in queries])
            answer = pl.Series(["46.225.127.9"] * count)
            yield query_frame(np.array([each.at for each in queries], np.int64), host, names, ttls, answer)

    def _probed(self, day: int) -> Iterator[pl.DataFrame]:
        probes = [each for each in self._planted.probes if _is_on(each.at, day)]
        if probes:
            numbers = np.array([(each.at, each.host, each.other, each.port, each.state) for each in probes], np.int64)
            at, host, other, port, state = numbers.T
            sources, targets = picked(self.company.hosts, host), picked(self.company.hosts, other)
            yield inside_flows(at, sources, targets, port, np.full(len(at), 120, np.int64), state)


def _is_on(at: int, day: int) -> bool:
    return (at - START) // DAY == day


def _part(flows: Flows, day: int) -> Flows:
    rows = np.flatnonzero((flows.at - START) // DAY == day)
    return Flows(flows.at[rows], flows.host[rows], flows.target[rows], flows.sent[rows], flows.received[rows])
