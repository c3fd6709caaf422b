"""What DHCP events say of addresses: taken from each batch, kept in the store as rows that no order can change."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

import polars as pl
import pyarrow as pa
import sqlalchemy as sa

from watchfloor.schema.events import EventBatch
from watchfloor.store.asset_tables import lease_observation
from watchfloor.store.writes import insert_missing

SCHEMA = pa.schema(
    {
        "address": pa.string(),
        "time": pa.int64(),
        "event_id": pa.string(),
        "kind": pa.string(),
        "mac": pa.string(),
        "client": pa.string(),
        "hostname": pa.string(),
        "seconds": pa.int64(),
        "log": pa.string(),
        "server": pa.string(),
        "line": pa.int64(),
    }
)
"""One row per event that tells something of an address; the columns are those of the store's table."""
KINDS = frozenset({"ack", "unaltered", "inform", "release", "expire", "delete", "nak", "decline", "conflict"})
"""What an observation says of its address: given or confirmed; confirmed next, but not for longer; asked about by its
user; given back; run out; taken away; denied; refused by the client, since another uses it; used by an unknown one."""

_SENSORS = frozenset({"zeek.dhcp", "ids.suricata_eve", "firewall.fortigate"})
"""They name the assigned address where there is one; other addresses of theirs are those of packets."""
_LOGS = _SENSORS | {
    "dhcp.isc", "dhcp.isc_leases", "dhcp.kea", "dhcp.kea_leases", "dhcp.dnsmasq", "dhcp.mikrotik", "dhcp.udhcpd",
    "dhcp.windows_audit", "network.cisco_meraki",
}  # fmt: skip
_FIELDS = {
    **dict.fromkeys(
        (
            "event.id", "event.dataset", "event.action", "event.code", "event.outcome", "dhcp.type", "client.ip",
            "source.ip", "dhcp.assigned_ip", "dhcp.requested_ip", "client.mac", "source.mac", "dhcp.client_id",
            "dhcp.hostname", "host.name", "observer.name", "server.ip", "log.file.path",
        ),
        pl.String,
    ),
    **dict.fromkeys(("@timestamp", "dhcp.lease_seconds", "event.duration", "log.line"), pl.Int64),
}  # fmt: skip
_CONFLICTS = (
    "dhcp-address-in-use", "dhcp-lease-abandoned", "dhcp-lease-conflict", "dhcpv6-address-in-use", "dhcpv6-bad-address",
)  # fmt: skip
_DELETIONS = ("dhcp-delete", "dhcpv6-client-deleted")
_ASKED = ("11002", "11004", "11005")
"""Request, renew and rebind: what Microsoft's DHCPv6 server logs of a lease, since it does not log its replies."""
_PLAIN = ("release", "expire", "nak", "decline", "inform")
_HEX = re.compile(r"(?:0x)?(?:[0-9A-Fa-f]{1,2}(?:[:-][0-9A-Fa-f]{1,2})+|(?:[0-9A-Fa-f]{2})+)")
_NEVER = tuple(
    map(
        ipaddress.ip_network,
        ("0.0.0.0/32", "127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::/127", "fe80::/10", "ff00::/8"),
    )
)
_LONGEST = 2**32 - 1
"""A lease of so many seconds has no end (RFC 2131, 3.3)."""
_TEXT = 255
"""Characters of a host name or client identifier that are kept, as many as DNS and DHCP allow."""


def observe(events: EventBatch) -> pa.Table:
    """The observations of a batch, as `SCHEMA` says; joined exchanges are left out, for they repeat their records."""
    table = events.table
    present = set(table["event.dataset"].unique().to_pylist()) if "event.dataset" in table.column_names else set()
    if present.isdisjoint(_LOGS):
        return SCHEMA.empty_table()
    frame = _frame(table).filter(pl.col("event.dataset").is_in(list(_LOGS)))
    frame = frame.with_columns(_kind().alias("kind")).filter(pl.col("kind").is_not_null())
    frame = frame.with_columns(_address().alias("address"))
    for name, plain in (("address", canonical), ("dhcp.client_id", client_id)):
        known = {text: plain(text) for text in frame[name].unique().drop_nulls().to_list()}
        frame = frame.with_columns(pl.col(name).replace_strict(known, default=None, return_dtype=pl.String))
    return _rows(frame.filter(pl.col("address").is_not_null())).to_arrow().cast(SCHEMA)


def canonical(address: str) -> str | None:
    """An IP address in its one shortest form; None for what is none, or what no device can hold for itself."""
    try:
        found = ipaddress.ip_address(address.split("%", 1)[0].strip())
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return None if any(found in net for net in _NEVER) else str(found)


def client_id(text: str) -> str | None:
    """A client identifier or DUID as lower-case hex with colons where it is hex, else as it is; None when empty."""
    stripped = text.strip()[:_TEXT]
    if not _HEX.fullmatch(stripped):
        return stripped or None
    parts = re.split("[:-]", stripped.lower().removeprefix("0x"))
    digits = "".join(part.zfill(2) for part in parts) if len(parts) > 1 else parts[0]
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))


def keep(connection: sa.Connection, observations: pa.Table) -> None:
    """Add a batch's observations; those that are there already change nothing."""
    if observations.num_rows:
        insert_missing(connection, lease_observation, observations.to_pylist())


def prune(connection: sa.Connection, days: int, now: int) -> None:
    """Forget observations that are older than the newest by more than so many days.

    Args:
        connection: of a writer.
        days: how long they are kept.
        now: microseconds since 1970; what is dated later counts as of now, so that no wrong clock empties the store.
    """
    newest = connection.scalar(sa.select(sa.func.max(lease_observation.c.time)))
    if newest is not None:
        oldest = min(newest, now) - days * 86_400_000_000
        connection.execute(sa.delete(lease_observation).where(lease_observation.c.time < oldest))


def _frame(table: pa.Table) -> pl.DataFrame:
    """The columns that matter, all of them there."""
    have = [name for name in _FIELDS if name in table.column_names]
    chosen = table.select(have)
    if "@timestamp" in have:
        at = have.index("@timestamp")
        chosen = chosen.set_column(at, "@timestamp", chosen["@timestamp"].cast(pa.int64()))
    frame = pl.from_arrow(chosen)
    assert isinstance(frame, pl.DataFrame)  # of a table, not of an array
    missing: Iterable[pl.Expr] = (
        pl.lit(None, dtype).alias(name) for name, dtype in _FIELDS.items() if name not in have
    )
    return frame.with_columns(missing)


def _kind() -> pl.Expr:
    """What the record says; null where it says nothing of who holds an address."""
    kind, action, code, log = (pl.col(name) for name in ("dhcp.type", "event.action", "event.code", "event.dataset"))
    code, action = code.fill_null(""), action.fill_null("")
    named = pl.coalesce("client.mac", "source.mac", "dhcp.client_id").is_not_null()
    # Kea's packets have the address of whom they are sent to, which may be a relay, and so have replies of ISC's dhcpd
    # for DHCPv6 that name no client.
    is_kea = log == "dhcp.kea"
    told = pl.when(is_kea).then(~code.str.contains("PACKET")).otherwise(~action.str.starts_with("dhcpv6-") | named)
    given = pl.when(log.is_in(list(_SENSORS))).then(pl.col("dhcp.assigned_ip").is_not_null()).otherwise(told)
    succeeded = (pl.col("event.outcome") != "failure").fill_null(value=True)
    asked = (log == "dhcp.windows_audit") & code.is_in(list(_ASKED))
    own = pl.col("client.mac").is_null()
    return (
        pl.when((kind == "ack") & given & succeeded).then(pl.lit("ack"))
        .when(asked | ((log == "network.cisco_meraki") & (action == "dhcp-lease"))).then(pl.lit("ack"))
        .when(kind.is_in(list(_PLAIN)) & told).then(kind)
        .when(action.is_in(list(_CONFLICTS))).then(pl.when(own).then(pl.lit("conflict")).otherwise(pl.lit("delete")))
        .when(action.is_in(list(_DELETIONS))).then(pl.lit("delete"))
        .when(action == "dhcp-lease-reused").then(pl.lit("unaltered"))
    )  # fmt: skip


def _address() -> pl.Expr:
    """Which address it is about."""
    kind = pl.col("kind")
    return (
        pl.when(kind == "ack").then(pl.coalesce("dhcp.assigned_ip", "client.ip"))
        .when(kind.is_in(["nak", "decline"])).then(pl.coalesce("dhcp.requested_ip", "client.ip"))
        .otherwise(pl.coalesce("client.ip", "source.ip"))
    )  # fmt: skip


def _rows(frame: pl.DataFrame) -> pl.DataFrame:
    # Zeek dates an exchange by its first message.
    late = pl.when(pl.col("event.dataset") == "zeek.dhcp").then(pl.col("event.duration") // 1000).fill_null(0)
    folder = pl.col("log.file.path").str.replace(r"[^/\\!]*$", "")
    name = pl.col("dhcp.hostname").str.strip_chars(" \t").str.strip_chars_end(".").str.slice(0, _TEXT)
    seconds = pl.col("dhcp.lease_seconds")
    return frame.select(
        "address",
        (pl.col("@timestamp") + late).alias("time"),
        pl.col("event.id").alias("event_id"),
        "kind",
        pl.coalesce("client.mac", "source.mac").alias("mac"),
        pl.col("dhcp.client_id").alias("client"),
        pl.when(name != "").then(name).alias("hostname"),
        pl.when(seconds.is_between(1, _LONGEST)).then(seconds).alias("seconds"),
        pl.col("event.dataset").alias("log"),
        pl.coalesce("host.name", "observer.name", "server.ip", folder, pl.lit("")).alias("server"),
        pl.col("log.line").fill_null(0).alias("line"),
    )
