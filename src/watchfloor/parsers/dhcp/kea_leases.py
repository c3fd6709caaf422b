"""The lease files of Kea (kea-leases4.csv, kea-leases6.csv): a line is appended whenever a lease changes.

A lease that is deleted is a line without a lifetime, which does not tell when: the lease holds until its time is over
or the address is another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, word
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import epochs
from watchfloor.parsers.dhcp._leases import ENDLESS, with_state
from watchfloor.parsers.plugin import FieldsParser, by_line

_FOUR = (
    "address", "hwaddr", "client_id", "valid_lifetime", "expire", "subnet_id", "fqdn_fwd", "fqdn_rev", "hostname",
    "state", "user_context", "pool_id",
)  # fmt: skip
_SIX = (
    "address", "duid", "valid_lifetime", "expire", "subnet_id", "pref_lifetime", "lease_type", "iaid", "prefix_len",
    "fqdn_fwd", "fqdn_rev", "hostname", "hwaddr", "state", "user_context", "hwtype", "hwaddr_source", "pool_id",
)  # fmt: skip
"""Newer versions add columns at the end."""
_STATES = {"0": "held", "1": "unusable", "2": "expired", "3": "released"}
_PREFIX = "2"
"""Type of a lease that is a prefix."""
_COMMA = "&#x2c"
_FIELDS: dict[str, Target] = {
    "address": "client.ip",
    "hwaddr": "client.mac",
    "client_id": "dhcp.client_id",
    "duid": "dhcp.client_id",
    "hostname": "dhcp.hostname",
    "iaid": "kea.iaid",
    "subnet_id": "kea.leases.subnet_id",
    "valid_lifetime": "_lifetime",
    "expire": "_end",
    "state": "_state",
    "lease_type": "_type",
    "prefix_len": "_length",
}


def _read(line: str) -> dict[str, str]:
    """A line's values, by its version's columns; Kea writes no quotes, and a comma inside a value as `_COMMA`."""
    values = line.split(",")
    return dict(zip(_SIX if ":" in values[0] else _FOUR, values, strict=False))


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The lines as columns."""
    frame = mapped(records, _FIELDS, vendor="kea.leases", wanted=wanted)
    lifetime = column(frame, "_lifetime").cast(pl.Int64, strict=False)
    expire = epochs(column(frame, "_end"))
    start = expire - pl.Series(lifetime * 1_000_000).cast(pl.Duration("us"))
    state = word(column(frame, "_state").fill_null("0"), _STATES).fill_null("told")
    deleted = (lifetime == 0).fill_null(value=False)
    state = pl.select(pl.when(deleted).then(pl.lit("told")).otherwise(state)).to_series()
    frame = frame.with_columns(
        column(frame, "dhcp.hostname").str.replace_all(_COMMA, ",", literal=True).alias("dhcp.hostname")
    )
    if "_type" in frame.columns:
        prefix = pl.col("_type") == _PREFIX
        frame = frame.with_columns(
            pl.when(prefix).then(pl.col("client.ip") + "/" + column(frame, "_length")).alias("kea.prefix"),
            pl.when(~prefix.fill_null(value=False)).then("client.ip").alias("client.ip"),
        )
    end = pl.select(pl.when((lifetime != ENDLESS).fill_null(value=True)).then(expire)).to_series()
    frame = frame.drop("_lifetime", "_end", "_state", "_type", "_length", strict=False)
    return with_state(frame, state, start, end, lifetime)


PARSER = FieldsParser(
    reference="https://kea.readthedocs.io/en/latest/arm/dhcp4-srv.html",
    sieve=(
        r"^(?:\d{1,3}(?:\.\d{1,3}){3},(?:[0-9a-f]{2}(?::[0-9a-f]{2})*)?,[0-9a-f:]*|"
        r"[0-9a-f]*:[0-9a-f:.]*,[0-9a-f]{2}(?::[0-9a-f]{2})*),\d+,\d{9,11},\d+,\d+,"
    ),
    read=by_line(_read),
    parse=parse,
    header=r"^address,(?:hwaddr,client_id|duid),valid_lifetime,expire,",
    sources=("kea-leases4", "kea-leases6"),
)
