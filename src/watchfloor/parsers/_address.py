"""Addresses: what is an IP address and what is a name, ports behind them, hardware addresses."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import polars as pl

from watchfloor.parsers._columns import by_value, column

_HARDWARE = re.compile(r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}")
_IPV4 = r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$"
_HEX = "[0-9A-Fa-f]"
_QUAD = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"
_SIXTH = rf"(?:{_HEX}{{1,4}}:){{7}}{_HEX}{{1,4}}|(?:{_HEX}{{0,4}}:){{2,8}}(?:{_QUAD}|{_HEX}{{0,4}})(?:%[\w-]+)?"
_NAMED = rf"\[[^\]]*\]|{_QUAD}|{_SIXTH}"
_ENDPOINT = rf"({_NAMED}|[^\s:]+)(?:[.:]([0-9]{{1,5}}))?"
_PORTED = rf"({_NAMED}|.+)[.:]([0-9]{{1,5}})"
_SCALAR = {False: re.compile(_ENDPOINT), True: re.compile(_PORTED)}


def endpoints(texts: pl.Series, *, ported: bool = False) -> tuple[pl.Series, pl.Series]:
    """(address, port) of each text, both as texts: an IP address or a name, with or without a port.

    The forms are `192.0.2.1:25`, `[2001:db8::1]:25`, `name:25`, and a dot before the port as pf and tcpdump write it. A
    text in none of them is an address as a whole, an empty one none.

    Args:
        texts: the texts; null gives null.
        ported: whether each ends with a port, which tells what `2001:db8::1:25` means; else that is an address.
    """
    parts = texts.str.extract_groups(f"^(?:{_PORTED if ported else _ENDPOINT})$").struct
    address = parts.field("1").fill_null(texts).str.strip_chars("[]")
    return pl.select(pl.when(address != "").then(address)).to_series(), parts.field("2")


def endpoint(text: str, *, ported: bool = False) -> tuple[str | None, str | None]:
    """As `endpoints`, for one text."""
    parts = _SCALAR[ported].fullmatch(text)
    address, port = parts.groups() if parts else (text, None)
    return address.strip("[]") or None, port


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
    return texts.map_batches(lambda given: by_value(given, _hardware), return_dtype=pl.String)


def _hardware(texts: pl.Series) -> pl.Series:
    padded = texts
    for _ in range(2):  # neighbours share the separator between them
        padded = padded.str.replace_all(r"(^|[:-])([0-9A-Fa-f])([:-]|$)", "${1}0$2$3")
    digits = padded.str.replace_all("[:.-]", "").str.to_uppercase()
    pairs = digits.str.replace_all("(..)", "$1-").str.strip_suffix("-")
    known = digits.str.contains("^(?:[0-9A-F]{12}|[0-9A-F]{16}|[0-9A-F]{40})$")
    return pl.select(pl.when(known).then(pairs)).to_series()


def with_macs(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the hardware addresses of all sides as ECS writes them."""
    names = [f"{side}.mac" for side in ("source", "destination", "client", "server")]
    return frame.with_columns(mac(pl.col(name)).alias(name) for name in names if name in frame.columns)


def mac_of(value: Any) -> str | None:
    """As `mac`, for one value with pairs of digits."""
    if type(value) is not str or not _HARDWARE.fullmatch(value):
        return None
    return value.replace(":", "-").upper()
