"""What records of connections have in common."""

from __future__ import annotations

import polars as pl
import pytest

from watchfloor.parsers._connection import connection, with_mapped, with_sides, with_transport


@pytest.mark.parametrize(
    ("given", "transport", "number"),
    [
        ("6", "tcp", "6"),
        (" TCP ", "tcp", "6"),
        ("icmp6", "ipv6-icmp", "58"),
        ("253", None, "253"),
        ("quic", "quic", None),
        ("17foo", None, None),
    ],
)
def test_protocols_go_by_name_and_number(given: str, transport: str | None, number: str | None) -> None:
    row = with_transport(pl.DataFrame({"_transport": [given]})).row(0, named=True)
    assert row == {"network.transport": transport, "network.iana_number": number}


def test_a_transport_that_the_record_names_stays() -> None:
    frame = pl.DataFrame(
        {"_transport": [None, "17"], "network.transport": ["tcp", None]}, schema_overrides={"_transport": pl.String}
    )
    assert with_transport(frame)["network.transport"].to_list() == ["tcp", "udp"]


def test_addresses_that_stand_for_none_are_no_translation() -> None:
    frame = pl.DataFrame(
        {
            "source.nat.ip": ["0.0.0.0", "::", "192.0.2.9"],
            "source.nat.port": ["0", "4711", "4711"],
        }
    )
    found = connection(frame)
    assert found["source.nat.ip"].to_list() == [None, None, "192.0.2.9"]
    assert found["source.nat.port"].to_list() == [None, None, "4711"]


def test_what_is_mapped_to_itself_is_no_translation() -> None:
    frame = with_sides(
        pl.DataFrame({"source.address": ["192.0.2.1", "192.0.2.1"], "_source_nat": ["192.0.2.1", "198.51.100.1"]})
    )
    assert with_mapped(frame)["source.nat.ip"].to_list() == [None, "198.51.100.1"]


def test_a_name_beside_the_address_stays() -> None:
    frame = pl.DataFrame(
        {
            "source.address": ["192.0.2.1", "a.example.org", "none of them"],
            "source.domain": ["b.example.org", None, None],
        }
    )
    found = with_sides(frame)
    assert found["source.domain"].to_list() == ["b.example.org", "a.example.org", None]
