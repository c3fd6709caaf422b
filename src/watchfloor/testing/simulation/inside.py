"""A day of connections inside the company: servers and printers that people use, and the machines that contact many.

Those who contact many by profession are known to every company; `ROLES` names them as an inventory would.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from watchfloor.testing.simulation.company import DAY, HOUR, SECOND, START, Company, Ints
from watchfloor.testing.simulation.frames import frame, picked
from watchfloor.testing.simulation.traffic import Traffic, transports

ROOM = 30
ROLES = {"10.1.251.10": "monitoring", "10.1.251.11": "scanner", "10.1.251.12": "management"}
"""Address -> what it is: asks all servers each five minutes; scans all machines each Wednesday; brings programs."""
SERVER_PORTS = (445, 389, 88, 1433, 9100, 22, 3389)
USED = 6
"""Servers and printers that a person's machine contacts on a day (mean)."""
STATES = ("SF", "S0", "REJ")
"""How a connection ends: as usual, without an answer, refused."""
USUAL, TRIED = (0.98, 0.01, 0.01), (0.15, 0.6, 0.25)
"""How often, for those who know whom they talk to, and for those who try: host firewalls drop by default."""
_FIXED = {"event.category": ["network"], "event.type": ["connection", "start", "end"], "network.direction": "internal"}


def inside_frame(company: Company, traffic: Traffic, day: int) -> pl.DataFrame:
    """All connections of a day inside, in no order."""
    rng = company.rng(day, ROOM)
    on, off = traffic.hours(day)
    servers = np.flatnonzero(company.owner < 0)
    people = np.flatnonzero((company.owner >= 0) & (off > on))
    counts = rng.poisson(USED, len(people)) * 3
    host = np.repeat(people, counts)
    own = servers[(host * 5 + rng.integers(0, USED, len(host))) % len(servers)]
    at = on[host] + (rng.random(len(host)) * (off[host] - on[host])).astype(np.int64)
    port = np.array(SERVER_PORTS)[(own * 3 + rng.integers(0, 2, len(own))) % len(SERVER_PORTS)]
    parts = [_frame(rng, at, picked(company.hosts, host), picked(company.hosts, own), port)]
    ticks = START + day * DAY + np.arange(0, DAY, 300 * SECOND)
    asked = np.tile(servers, len(ticks))
    when = np.repeat(ticks, len(servers)) + rng.integers(0, 20 * SECOND, len(asked))
    parts.append(_by(rng, company, "monitoring", when, asked, np.full(len(asked), 161)))
    brought = np.flatnonzero(off > on)
    when = np.minimum(on[brought] + rng.integers(0, 2 * HOUR, len(brought)), off[brought] - 1)
    parts.append(_by(rng, company, "management", when, brought, np.full(len(brought), 445)))
    if day % 7 == 2:
        scanned = np.repeat(np.arange(len(company.hosts)), len(SERVER_PORTS))
        when = START + day * DAY + 22 * HOUR + rng.integers(0, 90 * 60 * SECOND, len(scanned))
        ports = np.tile(np.array(SERVER_PORTS), len(company.hosts))
        parts.append(_by(rng, company, "scanner", when, scanned, ports))
    return pl.concat(parts)


def _by(rng: np.random.Generator, company: Company, role: str, at: Ints, host: Ints, port: Ints) -> pl.DataFrame:
    address = next(address for address, each in ROLES.items() if each == role)
    source = pl.Series([address]).gather(pl.Series(np.zeros(len(at), np.int64)))
    return _frame(rng, at, source, picked(company.hosts, host), port, TRIED if role == "scanner" else USUAL)


def _frame(
    rng: np.random.Generator,
    at: Ints,
    source: pl.Series,
    destination: pl.Series,
    port: Ints,
    shares: tuple[float, ...] = USUAL,
) -> pl.DataFrame:
    sent = rng.lognormal(np.log(4000), 1.2, len(at)).astype(np.int64)
    return inside_flows(at, source, destination, port, sent, states(rng, len(at), shares))


def states(rng: np.random.Generator, count: int, shares: tuple[float, ...]) -> Ints:
    """How connections end, as places in `STATES`."""
    return rng.choice(len(STATES), count, p=shares).astype(np.int64)


def inside_flows(
    at: Ints, source: pl.Series, destination: pl.Series, port: Ints, sent: Ints, state: Ints
) -> pl.DataFrame:
    """Connections between two addresses inside as a sensor between the zones writes them."""
    got = np.where(state == 0, sent * 3, 40 * (state == 2))
    columns = {
        "source.address": source,
        "source.ip": source,
        "destination.address": destination,
        "destination.ip": destination,
        "destination.port": pl.Series(port),
        "source.bytes": pl.Series(sent),
        "destination.bytes": pl.Series(got),
        "network.bytes": pl.Series(sent + got),
        "network.transport": transports(port),
        "zeek.conn.conn_state": picked(STATES, state),
    }
    return frame(at, "zeek.conn", columns, _FIXED)
