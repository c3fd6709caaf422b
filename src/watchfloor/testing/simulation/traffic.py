"""A day of connections to the internet, as the proxy and a sensor at the border write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from watchfloor.testing.simulation.company import DAY, HOUR, SECOND, START, Bools, Company, Floats, Ints
from watchfloor.testing.simulation.frames import frame, picked
from watchfloor.testing.simulation.services import SERVICES, Niche, Service, niches

ROOM = 20
SITES = 30_000
VISITS = 150
"""Connections of a browser, a host and day of work (median)."""
MEETING_SHARE, MEETINGS = 0.4, 1.5
"""Share of what people send that goes into video meetings, and how many a day."""
BACKUP_SHARE = 0.1
"""Share of people's machines that back up to the cloud each day; all servers do."""
TABS = 0.05
"""Share of hosts on a day with a page that reloads itself for hours."""
RESOLVER = "10.1.250.53"
WEB = (80, 443)
_CONNECTION = {"event.category": ["network"], "event.type": ["connection", "start", "end"],
               "network.direction": "outbound", "zeek.conn.conn_state": "SF"}  # fmt: skip
_WEB = {"event.action": "Allowed", "event.category": ["web"], "event.outcome": "success", "event.type": ["access"]}
_DNS = {"event.category": ["network"], "event.outcome": "success", "event.type": ["connection", "protocol", "info"],
        "dns.type": "answer", "dns.question.type": "A", "network.protocol": "dns",
        "network.transport": "udp"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flows:
    """Connections: when (µs), from which host, to which target, bytes both ways; arrays of one length."""

    at: Ints
    host: Ints
    target: Ints
    sent: Ints
    received: Ints

    @classmethod
    def of(cls, at: Ints, host: Ints, target: Ints, sent: Floats | int, received: Floats | int) -> Flows:
        """Connections, sizes given for each or once for all."""
        size = len(at)
        return cls(
            at.astype(np.int64),
            np.broadcast_to(host, size).astype(np.int64),
            np.broadcast_to(target, size).astype(np.int64),
            np.broadcast_to(np.asarray(sent), size).astype(np.int64),
            np.broadcast_to(np.asarray(received), size).astype(np.int64),
        )

    @classmethod
    def joined(cls, flows: Iterable[Flows]) -> Flows:
        """All of them."""
        parts = list(flows)
        names = ("at", "host", "target", "sent", "received")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


class Targets:
    """What can be contacted: a name, an address, a port and how long caches keep the name; numbered from 0."""

    def __init__(self) -> None:
        self.domains: list[str] = []
        self.addresses: list[str] = []
        self.ports: list[int] = []
        self.ttls: list[int] = []
        self._rented: Counter[str] = Counter()

    def add(self, domain: str, port: int, ttl: int, network: str = "20.47") -> int:
        """The number of a new target, whose address is in a network of a large cloud unless another one is named."""
        number = len(self.domains)
        return self._add(domain, port, ttl, f"{network}.{128 + number // 250 % 120}.{number % 250 + 2}")

    def rent(self, domain: str, port: int, ttl: int, network: str) -> int:
        """The number of a new target of somebody who rents one server: the others around it are not his.

        Each has a /24 of its own, as long as the network has any that is free.
        """
        rented = self._rented[network]
        self._rented[network] += 1
        return self._add(domain, port, ttl, f"{network}.{rented % 256}.{rented // 256 % 250 + 2}")

    def _add(self, domain: str, port: int, ttl: int, address: str) -> int:
        self.domains.append(domain)
        self.addresses.append(address)
        self.ports.append(port)
        self.ttls.append(ttl)
        return len(self.domains) - 1


class Traffic:
    """The background of all days, drawn from a company."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.targets = Targets()
        rng = np.random.default_rng([company.seed, 78])
        hosts = len(company.hosts)
        # Each service with the hosts that have it and the numbers of its targets.
        self._services = [(service, self._having(service, rng), self._added(service)) for service in SERVICES]
        ttls = rng.choice((60, 300, 3600), SITES)
        added = (
            self.targets.add(f"www.site{number}.example", 443, int(ttl), "3.96") for number, ttl in enumerate(ttls)
        )
        self._sites = np.fromiter(added, np.int64, SITES)
        self._meeting = self.targets.add("media.meet.example.com", 3478, 300)
        self._backup = self.targets.add("vault.backup.example.com", 443, 300)
        self._niches = [(each, self.targets.rent(each.domain, 443, 300, "46.224")) for each in niches(company)]
        self._upload = rng.lognormal(np.log(60e6), 0.8, hosts)
        backs_up = (company.owner < 0) | (rng.random(hosts) < BACKUP_SHARE)
        self._backs_up = np.where(backs_up, rng.lognormal(np.log(200e6), 0.7, hosts), 0.0)

    def _having(self, service: Service, rng: np.random.Generator) -> Bools:
        chosen = rng.random(len(self.company.hosts)) < service.share
        return chosen & (self.company.owner < 0) if service.servers_only else chosen

    def _added(self, service: Service) -> Ints:
        return np.array([self.targets.add(domain, service.port, service.ttl) for domain in service.domains], np.int64)

    def hours(self, day: int) -> tuple[Ints, Ints]:
        """When each host is on, in µs since 1970; from and to are the same where it is off all day."""
        company = self.company
        begins, works = company.start_of_work(day), company.works(day)
        length = company.rng(day, ROOM).normal(9, 1, len(company.hosts)).clip(5, 13)
        midnight = START + day * DAY
        own = company.owner.clip(0)
        on = np.where(company.always, midnight, begins[own])
        off = np.where(company.always, midnight + DAY, np.where(works[own], on + (length * HOUR).astype(np.int64), on))
        return np.clip(on, midnight, midnight + DAY), np.clip(off, midnight, midnight + DAY)

    def uploads(self, day: int) -> Floats:
        """What each host's people send on a day, in bytes, beside what its machines send by themselves."""
        busy = np.where(
            self.company.owner < 0, 0.2, np.where(self.company.works(day)[self.company.owner.clip(0)], 1, 0)
        )
        return np.asarray(self._upload * busy * self.company.rng(day, ROOM + 1).lognormal(0, 0.6, len(busy)))

    def backups(self, day: int) -> Floats:
        """What each host backs up on a day, in bytes; 0 for those that do not."""
        on, off = self.hours(day)
        size = self._backs_up * self.company.rng(day, ROOM + 2).lognormal(0, 0.35, len(self._backs_up))
        return np.asarray(np.where(off > on, size, 0.0))

    def flows(self, day: int) -> Flows:
        """All connections of the background on a day, in no order."""
        on, off = self.hours(day)
        rng = self.company.rng(day, ROOM + 3)
        parts = [self._periodic(rng, *each, on, off) for each in self._services]
        parts += [self._rare(rng, niche, target, on, off) for niche, target in self._niches if niche.installed <= day]
        parts += [self._reloads(rng, on, off), *self._people(rng, day, on, off)]
        return Flows.joined(parts)

    def _periodic(
        self, rng: np.random.Generator, service: Service, having: Bools, targets: Ints, on: Ints, off: Ints
    ) -> Flows:
        hosts = np.flatnonzero(having & (off > on))
        at, row = pulses(rng, on[hosts], off[hosts], service.period, service.jitter)
        host = hosts[row]
        own = targets[(host * 7) % len(targets)]
        any_ = targets[rng.integers(0, len(targets), len(host))]
        target = np.where(rng.random(len(host)) < 0.8, own, any_)
        return Flows.of(at, host, target, *_sizes(rng, len(at), service.sent, service.received, service.varied))

    def _rare(self, rng: np.random.Generator, niche: Niche, target: int, on: Ints, off: Ints) -> Flows:
        at, _ = pulses(rng, on[[niche.host]], off[[niche.host]], niche.period, niche.jitter)
        sizes = _sizes(rng, len(at), niche.sent, 2 * niche.sent, niche.varied)
        return Flows.of(at, np.array([niche.host]), np.array([target]), *sizes)

    def _reloads(self, rng: np.random.Generator, on: Ints, off: Ints) -> Flows:
        """Pages that reload themselves: popular sites, some hours long."""
        parts = [Flows.of(np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64), 0, 0)]
        for host in np.flatnonzero((rng.random(len(on)) < TABS) & (off > on)):
            begin = int(rng.integers(on[host], off[host]))
            end = min(begin + int(rng.uniform(1, 5) * HOUR), int(off[host]))
            at, _ = pulses(rng, np.array([begin]), np.array([end]), float(rng.choice((120, 300, 600, 1800))), 0.01)
            site = np.array([self._sites[int(rng.integers(50))]])
            parts.append(Flows.of(at, np.array([host]), site, *_sizes(rng, len(at), 1500, 60_000, 0.3)))
        return Flows.joined(parts)

    def _people(self, rng: np.random.Generator, day: int, on: Ints, off: Ints) -> Iterator[Flows]:
        """Browsing in bursts, video meetings, and backups."""
        working = (off > on) & (self.company.owner >= 0) & self.company.works(day)[self.company.owner.clip(0)]
        hosts = np.flatnonzero(working)
        counts = rng.lognormal(np.log(VISITS), 0.5, len(hosts)).astype(np.int64).clip(5, 2000)
        host = np.repeat(hosts, counts)
        begin = on[host] + (rng.random(len(host)) * (np.minimum(off[host] - on[host], 10 * HOUR))).astype(np.int64)
        begin -= begin % (7 * 60 * SECOND)
        at = begin + rng.integers(0, 90 * SECOND, len(host))
        rank = np.minimum(rng.zipf(1.3, len(host)) - 1, 10**6)
        site = self._sites[(rank + np.where(rank > 300, host * 13, 0)) % SITES]
        weight = rng.lognormal(0, 1.5, len(host))
        total = self.uploads(day)
        sent = weight / np.bincount(host, weight, len(on))[host] * total[host] * (1 - MEETING_SHARE)
        yield Flows.of(at, host, site, sent + 400, rng.lognormal(np.log(30_000), 1.6, len(host)))
        meets = np.repeat(hosts, rng.poisson(MEETINGS, len(hosts)))
        share = total[meets] * MEETING_SHARE / np.bincount(meets, minlength=len(on)).clip(1)[meets]
        when = on[meets] + rng.integers(0, 8, len(meets)) * HOUR + rng.integers(0, 300 * SECOND, len(meets))
        yield Flows.of(np.minimum(when, off[meets] - 1), meets, np.array([self._meeting]), share, share * 2)
        size = self.backups(day)
        backing = np.flatnonzero(size)
        night = START + day * DAY + rng.integers(1, 4, len(backing)) * HOUR + rng.integers(0, HOUR, len(backing))
        start = np.where(self.company.always[backing], night, on[backing] + HOUR)
        for part in range(4):
            later = start + part * 10 * 60 * SECOND
            yield Flows.of(later, backing, np.array([self._backup]), size[backing] / 4, 40_000)


def pulses(rng: np.random.Generator, on: Ints, off: Ints, period: float, jitter: float) -> tuple[Ints, Ints]:
    """Contacts between two times of each row, each pause the period times 1 ± up to the jitter: times and rows."""
    span = (off - on).max(initial=0) / SECOND
    steps = int(span / (period * max(1 - jitter, 0.2))) + 1
    pauses = period * (1 + rng.uniform(-jitter, jitter, (len(on), steps)) if jitter else np.ones((len(on), steps)))
    first = rng.uniform(0, period, (len(on), 1))
    at = on[:, None] + ((first + np.cumsum(pauses, axis=1) - pauses[:, :1]) * SECOND).astype(np.int64)
    row, step = np.nonzero(at < off[:, None])
    return at[row, step], row


def _sizes(rng: np.random.Generator, count: int, sent: int, received: int, varied: float) -> tuple[Floats, Floats]:
    one, two = rng.lognormal(0, varied, (2, count)) if varied else np.ones((2, count))
    return sent * one, received * two


def flow_frames(company: Company, targets: Targets, flows: Flows) -> list[pl.DataFrame]:
    """The connections as the proxy or the sensor writes them, and the queries of names that no cache had."""
    ports = np.array(targets.ports)[flows.target]
    proxied = company.proxied[flows.host] & np.isin(ports, WEB)
    found = []
    for chosen, dataset, fixed in ((proxied, "proxy.zscaler", _WEB), (~proxied, "zeek.conn", _CONNECTION)):
        rows = np.flatnonzero(chosen)
        source = picked(company.hosts, flows.host[rows])
        address = picked(targets.addresses, flows.target[rows])
        columns = {"source.address": source, "source.ip": source, "destination.address": address}
        columns["destination.ip"] = address
        sizes = pl.Series(flows.sent[rows]), pl.Series(flows.received[rows])
        if dataset == "proxy.zscaler":
            domain = picked(targets.domains, flows.target[rows])
            columns |= {"destination.domain": domain, "url.domain": domain}
            columns |= {"http.request.bytes": sizes[0], "http.response.bytes": sizes[1]}
        else:
            columns |= {"source.bytes": sizes[0], "destination.bytes": sizes[1], "network.bytes": sizes[0] + sizes[1]}
            columns |= {"destination.port": pl.Series(ports[rows]), "network.transport": transports(ports[rows])}
        found.append(frame(flows.at[rows], dataset, columns, fixed))
    return [*found, _queries(company, targets, flows, ~company.proxied[flows.host])]


def transports(ports: Ints) -> pl.Series:
    """The transport of each port."""
    return picked(["tcp", "udp"], np.isin(ports, (53, 123, 161, 3478)).astype(np.int64))


def _queries(company: Company, targets: Targets, flows: Flows, direct: Bools) -> pl.DataFrame:
    """A host asks when its answer has expired, at the moment at which the resolver's own expires: all hosts at once."""
    rows = np.flatnonzero(direct)
    rows = rows[np.argsort(flows.at[rows], kind="stable")]
    ttls = np.array(targets.ttls, np.int64)[flows.target[rows]]
    period = (flows.at[rows] // SECOND + flows.target[rows] * 17) // ttls.clip(1)
    key = (flows.host[rows] * len(targets.domains) + flows.target[rows]) * 2**24 + period % 2**24
    _, first = np.unique(key, return_index=True)
    mine = rows[np.sort(first)]
    mine = mine[np.array(targets.ttls)[flows.target[mine]] > 0]
    return query_frame(
        flows.at[mine] - 20_000,
        picked(company.hosts, flows.host[mine]),
        picked(targets.domains, flows.target[mine]),
        picked(targets.ttls, flows.target[mine]),
        picked(targets.addresses, flows.target[mine]),
    )


def query_frame(at: Ints, source: pl.Series, name: pl.Series, ttl: pl.Series, answer: pl.Series) -> pl.DataFrame:
    """Queries and their answers as a sensor beside the resolver writes them."""
    lists = pl.DataFrame({"ttl": ttl, "answer": answer}).select(pl.concat_list("ttl"), pl.concat_list("answer"))
    columns = {
        "source.address": source,
        "source.ip": source,
        "dns.question.name": name,
        "dns.answers.ttl": lists["ttl"],
        "dns.resolved_ip": lists["answer"],
    }
    fixed = {**_DNS, "destination.ip": RESOLVER, "destination.address": RESOLVER}
    return frame(at, "zeek.dns", columns, fixed).with_columns(pl.lit(53, pl.Int64).alias("destination.port"))
