"""Addresses: what is an IP address and what is a name, ports behind them, hardware addresses."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column

_HARDWARE = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_IPV4 = r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$"


def split_address(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    """`<side>.ip` or `<side>.domain` from `<side>.address`, whichever it is; a domain that is known already stays.

    An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is given as IPv4; other addresses stay as they are written.
    """
    name = f"{side}.address"
    if name not in frame.columns:
        return frame
    address = frame[name]
    ip = ip_of(address)
    named = pl.select(pl.when(ip.is_null() & ~address.str.contains(r"[:\s]")).then(address)).to_series()
    domain = column(frame, f"{side}.domain").fill_null(named)
    return frame.with_columns(ip.alias(f"{side}.ip"), domain.alias(f"{side}.domain"))


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


def mac(texts: pl.Expr) -> pl.Expr:
    """Hardware addresses of any notation as ECS writes them, `00-00-5E-00-53-23`; null for what is none.

    Bytes may lack a leading zero where they are separated; addresses of FireWire and InfiniBand are longer.
    """
    padded = texts
    for _ in range(2):  # neighbours share the separator between them
        padded = padded.str.replace_all(r"(^|[:-])([0-9A-Fa-f])([:-]|$)", "${1}0$2$3")
    digits = padded.str.replace_all("[:.-]", "").str.to_uppercase()
    pairs = digits.str.replace_all("(..)", "$1-").str.strip_suffix("-")
    return pl.when(digits.str.contains("^(?:[0-9A-F]{12}|[0-9A-F]{16}|[0-9A-F]{40})$")).then(pairs)


def with_macs(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the hardware addresses of all sides as ECS writes them."""
    names = [f"{side}.mac" for side in ("source", "destination", "client", "server")]
    return frame.with_columns(mac(pl.col(name)).alias(name) for name in names if name in frame.columns)


def mac_of(value: Any) -> str | None:
    """As `mac`, for one value with pairs of digits."""
    if type(value) is not str or not _HARDWARE.fullmatch(value):
        return None
    return value.replace(":", "-").upper()
