"""What a record of one of Zeek's logs tells beyond a table of names."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from watchfloor.parsers.ids._eve_protocols import mailbox, path_and_query

Record = dict[str, Any]
"""A record by flat names; lists are lists, numbers are numbers."""
_STATES = {
    "S0": ["connection", "start"],
    "S1": ["connection", "start"],
    "SF": ["connection", "start", "end"],
    "REJ": ["connection", "start", "denied"],
    "OTH": ["connection", "info"],
    "SH": ["connection", "start", "end"],
    "SHR": ["connection", "info"],
    **{state: ["connection", "start", "end"] for state in ("S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH")},
}
"""State of a connection -> `event.type`; the states are explained in base/protocols/conn/main.zeek."""
_DIRECTIONS = {
    (True, True): "internal",
    (True, False): "outbound",
    (False, True): "inbound",
    (False, False): "external",
}
_FLAGS = ("AA", "TC", "RD", "RA")
_TRANSFERS = frozenset({"RETR", "STOR", "DELE", "APPE", "STOU", "SIZE", "MDTM"})
_PLACE = {
    "country_code": "country_iso_code",
    "city": "city_name",
    "latitude": "location.lat",
    "longitude": "location.lon",
}
"""Names of Zeek's `geo_location` -> fields below `geo`."""
_MOST = 2**63 - 1
_IP = re.compile(r"^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$")
_TLS = re.compile(r"^(TLS|SSL|DTLS)v(\d)(\d)?$")
_FORWARDED = re.compile(r"(?i)^x-forwarded-for -> ([0-9A-Fa-f.:]+)")
_SMB_ACTIONS = {
    "DELETE": "deletion",
    "RENAME": "change",
    "WRITE": "change",
    "SET_ATTRIBUTE": "change",
    "CREATE": "creation",
}
_INDICATORS = {
    "ADDR": "ipv4-addr",
    "URL": "url",
    "DOMAIN": "domain-name",
    "EMAIL": "email-addr",
    "FILE_HASH": "file",
    "FILE_NAME": "file",
    "CERT_HASH": "x509-certificate",
    "USER_NAME": "user-account",
    "SUBNET": "ipv4-addr",
    "SOFTWARE": "software",
}


def conn(record: Record) -> Record:
    """Sums of both directions, what became of it, and whose network each side is in."""
    found: Record = {"event.type": _STATES.get(str(record.get("conn_state")))}
    for name, parts in (
        ("network.bytes", ("orig_ip_bytes", "resp_ip_bytes")),
        ("network.packets", ("orig_pkts", "resp_pkts")),
    ):
        numbers = _whole(record, parts)
        if name == "network.bytes" and len(numbers) < 2:
            numbers = _whole(record, ("orig_bytes", "resp_bytes"))
        if len(numbers) == 2:
            found[name] = min(sum(numbers), _MOST)
    sides = (record.get("local_orig"), record.get("local_resp"))
    if type(sides[0]) is bool and type(sides[1]) is bool:
        found["network.direction"] = _DIRECTIONS[sides[0], sides[1]]
    found["event.duration"] = nanoseconds(record.get("duration"))
    return found


def _whole(record: Record, names: tuple[str, ...]) -> list[int]:
    """The values with these names that are whole numbers."""
    return [value for name in names if type(value := record.get(name)) is int]


def nanoseconds(seconds: Any) -> int | None:
    """An interval in seconds as nanoseconds."""
    return round(seconds * 1_000_000) * 1_000 if type(seconds) in {int, float} and abs(seconds) < 9e9 else None


def dns(record: Record) -> Record:
    """Flags, resolved addresses, outcome."""
    answers = _list(record.get("answers"))
    code = record.get("rcode")
    flags = [name for name in _FLAGS if record.get(name) is True]
    ttls = [int(each) for each in _list(record.get("TTLs")) if isinstance(each, int | float)]
    return {
        "dns.header_flags": flags or None,
        "dns.resolved_ip": [each for each in answers if type(each) is str and _IP.match(each)] or None,
        "dns.answers.ttl": ttls or None,
        "dns.type": "answer" if code is not None or answers else "query",
        "event.outcome": None if code is None else "success" if code == 0 else "failure",
        "event.duration": nanoseconds(record.get("rtt")),
    }


def http(record: Record) -> Record:
    """Path and query, outcome, kinds of content, whom a proxy asked for."""
    uri, status = record.get("uri"), record.get("status_code")
    found: Record = path_and_query(uri) if type(uri) is str else {}
    if type(status) is int:
        found["event.outcome"] = "success" if status < 400 else "failure"
    for name, own in (("request", "orig_mime_types"), ("response", "resp_mime_types")):
        found[f"http.{name}.mime_type"] = next(iter(_list(record.get(own))), None)
    forwarded = [match[1] for each in _list(record.get("proxied")) if (match := _FORWARDED.match(str(each)))]
    found["network.forwarded_ip"] = forwarded[0] if forwarded else None
    return found


def ssl(record: Record) -> Record:
    """Version of the protocol, outcome of the handshake."""
    match = _TLS.match(str(record.get("version")))
    found: Record = {}
    if match:
        found = {"tls.version_protocol": match[1].lower(), "tls.version": f"{match[2]}.{match[3] or 0}"}
    established = record.get("established")
    if type(established) is bool:
        found["event.outcome"] = "success" if established else "failure"
    return found


def x509(record: Record) -> Record:
    """How long the certificate holds."""
    dates = {"not_before": "certificate.not_valid_before", "not_after": "certificate.not_valid_after"}
    return {f"tls.server.{name}": _second(record.get(own)) for name, own in dates.items()}


def _second(value: Any) -> str | None:
    return None if value is None else str(value).split(".", 1)[0] if type(value) in {int, float} else str(value)


def files(record: Record) -> Record:
    """Who sent and who received, where the record names no connection, and the name without the folders (SMB, FTP)."""
    found: Record = {}
    name = record.get("filename")
    leaf = name.replace("\\", "/").rpartition("/")[2] if type(name) is str else None
    if leaf and leaf != name:
        found |= {"file.path": name, "file.name": leaf}
    source = record.get("source")
    found["network.protocol"] = source.lower() if type(source) is str else None
    if "id.orig_h" not in record:
        found["source.address"] = next(iter(_list(record.get("tx_hosts"))), None)
        found["destination.address"] = next(iter(_list(record.get("rx_hosts"))), None)
    return found


def ssh(record: Record) -> Record:
    """Whether the log-in succeeded, as far as Zeek can see, and where the remote side is."""
    remote = "destination" if record.get("direction") == "OUTBOUND" else "source"
    place = {f"{remote}.geo.{field}": record.get(f"remote_location.{name}") for name, field in _PLACE.items()}
    return {"event.outcome": _outcome(record.get("auth_success")), **place}


def _outcome(value: Any) -> str | None:
    return ("success" if value else "failure") if type(value) is bool else None


def smtp(record: Record) -> Record:
    """Addresses without their names."""
    found: Record = {"email.sender.address": mailbox(record.get("mailfrom"))}
    for name, own in (("from", "from"), ("to", "to"), ("cc", "cc"), ("reply_to", "reply_to")):
        found[f"email.{name}.address"] = [each for each in map(mailbox, _list(record.get(own))) if each] or None
    if found["email.to.address"] is None:
        found["email.to.address"] = [each for each in map(mailbox, _list(record.get("rcptto"))) if each] or None
    return found


def dhcp(record: Record) -> Record:
    """The last message of the exchange."""
    kinds = _list(record.get("msg_types"))
    last = kinds[-1].lower() if kinds and type(kinds[-1]) is str else None
    lease = record.get("lease_time")
    return {
        "dhcp.type": last,
        "event.action": last,
        "dhcp.lease_seconds": int(lease) if isinstance(lease, int | float) else None,
        "event.duration": nanoseconds(record.get("duration")),
    }


def kerberos(record: Record) -> Record:
    """The user and the realm out of `user/REALM`, and whether the ticket was given."""
    name, _, realm = str(record.get("client") or "").partition("/")
    if realm and "/" in realm:  # a service as client: host/name.example.org/REALM
        name, _, realm = str(record["client"]).rpartition("/")
    return {"user.name": name or None, "user.domain": realm or None, "event.outcome": _outcome(record.get("success"))}


def rfb(record: Record) -> Record:
    """Whether the client was let in."""
    return {"event.outcome": _outcome(record.get("auth"))}


def success(record: Record) -> Record:
    """The outcome that `success` tells."""
    return {"event.outcome": _outcome(record.get("success"))}


def smb_files(record: Record) -> Record:
    """The path on the server, and what was done to the file."""
    share, name = (value if type(value) is str else None for value in (record.get("path"), record.get("name")))
    action = str(record.get("action") or "").removeprefix("SMB::FILE_").removeprefix("SMB::PRINT_")
    whole = "\\".join(
        each.strip("\\") if at else each.rstrip("\\") for at, each in enumerate(filter(None, (share, name)))
    )
    leaf = str(name).replace("/", "\\").rpartition("\\")[2] if name else None
    return {"file.path": whole or None, "file.name": leaf, "event.type": [_SMB_ACTIONS.get(action, "access")]}


def intel(record: Record) -> Record:
    """The indicator as ECS has it."""
    kind = str(record.get("seen.indicator_type") or "").removeprefix("Intel::")
    value = record.get("seen.indicator")
    own = _INDICATORS.get(kind)
    found: Record = {"threat.indicator.type": "ipv6-addr" if own == "ipv4-addr" and ":" in str(value) else own}
    if kind == "ADDR":
        found["threat.indicator.ip"] = value
    if kind == "URL":
        found["threat.indicator.url.full"] = value
    return found


def ftp(record: Record) -> Record:
    """The file, and the outcome by the code of the answer."""
    arg, code = record.get("arg"), record.get("reply_code")
    found: Record = {"event.outcome": ("success" if code < 400 else "failure") if type(code) is int else None}
    if type(arg) is str and str(record.get("command")) in _TRANSFERS:
        found["file.path"] = re.sub(r"^ftp://[^/]*/", "/", arg)
    return found


def sip(record: Record) -> Record:
    """The outcome by the code of the answer."""
    code = record.get("status_code")
    return {"event.outcome": ("success" if code < 400 else "failure") if type(code) is int else None}


def radius(record: Record) -> Record:
    """Whether access was granted."""
    result = record.get("result")
    return {"event.outcome": {"success": "success", "failed": "failure"}.get(result) if type(result) is str else None}


def ldap(record: Record) -> Record:
    """Who binds, and the outcome."""
    result = record.get("result")
    outcome = ("success" if result == "success" else "failure") if type(result) is str else None
    return {
        "user.name": record.get("object") if record.get("message_type") == "bind" else None,
        "event.outcome": outcome,
    }


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else [] if value is None else [value]


BEYOND: dict[str, Callable[[Record], Record]] = {
    "conn": conn, "dns": dns, "http": http, "ssl": ssl, "x509": x509, "files": files, "ssh": ssh, "smtp": smtp,
    "dhcp": dhcp, "kerberos": kerberos, "ntlm": success, "mysql": success, "smb_files": smb_files, "intel": intel,
    "ftp": ftp, "sip": sip, "radius": radius, "ldap": ldap, "ldap_search": ldap,
    "rfb": rfb,
}  # fmt: skip
