"""Addresses: what is an IP address and what is a name."""

from __future__ import annotations

import ipaddress

import polars as pl

_IPV4 = r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$"


def split_address(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    """`<side>.ip` or `<side>.domain` from `<side>.address`, whichever it is."""
    name = f"{side}.address"
    if name not in frame.columns:
        return frame
    address = frame[name].str.strip_chars("[]")
    v4 = address.str.contains(_IPV4).fill_null(value=False)
    v6 = address.str.contains(":", literal=True).fill_null(value=False)
    known = {text: _canonical(text) for text in address.filter(v6).unique()}
    sixth = address.replace_strict(known, default=None, return_dtype=pl.String)
    ip = pl.select(pl.when(v4).then(address).otherwise(sixth)).to_series()
    domain = pl.select(pl.when(ip.is_null() & ~v6).then(address)).to_series()
    return frame.with_columns(ip.alias(f"{side}.ip"), domain.alias(f"{side}.domain"))


def _canonical(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)
