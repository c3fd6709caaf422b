"""From the columns of one kind of event to ECS columns: what a target field needs is known by its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from watchfloor.parsers._address import mac_of
from watchfloor.parsers.windows import _codes, _values
from watchfloor.parsers.windows._values import by_value

Column = Sequence[Any]
Columns = dict[str, Column]
"""Columns of one group of events by name; a column without any value may be left out."""
Converter = Callable[[str, Column], Columns]

_PROGRAM = re.compile(r'\s*(?:"([^"]+)"|(.{1,512}?\.(?:exe|sys|dll|com|bat|cmd|ps1|vbs))(?=[\s,]|$))', re.IGNORECASE)
_ENGINE = re.compile(r"\b(HostApplication|UserId|ScriptName)=([^\r\n]*)")
_UPN = re.compile(r"(?:^|\s)san:(?:[^\r\n]{0,1024}&)?upn=([^&\s]{1,256})", re.IGNORECASE)
_ONE_NAME = re.compile(r"CN=([^\s,=*+/\\@.]+(?:\.[^\s,=*+/\\@.]+)?)", re.IGNORECASE)
_ZONE = re.compile(
    r".*\.(?:[a-z]{2}|com|net|org|info|biz|local|lan|localdomain|internal|intern|intranet|corp|home|test|example)",
    re.IGNORECASE,
)
_CONTEXT = re.compile(r"(?m)^[ \t]*(Host Application|User|Connected User|Script Name) = ([^\r\n]*)")


def ecs(target: str, column: Column) -> Columns:
    """The ECS columns that `target` stands for, from a column of text (None where the event has no value).

    Values that Windows writes for "none" (`-`, blanks, the SID of nobody, all-zero ids) become None.
    """
    cleaned = [None if value == "-" else value for value in column] if "-" in column else column
    return _converter(target)(target, cleaned)


def objects(kinds: Column, names: Column, values: Column) -> Columns:
    """The file or registry columns of an audited object, by its ObjectType; a value's name means a registry key."""
    files = [name if kind == "File" else None for kind, name in zip(kinds, names, strict=True)]
    keys = [
        (f"{name}\\{value}" if value else name) if kind == "Key" or value else None
        for kind, name, value in zip(kinds, names, values, strict=True)
    ]
    target = "registry.with_value" if any(values) else "registry"
    return {**ecs("file.path", files), **ecs(target, keys)}


def _converter(target: str) -> Converter:
    return _BY_NAME.get(target) or _BY_ENDING.get(target.rpartition(".")[2]) or _same


def _same(target: str, column: Column) -> Columns:
    return {target: column}


def _each(function: Callable[[str], Any]) -> Converter:
    def convert(target: str, column: Column) -> Columns:
        return {target: by_value(function, column)}

    return convert


def _split(function: Callable[[str], tuple[Any, ...]], column: Column, *names: str) -> Columns:
    """Columns of what the function makes of each value."""
    nothing = (None,) * len(names)
    parts = [each or nothing for each in by_value(function, column)]
    return dict(zip(names, zip(*parts, strict=True), strict=True))


def _account(target: str, column: Column) -> Columns:
    return _split(_values.account, column, f"{target}.name", f"{target}.domain")


def _name(value: str) -> str | None:
    return _values.account(value)[0] if "\\" in value or "@" in value else value


def _named(target: str, column: Column) -> Columns:
    """The name, and the domain or realm where it is told with the name."""
    names = by_value(_name, column)
    if names == column:
        return {target: names}
    return {target: names, f"{target.removesuffix('name')}domain": by_value(_realm, column)}


def _realm(value: str) -> str | None:
    return _values.account(value)[1] if "\\" in value or "@" in value else None


def _endpoint(target: str, column: Column) -> Columns:
    ends = _split(_values.endpoint, column, f"{target}.ip", f"{target}.domain", f"{target}.port")
    named = zip(ends[f"{target}.ip"], ends[f"{target}.domain"], strict=True)
    return {f"{target}.address": [ip or name for ip, name in named], **ends}


def _station(_: str, column: Column) -> Columns:
    """What a RADIUS client calls the caller: an IP address behind a gateway, a MAC address inside."""
    addresses = by_value(lambda value: value if _values.endpoint(value)[0] else None, column)
    return {**_endpoint("source", addresses), "source.mac": by_value(mac_of, column), "radius.calling_station": column}


def _executable(target: str, column: Column) -> Columns:
    name = target.removesuffix("executable") + "name"
    return {target: column, name: by_value(_values.file_name, column)}


def _library(target: str, column: Column) -> Columns:
    return {target: column, "dll.name": by_value(_values.file_name, column)}


def _file(target: str, column: Column) -> Columns:
    return _split(_path_parts, column, target, "file.name", "file.directory", "file.extension")


def _path_parts(value: str) -> tuple[str, str | None, str | None, str | None]:
    path = _local_path(value)
    name = _values.file_name(path)
    directory = path[: -len(name)].rstrip("\\/") if name else path
    return path, name, directory or None, _extension(name) if name else None


def _share_file(_: str, column: Column) -> Columns:
    return {"file.name": by_value(_values.file_name, column)}


def _service_image(_: str, column: Column) -> Columns:
    return _file("file.path", by_value(_program, column))


def _program(command: str) -> str:
    """The program's path in a service's command line."""
    match = _PROGRAM.match(command)
    return (match[1] or match[2]) if match else command


def _local_path(value: str) -> str:
    r"""Defender writes `file:_C:\x`, several joined by `; `, an archive's member behind `->`."""
    if ":_" not in value[:16]:
        return value
    return value.partition(";")[0].partition(":_")[2].partition("->")[0]


def _extension(name: str) -> str | None:
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem and extension.isalnum() else None


def _hashes(target: str, column: Column) -> Columns:
    owner = target.removesuffix("hash")
    return _split(_all_hashes, column, *(owner + name for name in _values.HASH_NAMES))


def _all_hashes(value: str) -> tuple[str | None, ...]:
    found = _values.hashes(value)
    return tuple(found.get(name) for name in _values.HASH_NAMES)


def _registry(target: str, column: Column) -> Columns:
    split = _registry_value if target.endswith("with_value") else _registry_key
    return _split(split, column, "registry.path", "registry.hive", "registry.key", "registry.value")


def _registry_key(path: str) -> tuple[str, str | None, str | None, str | None]:
    hive, below = _values.registry(path)
    return f"{hive}\\{below}" if hive else path, hive, below or None, None


def _registry_value(path: str) -> tuple[str, str | None, str | None, str | None]:
    whole, hive, below, _ = _registry_key(path)
    key, _, value = (below or "").rpartition("\\")
    return whole, hive, key or None, value or None


def _strings(target: str, column: Column) -> Columns:
    return {target: [[value] if value else None for value in column]}


def _failure(target: str, column: Column) -> Columns:
    codes = _codes.table(_FAILURE_CODES[target])
    numbers = _values.longs(column)
    return {
        "error.code": [hex(number & 0xFFFFFFFF) if number else None for number in numbers],
        "event.reason": [codes.get(number & 0xFFFFFFFF) if number else None for number in numbers],
    }


def _answers(_: str, column: Column) -> Columns:
    return {"dns.resolved_ip": by_value(_answered, column)}


def _answered(value: str) -> list[str] | None:
    """The addresses in Sysmon's QueryResults: `type:  5 alias.example;::ffff:192.0.2.7;`."""
    found = (_values.address(part.strip()) for part in value.split(";"))
    return list(dict.fromkeys(ip for ip in found if ip)) or None


def _engine(_: str, column: Column) -> Columns:
    """The context block of classic PowerShell events, which is the last unnamed data item."""
    return _powershell([dict(_ENGINE.findall(_joined(value))) for value in column])


def _joined(value: Any) -> str:
    return "\n".join(item for item in value if item) if isinstance(value, list) else value or ""


def _context(_: str, column: Column) -> Columns:
    """ContextInfo of 4103: `Name = value` lines, with names in the system's language."""
    found = [dict(_CONTEXT.findall(value)) if value else {} for value in column]
    return _powershell(
        [
            {
                "HostApplication": each.get("Host Application"),
                "UserId": each.get("Connected User") or each.get("User"),
                "ScriptName": each.get("Script Name"),
            }
            for each in found
        ]
    )


def _powershell(found: list[dict[str, str | None]]) -> Columns:
    def column(name: str) -> list[str | None]:
        return [_values.known(each.get(name)) for each in found]

    return {
        "process.command_line": column("HostApplication"),
        **_account("user", column("UserId")),
        **_file("file.path", column("ScriptName")),
    }


def _certificate_attributes(_: str, column: Column) -> Columns:
    """Whom a request asks to be, where its attributes say so: `SAN:upn=ann@example.com`."""
    found = by_value(lambda value: match[1] if (match := _UPN.search(value)) else None, column)
    return _account("user.target", found)


def _certificate_subject(_: str, column: Column) -> Columns:
    """The account that a subject names which the requester wrote: a single name, and none of a machine or a site."""
    return {"user.target.name": by_value(_subject_account, column)}


def _subject_account(value: str) -> str | None:
    match = _ONE_NAME.fullmatch(value.strip())
    return match[1] if match and not _ZONE.fullmatch(match[1]) else None


def _version_text(target: str, column: Column) -> Columns:
    """Sysmon writes `?` where the file has no version resource."""
    return {target: [None if value == "?" else value for value in column]}


_FAILURE_CODES = {"failure.nt": "nt_status", "failure.kerberos": "kerberos"}
_BY_NAME: dict[str, Converter] = {
    "user": _account,
    "user.target": _account,
    "user.effective": _account,
    "source": _endpoint,
    "destination": _endpoint,
    "station": _station,
    "process.hash": _hashes,
    "file.hash": _hashes,
    "dll.hash": _hashes,
    "file.path": _file,
    "share.file": _share_file,
    "service.image": _service_image,
    "dll.path": _library,
    "registry": _registry,
    "registry.with_value": _registry,
    "registry.data.strings": _strings,
    "failure.nt": _failure,
    "failure.kerberos": _failure,
    "dns.results": _answers,
    "dns.response_code": _each(_codes.dns_response),
    "dns.question.type": _each(_codes.dns_type),
    "network.transport": _each(_codes.transport),
    "network.type": _each(_codes.network_type),
    "network.direction": _each(_codes.direction),
    "winlog.logon.type": _each(_codes.logon_type),
    "winlog.logon.id": _each(_codes.logon_id),
    "certificate.attributes": _certificate_attributes,
    "certificate.subject": _certificate_subject,
    "powershell.context": _context,
    "powershell.engine": _engine,
    "user.name": _named,
    "user.id": _each(_values.sid),
    "user.target.name": _named,
    "user.target.id": _each(_values.sid),
    "user.effective.name": _named,
    "user.effective.id": _each(_values.sid),
    "source.domain": _each(lambda value: _values.endpoint(value)[1]),
    "destination.domain": _each(lambda value: _values.endpoint(value)[1]),
    "process.thread.id": _each(_values.long),
    "dns.question.name": _each(lambda value: value.rstrip(".") or value),
    "network.protocol": _each(str.lower),
}
_BY_ENDING: dict[str, Converter] = {
    "executable": _executable,
    "pid": _each(lambda value: _values.long(value) or None),  # 0 where Windows knows no process
    "port": _each(lambda value: _values.long(value) or None),
    "company": _version_text,
    "description": _version_text,
    "product": _version_text,
    "file_version": _version_text,
    "original_file_name": _version_text,
    "exit_code": _each(_values.long),
    "entity_id": _each(_values.guid),
    "sha256": _each(lambda value: _values.hashes(value).get("hash.sha256")),
}
