"""Addresses: what is an IP address and what is a name."""

from __future__ import annotations

import ipaddress

import polars as pl

_IPV4 = r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$"


def split_address(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    """`<side>.ip` or `<side>.domain` from `<side>.address`, whichever it is.

    An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is given as IPv4; other addresses stay as they are written.
    """
    name = f"{side}.address"
    if name not in frame.columns:
        return frame
    addresses = ip_of(frame[name])
    domain = pl.select(pl.when(addresses.is_null() & ~frame[name].str.contains(":")).then(frame[name])).to_series()
    return frame.with_columns(addresses.alias(f"{side}.ip"), domain.alias(f"{side}.domain"))


def ip_of(texts: pl.Series) -> pl.Series:
    """The IP address that each text is, null for those that are none."""
    address = texts.str.strip_chars("[]")
    with_colon = address.str.contains(":", literal=True).fill_null(value=False)
    known = {text: _ipv6(text) for text in address.filter(with_colon).unique()}
    sixth = address.replace_strict(known, default=None, return_dtype=pl.String)
    return pl.select(pl.when(address.str.contains(_IPV4)).then(address).otherwise(sixth)).to_series()


def _ipv6(text: str) -> str | None:
    bare = text.split("%", 1)[0]
    try:
        address = ipaddress.IPv6Address(bare)
    except ValueError:
        return None
    return str(address.ipv4_mapped) if address.ipv4_mapped else bare
