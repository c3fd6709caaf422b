"""Single values of Windows events: text of JSON values, numbers, addresses, accounts, hashes, registry paths."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from watchfloor.parsers import _address

_INT64 = 2**63
_LONGEST_ADDRESS = 64
_TEXT = frozenset({str, type(None)})
_PLAIN = frozenset({str, int, type(None)})
_HASH_FIELDS = {"MD5": "hash.md5", "SHA1": "hash.sha1", "SHA256": "hash.sha256", "IMPHASH": "pe.imphash"}
HASH_NAMES = tuple(_HASH_FIELDS.values())
"""What `hashes` may find, as field names below the file, library or process."""
_HASH_OF_LENGTH = {32: "hash.md5", 40: "hash.sha1", 64: "hash.sha256"}
_HIVES = {
    "HKEY_LOCAL_MACHINE": "HKLM",
    "HKEY_USERS": "HKU",
    "HKEY_CURRENT_USER": "HKCU",
    "HKEY_CLASSES_ROOT": "HKCR",
    "HKEY_CURRENT_CONFIG": "HKCC",
}
_KERNEL_HIVES = {"MACHINE": "HKLM", "USER": "HKU"}  # \REGISTRY\MACHINE\..., the kernel's own names
_SID_OF_NOBODY = "S-1-0-0"


def text(value: Any) -> str | None:
    """The text Windows would have written: decimal numbers, true and false; nested values as JSON; empty is None."""
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, int) and -_INT64 <= value < 2 * _INT64:
        return str(value)
    if isinstance(value, float):
        return repr(value)
    return _json(value)


def _json(value: Any) -> str | None:
    if not value:
        return None
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # nested beyond what the encoder takes; event.original keeps it
        return None


def texts(values: Sequence[Any]) -> Sequence[str | None]:
    """`text` of each value; values that are non-empty text already are returned as they are."""
    kinds = set(map(type, values))
    if kinds <= _TEXT:
        return [value or None for value in values] if "" in values else values
    return by_value(text, values) if kinds <= _PLAIN else [text(value) for value in values]


def longs(values: Sequence[Any]) -> Sequence[int | None]:
    """`long` of each value."""
    kinds = set(map(type, values))
    if kinds == {int} and min(values) >= -_INT64 and max(values) < _INT64:
        return values
    return by_value(long, values) if kinds <= _PLAIN else [long(value) for value in values]


def by_value(function: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
    """The function of each value, called once per distinct one; None stays None.

    The values must not mix kinds that compare equal across types (numbers and booleans).
    """
    results = {value: function(value) for value in set(values) if value is not None}
    return list(map(results.get, values))


def known(value: str | None) -> str | None:
    """The value without surrounding blanks, None for Windows' mark of an absent one (`-`)."""
    value = value.strip() if value else None
    return None if value == "-" else value or None


def long(value: Any) -> int | None:
    """A 64-bit integer from a number, decimal text or hexadecimal text (`0x1f4`); None for anything else."""
    if type(value) is str:
        try:
            number = int(value, 16) if value[:2] in {"0x", "0X"} else int(value)
        except ValueError:
            return None
    elif type(value) is int:
        number = value
    else:
        return None
    return number if -_INT64 <= number < _INT64 else None


def address(value: str) -> str | None:
    """The canonical IP address, IPv4 mapped into IPv6 folded, zone and brackets dropped; None when it is none."""
    if len(value) > _LONGEST_ADDRESS:
        return None
    try:
        ip = ipaddress.ip_address(value.strip("[]").partition("%")[0])
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip)


def endpoint(value: str) -> tuple[str | None, str | None, int | None]:
    r"""(address, name, port) of `10.0.0.1`, `10.0.0.1:3389`, `[::1]:3389`, `WKS01`, `\\WKS01`; LOCAL is none."""
    ip = address(value)
    if ip:
        return ip, None, None
    head, port = _address.endpoint(value)
    if head and port and (ip := address(head)):
        return ip, None, int(port)
    name = value.lstrip("\\")
    return None, (name if name and name.upper() != "LOCAL" and ":" not in name else None), None


def account(value: str) -> tuple[str | None, str | None]:
    r"""(name, domain) of `DOMAIN\name`, `name@realm`, `CN=name,OU=...` or a bare name."""
    if value[:3].upper() == "CN=":
        return re.split(r"(?<!\\),", value[3:], maxsplit=1)[0].replace("\\,", ",") or None, None
    domain, slash, name = value.rpartition("\\")
    if slash:
        return name or None, domain or None
    name, at, realm = value.partition("@")
    return (name, realm) if at and name and realm else (value, None)


def sid(value: str) -> str | None:
    """The SID, None for the SID of nobody and for a name in its place; `%{S-1-...}` without its wrapping."""
    value = value.removeprefix("%{").removesuffix("}")
    return value if value.startswith("S-1-") and value != _SID_OF_NOBODY else None


def guid(value: str) -> str | None:
    """A GUID as `{lower-case}`, whether the record has braces or not; None for zeros."""
    plain = value.strip("{}").lower()
    return None if not plain.strip("0-") else f"{{{plain}}}"


def hashes(value: str) -> dict[str, str]:
    """{`hash.sha256` ...: lower-case hex} of Sysmon's `SHA256=...,IMPHASH=...`, or of one bare hash."""
    found = {}
    for part in value.split(","):
        name, equals, digest = part.strip().rpartition("=")
        field = _HASH_FIELDS.get(name.upper()) if equals else _HASH_OF_LENGTH.get(len(digest))
        if field and digest.strip("0"):
            found[field] = digest.lower()
    return found


def registry(path: str) -> tuple[str | None, str]:
    r"""(abbreviated hive, path below it) of `HKLM\SOFTWARE\...`, `\REGISTRY\MACHINE\...` and long hive names."""
    root, _, below = path.partition("\\")
    if root in _HIVES:
        return _HIVES[root], below
    if root.startswith("HK"):
        return root, below
    parts = path.split("\\", 3)
    if len(parts) > 2 and parts[1].upper() == "REGISTRY":
        hive = _KERNEL_HIVES.get(parts[2].upper())
        return (hive, parts[3] if len(parts) > 3 else "") if hive else (None, path)
    return None, path


def file_name(path: str) -> str | None:
    """The last component of a Windows or POSIX path."""
    return path.rpartition("\\" if "\\" in path else "/")[2] or None
