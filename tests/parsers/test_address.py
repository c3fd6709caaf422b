"""Addresses with and without ports, and hardware addresses of any notation."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.parsers._address import endpoint, endpoints, mac, mac_of


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("00:00:5e:00:53:23", "00-00-5E-00-53-23"),
        ("0:0:5e:0:53:a", "00-00-5E-00-53-0A"),
        ("0000.5e00.5323", "00-00-5E-00-53-23"),
        ("00005E005323", "00-00-5E-00-53-23"),
        ("01-00-00-5e-00-53-23", None),
        ("00:00:5e:00:53:zz", None),
        ("x00005e005323", None),
    ],
)
def test_notations(given: str, expected: str | None) -> None:
    assert pl.Series([given]).to_frame("mac").select(mac(pl.col("mac"))).item() == expected


def test_one_value() -> None:
    assert mac_of("00:00:5e:00:53:23") == "00-00-5E-00-53-23"
    assert [mac_of(None), mac_of("00:00:5e:00:53"), mac_of("00:00:5e:00:53:23\n")] == [None] * 3


ENDPOINTS = [
    ("192.0.2.1", "192.0.2.1", None),
    ("192.0.2.1:443", "192.0.2.1", "443"),
    ("192.0.2.1.443", "192.0.2.1", "443"),
    ("[192.0.2.1]:443", "192.0.2.1", "443"),
    ("2001:db8::1", "2001:db8::1", None),
    ("2001:db8::1:443", "2001:db8::1:443", None),
    ("2001:db8::1:54321", "2001:db8::1", "54321"),
    ("2001:db8:0:0:0:0:0:1:443", "2001:db8:0:0:0:0:0:1", "443"),
    ("2001:db8::1.443", "2001:db8::1", "443"),
    ("[2001:db8::1]:443", "2001:db8::1", "443"),
    ("[2001:db8::1]", "2001:db8::1", None),
    ("[fe80::1%em0]:443", "fe80::1%em0", "443"),
    ("fe80::1%em0", "fe80::1%em0", None),
    ("fe80::1%em0.443", "fe80::1%em0", "443"),
    ("::1", "::1", None),
    ("::", "::", None),
    ("::2:3:4:5:6:7:8", "::2:3:4:5:6:7:8", None),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1", None),
    ("::ffff:192.0.2.1:443", "::ffff:192.0.2.1", "443"),
    ("::ffff:192.0.2.1.443", "::ffff:192.0.2.1", "443"),
    ("www.example.org", "www.example.org", None),
    ("www.example.org:443", "www.example.org", "443"),
    ("www.example.443", "www.example.443", None),
    ("localhost:80", "localhost", "80"),
    ("unix:/run/app.sock", "unix:/run/app.sock", None),
    ("192.0.2.1:http", "192.0.2.1:http", None),
    ("192.0.2.1:1234567", "192.0.2.1:1234567", None),
    ("192.0.2.1:80, 192.0.2.2:80", "192.0.2.1:80, 192.0.2.2:80", None),
    ("192.0.2.1:\u0664\u0664", "192.0.2.1:\u0664\u0664", None),
    (":443", ":443", None),
    ("[]:443", None, "443"),
    ("", None, None),
    ("\n192.0.2.1:80\n", "\n192.0.2.1:80\n", None),
]
PORTED = [
    ("192.0.2.1:443", "192.0.2.1", "443"),
    ("2001:db8::1:443", "2001:db8::1", "443"),
    ("::1:5432", "::1", "5432"),
    (":::80", "::", "80"),
    ("[::1]:5432", "::1", "5432"),
    ("anonymous unix socket:27017", "anonymous unix socket", "27017"),
    ("2001:db8::1", "2001:db8:", "1"),
    ("nothing", "nothing", None),
]


@pytest.mark.parametrize(
    ("given", "address", "port", "ported"),
    [(*each, False) for each in ENDPOINTS] + [(*each, True) for each in PORTED],
)
def test_endpoints(given: str, address: str | None, port: str | None, ported: bool) -> None:
    addresses, ports = endpoints(pl.Series([given, None]), ported=ported)
    assert endpoint(given, ported=ported) == (address, port)
    assert (addresses.to_list(), ports.to_list()) == ([address, None], [port, None])


@given(st.text(alphabet="0123456789abf:.[]%- \n\u0664g") | st.text(), st.booleans())
def test_a_text_and_a_column_are_split_alike(text: str, ported: bool) -> None:
    addresses, ports = endpoints(pl.Series([text], dtype=pl.String), ported=ported)
    assert (addresses.item(), ports.item()) == endpoint(text, ported=ported)


@given(st.ip_addresses(), st.integers(0, 65535))
def test_addresses_survive(ip: object, port: int) -> None:
    assert endpoint(f"{ip}") == (f"{ip}", None)
    assert endpoint(f"[{ip}]:{port}") == endpoint(f"{ip}.{port}") == endpoint(f"{ip}:{port}", ported=True)
    assert endpoint(f"[{ip}]:{port}") == (f"{ip}", f"{port}")
