"""Cases about hosts: beacons, volumes that leave, scans inside."""

from __future__ import annotations

from itertools import product

import numpy as np

from watchfloor.testing.simulation.cases import Case, Planted, Probe, Query, Victims
from watchfloor.testing.simulation.company import DAY, HOUR, SECOND, START, Company, Ints
from watchfloor.testing.simulation.inside import TRIED, states
from watchfloor.testing.simulation.planted_people import LEARNT
from watchfloor.testing.simulation.traffic import Flows, Traffic, pulses

INTERVALS = (60, 300, 900, 3600, 14_400)
JITTERS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
CONTACTS = (20, 50, 100, 200, 500)
CHANNELS = ("proxy", "dns", "direct")
FACTORS = (2.0, 5.0, 10.0, 30.0)
PARTS = (1, 40)
SCANNED = (30, 100, 250)
SPREADS = (60, 4 * 3600)
"""Seconds over which a scan is spread."""
PORTS = (445, 3389, 22)
FIRST_DAY = 3
DIRECT_PORT = 8443
RENTED = "46.225"
"""The network where servers are rented for attacks; nobody else in the company uses it."""

OTHERS = 0.16
"""Share of the hosts with cases that are left to volumes and scans."""


def plant_hosts(company: Company, traffic: Traffic, victims: Victims, planted: Planted) -> None:
    """Plant cases of all kinds, each in random order of its parameters, while there are hosts left."""
    rng = company.rng(0, 91)
    beacons = list(product(INTERVALS, JITTERS, CHANNELS))
    for place in rng.permutation(len(beacons))[: int(len(victims.hosts) * (1 - OTHERS))]:
        _beacon(company, traffic, rng, victims, planted, beacons[place])
    volumes, scans = list(product(FACTORS, PARTS)), list(product(SCANNED, SPREADS))
    order = [list(rng.permutation(len(each))) for each in (volumes, scans)]
    while victims.hosts and any(order):
        if order[0]:
            _exfiltration(company, traffic, rng, victims, planted, *volumes[order[0].pop()])
        if order[1]:
            _scan(company, traffic, rng, victims, planted, *scans[order[1].pop()])


def _beacon(
    company: Company,
    traffic: Traffic,
    rng: np.random.Generator,
    victims: Victims,
    planted: Planted,
    which: tuple[int, float, str],
) -> None:
    """A program that asks its master for orders whenever its machine is on, as often as it was told to."""
    interval, jitter, channel = which
    host = victims.host({"proxy": company.proxied, "direct": ~company.proxied}.get(channel, company.owner >= 0))
    if host is None:
        return
    wanted = int(rng.choice(CONTACTS))
    a_day = (24 if company.always[host] else 6.5) * 3600 / interval
    needed = int(wanted / a_day * 1.5) + 2
    latest = max(FIRST_DAY, company.days - needed)
    at = _contacts(company, traffic, rng, host, int(rng.integers(FIRST_DAY, latest + 1)), which, wanted)
    if len(at) < min(CONTACTS):
        victims.hosts.append(host)
        return
    varied = bool(rng.random() < 0.5)
    number = len(planted.cases)
    port = {"proxy": 443, "direct": DIRECT_PORT, "dns": 53}[channel]
    domain = _registered(number)
    if channel == "dns":
        names = rng.integers(16**12, size=len(at))
        planted.queries += [
            Query(int(when), host, f"{name:012x}.{domain}", 5) for when, name in zip(at, names, strict=True)
        ]
    else:
        domain = f"www.{domain}"
        target = traffic.targets.rent(domain, port, 300, RENTED)
        factors = rng.lognormal(0, 1.0, (2, len(at))) if varied else np.ones((2, len(at)))
        planted.flows.append(Flows.of(at, np.array([host]), np.array([target]), 320 * factors[0], 190 * factors[1]))
    parameters: dict[str, str | float] = {
        "interval_s": float(interval),
        "jitter": jitter,
        "contacts": float(len(at)),
        "sizes": "none" if channel == "dns" else "varied" if varied else "constant",
        "channel": channel,
        "hours": "always" if company.always[host] else "office",
    }
    planted.cases.append(Case("beacon", company.hosts[host], int(at[0]), int(at[-1]), domain, parameters))


def _registered(case: int) -> str:
    """The domain that was registered for a case."""
    return f"plot{case}.example"


def _contacts(
    company: Company,
    traffic: Traffic,
    rng: np.random.Generator,
    host: int,
    first: int,
    which: tuple[int, float, str],
    wanted: int,
) -> Ints:
    """The first so many contacts from a day on, while the host is on; fewer where the days end before."""
    end = START + company.days * DAY
    if company.always[host]:
        at, _ = pulses(rng, np.array([START + first * DAY]), np.array([end]), float(which[0]), which[1])
        return at[:wanted]
    found: list[Ints] = [np.zeros(0, np.int64)]
    for day in range(first, company.days):
        on, off = traffic.hours(day)
        found.append(pulses(rng, on[[host]], off[[host]], float(which[0]), which[1])[0])
        if sum(map(len, found)) >= wanted:
            break
    return np.concatenate(found)[:wanted]


def _exfiltration(
    company: Company,
    traffic: Traffic,
    rng: np.random.Generator,
    victims: Victims,
    planted: Planted,
    factor: float,
    parts: int,
) -> None:
    """A day on which a host sends a multiple of what it sends on its greatest days, to a place that nobody uses."""
    days = [day for day in range(LEARNT, company.days) if day % 7 < 5]
    if not days:
        return
    day = int(rng.choice(days))
    on, off = traffic.hours(day)
    host = victims.host((off - on) > 4 * HOUR)
    if host is None:
        return
    past = np.array([(traffic.uploads(each) + traffic.backups(each))[host] for each in range(day)])
    usual = float(np.quantile(past[past > 0], 0.99)) if (past > 0).any() else 1e6
    begin = int(on[host]) + HOUR + int(rng.integers(0, HOUR))
    at = begin + np.linspace(0, HOUR, parts).astype(np.int64)
    domain = f"www.{_registered(len(planted.cases))}"
    target = traffic.targets.rent(domain, 443, 300, RENTED)
    sent = usual * factor * rng.dirichlet(np.full(parts, 20.0))
    planted.flows.append(Flows.of(at, np.array([host]), np.array([target]), sent, 9_000))
    parameters: dict[str, str | float] = {
        "factor": factor,
        "parts": float(parts),
        "p99_bytes": round(usual),
        "bytes": float(int(sent.sum())),
        "channel": "proxy" if company.proxied[host] else "direct",
    }
    case = Case("exfiltration", company.hosts[host], int(at[0]), int(at[-1]), domain, parameters)
    planted.cases.append(case)


def _scan(
    company: Company,
    traffic: Traffic,
    rng: np.random.Generator,
    victims: Victims,
    planted: Planted,
    targets: int,
    seconds: int,
) -> None:
    """One port of many hosts inside, in a minute or in hours."""
    days = [day for day in range(FIRST_DAY, company.days) if day % 7 < 5] or [company.days - 1]
    on, off = traffic.hours(int(rng.choice(days)))
    host = victims.host((off - on) > 5 * HOUR)
    if host is None:
        return
    others = rng.permutation([each for each in range(len(company.hosts)) if each != host])[:targets]
    begin = int(on[host]) + int(rng.integers(0, HOUR // 2))
    at = begin + np.sort(rng.integers(0, seconds * SECOND, len(others)))
    port = int(rng.choice(PORTS))
    ends = states(rng, len(others), TRIED)
    planted.probes += [
        Probe(int(when), host, int(other), port, int(end)) for when, other, end in zip(at, others, ends, strict=True)
    ]
    parameters = {"targets": float(len(others)), "seconds": float(seconds), "port": float(port)}
    planted.cases.append(Case("scan", company.hosts[host], int(at[0]), int(at[-1]), "", parameters))
