"""Samba's audit as JSON: authentication, authorization, changes of accounts, groups, passwords and the directory."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import mapped
from watchfloor.parsers.linux._rows import timed, with_facts
from watchfloor.parsers.plugin import JsonParser

_TYPES: dict[str, tuple[list[str], list[str], str]] = {
    "Authentication": (["authentication"], ["start"], "logged-in"),
    "Authorization": (["authentication"], ["info"], "authorized"),
    "KDC Authorization": (["authentication"], ["info"], "authorized"),
    "dsdbChange": (["database"], ["change"], "directory-change"),
    "dsdbTransaction": (["database"], ["info"], "directory-transaction"),
    "passwordChange": (["iam"], ["user", "change"], "password-change"),
    "groupChange": (["iam"], ["group", "change"], "group-change"),
    "replicatedUpdate": (["database"], ["change"], "replicated-update"),
}
_FIELDS = {
    "clientAccount": "user.name",
    "account": "user.name",
    "mappedAccount": "user.name",
    "becameAccount": "user.name",
    "clientDomain": "user.domain",
    "domain": "user.domain",
    "becameSid": "user.id",
    "sid": "user.id",
    "userSid": "user.id",
    "status": "event.reason",
    "authDescription": "event.provider",
    "eventId": "event.code",
    "sessionId": "session.id",
    "workstation": "source.domain",
}
_DONE = frozenset({"NT_STATUS_OK", "Success"})
_HOST = re.compile(r"(?:ipv[46]:)?(.*?)(?::(\d{1,5}))?$")


def _claims(record: dict[str, Any]) -> bool:
    return record["type"] in _TYPES and isinstance(record.get(record["type"]), dict)


def _facts(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    category, types, action = _TYPES[kind]
    facts: dict[str, Any] = {"event.category": category, "event.type": types, "event.action": action}
    if isinstance(status := values.get("status"), str):
        facts["event.outcome"] = "success" if status in _DONE else "failure"
        facts["error.code"] = None if status in _DONE else status
    elif kind == "Authorization":
        facts["event.outcome"] = "success"
    for name, side in (("remoteAddress", "source"), ("localAddress", "destination")):
        text = values.get(name)
        if isinstance(text, str) and text.startswith("ipv") and (found := _HOST.match(text)):
            facts |= {f"{side}.address": found[1], f"{side}.port": found[2]}
    return facts


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    values = [record[record["type"]] for record in records]
    facts = [_facts(record["type"], told) for record, told in zip(records, values, strict=True)]
    times = [str(record["timestamp"]) for record in records]
    named = [{"audit_type": record["type"], **told} for record, told in zip(records, values, strict=True)]
    frame = with_facts(mapped(named, _FIELDS, vendor="samba", wanted=wanted), facts)
    return timed(frame, times, ("%Y-%m-%dT%H:%M:%S%.f%z",))


PARSER = JsonParser(
    reference="https://wiki.samba.org/index.php/Setting_up_Audit_Logging",
    claims=_claims,
    parse=_parse,
    keys=("timestamp", "type"),
)
