"""Docker's events of containers, images, networks and volumes, as `docker events` prints them as JSON."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser
from watchfloor.parsers.cloud._verbs import kind_of

REFERENCE = "https://docs.docker.com/reference/cli/docker/system/events/"
_ATTRIBUTES = "Actor.Attributes"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timeNano": "_time",
    "time": "_time",
    "Action": "event.action",
    "status": "event.action",
    f"{_ATTRIBUTES}.name": "container.name",
    f"{_ATTRIBUTES}.image": "container.image.name",
    "from": "container.image.name",
    f"{_ATTRIBUTES}.exitCode": "process.exit_code",
}
_TYPES = {
    "create": "creation",
    "start": "start",
    "restart": "start",
    "unpause": "start",
    "die": "end",
    "stop": "end",
    "kill": "end",
    "oom": "end",
    "pause": "change",
    "destroy": "deletion",
    "remove": "deletion",
    "delete": "deletion",
    "connect": "start",
    "disconnect": "end",
    "pull": "installation",
    "exec_start": "start",
    "exec_create": "creation",
    "exec_die": "end",
}
_CATEGORIES = {"network": "network", "image": "package", "container": "process"}
_ALLOWED = {"process": {"start", "end", "change"}, "network": {"start", "end"}, "package": {"deletion", "installation"}}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of the daemon."""
    return type(record["Actor"]) is dict and ("time" in record or "timeNano" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    kind = str(record.get("Type") or "container")
    action, _, command = str(record.get("Action") or record.get("status") or "").partition(": ")
    category = _CATEGORIES.get(kind, "configuration")
    own = _TYPES.get(action, kind_of(action))
    found: dict[str, Any] = {"event.action": action or None, "event.category": [category]}
    found["event.type"] = [own if own in _ALLOWED.get(category, {own}) else "info"]
    if kind == "container":
        found |= {"container.id": at(record, "Actor", "ID"), "process.command_line": command or None}
    elif kind == "image":
        found["container.image.name"] = at(record, "Actor", "ID")
    if action.startswith("health_status"):
        found["event.action"] = "health_status"
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout("docker.event", _FIELDS, {"event.kind": "event", "container.runtime": "docker"}, beyond=_beyond),
    keys=("Type", "Action", "Actor"),
)
