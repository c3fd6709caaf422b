"""Fields that follow from other fields of an event, whatever its format: `related.*`, totals and ids of connections."""

from __future__ import annotations

import binascii
import functools
import hashlib
import ipaddress
import socket
import struct

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.schema.fields import declared

_TRANSPORTS = {"tcp": 6, "udp": 17, "sctp": 132}
_ENDS = ("source.ip", "source.port", "destination.ip", "destination.port")
_PORTS = struct.Struct("!BBHH")


def derived(table: pa.Table) -> pa.Table:
    """The table with what follows from its other fields; what the record says itself stays as it is."""
    return with_related(_with_network(table))


def _with_network(table: pa.Table) -> pa.Table:
    """`network.type`, totals of bytes and packets, and the community id of connections."""
    names = set(table.column_names)
    addresses = [table[name] for name in ("source.ip", "destination.ip") if name in names]
    if addresses:
        kind = pc.if_else(pc.match_substring(pc.coalesce(*addresses), ":"), "ipv6", "ipv4")
        table = _filled(table, "network.type", kind)
    for unit in ("bytes", "packets"):
        if {f"source.{unit}", f"destination.{unit}"} <= names:
            table = _filled(table, f"network.{unit}", pc.add(table[f"source.{unit}"], table[f"destination.{unit}"]))
    if {*_ENDS, "network.transport"} <= names:
        table = _filled(table, "network.community_id", _community_ids(table))
    return table


def _community_ids(table: pa.Table) -> pa.ChunkedArray:
    ends = pl.DataFrame(table.select([*_ENDS, "network.transport"]))
    connections = ends.drop_nulls().unique()
    ids = pl.Series("id", [community_id(*each) for each in connections.iter_rows()], dtype=pl.String)
    found = ends.join(connections.with_columns(ids), on=ends.columns, how="left", maintain_order="left")
    return pa.chunked_array([found["id"].to_arrow().cast(pa.string())])


def _filled(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    """The values in the column where it has none."""
    if name in table.column_names:
        both = pc.coalesce(table[name], values)
        return table.set_column(table.column_names.index(name), name, both)
    return table.append_column(name, values)


def community_id(source: str, source_port: int, destination: str, destination_port: int, transport: str) -> str | None:
    """Version 1 with seed 0, as https://github.com/corelight/community-id-spec says; None for what has no ports."""
    number = _TRANSPORTS.get(transport)
    one, other = _packed(source), _packed(destination)
    if number is None or not one or not other or not (0 <= source_port < 65536 and 0 <= destination_port < 65536):
        return None
    if (one, source_port) > (other, destination_port):
        one, source_port, other, destination_port = other, destination_port, one, source_port
    data = b"\0\0" + one + other + _PORTS.pack(number, 0, source_port, destination_port)
    digest = hashlib.sha1(data, usedforsecurity=False).digest()
    return "1:" + binascii.b2a_base64(digest, newline=False).decode()


@functools.lru_cache(maxsize=65_536)
def _packed(address: str) -> bytes:
    address = address.split("%", 1)[0]
    try:
        return ipaddress.IPv6Address(address).packed if ":" in address else socket.inet_pton(socket.AF_INET, address)
    except (ValueError, OSError):
        return b""


def with_related(table: pa.Table) -> pa.Table:
    """The table with `related.ip`, `.user`, `.hosts` and `.hash`: unique, sorted; null where there is nothing."""
    for name, fields in _marked().items():
        present = [field for field in fields if field in table.column_names]
        if present:
            table = table.append_column(name, _joined(table, present))
    return table


def _joined(table: pa.Table, fields: list[str]) -> pa.Array:
    """Distinct texts are numbered in their order, so that sorting and comparing is done on whole numbers."""
    pieces = [_long(table.column(field).combine_chunks()) for field in fields]
    rows = pa.concat_arrays([row for row, _ in pieces])
    encoded = pa.concat_arrays([value for _, value in pieces]).dictionary_encode()
    texts = pl.Series(pl.from_arrow(encoded.dictionary))
    ranks = texts.rank("ordinal").cast(pl.Int64) - 1
    size = max(len(texts), 1)
    keys = pl.Series(pl.from_arrow(rows)) * size + ranks.gather(pl.Series(pl.from_arrow(encoded.indices)))
    keys = keys.unique().sort()
    starts = (keys // size).search_sorted(pl.int_range(table.num_rows + 1, dtype=pl.Int64, eager=True), side="left")
    values = texts.sort().gather(keys % size)
    empty = starts.diff(null_behavior="drop") == 0
    return pa.ListArray.from_arrays(
        starts.cast(pl.Int32).to_arrow(), values.to_arrow().cast(pa.string()), mask=empty.to_arrow()
    )


def _long(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """(row, value) of each value that is there."""
    if pa.types.is_list(column.type):
        rows, values = pc.list_parent_indices(column), column.flatten()
    else:
        rows, values = pl.int_range(len(column), dtype=pl.Int64, eager=True).to_arrow(), column
    there = values.is_valid()
    return rows.filter(there).cast(pa.int64()), values.filter(there)


@functools.cache
def _marked() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for field in declared().values():
        if field.related:
            found.setdefault(f"related.{field.related}", []).append(field.name)
    return {name: tuple(fields) for name, fields in found.items()}
