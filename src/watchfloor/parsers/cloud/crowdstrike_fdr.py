"""CrowdStrike's events of sensors, as Falcon Data Replicator ships them."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://github.com/CrowdStrike/Cloud-AWS/tree/main/Falcon-Data-Replicator"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "ContextTimeStamp": "_time",
    "event_simpleName": "event.action",
    "fdr_event_type": "event.action",
    "event_simplename": "event.action",
    "aid": ("agent.id", "device.id"),
    "cid": "organization.id",
    "aip": "host.ip",
    "ComputerName": "host.name",
    "Hostname": "host.name",
    "event_platform": "host.os.type",
    "CommandLine": "process.command_line",
    "event.CommandLine": "process.command_line",
    "ImageFileName": "process.executable",
    "event.ImageFileName": "process.executable",
    "RawProcessId": "process.pid",
    "event.RawProcessId": "process.pid",
    "TargetProcessId": "process.entity_id",
    "event.TargetProcessId": "process.entity_id",
    "ParentProcessId": "process.parent.entity_id",
    "event.ParentProcessId": "process.parent.entity_id",
    "ParentBaseFileName": "process.parent.name",
    "event.ParentBaseFileName": "process.parent.name",
    "ParentImageFileName": "process.parent.executable",
    "event.ParentImageFileName": "process.parent.executable",
    "ParentCommandLine": "process.parent.command_line",
    "event.ParentCommandLine": "process.parent.command_line",
    "SHA256HashData": "process.hash.sha256",
    "event.SHA256HashData": "process.hash.sha256",
    "MD5HashData": "process.hash.md5",
    "event.MD5HashData": "process.hash.md5",
    "SHA1HashData": "process.hash.sha1",
    "event.SHA1HashData": "process.hash.sha1",
    "UserName": "user.name",
    "event.UserName": "user.name",
    "UserSid": "user.id",
    "event.UserSid": "user.id",
    "DomainName": "dns.question.name",
    "event.DomainName": "dns.question.name",
    "RemoteAddressIP4": "destination.address",
    "event.RemoteAddressIP4": "destination.address",
    "RemoteIP": "destination.address",
    "event.RemoteIP": "destination.address",
    "RemotePort": "destination.port",
    "event.RemotePort": "destination.port",
    "LocalAddressIP4": "source.address",
    "event.LocalAddressIP4": "source.address",
    "LocalIP": "source.address",
    "event.LocalIP": "source.address",
    "LocalPort": "source.port",
    "event.LocalPort": "source.port",
    "TargetFileName": "file.path",
    "event.TargetFileName": "file.path",
    "RegObjectName": "registry.path",
    "event.RegObjectName": "registry.path",
}
_SYSTEMS = {"Win": "windows", "Mac": "macos", "Lin": "linux"}
_KINDS = {
    "process": ("process", "start"), "dns": ("network", "protocol"), "network": ("network", "connection"),
    "user": ("authentication", "start"), "file": ("file", "info"), "written": ("file", "creation"),
    "reg": ("registry", "change"), "asep": ("registry", "change"),
}  # fmt: skip


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    if "event_simpleName" in record or "event_simplename" in record or "fdr_event_type" in record:
        return True
    return "cid" in record and (
        "AgentIdString" in record or "aid" in record or "event" in record or "unknown_payload" in record
    )


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    name = str(record.get("event_simpleName") or record.get("fdr_event_type") or record.get("event_simplename") or "")
    system = _SYSTEMS.get(str(record.get("event_platform")), "")
    if "Detect" in name:
        return {
            "host.os.type": system,
            "event.kind": "alert",
            "event.category": ["intrusion_detection"],
            "event.type": ["info"],
        }
    kind = next((each for word, each in _KINDS.items() if word in name.lower()), ("host", "info"))
    return {"host.os.type": system, "event.category": [kind[0]], "event.type": [kind[1]]}


PARSER = parser(REFERENCE, claims, Layout("crowdstrike.fdr", _FIELDS, {"event.kind": "event"}, beyond=_beyond))
