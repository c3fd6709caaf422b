"""Kea's DHCPv4, DHCPv6 and DDNS servers: every message has a name, most name the client and the transaction.

The message catalogue is the reference: what the patterns do not know by name keeps its name in `event.code`.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers.dhcp._exchange import INFO, IP, IPV4, action, message, refused, with_client
from watchfloor.parsers.plugin import Fields, LineParser, Pattern

_HEAD = (
    r"(?:(?P<_time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3,6}) )?(?P<log.level>FATAL|ERROR|WARN|INFO|DEBUG)\s+"
    r"\[(?P<log.logger>kea-[a-z0-9-]+(?:\.[A-Za-z_][A-Za-z0-9_-]*)*)(?:[./][0-9A-Fa-fx./]+)?\] "
)
_HARDWARE = r"(?:\[hwtype=\d+ (?P<client.mac>[0-9a-f:]*)\]|\[no hwaddr info\])"
_XID = r"tid=(?P<dhcp.transaction_id>0x[0-9a-f]+)"
_FOUR = rf"{_HARDWARE}, cid=\[(?P<dhcp.client_id>[^\]]*)\], {_XID}"
_SIX = rf"duid=\[(?P<dhcp.client_id>[^\]]*)\], (?:{_HARDWARE}, )?{_XID}"
_WHO = _FOUR.replace("client.mac", "_mac").replace("dhcp.client_id", "_cid").replace("dhcp.transaction_id", "_xid")
_WHO = rf"(?:{_WHO}|{_SIX})"
_LEASE = rf"lease(?: for address)? (?P<client.ip>{IP})(?: and iaid=(?P<kea.iaid>\d+))?"
_PREFIX = r"lease for prefix (?P<kea.prefix>\S+) and iaid=(?P<kea.iaid>\d+)"
_KINDS = {
    "DHCPDISCOVER|SOLICIT": "discover",
    "DHCPOFFER|ADVERTISE": "offer",
    "DHCPREQUEST|REQUEST|RENEW|REBIND|CONFIRM": "request",
    "DHCPACK|REPLY": "ack",
    "DHCPNAK": "nak",
    "DHCPDECLINE|DECLINE": "decline",
    "DHCPRELEASE|RELEASE": "release",
    "DHCPINFORM|INFORMATION_REQUEST": "inform",
}
_REFUSED = refused("request")
_LOST: Fields = action("dhcp-lease-failed", "connection", "denied", outcome="failure")


def _named(codes: str, text: str, fields: Fields) -> Pattern:
    return Pattern(rf"^{_HEAD}(?P<event.code>{codes}) {text}", fields)


def _packets() -> tuple[Pattern, ...]:
    found = []
    for words, kind in _KINDS.items():
        found += [
            _named(
                "DHCP[46]_PACKET_RECEIVED",
                rf"{_WHO}: (?:{words}) \(type \d+\) received from (?P<_from>{IP}) to (?P<server.ip>{IP}) on interface "
                r"(?P<_via>\S+)",
                message(kind),
            ),
            _named(
                "DHCP[46]_PACKET_SEND",
                rf"{_WHO}: trying to send packet (?:{words}) \(type \d+\) from \[?(?P<server.ip>{IP}?)\]?:"
                r"(?P<server.port>\d+)"
                rf" to \[?(?P<_to>{IP}?)\]?:\d+ on interface (?P<_via>\S+)",
                message(kind),
            ),
        ]
    return tuple(found)


_PATTERNS = (
    _named(
        "DHCP[46]_LEASE_(?:ALLOC|REUSE)",
        rf"{_WHO}: {_LEASE} has been (?:allocated|reused)(?: for (?P<dhcp.lease_seconds>\d+) seconds)?",
        message("ack"),
    ),
    _named("DHCP[46]_LEASE_(?:ADVERT|OFFER)", rf"{_WHO}: {_LEASE} will be (?:advertised|offered)", message("offer")),
    _named(
        "DHCP6_PD_LEASE_(?:ALLOC|REUSE)",
        rf"{_WHO}: {_PREFIX} has been (?:allocated|reused)(?: for (?P<dhcp.lease_seconds>\d+) seconds)?",
        message("ack"),
    ),
    _named("DHCP6_PD_LEASE_ADVERT", rf"{_WHO}: {_PREFIX} will be advertised", message("offer")),
    *_packets(),
    _named("DHCP4_INIT_REBOOT", rf"{_WHO}: .* requests address (?P<client.ip>{IPV4})", message("request")),
    _named("DHCP4_RELEASE", rf"{_WHO}: address (?P<client.ip>{IPV4}) was released", message("release")),
    _named("DHCP6_RELEASE_NA", rf"{_WHO}: binding for address (?P<client.ip>{IP}) and iaid=(?P<kea.iaid>\d+)",
           message("release")),
    _named("DHCP6_RELEASE_PD", rf"{_WHO}: prefix (?P<kea.prefix>\S+) for iaid=(?P<kea.iaid>\d+)", message("release")),
    _named("DHCP4_DECLINE_LEASE(?:_MISMATCH|_NOT_FOUND)?",
           rf"Received DHCPDECLINE for addr (?P<client.ip>{IP}) from client {_WHO}[.,]",
           message("decline")),
    _named("DHCP6_DECLINE_LEASE", rf"(?i:client )?{_WHO}:? .* address (?P<client.ip>{IP})", message("decline")),
    _named(
        r"(?:DHCP[46]_(?:LEASE|PD_LEASE|PACKET_NAK|NO_LEASE|UNKNOWN_ADDRESS|RELEASE_FAIL|SUBNET_SELECTION|INVALID)[A-Z_0-9]*"
        r"|ALLOC_ENGINE_V[46]_(?:LEASE_)?ALLOC_(?:FAIL|ERROR)[A-Z_]*)",
        rf"{_WHO}: (?P<event.reason>(?:failed|no lease|client requested an unknown|client is trying|invalid).*)$",
        _LOST,
    ),
    _named(
        r"(?:ALLOC_ENGINE_V[46]_LEASE_RECLAIM|DHCP[46]_[A-Z_]*EXPIRED[A-Z_]*)",
        rf"{_WHO}: .*?(?P<client.ip>{IP})(?:/\d+)?\s*$",
        message("expire"),
    ),
    _named("DHCP_DDNS_[A-Z_]*(?:SUCCEEDED|COMPLETE)", r"(?P<kea.message>.*)$",
           action("dhcp-dns-update", "info", outcome="success")),
    _named("DHCP_DDNS_[A-Z_]*(?:FAIL|FAILED|REJECTED|ERROR|TIMEOUT)[A-Z_]*", r"(?P<kea.message>.*)$",
           action("dhcp-dns-update", "error", outcome="failure")),
    _named("[A-Z][A-Z0-9_]+", rf".*?{_FOUR}(?:[:,.]? (?P<kea.message>.*))?$", INFO),
    _named("[A-Z][A-Z0-9_]+", rf".*?{_SIX}(?:[:,.]? (?P<kea.message>.*))?$", INFO),
    Pattern(rf"^{_HEAD}(?P<event.code>[A-Z][A-Z0-9_]+)(?: (?P<kea.message>.*))?$", INFO),
)  # fmt: skip
_NONE = ["", "no info", "no cid info", "no duid info"]
_ABOUT = rf"\b(?:address|addr|lease|requested-ip-address) ({IP})(?:[,;:.)]?\s|[.:]?$)"
"""How messages name the address that they are about."""
_FAILED = r"_(?:FAIL|FAILED|FAILURE|ERROR|EXCEPTION|NAK|DROP|DROPPED|REJECTED|MISMATCH)(?:_|$)"
"""In the name of a message that tells of something that failed or was refused."""
_BOTH = {"_mac": "client.mac", "_cid": "dhcp.client_id", "_xid": "dhcp.transaction_id"}


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The client of either version; a sender or receiver is the client unless it is nobody or everybody."""
    for scratch, name in _BOTH.items():
        if scratch in frame.columns:
            known = [pl.col(name)] if name in frame.columns else []
            frame = frame.with_columns(pl.coalesce(scratch, *known).alias(name)).drop(scratch)
    if "dhcp.client_id" in frame.columns:
        given = pl.col("dhcp.client_id")
        frame = frame.with_columns(pl.when(~given.is_in(_NONE)).then(given).alias("dhcp.client_id"))
    if "_from" in frame.columns:
        real = pl.when(~pl.col("_from").is_in(["0.0.0.0", "::"])).then("_from")  # noqa: S104  # nobody's address
        frame = frame.with_columns(real.alias("source.ip")).drop("_from")
    if "_to" in frame.columns:
        own = pl.when((pl.col("_to") != "255.255.255.255") & ~pl.col("_to").str.starts_with("fe80:")).then("_to")
        known = [pl.col("client.ip")] if "client.ip" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*known, own).alias("client.ip")).drop("_to")
    frame = _with_address(frame)
    failed = pl.when(pl.col("event.code").str.contains(_FAILED)).then(pl.lit("failure"))
    known = [pl.col("event.outcome")] if "event.outcome" in frame.columns else []
    frame = frame.with_columns(pl.coalesce(*known, failed).alias("event.outcome"))
    if "server.ip" in frame.columns:
        # A client sends to everybody, and Kea answers from where it was asked.
        one = ~pl.col("server.ip").str.contains(r"^(?:255\.255\.255\.255|[fF][fF]0)")
        frame = frame.with_columns(pl.when(one).then("server.ip").alias("server.ip"))
    return with_client(frame)


def _with_address(frame: pl.DataFrame) -> pl.DataFrame:
    """`client.ip` of a message that names its client and, in its text, the address that it is about."""
    texts = [name for name in ("kea.message", "event.reason") if name in frame.columns]
    if not texts or "dhcp.transaction_id" not in frame.columns:
        return frame
    about = pl.coalesce(texts).str.extract(_ABOUT)
    known = [pl.col("client.ip")] if "client.ip" in frame.columns else []
    mine = pl.when(pl.col("dhcp.transaction_id").is_not_null()).then(about)
    return frame.with_columns(pl.coalesce(*known, mine).alias("client.ip"))


PARSER = LineParser(
    reference="https://kea.readthedocs.io/en/latest/kea-messages.html",
    sieve=r"^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ )?(?:FATAL|ERROR|WARN|INFO|DEBUG)\s+\[kea-",
    patterns=_PATTERNS,
    times=("%Y-%m-%d %H:%M:%S%.f",),
    finish=_finish,
)
