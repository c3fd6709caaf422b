"""OpenCanary's records: who touched which service of a honeypot, with what."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://opencanary.readthedocs.io/en/latest/starting/opencanary.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "utc_time": "_time",
    "local_time_adjusted": "_time",
    "local_time": "_time",
    "src_host": "source.address",
    "src_port": "source.port",
    "dst_host": "destination.address",
    "dst_port": "destination.port",
    "node_id": ("observer.name", "host.name"),
    "logtype": "event.code",
    "logdata.USERNAME": "user.name",
    "logdata.PATH": "url.path",
    "logdata.HOSTNAME": "url.domain",
    "logdata.USERAGENT": "user_agent.original",
    "logdata.FILENAME": "file.path",
    "logdata.REMOTEVERSION": "user_agent.original",
    "logdata.CMD": "process.command_line",
    "logdata.msg.logdata": "message",
}
_PROTOCOLS = {2: "ftp", 3: "http", 4: "ssh", 5: "smb", 6: "telnet", 7: "http", 8: "mysql", 9: "mssql", 10: "tftp",
              11: "ntp", 12: "vnc", 13: "snmp", 14: "rdp", 15: "sip", 16: "git", 17: "redis", 18: "tcp"}  # fmt: skip
_LOGINS = frozenset({2000, 3001, 4002, 6001, 7001, 8001, 9001, 9002, 12001, 14001})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has OpenCanary's names."""
    return "logdata" in record and "src_host" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    number = record.get("logtype")
    number = number if type(number) is int else 0
    login = number in _LOGINS
    start = number in {1000, 1001}
    return {
        "event.kind": "event" if start else "alert",
        "event.category": ["intrusion_detection", *(["authentication"] if login else ["network"])],
        "event.type": ["start"] if login else ["info"],
        "event.outcome": "failure" if login else None,
        "network.protocol": _PROTOCOLS.get(number // 1000) or None,
        **{
            f"{side}.port": ""
            for side, own in (("source", "src_port"), ("destination", "dst_port"))
            if record.get(own) == -1
        },
        "user_agent.original": "" if number // 1000 == 4 else None,
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout("opencanary", _FIELDS, {"event.category": ["intrusion_detection"]}, beyond=_beyond),
    keys=("logtype", "node_id"),
)
