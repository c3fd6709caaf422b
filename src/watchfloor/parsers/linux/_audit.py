"""What audit records mean, and how their values are written; the lists are in `audit.yml`."""

from __future__ import annotations

import functools
import ipaddress
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

ENCODED = frozenset(
    [
        "acct",
        "apparmor",
        "cgroup",
        "cmd",
        "comm",
        "cwd",
        "data",
        "device",
        "dir",
        "exe",
        "file",
        "grp",
        "info",
        "invalid_context",
        "key",
        "name",
        "new-chardev",
        "new-disk",
        "new-fs",
        "new-net",
        "new-rng",
        "new_group",
        "ocomm",
        "old-chardev",
        "old-disk",
        "old-fs",
        "old-net",
        "old-rng",
        "operation",
        "path",
        "profile",
        "proctitle",
        "root_dir",
        "sw",
        "vm",
        "watch",
    ]
)
"""Fields that are written in hexadecimal when they hold what could be taken for more of the record."""
UNSET = frozenset({"4294967295", "-1", "unset"})
"""An id that was never set."""
_HEX = re.compile(r"(?:[0-9A-F]{2})+")
_NEEDS_ENCODING = re.compile(rb"[^!#-~]")
_ARGUMENT = re.compile(r"a\d+(?:\[\d+\])?")
_FAMILIES = {1: "unix", 2: "inet", 10: "inet6", 16: "netlink"}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a kind of record says: ECS action, categories and types, and the fields of the account that it is about."""

    action: str
    category: list[str]
    type: list[str]
    about: str = ""


@functools.cache
def meaning(record_type: str, syscall: str) -> Meaning | None:
    """What a record type, or the system call of a SYSCALL record, means."""
    if record_type == "SYSCALL":
        return _calls().get(syscall, Meaning(syscall or "syscall", ["process"], ["info"]))
    row = _tables()["types"].get(record_type)
    return None if row is None else Meaning(*row)


def syscall_name(arch: str, number: str) -> str:
    """The system call's name; the number where it is not known."""
    if not number.isdigit():
        return number
    name: str = _tables()["numbers"].get(arch, {}).get(int(number), number)
    return name


def architecture(arch: str) -> str:
    """The architecture's name; an unknown number as it is."""
    name: str = _tables()["architectures"].get(arch, arch)
    return name


def type_name(record_type: str) -> str:
    """The name of a record type that is given by its number."""
    name: str = _tables()["kernel_types"].get(int(record_type), f"UNKNOWN[{record_type}]")
    return name


@functools.cache
def _calls() -> Mapping[str, Meaning]:
    rows = _tables()["calls"].items()
    return {call: Meaning(action, category, types) for action, (category, types, calls) in rows for call in calls}


@functools.cache
def _tables() -> Mapping[str, Any]:
    text = resources.files(__package__).joinpath("audit.yml").read_text("utf-8")
    tables: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return {**tables, "architectures": {str(arch): name for arch, name in tables["architectures"].items()}}


def decoded(name: str, value: str, record_type: str) -> str:
    """A value in plain text, if it is one that the kernel or libaudit wrote in hexadecimal."""
    if name not in ENCODED and not (record_type == "EXECVE" and _ARGUMENT.fullmatch(name)):
        return value
    if not _HEX.fullmatch(value):
        return value
    octets = bytes.fromhex(value)
    if not _NEEDS_ENCODING.search(octets):
        return value
    separator = "\x01" if name == "key" else "\0"
    return octets.decode("utf-8", "replace").rstrip("\0").replace(separator, " ")


def socket_address(value: str) -> dict[str, str]:
    """Family, address and port, or path, of a `saddr` (struct sockaddr in hexadecimal)."""
    if not _HEX.fullmatch(value):
        return {}
    octets = bytes.fromhex(value)
    family = _FAMILIES.get(int.from_bytes(octets[:2], "little"), "")
    found = {"family": family} if family else {}
    if family == "inet" and len(octets) >= 8:
        port, address = struct.unpack(">H4s", octets[2:8])
        found |= {"address": str(ipaddress.IPv4Address(address)), "port": str(port)}
    elif family == "inet6" and len(octets) >= 24:
        port, address = struct.unpack(">H4x16s", octets[2:24])
        found |= {"address": str(ipaddress.IPv6Address(address)), "port": str(port)}
    elif family == "unix":
        found |= {"path": octets[2:].lstrip(b"\0").split(b"\0", 1)[0].decode("utf-8", "replace")}
    return {name: text for name, text in found.items() if text}
