"""Times EventBatch -> enriched EventBatch, all enrichments together and each alone, on batches made up here.

usage: python benchmarks/enrich.py [--events N] [--rounds N] [--city FILE.mmdb] [--asn FILE.mmdb] [--made-up]

What decides is how many distinct values a batch has: each is looked up once. So there are four kinds of batch, each
with few and with many distinct values per column: connections of a firewall (addresses, ports, MAC addresses), DNS
queries, requests to web servers, and processes of Windows. An inventory of 3,000 hosts, 40 networks and
1,000 people is known.
Figures are CPU seconds of the process per event, medians over rounds. Of values nothing is remembered; records of the
databases that were read lately are, so as many other batches go before those that are timed. `--made-up` writes files
of 240,000 networks all over the internet, in 60,000 places of eight languages each and of 20,000 operators.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pyarrow as pa

from watchfloor.assets.inventory import Host, Inventory, Person, Zone
from watchfloor.core.collection import collection_paused
from watchfloor.enrich.enrich import enrich, enrichments
from watchfloor.enrich.plugin import Enrichment, Knowledge
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from mmdb import database

SHARES = (0.02, 0.1, 0.4)
"""Distinct values, as a share of the events."""
START = 1_790_000_000_000_000


def inside(chosen: random.Random) -> str:
    """An address of the company."""
    return f"10.{chosen.randrange(40)}.{chosen.randrange(256)}.{chosen.randrange(1, 255)}"


def outside(chosen: random.Random) -> str:
    """An address anywhere, one in ten of IPv6."""
    if chosen.random() < 0.1:
        return f"2a0{chosen.randrange(10)}:{chosen.getrandbits(16):x}::{chosen.getrandbits(16):x}"
    return f"{chosen.randrange(11, 223)}.{chosen.randrange(256)}.{chosen.randrange(256)}.{chosen.randrange(256)}"


def mac(chosen: random.Random) -> str:
    """A MAC address of one of 512 makers, or a made-up one."""
    first = chosen.randbytes(2) if chosen.random() < 0.3 else bytes((chosen.randrange(2), chosen.randrange(256)))
    return "-".join(f"{byte:02X}" for byte in (0x02 if first[0] > 1 else 0x00, *first, *chosen.randbytes(3)))


def name(chosen: random.Random) -> str:
    """A domain name of three or four labels."""
    suffix = chosen.choice(["com", "net", "org", "co.uk", "de", "io", "com.br", "github.io"])
    return f"{chosen.choice(['www', 'api', 'a.cdn'])}.n{chosen.getrandbits(24):x}.{suffix}"


def host(chosen: random.Random) -> str:
    """A machine's name."""
    return f"ws{chosen.randrange(3_000):04}.example.com"


FIREWALL = {
    "source.ip": inside, "source.mac": mac, "source.port": lambda chosen: chosen.randrange(1024, 65536),
    "destination.ip": outside, "destination.port": lambda chosen: chosen.choice([443, 80, 53, 22, 123, 8443]),
    "network.transport": lambda chosen: chosen.choice(["tcp", "tcp", "udp"]),
}  # fmt: skip
DNS = {
    "source.ip": inside, "client.ip": inside, "dns.question.name": name, "host.name": host,
    "destination.port": lambda _: 53,
}  # fmt: skip


def target(chosen: random.Random) -> str:
    """A request target as visitors and browsers send it, one in a hundred an attack."""
    number = chosen.getrandbits(24)
    if chosen.random() < 0.01:
        return f"/item?id={number}%27%20or%20%271%27=%271"
    return chosen.choice(
        [
            f"/assets/app.{number:x}.js",
            f"/products/{number}/red-shoes?color=4&page=2&sort=price",
            f"/search?q=red+shoes+{number}&utm_source=letter",
            f"/api/v2/users/{number:x}/orders?since=2026-01-01T10%3A00%3A00Z",
        ]
    )


def agent(chosen: random.Random) -> str:
    """One of a few hundred browsers."""
    return f"Mozilla/5.0 (X11; Linux x86_64; rv:{chosen.randrange(300)}.0) Gecko/20100101 Firefox/145.0"


WEB = {
    "source.ip": outside, "url.domain": name, "host.name": host, "url.original": target, "user_agent.original": agent,
    "http.response.status_code": lambda chosen: chosen.choice([200, 200, 200, 304, 404]),
    "http.response.body.bytes": lambda chosen: chosen.randrange(40_000), "event.dataset": lambda _: "web.nginx_access",
    "event.outcome": lambda chosen: chosen.choice(["success", "failure"]),
}  # fmt: skip
WINDOWS = {
    "host.name": host, "source.ip": inside, "dll.code_signature.status": lambda _: "Valid",
    "user.name": lambda chosen: f"user{chosen.randrange(2_000)}", "user.domain": lambda _: "EXAMPLE",
    "user.id": lambda chosen: f"S-1-5-21-1-2-3-{chosen.randrange(1_000, 3_000)}",
}  # fmt: skip
KINDS: Mapping[str, Mapping[str, Callable[[random.Random], Any]]] = {
    "firewall": FIREWALL,
    "dns": DNS,
    "web": WEB,
    "windows": WINDOWS,
}


def batch(kind: str, size: int, share: float, chosen: random.Random) -> EventBatch:
    """Events of that kind whose columns have so many distinct values each, the frequent ones far more often."""
    columns: dict[str, pa.Array] = {
        "@timestamp": pa.array([START + row for row in range(size)], pa.timestamp("us", "UTC"))
    }
    for field, make in KINDS[kind].items():
        values = [make(chosen) for _ in range(max(1, int(size * share)))]
        rows = [
            values[row] if row < len(values) else values[int(len(values) * chosen.random() ** 3)] for row in range(size)
        ]
        chosen.shuffle(rows)
        columns[field] = pa.array(rows, arrow_type(field))
    return EventBatch(pa.table(columns))


def inventory(chosen: random.Random) -> Inventory:
    """Hosts, half of which were replaced on some day, networks and people."""
    hosts = []
    for number in range(2_000):
        address, until = inside(chosen), START + number
        hosts.append(Host(f"ws{number:04}.example.com", addresses=(address,), owner="IT", until=until))
        if number % 2:
            hosts.append(Host(f"new{number:04}.example.com", addresses=(address,), owner="IT", since=until))
    zones = tuple(Zone(f"10.{number}.0.0/16", f"site {number}") for number in range(40))
    people = tuple(Person(f"Person {number}", (f"EXAMPLE\\user{number}",)) for number in range(1_000))
    return Inventory(tuple(hosts), zones, people)


def made_up(folder: Path) -> tuple[Path, Path]:
    """Databases of cities and of autonomous systems that know every address of IPv4 outside."""
    chosen = random.Random(3)
    networks, start = [], 11 << 24
    while start < 223 << 24:
        length = chosen.choice([16, 17, 18, 19, 20, 20, 21, 21, 22, 22, 22, 23, 24, 24])
        start += -start % (1 << 32 - length)
        networks.append(f"{IPv4Address(start)}/{length}")
        start += 1 << 32 - length
    places = [place(number, chosen) for number in range(60_000)]
    systems = [
        {"autonomous_system_number": number, "autonomous_system_organization": f"Operator {number}"}
        for number in range(1, 20_001)
    ]
    for name, known in (("city.mmdb", places), ("asn.mmdb", systems)):
        (folder / name).write_bytes(database({network: chosen.choice(known) for network in networks}, 28))
    return folder / "city.mmdb", folder / "asn.mmdb"


def place(number: int, chosen: random.Random) -> dict[str, Any]:
    """What a database of cities says of a place."""

    def names(what: str) -> dict[str, Any]:
        return {
            "names": {language: f"{what} {language}" for language in ("de", "en", "es", "fr", "ja", "pt", "ru", "zh")}
        }

    return {
        "city": names(f"Town {number}"), "subdivisions": [names(f"Region {number % 999}")],
        "country": {"iso_code": "DE", **names("Germany")}, "continent": {"code": "EU", **names("Europe")},
        "location": {
            "accuracy_radius": (5, 20), "latitude": chosen.uniform(-60, 60), "longitude": chosen.uniform(-170, 170),
            "time_zone": "Europe/Berlin",
        },
        "postal": {"code": str(number)},
    }  # fmt: skip


def seconds(events: EventBatch, knowledge: Knowledge, by: Mapping[str, Enrichment] | None = None) -> float:
    """CPU seconds of one pass."""
    with collection_paused():
        start = time.process_time()
        enrich(events, knowledge, by)
        return time.process_time() - start


def main() -> None:
    """Make what is known, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--city", type=Path)
    parser.add_argument("--asn", type=Path)
    parser.add_argument("--made-up", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        city, asn = made_up(Path(folder)) if given.made_up else (given.city, given.asn)
        show(given.events, given.rounds, Knowledge(inventory(random.Random(1)), city, asn))


def show(size: int, rounds: int, knowledge: Knowledge) -> None:
    """Print the table."""
    chosen = random.Random(2)
    cases = [(kind, share) for kind in KINDS for share in SHARES]
    for case in cases * rounds:
        seconds(batch(case[0], size, case[1], chosen), knowledge)
    batches = {case: [batch(case[0], size, case[1], chosen) for _ in range(rounds)] for case in cases}
    print(f"{size:,} events a batch, {rounds} rounds, µs of CPU per event")
    print(f"{'':20}" + "".join(f"{kind:>10} {share:>4.0%}" for kind, share in cases))
    chosen_sets = {"all together": None, **{name: {name: each} for name, each in enrichments().items()}}
    for label, by in chosen_sets.items():
        cells = []
        for case in cases:
            spent = statistics.median(seconds(events, knowledge, by) for events in batches[case])
            cells.append(f"{spent / size * 1e6:15.2f}")
        print(f"{label:20}" + "".join(cells))


if __name__ == "__main__":
    main()
