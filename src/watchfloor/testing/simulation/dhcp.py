"""A month of DHCP at three sites, as raw log lines, and who really had which address.

Site one has a failover pair of ISC dhcpd with a pool for staff and one for guests, site two a pair of Kea, site three a
pair of Microsoft's servers: 1,000 IPv4 addresses by default, all of which several devices use one after the other, and
IPv6 addresses at sites one and two. In the month: renewals, releases, expiries, quick reuse, conflicts found by the
server and by the client, refusals of addresses that belong to others by now, servers that fail and are taken over,
clocks that disagree, logs that come hours late, devices that are renamed, reserved addresses, MAC addresses that are
random each time, and addresses that nobody asked a server for.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from watchfloor.testing.simulation.dhcp_devices import people, phones, reserved, squats, visitors
from watchfloor.testing.simulation.dhcp_lines import DAY, EPOCH, FORMS, HOUR, SECOND, Server
from watchfloor.testing.simulation.dhcp_pool import Pool, Tenure, untold

START = int((dt.datetime(2026, 10, 1, tzinfo=dt.UTC) - EPOCH).total_seconds()) * SECOND
SKEW = 45 * SECOND
"""No clock is further off than this; nearer than this to a change of owner a log does not tell who it was."""
BEFORE = 2 * DAY
"""The network runs this long before the logs begin."""
IDLE = 0.1
"""Share of questions about any moment of an address, also those when nobody has it."""
EDGE = 0.3
"""Share of the questions about an owner that are near the beginning or the end of the time that the owner has."""


@dataclass(frozen=True, slots=True)
class _Site:
    """A network: its share of all addresses, whose servers it has, how long leases last, its IPv6 network if any."""

    network: str
    form: str
    share: float
    seconds: int
    guests: bool = False
    six: str = ""


_SITES = (
    _Site("10.20.0.0/21", "isc", 0.42, 8 * 3600, six="2001:db8:20::/64"),
    _Site("10.21.0.0/22", "isc", 0.18, 3600, guests=True),
    _Site("10.30.0.0/22", "kea", 0.25, 4 * 3600, six="2001:db8:30::/64"),
    _Site("10.40.0.0/22", "windows", 0.15, 24 * 3600),
)


def _hours(*spans: tuple[int, float, float]) -> tuple[tuple[int, int], ...]:
    """Spans of time, each as a day of the month from 0 and two hours of it."""
    return tuple((START + day * DAY + int(on * HOUR), START + day * DAY + int(off * HOUR)) for day, on, off in spans)


_SERVERS = {
    "isc": (
        Server("dhcp-a1", "10.20.0.1", 300_000, down=_hours((8, 9.5, 14), (20, 3, 5))),
        Server("dhcp-a2", "10.20.0.2", -41 * SECOND, down=_hours((13, 10, 34)), held=_hours((5, 8, 17))),
    ),
    "kea": (
        Server("dhcp-b1", "10.30.0.1", 2 * SECOND, down=_hours((6, 11, 12.5), (18, 8, 20))),
        Server("dhcp-b2", "10.30.0.2", 28 * SECOND, held=_hours((18, 9, 23))),
    ),
    "windows": (
        Server("dhcp-c1", "10.40.0.1", -1 * SECOND, down=_hours((11, 7, 19)), held=_hours((2, 6, 30))),
        Server("dhcp-c2", "10.40.0.2", 17 * SECOND),
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a log.

    Attributes:
        arrived: when the collector gets it, in µs; lines of one source keep their order, sources overtake each other.
        source: name of the server's log.
        form: isc, kea or windows.
        text: the raw line.
    """

    arrived: int
    source: str
    form: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """Who had this address then?

    Attributes:
        address: IPv4 or IPv6.
        at: true time in µs.
        mac: the only right answer beside "unknown"; None where every device named would be wrong.
        name: the host name as far as the log tells, without a domain.
        told: whether the log tells, so that "unknown" is an answer missed.
    """

    address: str
    at: int
    mac: str | None
    name: str | None
    told: bool


@dataclass(frozen=True, slots=True)
class Month:
    """A month of logs and its truth.

    Attributes:
        lines: in the order in which they arrive.
        tenures: who had which address, by address and time; no two overlap.
        start: when the logs begin, in µs.
        end: when they end.
        seconds: network -> how long its IPv4 leases last, for those who read logs that do not say so.
    """

    lines: tuple[Line, ...]
    tenures: tuple[Tenure, ...]
    start: int
    end: int
    seconds: dict[str, int]

    def questions(self, count: int, seed: int = 1) -> list[Question]:
        """Moments at random: most of them in some owner's time, many of those near its ends, some at any time."""
        rng = random.Random(seed)  # noqa: S311  # a simulation
        by_address: dict[str, list[Tenure]] = {}
        for tenure in self.tenures:
            by_address.setdefault(tenure.address, []).append(tenure)
        return list(islice(self._asked(by_address, rng), count))

    def _asked(self, by_address: dict[str, list[Tenure]], rng: random.Random) -> Iterator[Question]:
        starts = {address: [each.since for each in found] for address, found in by_address.items()}
        addresses = sorted(by_address)
        while True:
            if rng.random() < IDLE:
                address = rng.choice(addresses)
                at = rng.randrange(self.start, self.end)
            else:
                tenure = rng.choice(self.tenures)
                first, last = max(tenure.since, self.start), min(tenure.until, self.end) - 1
                at = rng.randint(first, last)
                if rng.random() < EDGE:
                    near = rng.randint(0, 4 * SKEW)
                    at = min(max(rng.choice((first + near, last - near)), first), last)
                address = tenure.address
            yield _answered(address, at, by_address[address], starts[address])


def _answered(address: str, at: int, tenures: Sequence[Tenure], starts: Sequence[int]) -> Question:
    place = bisect_right(starts, at) - 1
    if place < 0 or tenures[place].until <= at:
        return Question(address, at, None, None, told=False)
    holder = tenures[place]
    told = holder.told is not None and holder.told + SKEW <= at < holder.until - SKEW
    return Question(address, at, holder.mac, holder.name, told)


def month(seed: int = 1, *, addresses: int = 1000, days: int = 30) -> Month:
    """A month, the same for the same seed.

    Args:
        seed: of all chance.
        addresses: IPv4 addresses in the pools together, 100 at least.
        days: how long.
    """
    rng = random.Random(seed)  # noqa: S311  # a simulation
    end = START + days * DAY
    pools: list[Pool] = []
    tenures: list[Tenure] = []
    seconds: dict[str, int] = {}
    for site in _SITES:
        found, others = _built(site, round(addresses * site.share), rng, end)
        pools += found
        tenures += others
        seconds[site.network] = site.seconds
    tenures += [tenure for pool in pools for tenure in pool.tenures]
    lines = [line for pool in pools for line in _lines(pool, end)]
    return Month(
        tuple(sorted(lines, key=lambda line: (line.arrived, line.source))),
        tuple(sorted(tenures, key=lambda tenure: (tenure.address, tenure.since, tenure.until))),
        START,
        end,
        seconds,
    )


def _built(site: _Site, count: int, rng: random.Random, end: int) -> tuple[list[Pool], list[Tenure]]:
    """The pools of a network after the month, and the owners of its other addresses."""
    begin = START - BEFORE
    days = (end - begin) // DAY
    hosts = [str(ipaddress.ip_network(site.network)[number]) for number in range(1, count + 61)]
    by_hand, fixed, given = hosts[2:10], hosts[10:20], hosts[60:]

    def pool(addresses: Sequence[str], *, names: bool) -> Pool:
        return Pool(site.form, addresses, site.seconds, _SERVERS[site.form], START, names, rng)

    if site.guests:
        devices = visitors(rng, int(1.6 * count), begin, days)
    else:
        devices = people(rng, int(0.8 * count), begin, days) + phones(rng, int(0.6 * count), begin, days)
    main = pool(given, names=site.form != "kea")
    main.run(devices, squats(rng, count // 4, begin, days), end)
    pools = [main]
    for number, address in enumerate(fixed):
        pools.append(pool([address], names=site.form != "kea"))
        pools[-1].run([reserved(rng, f"printer-{site.form}-{number}", begin, end)], [], end)
    others = [*untold(by_hand, START, end)]
    if site.six:
        network = ipaddress.ip_network(site.six)
        pools.append(pool([str(network[0x1000 + number]) for number in range(count)], names=False))
        pools[-1].run(devices[: int(0.8 * count)], [], end)
        others += untold([str(network[rng.getrandbits(63) | 1 << 63]) for _ in range(count)], START, end)
    return pools, others


def _lines(pool: Pool, end: int) -> Iterator[Line]:
    write = FORMS[pool.form]
    for exchange in sorted(pool.exchanges, key=lambda each: each.at):
        if START <= exchange.at < end:
            for text in write(exchange):
                source = f"{exchange.server.name}.log"
                yield Line(exchange.server.arrival(exchange.at), source, pool.form, text)
