"""Hardware addresses of any notation."""

from __future__ import annotations

import polars as pl
import pytest

from watchfloor.parsers._address import mac, mac_of


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
