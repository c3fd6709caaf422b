"""What a database says of many addresses at once, against the reader that asks for one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import maxminddb
import pyarrow as pa
import pytest
from mmdb import database

from watchfloor.enrich import databases
from watchfloor.enrich.databases import answers
from watchfloor.enrich.plugin import Distinct, Knowledge, Questions

SHARED = Path(__file__).parents[3] / "shared/data/feeds"
KINDS = {"text": pa.string()}


def part(record: Any) -> dict[str, str]:
    """All that a record says."""
    return {"text": repr(record)}


def said(path: Path, texts: Sequence[str]) -> list[str | None]:
    distinct, numbers = Distinct.of(pa.array(texts, pa.string()))
    asked = Questions((distinct.values,), numbers, Knowledge(), ((distinct, numbers),))
    found: list[str | None] = answers(path, asked, KINDS, part)["text"].to_pylist()
    return found


def read(path: Path, texts: Sequence[str]) -> list[str | None]:
    with maxminddb.open_database(path) as reader:
        sixth = reader.metadata().ip_version == 6
        records = [reader.get(text) if sixth or ":" not in text else None for text in texts]
    return [repr(record) if isinstance(record, dict) else None for record in records]


def drawn(chosen: random.Random, size: int) -> list[str]:
    """Addresses of both versions, and many of the networks below."""
    fourth = [str(ip_address(chosen.getrandbits(32))) for _ in range(size)]
    sixth = [str(ip_address(chosen.getrandbits(128))) for _ in range(size)]
    near = [str(ip_address((0x20010DB8 << 96) + (chosen.getrandbits(20) << 76))) for _ in range(size)]
    return [*dict.fromkeys([*fourth, *sixth, *near, "0.0.0.0", "255.255.255.255", "::1"])]


@pytest.mark.parametrize("bits", [24, 28, 32])
@pytest.mark.parametrize("version", [4, 6])
def test_many_addresses_at_once_are_told_what_one_is(tmp_path: Path, bits: int, version: int) -> None:
    chosen = random.Random(bits + version)
    whole = [*ip_network("0.0.0.0/0").subnets(new_prefix=6)]
    networks = {str(each): {"name": f"n{number % 7}"} for number, each in enumerate(chosen.sample(whole, 40))}
    if version == 6:
        inside = chosen.sample([*ip_network("2001:db8::/32").subnets(new_prefix=44)], 300)
        networks |= {str(each): {"name": f"m{number % 5}"} for number, each in enumerate(inside)}
    path = tmp_path / "some.mmdb"
    path.write_bytes(database(networks, bits, version))
    texts = drawn(chosen, 400)
    found = said(path, texts)
    assert found == read(path, texts)
    assert len({*found}) > 7


def test_one_record_of_all_of_ipv4_in_a_tree_of_ipv6(tmp_path: Path) -> None:
    path = tmp_path / "some.mmdb"
    path.write_bytes(database({"::/8": {"name": "all"}}, version=6))
    assert said(path, ["192.0.2.1", "2001:db8::1"]) == ["{'name': 'all'}", None]


@pytest.mark.parametrize(("name", "step"), [("GeoIP2-City-Test.mmdb", 1), ("geo-whois-asn-country-ipv4.mmdb", 40)])
def test_public_databases(name: str, step: int) -> None:
    path = SHARED / name
    if not path.exists():
        pytest.skip("shared data is not here")
    with maxminddb.open_database(path) as reader:
        networks = [network for number, (network, _) in enumerate(reader) if number % step == 0]
    # An IPv4 address that is written as IPv6 in another way than ::ffff:0:0/96 is one of IPv6.
    texts = [*dict.fromkeys(str(network[-1]) for network in networks if network.version == 4 or int(network[0]) >> 96)]
    texts += drawn(random.Random(3), 200)
    found = said(path, texts)
    assert found == read(path, texts)
    assert sum(each is not None for each in found) > 100


def test_what_is_remembered_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_REMEMBERED", 3)
    path = tmp_path / "some.mmdb"
    path.write_bytes(database({f"10.{number}.0.0/16": {"name": str(number)} for number in range(20)}))
    for start in (0, 5, 10, 0):
        texts = [f"10.{number}.0.1" for number in range(start, start + 8)]
        assert said(path, texts) == read(path, texts)
