"""One event of Linux's audit from its records: the system call, its arguments, the paths and the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Join, Part, every, first, firsts

_USERS = ("user.", "user.effective.", "user.audit.", "user.saved.", "user.filesystem.")
_ONCE = (
    *(f"{prefix}{name}" for prefix in _USERS for name in ("id", "name")),
    "user.group.id",
    "user.group.name",
    "user.effective.group.id",
    "host.name",
    "host.hostname",
    "session.id",
    "process.executable",
    "process.name",
    "process.pid",
    "process.parent.pid",
    "process.exit_code",
    "process.tty.name",
    "process.title",
    "process.args",
    "process.args_count",
    "process.command_line",
    "process.working_directory",
    "source.address",
    "source.ip",
    "source.port",
    "destination.address",
    "destination.ip",
    "destination.port",
    "service.name",
    "event.outcome",
    "auditd.log.key",
    "auditd.log.SYSCALL",
    "auditd.log.sequence",
)
_FILE = ("file.path", "file.inode", "file.mode", "file.uid", "file.gid", "file.owner", "file.group")
_PORT = "auditd.log.socket.port"
_RECEIVING = {"accept", "accept4", "recvfrom", "recvmsg", "getpeername"}
"""System calls whose address is the other side's that came to us."""
_SYSCALL, _EXECVE, _PATH = "SYSCALL", "EXECVE", "PATH"
_DONE = {"CREATE": ["creation"], "DELETE": ["deletion"]}
"""What the kernel did to a name in a folder, by the kind of name; a file that was there already is NORMAL."""


def _build(parts: Sequence[Part]) -> dict[str, Any] | None:
    kinds = {part.get("auditd.log.record_type") for part in parts}
    call = next((part for part in parts if part.get("auditd.log.record_type") == _SYSCALL), None)
    if call is None:
        return None
    told = {**firsts(parts, _ONCE), "auditd.log.record_type": every(parts, "auditd.log.record_type")[0]}
    for name in ("event.action", "event.category", "event.type"):
        told[name] = call.get(name)
    if _EXECVE in kinds:
        told |= {"event.category": ["process"], "event.type": ["start"], "event.action": "executed"}
        return {**told, "process.command_line": first(parts, "process.command_line") or told.get("process.title")}
    paths = [part for part in parts if part.get("auditd.log.record_type") == _PATH and part.get("file.path")]
    if paths:
        # The object itself comes with its own kind of name; PARENT records are the folders that it is in.
        named = [part for part in paths if part.get("auditd.log.nametype") != "PARENT"] or paths
        told |= firsts(named, _FILE)
        done = (_DONE.get(part.get("auditd.log.nametype") or "") for part in named)
        told["event.type"] = next(filter(None, done), told["event.type"])
        if len(named) > 1:
            told["file.target_path"] = named[-1]["file.path"]
        told["file.path"] = _absolute(told["file.path"], told.get("process.working_directory"))
        return {**told, "event.dataset": "linux.auditd_file"}
    address = first(parts, "auditd.log.socket.address")
    if address is not None:
        side = "source" if call.get("auditd.log.SYSCALL") in _RECEIVING else "destination"
        peer = {f"{side}.address": address, f"{side}.ip": address, f"{side}.port": first(parts, _PORT)}
        return {**told, **peer, "event.dataset": "linux.auditd_network"}
    return {**told, "event.dataset": "linux.auditd_syscall"}


def _absolute(path: str, folder: str | None) -> str:
    return path if path.startswith("/") or not folder else f"{folder.rstrip('/')}/{path}"


JOIN = Join(
    reference="https://github.com/linux-audit/audit-documentation/wiki/SPEC-Writing-Good-Events",
    datasets=frozenset({"linux.auditd"}),
    dataset="linux.auditd_execution",
    by=("auditd.log.sequence",),
    gap=dt.timedelta(0),
    fields=(
        *_ONCE,
        *_FILE,
        "auditd.log.record_type",
        "auditd.log.nametype",
        "auditd.log.socket.address",
        _PORT,
        "event.action",
        "event.category",
        "event.type",
    ),
    build=_build,
)
