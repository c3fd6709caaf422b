"""Category, type, transport and protocol of the records of each of Zeek's logs, and how a JSON record tells its log."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.plugin import Fields
from watchfloor.parsers.zeek._tables import TABLES

_NETWORK = ("network",)
_PROTOCOL = (_NETWORK, ("connection", "protocol", "info"))
_KINDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "conn": (_NETWORK, ("connection",)),
    "http": (("network", "web"), ("connection", "protocol", "access")),
    "files": (("file",), ("info",)),
    "smb_files": (("network", "file"), ("access",)),
    "x509": (_NETWORK, ("info",)),
    "ssh": (("network", "session"), ("connection", "protocol", "start")),
    "smtp": (("network", "email"), ("connection", "protocol", "info")),
    "kerberos": (("network", "authentication"), ("connection", "protocol", "start")),
    "ntlm": (("network", "authentication"), ("connection", "protocol", "start")),
    "radius": (("network", "authentication"), ("connection", "protocol", "start")),
    "rdp": (("network", "session"), ("connection", "protocol", "start")),
    "notice": (("intrusion_detection",), ("info",)),
    "signatures": (("intrusion_detection",), ("info",)),
    "intel": (("threat",), ("indicator",)),
    "weird": (_NETWORK, ("info",)),
    "pe": (("file",), ("info",)),
    "software": (("package",), ("info",)),
    "mysql": (("network", "database"), ("connection", "protocol", "access")),
    "postgresql": (("network", "database"), ("connection", "protocol", "access")),
    "known_hosts": (("host",), ("info",)),
    "known_services": (("host",), ("info",)),
    "known_certs": (("host",), ("info",)),
    **dict.fromkeys(
        ["stats", "capture_loss", "packet_filter", "reporter", "loaded_scripts", "telemetry", "cluster"],
        ((), ("info",)),
    ),
}
_PROTOCOLS = {
    "ssl": "tls", "smb_files": "smb", "smb_mapping": "smb", "smb_cmd": "smb", "notice": "", "weird": "", "files": "",
    "x509": "", "conn": "", "software": "", "intel": "", "pe": "", "signatures": "", "tunnel": "", "dpd": "",
    "analyzer": "", "known_hosts": "", "known_services": "", "known_certs": "", "stats": "", "capture_loss": "",
    "packet_filter": "", "reporter": "", "traceroute": "", "loaded_scripts": "", "ldap_search": "ldap",
    "mqtt_connect": "mqtt", "mqtt_publish": "mqtt", "mqtt_subscribe": "mqtt", "analyzer_debug": "",
    "ntp_control": "ntp",
    "ntp_private": "ntp", "telemetry": "", "cluster": "",
}  # fmt: skip
_TRANSPORTS = {
    "http": "tcp", "ssl": "tcp", "ssh": "tcp", "smtp": "tcp", "ftp": "tcp", "dhcp": "udp", "snmp": "udp", "ntlm": "tcp",
    "smb_files": "tcp", "smb_mapping": "tcp", "smb_cmd": "tcp", "rdp": "tcp", "mysql": "tcp", "postgresql": "tcp",
    "modbus": "tcp", "irc": "tcp", "socks": "tcp", "quic": "udp", "radius": "udp", "rfb": "tcp", "dce_rpc": "tcp",
    "mqtt_connect": "tcp", "mqtt_publish": "tcp", "mqtt_subscribe": "tcp", "websocket": "tcp", "ntp": "udp",
}  # fmt: skip
_EVENT_KINDS = {"notice": "alert", "signatures": "alert", "intel": "enrichment", "weird": "alert", "stats": "metric"}
_OF_NO_CONNECTION = ("stats", "capture_loss", "packet_filter", "reporter", "loaded_scripts", "telemetry", "cluster")

_MARKS: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (path, frozenset(names.split()))
    for path, names in (
        ("notice", "note"),
        ("conn", "history orig_pkts"),
        ("conn", "conn_state"),
        ("dns", "trans_id query"),
        ("dns", "trans_id rejected"),
        ("sip", "trans_depth call_id"),
        ("sip", "trans_depth request_path"),
        ("smtp", "trans_depth helo"),
        ("smtp", "trans_depth mailfrom"),
        ("http", "trans_depth"),
        ("websocket", "client_extensions"),
        ("x509", "certificate.serial"),
        ("ssl", "cipher established"),
        ("ssl", "established resumed"),
        ("ocsp", "certStatus"),
        ("pe", "subsystem machine"),
        ("files", "fuid analyzers"),
        ("files", "fuid tx_hosts"),
        ("files", "fuid seen_bytes"),
        ("dhcp", "msg_types"),
        ("dhcp", "lease_time"),
        ("kerberos", "request_type"),
        ("kerberos", "forwardable"),
        ("intel", "seen.indicator"),
        ("signatures", "sig_id"),
        ("weird", "name notice"),
        ("smb_mapping", "share_type"),
        ("smb_cmd", "command sub_command"),
        ("smb_files", "action path times.modified"),
        ("smb_files", "action name path"),
        ("dce_rpc", "endpoint operation"),
        ("dce_rpc", "named_pipe"),
        ("ntlm", "ntlm_version"),
        ("ntlm", "domainname hostname"),
        ("ntlm", "username hostname"),
        ("rdp", "security_protocol"),
        ("rdp", "keyboard_layout"),
        ("rdp", "cookie result"),
        ("ssh", "hasshVersion"),
        ("ssh", "auth_attempts"),
        ("ssh", "kex_alg"),
        ("ssh", "auth_success"),
        ("ftp", "command reply_code"),
        ("ftp", "command user"),
        ("snmp", "get_requests"),
        ("tunnel", "tunnel_type"),
        ("software", "software_type"),
        ("radius", "username result"),
        ("mysql", "cmd arg"),
        ("modbus", "func"),
        ("dnp3", "fc_request"),
        ("quic", "client_initial_dcid"),
        ("quic", "client_protocol"),
        ("irc", "nick command"),
        ("socks", "bound.host"),
        ("socks", "request_p"),
        ("syslog", "facility severity"),
        ("rfb", "desktop_name"),
        ("mqtt_connect", "proto_name"),
        ("mqtt_publish", "qos topic"),
        ("ldap", "message_id object"),
        ("ntp", "stratum poll"),
        ("dpd", "analyzer failure_reason"),
        ("analyzer", "analyzer_kind"),
        ("known_services", "port_num port_proto"),
        ("weird", "name"),
    )
)


def told_by(names: frozenset[str]) -> str | None:
    """The path of the log whose records have these names."""
    return next((path for path, marks in _MARKS if marks <= names), None)


def fixed(path: str) -> Fields:
    """What holds for every record of a log."""
    categories, types = _KINDS.get(path, _PROTOCOL)
    found: dict[str, Any] = {"event.kind": _EVENT_KINDS.get(path, "event"), "event.type": list(types)}
    if categories:
        found["event.category"] = list(categories)
    protocol = _PROTOCOLS.get(path, path if path in TABLES else "")
    if protocol:
        found["network.protocol"] = protocol
    if path in _TRANSPORTS:
        found["network.transport"] = _TRANSPORTS[path]
    return found
