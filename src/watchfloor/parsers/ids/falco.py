"""Falco's alerts as JSON: which rule fired on a system call, and in which container."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers._severity import NAMES
from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://falco.org/docs/concepts/outputs/formatting/"
_OUTPUT = "output_fields"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "time": "_time",
    "rule": "rule.name",
    "output": "message",
    "priority": "log.level",
    "source": "event.provider",
    "hostname": "host.name",
    f"{_OUTPUT}.evt.type": "event.action",
    f"{_OUTPUT}.proc.name": "process.name",
    f"{_OUTPUT}.proc.pid": "process.pid",
    f"{_OUTPUT}.proc.cmdline": "process.command_line",
    f"{_OUTPUT}.proc.exepath": "process.executable",
    f"{_OUTPUT}.proc.exe": "process.executable",
    f"{_OUTPUT}.proc.cwd": "process.working_directory",
    f"{_OUTPUT}.proc.pname": "process.parent.name",
    f"{_OUTPUT}.proc.ppid": "process.parent.pid",
    f"{_OUTPUT}.proc.pcmdline": "process.parent.command_line",
    f"{_OUTPUT}.proc.pexepath": "process.parent.executable",
    f"{_OUTPUT}.user.name": "user.name",
    f"{_OUTPUT}.ka.user.name": "user.name",
    f"{_OUTPUT}.user.uid": "user.id",
    f"{_OUTPUT}.group.name": "group.name",
    f"{_OUTPUT}.fd.name": "file.path",
    f"{_OUTPUT}.fs.path.name": "file.path",
    f"{_OUTPUT}.fd.cip": "source.address",
    f"{_OUTPUT}.fd.cport": "source.port",
    f"{_OUTPUT}.fd.sip": "destination.address",
    f"{_OUTPUT}.fd.rip": "destination.address",
    f"{_OUTPUT}.fd.sport": "destination.port",
    f"{_OUTPUT}.fd.l4proto": "network.transport",
    f"{_OUTPUT}.container.id": "container.id",
    f"{_OUTPUT}.container.name": "container.name",
    f"{_OUTPUT}.container.image.repository": "container.image.name",
    f"{_OUTPUT}.container.image.tag": "container.image.tag",
    f"{_OUTPUT}.k8s.ns.name": "orchestrator.namespace",
    f"{_OUTPUT}.k8s.pod.name": "orchestrator.resource.name",
    f"{_OUTPUT}.ka.target.name": "orchestrator.resource.name",
    f"{_OUTPUT}.ka.target.namespace": "orchestrator.namespace",
    f"{_OUTPUT}.ct.srcip": "source.address",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has a rule, its priority and its output."""
    return type(record["rule"]) is str and "output" in record and (_OUTPUT in record or "time" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    fields = record.get(_OUTPUT)
    fields = fields if type(fields) is dict else {}
    level = str(record.get("priority")).lower()
    found: dict[str, Any] = {"event.severity": NAMES.index(level) if level in NAMES else None}
    name, kind = fields.get("fd.name"), fields.get("fd.type")
    if kind in ("ipv4", "ipv6") or (type(name) is str and "->" in name):
        found |= {"file.path": "", "event.category": ["intrusion_detection", "network"]}
    if fields.get("container.id") == "host":
        found["container.id"] = ""
    tags = [each for each in record.get("tags") or [] if type(each) is str]
    found["threat.technique.id"] = [each for each in tags if each[:1] == "T" and each[1:5].isdigit()] or None
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "falco",
        _FIELDS,
        {"event.kind": "alert", "event.category": ["intrusion_detection", "process"], "event.type": ["info"]},
        beyond=_beyond,
        empty=frozenset({"", "<NA>"}),
    ),
    keys=("rule", "priority"),
)
