"""What follows from other fields of an event, and that what the record says itself stays."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from watchfloor.parsers.derive import community_id, derived


def row(**fields: Any) -> dict[str, Any]:
    kinds = {int: pa.int64()}
    columns = {
        name.replace("_", ".", 1): pa.array([value], kinds.get(type(value), pa.string()))
        for name, value in fields.items()
    }
    table = pa.table(columns)
    (found,) = derived(table).to_pylist()
    return dict(found)


@pytest.mark.parametrize(
    ("ends", "expected"),
    [  # https://github.com/corelight/community-id-spec/tree/master/baseline
        (("128.232.110.120", 34855, "66.35.250.204", 80, "tcp"), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
        (("66.35.250.204", 80, "128.232.110.120", 34855, "tcp"), "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
    ],
)
def test_community_ids(ends: tuple[str, int, str, int, str], expected: str) -> None:
    assert community_id(*ends) == expected


@pytest.mark.parametrize(
    "ends",
    [
        ("192.0.2.1", 1, "192.0.2.2", 2, "icmp"),
        ("host", 1, "192.0.2.2", 2, "tcp"),
        ("192.0.2.1", 65536, "192.0.2.2", 2, "tcp"),
        ("192.0.2.1", -1, "192.0.2.2", 2, "tcp"),
    ],
)
def test_no_community_id_without_ports_and_addresses(ends: tuple[str, int, str, int, str]) -> None:
    assert community_id(*ends) is None


def test_the_kind_of_network() -> None:
    assert row(source_ip="192.0.2.1")["network.type"] == "ipv4"
    assert row(destination_ip="2001:db8::1")["network.type"] == "ipv6"
    assert row(source_ip=None, destination_ip="2001:db8::1")["network.type"] == "ipv6"
    assert row(source_ip="192.0.2.1", network_type="ipv6")["network.type"] == "ipv6"
    assert "network.type" not in row(source_domain="a.example")


def test_totals() -> None:
    assert row(source_bytes=3, destination_bytes=4)["network.bytes"] == 7
    assert row(source_bytes=3, destination_bytes=4, network_bytes=9)["network.bytes"] == 9
    assert row(source_packets=1, destination_packets=2)["network.packets"] == 3
    assert "network.bytes" not in row(source_bytes=3)
