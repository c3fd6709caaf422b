"""Who asked whom: lists of addresses as proxies pass them on, and `address:port` pairs."""

from __future__ import annotations

import ipaddress

import polars as pl

from watchfloor.parsers._address import endpoint, endpoints, split_address

_ENDPOINTS = {"_client": "source", "_peer": "destination"}


def with_clients(frame: pl.DataFrame) -> pl.DataFrame:
    """Source and destination with address, name and port.

    `_client` and `_peer` are source and destination as `address:port`. `_clients` is a list of addresses: the client
    is the first public one, else the first. `_server`, the name in front of it, is the server's, also as the URL's.
    `_forwarded` is what `X-Forwarded-For` claims.
    """
    for scratch, side in _ENDPOINTS.items():
        frame = _with_endpoint(frame, scratch, side)
    if "_clients" in frame.columns:
        lists = frame["_clients"]
        several = lists.str.contains(r"[,\s]").fill_null(value=False)
        if several.any():
            lists = lists.replace({text: _client(text) for text in lists.filter(several).unique()})
        known = [lists, *([frame["source.address"]] if "source.address" in frame.columns else [])]
        frame = frame.with_columns(pl.select(pl.coalesce(known)).to_series().alias("source.address")).drop("_clients")
    if "_server" in frame.columns:
        frame = frame.with_columns(pl.col("_server").alias("destination.address")).drop("_server")
        frame = split_address(frame, "destination")
        frame = frame.with_columns(pl.col("destination.domain").alias("url.domain"))
    else:
        frame = split_address(frame, "destination")
    return with_forwarded(split_address(frame, "source"))


def _with_endpoint(frame: pl.DataFrame, scratch: str, side: str) -> pl.DataFrame:
    if scratch not in frame.columns:
        return frame
    address, port = endpoints(frame[scratch])
    columns = {f"{side}.address": pl.select(pl.when(address != "-").then(address)).to_series(), f"{side}.port": port}
    for name, column in columns.items():
        known = frame[name].cast(pl.String).fill_null(column) if name in frame.columns else column
        frame = frame.with_columns(known.alias(name))
    return frame.drop(scratch)


def with_forwarded(frame: pl.DataFrame) -> pl.DataFrame:
    """`network.forwarded_ip`, the first address in `_forwarded`, in place of it."""
    if "_forwarded" not in frame.columns:
        return frame
    first = frame["_forwarded"].str.extract(r"^\s*\[?([0-9A-Fa-f.:]+)")
    addresses = {
        text: _address(text) or _address(endpoint(text, ported=True)[0] or "") for text in first.drop_nulls().unique()
    }
    forwarded = first.replace_strict(addresses, default=None, return_dtype=pl.String)
    return frame.with_columns(forwarded.alias("network.forwarded_ip")).drop("_forwarded")


def _client(text: str) -> str:
    members = text.replace(",", " ").replace('"', " ").split()
    public = (member for member in members if _address(member) and not ipaddress.ip_address(member).is_private)
    return next(public, members[0])


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
