"""Records of Linux's audit: calls, log-ins, accounts, services, policy violations; raw, enriched or interpreted.

One record per line; the records of one event share `auditd.log.sequence`, the time and the host.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import EMPTY, mapped
from watchfloor.parsers._times import parse_times
from watchfloor.parsers.linux._audit import (
    UNSET,
    architecture,
    decoded,
    meaning,
    socket_address,
    syscall_name,
    type_name,
)
from watchfloor.parsers.linux._rows import with_facts
from watchfloor.parsers.plugin import FieldsParser, by_line

_BEFORE = r"^(?:\[ *\d+\.\d+\] )?(?:audit: )?"
_JOURNAL_TYPES = (
    r"(?:(?:ACCT|ADD|ANOM|CHGRP|CHUSER|CONFIG|CRED|CRYPTO|DAEMON|DEL|FEATURE|GRP|KERN|LABEL|MAC|NETFILTER|OBJ|ROLE|"
    r"SELINUX|SERVICE|SOFTWARE|SYSTEM|USER|USYS|VIRT)_[A-Z_]+|AVC|BPF|CWD|EXECVE|LOGIN|PATH|PROCTITLE|SECCOMP|SOCKADDR|"
    r"SYSCALL|TTY)"
)
_STAMP = r"(?:\d{9,11}\.\d{1,6}|\d[\d/.-]{5,9} \d\d:\d\d:\d\d(?:\.\d+)?)"
_HEADS = (
    re.compile(
        rf"{_BEFORE}(?:node=(?P<node>\S+) )?type=(?P<type>\S+) (?:msg=)?audit\((?P<time>{_STAMP})"
        rf":(?P<sequence>\d+)\) ?: ?"
    ),
    re.compile(rf"{_BEFORE}(?P<type>{_JOURNAL_TYPES}) (?=(?:user )?[a-z_-]+=|avc:)"),
)
_SIEVE = (
    rf"{_BEFORE}(?:(?:node=\S+ )?type=\S+ (?:msg=)?audit\({_STAMP}:\d+\) ?:"
    rf"|{_JOURNAL_TYPES} (?:(?:user )?[a-z_-]+=|avc:))"
)
_PAIR = re.compile(
    r"""([A-Za-z][\w.-]*(?:\[\d+\])?)="""
    r"""(?:"([^"]*)"|\{ ?([^{}]*?) ?\}|(-?\d+|0x[0-9a-f]+)(?=[\s,]|$)|([^\s,]*(?:,[^\s,]+)*(?: (?![^\s=]*=)\S+)*))"""
)
_NESTED = re.compile(r"^(.*?)\bmsg='(.*)'(.*)$", re.DOTALL)
_POLICY = re.compile(r"\bavc:\s+(\w+)\s+(?:\{ ([^}]*) \} )?")
_CHANGED_ID = re.compile(r"\b(old|new) (auid|ses)=")
_RPM = re.compile(r"^(.+)-([^-]+-[^-]+)\.([^.-]+)$")
_NO_VALUE = EMPTY | {"?", "(none)", "unset"}
_NOBODY = _NO_VALUE | UNSET
_TIMES = ("%m/%d/%y %H:%M:%S%.f", "%m/%d/%Y %H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%d.%m.%Y %H:%M:%S%.f")
_ACCOUNTS = {name: name.upper() for name in ("auid", "uid", "gid", "euid", "egid", "suid", "sgid", "fsuid", "fsgid")}
"""Number of an account -> its name, where auditd has enriched the record; `ausearch -i` writes names for numbers."""
_OUTCOMES = {
    "success": "success",
    "1": "success",
    "yes": "success",
    "failed": "failure",
    "0": "failure",
    "no": "failure",
}

_FIELDS = {
    "euid": "user.effective.id",
    "EUID": "user.effective.name",
    "egid": "user.effective.group.id",
    "gid": "user.group.id",
    "GID": "user.group.name",
    "suid": "user.saved.id",
    "SUID": "user.saved.name",
    "sgid": "user.saved.group.id",
    "SGID": "user.saved.group.name",
    "fsuid": "user.filesystem.id",
    "FSUID": "user.filesystem.name",
    "fsgid": "user.filesystem.group.id",
    "FSGID": "user.filesystem.group.name",
    "comm": "process.name",
    "exe": "process.executable",
    "pid": "process.pid",
    "ppid": "process.parent.pid",
    "exit": "process.exit_code",
    "argc": "process.args_count",
    "cwd": "process.working_directory",
    "proctitle": "process.title",
    "tty": "process.tty.name",
    "terminal": "process.tty.name",
    "inode": "file.inode",
    "ouid": "file.uid",
    "ogid": "file.gid",
    "OUID": "file.owner",
    "OGID": "file.group",
    "src": "source.address",
    "saddr_ip": "source.address",
    "addr": "source.address",
    "rport": "source.port",
    "sport": "source.port",
    "dst": "destination.address",
    "daddr": "destination.address",
    "laddr": "destination.address",
    "lport": "destination.port",
    "dport": "destination.port",
    "unit": "service.name",
    "node": "host.hostname",
    "sequence": "auditd.log.sequence",
    "record_type": "auditd.log.record_type",
}


def _record(line: str) -> dict[str, str] | None:
    """The values of one record; of a name that comes twice, the kernel's value, which is the first, counts."""
    head = next(filter(None, (each.match(line) for each in _HEADS)), None)
    if head is None:
        return None
    found: dict[str, str] = {name: value for name, value in head.groupdict().items() if value}
    kind = found.pop("type")
    kind = type_name(kind) if kind.isdigit() else kind
    found = {"record_type": kind, **found}
    body, _, enriched = line[head.end() :].partition("\x1d")
    if kind == "PROCTITLE" and body.startswith("proctitle="):
        value = body.removeprefix("proctitle=").rstrip()
        found["proctitle"] = value.strip('"') if value.startswith('"') else decoded("proctitle", value, kind)
        return found
    if "avc:" in body and (policy := _POLICY.search(body)):
        found |= {"avc.action": policy[1], "avc.request": policy[2] or ""}
        body = body[: policy.start()] + body[policy.end() :]
    if "auid=" in body:
        body = _CHANGED_ID.sub(r"\1_\2=", body)
    nested = _NESTED.match(body) if "msg='" in body else None
    for part in (*(nested.groups() if nested else (body,)), enriched):
        _collect(part, kind, found)
    return found


def _collect(text: str, kind: str, found: dict[str, str]) -> None:
    for name, quoted, inner, number, plain in _PAIR.findall(text):
        if inner:
            for key, *values in _PAIR.findall(inner):
                found.setdefault(f"{name.lower()}.{key}", "".join(values))
        elif name not in found:
            found[name] = quoted or number or decoded(name, plain, kind) if plain or quoted or number else ""


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    facts = [_facts(record) for record in records]
    times = pl.Series([record.pop("time", None) for record in records], dtype=pl.String)
    frame = mapped(records, _FIELDS, vendor="auditd.log", wanted=wanted, empty=_NO_VALUE)
    frame = with_facts(frame, facts)
    stamps = [_moment(text) for text in times]
    _, local = parse_times(times.set(pl.Series([each is not None for each in stamps]), None), _TIMES)
    return frame.with_columns(pl.Series("@timestamp", stamps, dtype=pl.Datetime("us", "UTC")), local.alias("@local"))


def _moment(text: str | None) -> dt.datetime | None:
    seconds, _, fraction = (text or "").partition(".")
    if not (seconds.isdigit() and fraction.isdigit()):
        return None
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC).replace(microsecond=int(fraction[:6].ljust(6, "0")))


def _facts(record: dict[str, str]) -> dict[str, Any]:
    """What follows from a record: what happened, how it ended, who did it and to whom."""
    kind = record["record_type"]
    if "syscall" in record:
        name = syscall_name(record.get("arch", ""), record["syscall"])
        if not name.isdigit():
            record.setdefault("SYSCALL", name)  # as auditd itself would have enriched the record
    for number, name in _ACCOUNTS.items():
        if (value := record.get(number, "")) and not value.isdigit() and value not in _NOBODY:
            record.setdefault(name, value)
    known = meaning(kind, record.get("SYSCALL", "").lower() if kind == "SYSCALL" else "")
    facts: dict[str, Any] = {"event.action": known.action if known else kind.lower()}
    if known:
        facts |= {"event.category": known.category, "event.type": known.type}
    outcome = _OUTCOMES.get(record.get("res", record.get("success", "")))
    facts["event.outcome"] = outcome
    facts |= _users(record, known.about if known else "")
    for special in (_policy, _process, _things):
        facts |= special(record, kind)
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _value(record: Mapping[str, str], *names: str) -> str | None:
    for name in names:
        value = record.get(name, "")
        if value not in _NOBODY:
            return value
    return None


def _users(record: Mapping[str, str], about: str) -> dict[str, Any]:
    """Who logged in and acts from there (the audit id, which stays the same through su and sudo), else the user."""
    login = _value(record, "old_auid", "old-auid", "auid")
    facts: dict[str, Any] = {
        "user.audit.id": login,
        "user.audit.name": _value(record, "AUID"),
        "user.id": login or _value(record, "uid"),
        "session.id": _value(record, "ses"),
    }
    named = None if about == "group" else _value(record, "acct", "user")
    facts["user.name"] = named or _value(record, "AUID" if login else "UID")
    if record["record_type"] == "LOGIN":
        facts |= _account("user.effective", _value(record, "new_auid", "new-auid", "auid"))
        facts["user.effective.name"] = _value(record, "AUID")
    if about == "user.effective":
        facts |= _account(about, _value(record, "acct", "id", "uid"))
    elif about and about != "user":
        facts |= _account(about, _value(record, "id", "acct"))
        facts |= {} if "euid" in record else _account("user.effective", _value(record, "uid"))
        facts.setdefault(f"{about}.name", _value(record, "acct", "grp", "ID"))
    return facts


def _account(prefix: str, value: str | None) -> dict[str, str]:
    if value is None:
        return {}
    return {f"{prefix}.{'id' if value.isdigit() else 'name'}": value}


def _policy(record: Mapping[str, str], _kind: str) -> dict[str, Any]:
    """A mandatory access control's word: SELinux, AppArmor."""
    verdict = record.get("avc.action") or record.get("apparmor", "").lower()
    if "apparmor" in record:
        action = "violated-apparmor-policy" if verdict == "denied" else "apparmor"
    elif "avc.action" in record or "seresult" in record:
        action = "violated-selinux-policy" if verdict != "granted" else "avc"
    else:
        return {}
    if verdict == "status":
        return {"event.action": action, "event.category": ["configuration"], "event.type": ["change"]}
    facts: dict[str, Any] = {"event.action": action, "event.outcome": {"denied": "failure"}.get(verdict, "success")}
    if not verdict:
        facts["event.outcome"] = None
    facts["rule.name"] = _value(record, "profile")
    facts["file.path"] = next(
        (path for path in (record.get("path"), record.get("name")) if (path or "")[:1] == "/"), None
    )
    return facts


def _process(record: Mapping[str, str], kind: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if "comm" not in record and (executable := _value(record, "exe")):
        facts["process.name"] = executable.rpartition("/")[2]
    if "arch" in record:
        facts["host.architecture"] = record.get("ARCH") or architecture(record["arch"])
    if kind == "EXECVE":
        order = sorted(
            (int(name[1:].split("[", 1)[0]), name) for name in record if re.fullmatch(r"a\d+(\[\d+\])?", name)
        )
        facts["process.args"] = [record[name] for _, name in order]
        facts["process.command_line"] = " ".join(facts["process.args"])
    if kind == "USER_CMD" and (command := _value(record, "cmd")):
        facts["process.command_line"] = command
        facts["process.args"] = command.split()
        facts["process.args_count"] = str(len(facts["process.args"]))
    return facts


def _things(record: dict[str, str], kind: str) -> dict[str, Any]:
    """Files, sockets, packages and virtual machines."""
    facts: dict[str, Any] = {}
    if kind == "PATH" and (path := _value(record, "name")):
        facts |= {"file.path": path, "file.mode": _value(record, "mode")}
    if kind == "SOCKADDR":
        record |= {f"socket.{name}": text for name, text in socket_address(record.get("saddr", "")).items()}
    if kind == "NETFILTER_PKT":
        record["saddr_ip"] = record.get("saddr", "")
    if kind == "VIRT_MACHINE_ID":
        facts |= {"container.name": _value(record, "vm"), "container.runtime": _value(record, "virt")}
    if kind == "VIRT_CONTROL":
        kinds = {"start": ["start"], "stop": ["end"], "create": ["creation"], "delete": ["deletion"]}
        facts |= {"event.type": kinds[record["op"]]} if record.get("op") in kinds else {}
    if kind == "SOFTWARE_UPDATE" and (name := _value(record, "sw")):
        parts = _RPM.match(name) if record.get("sw_type") == "rpm" else None
        facts |= {"package.name": parts[1] if parts else name, "package.type": record.get("sw_type")}
        if parts:
            facts |= {"package.version": parts[2], "package.architecture": parts[3]}
    return facts


PARSER = FieldsParser(
    reference="https://github.com/linux-audit/audit-documentation/wiki/SPEC-Writing-Good-Events",
    sieve=_SIEVE,
    read=by_line(_record),
    parse=_parse,
)
