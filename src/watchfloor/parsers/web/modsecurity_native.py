"""ModSecurity's audit log in its native form: a transaction is a block of sections between lines with a boundary."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web import modsecurity
from watchfloor.parsers.web._modsecurity import DATASET

_BEGIN = re.compile(r"--(-?[0-9A-Za-z]{6,16}(?:--)?)-A--\r?\n")
_AUDIT = re.compile(r"\[([^\]]+)\] (\S+) (\S+) ([0-9]{1,5}) (\S+) ([0-9]{1,5})\s*(?:\n|\Z)")
_INTERCEPTED = re.compile(r"Intercepted \(phase (\d)\)")
_DENIED = "Access denied"
_VISITORS = frozenset("AB")
"""Sections of which the first counts; of all others the last. What a visitor or a page may fill with lines, and so with
a forged boundary, are the bodies, which stand between the request's head and the response's."""


def _read(record: str) -> dict[str, Any] | None:
    """A transaction as the object that version 2 writes for it in JSON, without the bodies."""
    sections = _sections(record)
    audit = _AUDIT.match(sections.get("A", ""))
    if audit is None:
        return None
    time, identity, client, client_port, host, host_port = audit.groups()
    line, headers = _head(sections.get("B", ""))
    status, sent = _head(sections.get("F", ""))
    transaction = {"time": time, "transaction_id": identity, "remote_address": client, "remote_port": int(client_port)}
    found: dict[str, Any] = {
        "transaction": {**transaction, "local_address": host, "local_port": int(host_port)},
        "audit_data": _trailer(sections.get("H", "").split("\n")),
    }
    if line:
        found["request"] = {"request_line": line, "headers": headers}
    if status:
        protocol, _, code = status.partition(" ")
        found["response"] = {"protocol": protocol, "headers": sent}
        if re.fullmatch("[0-9]{3}", code[:3]):
            found["response"]["status"] = int(code[:3])
    return found


def _sections(record: str) -> dict[str, str]:
    """The text of each section by its letter; a line with another boundary is text like any other."""
    begin = _BEGIN.match(record)
    if begin is None:
        return {}
    boundary = re.compile(rf"^--{begin[1]}-([A-Z])--\r?(?:\n|\Z)", re.MULTILINE)
    marks = list(boundary.finditer(record))
    ends = [mark.start() for mark in marks[1:]] + [len(record)]
    found: dict[str, str] = {}
    for mark, end in zip(marks, ends, strict=True):
        if mark[1] not in found or mark[1] not in _VISITORS:
            found[mark[1]] = record[mark.end() : end]
    return found


def _head(section: str) -> tuple[str, dict[str, str]]:
    """The first line, and the headers by name; of a name that comes twice, the first counts."""
    first, *rest = section.rstrip().split("\n")
    headers: dict[str, str] = {}
    for line in rest:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name, value.strip())
    return first.strip(), headers


def _trailer(lines: Iterable[str]) -> dict[str, Any]:
    """What ModSecurity itself says; version 3 writes its messages under its own name."""
    found: dict[str, Any] = {}
    for line in lines:
        name, colon, value = line.strip().partition(": ")
        if not colon:
            continue
        if name in ("Message", "ModSecurity"):
            found.setdefault("messages", []).append(value)
        elif name == "Apache-Error":
            found.setdefault("error_messages", []).append(value)
        elif name == "Action":
            action = _INTERCEPTED.match(value)
            found["action"] = {"intercepted": True, "phase": int(action[1])} if action else {"message": value}
        else:
            found[name.lower().replace("-", "_")] = value.strip('"')
    if "action" not in found and any(message.startswith(_DENIED) for message in found.get("messages", ())):
        found["action"] = {"intercepted": True}
    return found


PARSER = FieldsParser(
    reference="https://github.com/owasp-modsecurity/ModSecurity/wiki/ModSecurity-2-Data-Formats",
    sieve=r"^---?[0-9A-Za-z]{6,16}-(?:--)?A--\r?\n\[",
    read=by_line(_read),
    parse=modsecurity.parse,
    dataset=DATASET,
)
