"""Fields that Sigma rules expect and events carry in another form. Each function maps columns' values to values.

Arguments and results are tuples of non-empty texts, the empty tuple standing for a missing field.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping

from watchfloor.core.errors import SchemaError

Values = tuple[str, ...]
Derive = Callable[..., Values]

_INTEGRITY = {
    "S-1-16-0": "Untrusted",
    "S-1-16-4096": "Low",
    "S-1-16-8192": "Medium",
    "S-1-16-8448": "Medium Plus",
    "S-1-16-12288": "High",
    "S-1-16-16384": "System",
    "S-1-16-20480": "Protected",
}
"""Mandatory labels: https://learn.microsoft.com/windows/win32/secauthz/well-known-sids."""
_ACCOUNTS = {
    "S-1-5-18": "NT AUTHORITY\\SYSTEM",
    "S-1-5-19": "NT AUTHORITY\\LOCAL SERVICE",
    "S-1-5-20": "NT AUTHORITY\\NETWORK SERVICE",
}
_LEVELS = {
    "logalways": "0",
    "critical": "1",
    "error": "2",
    "warning": "3",
    "information": "4",
    "informational": "4",
    "info": "4",
    "verbose": "5",
}
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_CALL = re.compile(r"(\w+)\((.+)\)")
_DEVICE = re.compile(r"\\device\\harddiskvolume\d+\\", re.IGNORECASE)
_HIVES = (
    ("\\registry\\machine", "HKLM"),
    ("\\registry\\user", "HKU"),
)
_CONTROL_SET = re.compile(r"^(HKLM\\SYSTEM)\\ControlSet\d{3}\\", re.IGNORECASE)
_HASH = re.compile(r"(\w+)=([0-9A-Fa-f]+)")
_REG_DWORD, _REG_BINARY, _REG_QWORD = "%%1876", "%%1875", "%%1883"
_OPERATIONS = {"%%1904": "SetValue", "%%1905": "SetValue", "%%1906": "DeleteValue"}
"""4657's operation: https://learn.microsoft.com/previous-versions/windows/it-pro/windows-10/security/threat-protection/auditing/event-4657."""


@functools.cache
def call(source: str) -> tuple[str, tuple[str, ...]]:
    """A field's source as (function, columns); the function is empty for a plain column."""
    found = _CALL.fullmatch(source)
    return (found[1], tuple(name.strip() for name in found[2].split(","))) if found else ("", (source,))


def inputs(source: str) -> tuple[str, ...]:
    """The columns that a field's source reads."""
    return call(source)[1]


def derived(name: str) -> Derive:
    """The function of that name; `item_N` gives the N-th value of a list, from 0.

    Raises:
        SchemaError: there is none.
    """
    if name.startswith("item_"):
        position = int(name.removeprefix("item_"))
        return lambda values: values[position : position + 1]
    if name.startswith("hash_of_"):
        algorithm = name.removeprefix("hash_of_")
        return lambda values: _hash(algorithm, values)
    if name not in _FUNCTIONS:
        raise SchemaError(f"no function {name!r}", place="sigma_fields.yml")
    return _FUNCTIONS[name]


def _any_of(*columns: Values) -> Values:
    return tuple(dict.fromkeys(value for values in columns for value in values))


def _account(*parts: Values) -> Values:
    """The first account (SID, domain, name) that is filled in, with its domain; well-known ones as Sysmon has them."""
    for sid, domain, name in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if sid and sid[0] in _ACCOUNTS:
            return (_ACCOUNTS[sid[0]],)
        if name and name[0] != "-":
            return (f"{domain[0]}\\{name[0]}" if domain and domain[0] != "-" else name[0],)
    return ()


def _hex_id(values: Values) -> Values:
    """A hexadecimal process id also as Sysmon writes it."""
    return tuple(
        dict.fromkeys(text for value in values for text in (value, str(int(value, 16)) if _is_hex(value) else value))
    )


def _is_hex(value: str) -> bool:
    return re.fullmatch(r"0x[0-9a-fA-F]{1,16}", value) is not None


def _logon_id(target: Values, subject: Values) -> Values:
    return target if target and target[0] not in {"0x0", "-"} else subject


def _integrity_level(label: Values) -> Values:
    return tuple(text for value in label for text in (value, _INTEGRITY.get(value, "")) if text)


def _windows_level(level: Values) -> Values:
    return tuple(text for value in level for text in (value, _LEVELS.get(value.lower(), "")) if text)


def _device_path(path: Values) -> Values:
    """A kernel path as a drive path. The volume of the system is taken to be C:, what other tools show for it."""
    return tuple(_DEVICE.sub(r"C:\\", value, count=1) if _DEVICE.match(value) else value for value in path)


def _wfp_initiated(direction: Values) -> Values:
    """5156's direction: %%14593 outbound, %%14592 inbound."""
    return tuple({"%%14593": "true", "%%14592": "false"}.get(value, value) for value in direction)


def _ip_protocol(protocol: Values) -> Values:
    return tuple(_PROTOCOLS.get(value, value) for value in protocol)


def _registry_target(key: Values, value: Values) -> Values:
    """Key and value as Sysmon writes them."""
    if not key:
        return ()
    path = key[0]
    for kernel, hive in _HIVES:
        if path.lower().startswith(kernel):
            path = hive + path[len(kernel) :]
    path = _CONTROL_SET.sub(r"\1\\CurrentControlSet\\", path)
    return (f"{path}\\{value[0]}" if value else path,)


def _registry_details(kind: Values, value: Values) -> Values:
    """A written value as Sysmon writes it: `DWORD (0x00000001)`."""
    if not kind and not value:
        return ()
    text = value[0] if value else ""
    if kind and kind[0] == _REG_BINARY:
        return ("Binary Data",)
    if text.isascii() and text.isdigit() and len(text) <= 20 and kind:
        if kind[0] == _REG_DWORD:
            return (f"DWORD (0x{int(text):08x})",)
        if kind[0] == _REG_QWORD:
            high, low = divmod(int(text), 1 << 32)
            return (f"QWORD (0x{high:08x}-0x{low:08x})",)
    return (text,) if text else ("(Empty)",)


def _registry_operation(operation: Values) -> Values:
    return tuple(_OPERATIONS.get(value, value) for value in operation)


def _hash(algorithm: str, values: Values) -> Values:
    """One digest of Sysmon's `MD5=...,SHA256=...`."""
    return tuple(digest for value in values for name, digest in _HASH.findall(value) if name.lower() == algorithm)


_FUNCTIONS: Mapping[str, Derive] = {
    "account": _account,
    "any_of": _any_of,
    "device_path": _device_path,
    "hex_id": _hex_id,
    "integrity_level": _integrity_level,
    "ip_protocol": _ip_protocol,
    "logon_id": _logon_id,
    "registry_details": _registry_details,
    "registry_operation": _registry_operation,
    "registry_target": _registry_target,
    "wfp_initiated": _wfp_initiated,
    "windows_level": _windows_level,
}
