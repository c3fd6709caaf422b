"""What an EVE record tells beyond a table of names: its kind, both directions' sums, and each protocol's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from watchfloor.parsers.cloud._layout import at, dicts
from watchfloor.parsers.ids import _eve_protocols as protocols

Record = dict[str, Any]
_TRANSACTION = (("network",), ("protocol",))
KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "alert": (("network", "intrusion_detection"), ()),
    "anomaly": (("network",), ("error",)),
    "drop": (("network",), ("denied",)),
    "pktvar": (("network",), ("info",)),
    "verdict": (("network",), ("info",)),
    "flow": (("network",), ("connection", "end")),
    "netflow": (("network",), ("connection",)),
    "http": (("network", "web"), ("protocol", "access")),
    "fileinfo": (("network", "file"), ("info",)),
    "stats": ((), ()),
    "engine": ((), ("info",)),
    "smtp": (("network", "email"), ("protocol", "info")),
    **dict.fromkeys(
        [
            "dns",
            "mdns",
            "tls",
            "ssh",
            "smb",
            "nfs",
            "tftp",
            "krb5",
            "ikev2",
            "ike",
            "dhcp",
            "snmp",
            "sip",
            "rfb",
            "mqtt",
            "rdp",
            "http2",
            "quic",
            "dcerpc",
            "ftp",
            "ftp_data",
            "modbus",
            "dnp3",
            "bittorrent_dht",
            "pgsql",
            "ldap",
            "enip",
            "websocket",
            "pop3",
            "doh2",
            "arp",
            "telnet",
            "template",
        ],
        _TRANSACTION,
    ),
}
"""Type of event -> (`event.category`, `event.type`)."""
_NO_PROTOCOL = frozenset(
    {"alert", "anomaly", "drop", "flow", "netflow", "fileinfo", "stats", "engine", "pktvar", "verdict"}
)
_APPLICATIONS = {"ftp_data": "ftp-data", "ikev2": "ike", "dnp3": "dnp3", "bittorrent_dht": "bittorrent-dht"}
_ALERT_TYPES = {"allowed": "allowed", "blocked": "denied", "drop": "denied", "reject": "denied"}
_PROTOCOLS: dict[str, Callable[[Record], Record]] = {
    "http": protocols.http,
    "dns": protocols.dns,
    "tls": protocols.tls,
    "smtp": protocols.smtp,
    "email": protocols.email,
    "krb5": protocols.krb5,
    "dhcp": protocols.dhcp,
    "ftp": protocols.ftp,
    "sip": protocols.sip,
    "smb": protocols.smb,
    "rfb": protocols.rfb,
    "ldap": protocols.ldap,
    "ether": protocols.ether,
}


def beyond(record: Record) -> Record:
    """The fields that follow from several values of a record, or from a value's form."""
    kind = str(record["event_type"])
    categories, types = KINDS.get(kind, _TRANSACTION)
    found: Record = {"event.kind": "event", "event.category": list(categories), "event.type": list(types)}
    proto = record.get("proto")
    if type(proto) is str:
        found["network.transport"] = proto.lower()
    found["network.protocol"] = _protocol(record, kind)
    for name, read in _PROTOCOLS.items():
        part = record.get(name)
        if type(part) is dict:
            found |= read(part)
        elif name == "dns" and type(part) is list and dicts(part):
            found |= read(dicts(part)[0])
    if kind in _SPECIAL:
        found |= _SPECIAL[kind](record)
    flow = record.get("flow")
    if type(flow) is dict:
        found |= _flow(record, flow)
    if kind != "fileinfo" and record.get("direction") != "to_client":
        found["destination.domain"] = (
            at(record, "tls", "sni") or at(record, "quic", "sni") or at(record, "http", "hostname")
        )
    vlan = record.get("vlan")
    if type(vlan) is list:
        found |= {"network.vlan.id": at(vlan, 0), "network.inner.vlan.id": at(vlan, 1)}
    return {name: value for name, value in found.items() if value is not None and value != []}


def _protocol(record: Record, kind: str) -> str | None:
    given = record.get("app_proto")
    if type(given) is str and given not in {"failed", "unknown", "template"}:
        return given
    return None if kind in _NO_PROTOCOL else _APPLICATIONS.get(kind, kind)


def _flow(record: Record, flow: Record) -> Record:
    """Bytes and packets of each side; the flow's own ends count where the record is of a packet back."""
    sums = [flow.get(name) for name in ("bytes_toserver", "bytes_toclient", "pkts_toserver", "pkts_toclient")]
    back = flow.get("src_ip") is not None and flow.get("src_ip") == record.get("dest_ip") != record.get("src_ip")
    up_bytes, down_bytes, up_packets, down_packets = sums
    if back:
        up_bytes, down_bytes, up_packets, down_packets = down_bytes, up_bytes, down_packets, up_packets
    found = {
        "source.bytes": up_bytes,
        "destination.bytes": down_bytes,
        "source.packets": up_packets,
        "destination.packets": down_packets,
    }
    for name, parts in (("network.bytes", sums[:2]), ("network.packets", sums[2:])):
        numbers = [each for each in parts if type(each) is int]
        if len(numbers) == 2:
            found[name] = sum(numbers)
    age = flow.get("age")
    if type(age) is int:
        found["event.duration"] = age * 1_000_000_000
    return found


def _alert(record: Record) -> Record:
    alert = record.get("alert")
    if type(alert) is not dict:
        return {}
    kind = _ALERT_TYPES.get(str(alert.get("action")))
    metadata = alert.get("metadata")
    metadata = metadata if type(metadata) is dict else {}
    tactics, techniques = metadata.get("mitre_tactic_name"), metadata.get("mitre_technique_name")
    return {
        "event.kind": "alert",
        "event.type": [kind or "info"],
        "event.action": alert.get("action"),
        "threat.tactic.name": _spaced(tactics),
        "threat.technique.name": _spaced(techniques),
    }


def _spaced(names: Any) -> list[str] | None:
    """Names as ATT&CK writes them; rules have underscores for the spaces."""
    return [str(each).replace("_", " ") for each in names] if type(names) is list else None


def _drop(_: Record) -> Record:
    return {"event.action": "drop", "event.outcome": "success"}


def _stats(_: Record) -> Record:
    return {"event.kind": "metric"}


def _engine(record: Record) -> Record:
    level = at(record, "log_level")
    return {"log.level": level.lower() if type(level) is str else None}


def _flow_event(_: Record) -> Record:
    return {"event.action": "network_flow"}


_SPECIAL: dict[str, Callable[[Record], Record]] = {
    "alert": _alert,
    "drop": _drop,
    "stats": _stats,
    "engine": _engine,
    "flow": _flow_event,
    "netflow": _flow_event,
}
