"""sudo's log in JSON: commands that were accepted, rejected, and how they ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import mapped
from watchfloor.parsers.linux._rows import with_facts
from watchfloor.parsers.plugin import JsonParser

_KINDS = {
    "accept": (["start"], "success"),
    "reject": (["start"], "failure"),
    "alert": (["info"], "failure"),
    "exit": (["end"], None),
}
_FIELDS = {
    "submituser": "user.name",
    "runuser": "user.effective.name",
    "command": "process.executable",
    "runargv": "process.args",
    "submitcwd": "process.working_directory",
    "runcwd": "process.working_directory",
    "ttyname": "process.tty.name",
    "submithost": "host.hostname",
    "reason": "event.reason",
    "exit_value": "process.exit_code",
    "uuid": "session.id",
}


def _claims(record: dict[str, Any]) -> bool:
    inner = record["sudo"]
    return isinstance(inner, dict) and any(isinstance(inner.get(kind), dict) for kind in _KINDS)


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    kinds = [next(kind for kind in _KINDS if isinstance(record["sudo"].get(kind), dict)) for record in records]
    values = [record["sudo"][kind] for record, kind in zip(records, kinds, strict=True)]
    frame = with_facts(mapped(values, _FIELDS, vendor="sudo", wanted=wanted), list(map(_facts, kinds, values)))
    stamps = pl.Series("@timestamp", list(map(_moment, values)), dtype=pl.Datetime("us", "UTC"))
    return frame.with_columns(stamps)


def _facts(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    types, outcome = _KINDS[kind]
    facts: dict[str, Any] = {"event.category": ["process"], "event.type": types, "event.action": f"sudo-{kind}"}
    if outcome:
        facts["event.outcome"] = outcome
    arguments = values.get("runargv")
    if isinstance(arguments, list):
        facts["process.command_line"] = " ".join(map(str, arguments))
    return facts


def _moment(values: dict[str, Any]) -> dt.datetime | None:
    for name in ("server_time", "submit_time", "exit_time"):
        time = values.get(name)
        if isinstance(time, dict) and isinstance(time.get("seconds"), int):
            micro = int(time.get("nanoseconds", 0)) // 1000
            return dt.datetime.fromtimestamp(time["seconds"], dt.UTC).replace(microsecond=micro)
    return None


PARSER = JsonParser(
    dataset="linux.sudo",
    reference="https://www.sudo.ws/docs/man/sudoers.man/#Event_Logging",
    claims=_claims,
    parse=_parse,
    keys=("sudo",),
)
