"""Linux's audit as the plugin LAUREL writes it: one JSON object per event, with the records of that event inside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import mapped
from watchfloor.parsers.linux._audit import meaning
from watchfloor.parsers.linux._rows import with_facts
from watchfloor.parsers.plugin import JsonParser

_FIELDS = {
    "NODE": "host.hostname",
    "SYSCALL.pid": "process.pid",
    "SYSCALL.ppid": "process.parent.pid",
    "SYSCALL.exe": "process.executable",
    "SYSCALL.comm": "process.name",
    "SYSCALL.exit": "process.exit_code",
    "SYSCALL.tty": "process.tty.name",
    "SYSCALL.ses": "session.id",
    "SYSCALL.auid": "user.audit.id",
    "SYSCALL.AUID": "user.audit.name",
    "SYSCALL.euid": "user.effective.id",
    "SYSCALL.EUID": "user.effective.name",
    "SYSCALL.ARCH": "host.architecture",
    "SYSCALL.PPID.exe": "process.parent.executable",
    "SYSCALL.PPID.comm": "process.parent.name",
    "PARENT_INFO.exe": "process.parent.executable",
    "PARENT_INFO.comm": "process.parent.name",
    "EXECVE.ARGV": "process.args",
    "EXECVE.ARGV_STR": "process.command_line",
    "PROCTITLE.ARGV_STR": "process.title",
    "CWD.cwd": "process.working_directory",
    "USER_AUTH.acct": "user.name",
    "USER_LOGIN.acct": "user.name",
    "USER_START.acct": "user.name",
    "USER_AUTH.addr": "source.address",
    "USER_LOGIN.addr": "source.address",
    "USER_START.addr": "source.address",
}
_OUTCOMES = {
    "yes": "success",
    "1": "success",
    "success": "success",
    "no": "failure",
    "0": "failure",
    "failed": "failure",
}
_EMPTY = frozenset({"", "?", "(null)", "(none)", "unset", "4294967295"})


def _claims(record: dict[str, Any]) -> bool:
    seconds, _, sequence = str(record["ID"]).partition(":")
    return sequence.isdigit() and seconds.replace(".", "", 1).isdigit()


def _facts(record: dict[str, Any]) -> dict[str, Any]:
    kinds = [name for name in record if name.isupper() and isinstance(record[name], dict | list)]
    first = "SYSCALL" if "SYSCALL" in kinds else next(iter(kinds), "")
    told = record.get(first)
    values: dict[str, Any] = told if isinstance(told, dict) else {}
    known = meaning(first, str(values.get("SYSCALL", "")).lower() if first == "SYSCALL" else "")
    facts: dict[str, Any] = {
        "auditd.log.record_type": first or None,
        "auditd.log.sequence": record["ID"].partition(":")[2],
    }
    if known:
        facts |= {"event.action": known.action, "event.category": known.category, "event.type": known.type}
    facts["event.outcome"] = _OUTCOMES.get(str(values.get("success", values.get("res", ""))))
    login = str(values.get("auid", ""))
    unset = login in _EMPTY
    facts["user.id"] = str(values.get("uid", "")) or None if unset else login
    facts["user.name"] = values.get("acct") or values.get("UID" if unset else "AUID")
    execve = record.get("EXECVE")
    if isinstance(execve, dict) and isinstance(execve.get("ARGV"), list):
        facts["process.command_line"] = execve.get("ARGV_STR") or " ".join(map(str, execve["ARGV"]))
    paths = record.get("PATH")
    if isinstance(paths, list):
        names = [each["name"] for each in paths if isinstance(each, dict) and each.get("name")]
        facts["file.path"] = names[0] if names and "EXECVE" not in record else None
    address = record.get("SOCKADDR", {}).get("SADDR") if isinstance(record.get("SOCKADDR"), dict) else None
    if isinstance(address, dict) and "addr" in address:
        side = "source" if values.get("SYSCALL") in {"accept", "accept4", "recvfrom", "recvmsg"} else "destination"
        facts |= {f"{side}.address": str(address["addr"]), f"{side}.port": str(address.get("port", "")) or None}
    return {name: value for name, value in facts.items() if value is not None}


def _moment(identifier: str) -> dt.datetime:
    seconds, _, fraction = identifier.partition(":")[0].partition(".")
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC).replace(microsecond=int(fraction[:6].ljust(6, "0") or 0))


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    facts = [_facts(record) for record in records]
    stamps = [_moment(str(record["ID"])) for record in records]
    frame = with_facts(mapped(records, _FIELDS, vendor="laurel", wanted=wanted, empty=_EMPTY), facts)
    return frame.with_columns(pl.Series("@timestamp", stamps, dtype=pl.Datetime("us", "UTC")))


PARSER = JsonParser(
    reference="https://github.com/threathunters-io/laurel/blob/master/README.md",
    claims=_claims,
    parse=_parse,
    keys=("ID",),
)
