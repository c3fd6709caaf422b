"""Addresses as numbers, against the standard library and against looking through all networks."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.core.addresses import NOWHERE, Addresses, Network, Ranges, packed

ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))
OCTETS = st.lists(st.one_of(st.integers(0, 260).map(str), st.text("0159", max_size=4)), min_size=3, max_size=5)
LIKE_ADDRESSES = st.one_of(st.text("0123456789abcdefABCDEF:.x", max_size=45), OCTETS.map(".".join))


def obvious(text: str) -> bytes | None:
    """By the standard library."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).packed


def all_at_once(texts: Sequence[str | None] | pa.Array) -> list[bytes | None]:
    """What `Addresses` holds, back in the order of the texts."""
    found = Addresses.of(texts)
    result: list[bytes | None] = [None] * found.size
    for row, key in zip(found.rows[0].tolist(), found.keys[0].tolist(), strict=True):
        result[row] = key.to_bytes(4)
    for row, sixth in zip(found.rows[1].tolist(), found.keys[1].tolist(), strict=True):
        result[row] = sixth.ljust(16, b"\0")
    return result


def is_utf8(text: str) -> bool:
    """Whether Arrow can hold it."""
    return not any(0xD800 <= ord(letter) < 0xE000 for letter in text)


@given(st.one_of(LIKE_ADDRESSES, ADDRESSES.map(str), st.ip_addresses(v=6).map(lambda six: six.exploded)))
def test_packed_agrees_with_the_standard_library(text: str) -> None:
    assert packed(text) == obvious(text)
    assert all_at_once([text]) == [obvious(text)]


@given(
    st.lists(st.one_of(st.none(), LIKE_ADDRESSES, ADDRESSES.map(str), st.text(max_size=20).filter(is_utf8)), max_size=9)
)
def test_many_texts_at_once_and_slices_of_them(texts: list[str | None]) -> None:
    expected = [packed(text) if text else None for text in texts]
    assert all_at_once(texts) == expected
    padded = pa.array(["9.9.9.9", *texts, "8.8.8.8"], pa.string()).slice(1, len(texts))
    assert all_at_once(padded) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::FFFF:c000:0201", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.010", None),
        ("0x7f.0.0.1", None),
        ("2130706433", None),
        ("192.0.2.1%eth0", None),
        ("192.0.2.1 ", None),
        ("192.0.2.1\0", None),
        ("\uff11\uff19\uff12.0.2.1", None),
        ("::\ud800", None),
        ("[::1]", None),
        ("::1%" + "z" * 1_000_000, None),
        ("", None),
    ],
)
def test_notations(text: str, expected: str | None) -> None:
    assert packed(text) == (ipaddress.ip_address(expected).packed if expected else None)


@st.composite
def nested_networks(draw: st.DrawFn) -> list[Network]:
    """Networks that often lie in each other and at both ends of the space."""
    found: list[Network] = []
    for _ in range(draw(st.integers(0, 12))):
        bits = draw(st.sampled_from([32, 128]))
        number = draw(st.sampled_from([0, 2**bits - 1, 10 << (bits - 8), 1 << 32 if bits == 128 else 1]))
        number ^= draw(st.integers(0, 7)) << draw(st.integers(0, bits - 3))
        prefix = draw(st.integers(0, bits))
        kind = ipaddress.IPv4Network if bits == 32 else ipaddress.IPv6Network
        found.append(kind((number, prefix), strict=False))
    return found


@given(nested_networks(), st.lists(ADDRESSES, max_size=5))
def test_the_smallest_network_decides(networks: list[Network], others: list[ipaddress.IPv4Address]) -> None:
    edges = [edge for network in networks for edge in (network[0], network[-1])]
    beside = [edge + step for edge in edges for step in (-1, 1) if 0 < int(edge) < 2**edge.max_prefixlen - 1]
    asked = [address for address in (*edges, *beside, *others) if not getattr(address, "ipv4_mapped", None)]
    expected = []
    for address in asked:
        around = [(network.prefixlen, at) for at, network in enumerate(networks) if address in network]
        expected.append(max(around)[1] if around else NOWHERE)
    ranges = Ranges.of((network, at) for at, network in enumerate(networks))
    assert ranges.find(Addresses.of([str(address) for address in asked])).tolist() == expected
    assert [ranges.find_one(str(address)) for address in asked] == expected


def test_no_networks_and_no_addresses() -> None:
    ranges = Ranges.of([])
    assert ranges.find(Addresses.of(["192.0.2.1", None, "x", "::1"])).tolist() == [NOWHERE] * 4
    assert ranges.find(Addresses.of([])).tolist() == []
    assert [ranges.find_one(text) for text in ("192.0.2.1", "x", "::1")] == [NOWHERE] * 3
