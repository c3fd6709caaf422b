"""ModSecurity's audit log in its native form, of versions 2 and 3: a transaction of several sections per record."""

from __future__ import annotations

import re
from typing import Any

from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._modsecurity import DATASET
from watchfloor.parsers.web.modsecurity import parse

_BOUNDARY = r"--(-?[0-9A-Za-z]{6,16}(?:--)?)-A--\r?\n"
_START = re.compile(_BOUNDARY)
_HEAD = re.compile(r"\[([^\]\n]+)\] (\S+) (\S+) (\d{1,5}) (\S+) (\d{1,5})\s*\Z")
_STATUS = re.compile(r"(HTTP/\S+) (\d{3})\b")
_PHASE = re.compile(r"\(phase (\d)\)")
_DENIED = "Access denied"
_LISTS = {"message": "messages", "modsecurity": "messages", "apache-error": "error_messages"}
"""Lines of the trailer that may come more than once; version 3 writes its messages under its own name."""
_PLACES = ("time", "transaction_id", "remote_address", "remote_port", "local_address", "local_port")


def _read(record: str) -> dict[str, Any] | None:
    """A record's sections in the shape of the JSON form."""
    start = _START.match(record)
    sections = _sections(record, start[1]) if start else {}
    head = _HEAD.match(sections.get("A", ""))
    if head is None:
        return None
    values: dict[str, Any] = {"transaction": dict(zip(_PLACES, head.groups(), strict=True))}
    if "B" in sections:
        line, headers = _message(sections["B"])
        values["request"] = {"request_line": line, "headers": headers}
    if "F" in sections:
        line, headers = _message(sections["F"])
        status = _STATUS.match(line)
        given = {"protocol": status[1], "status": int(status[2])} if status else {}
        values["response"] = given | {"headers": headers}
    if "H" in sections:
        values["audit_data"] = _trailer(sections["H"])
    return values


def _sections(record: str, boundary: str) -> dict[str, str]:
    """The text of each section by its letter.

    Bodies hold what others wrote, also lines that look like boundaries: only the record's own, which is random and
    sent to nobody, divides it. If a section comes twice, the first counts of the two in front of the bodies, and the
    last of those behind them.
    """
    _, *parts = re.split(rf"^--{boundary}-([A-Z])--\r?(?:\n|\Z)", record, flags=re.MULTILINE)
    found: dict[str, str] = {}
    for letter, text in zip(parts[::2], parts[1::2], strict=True):
        if letter not in "AB" or letter not in found:
            found[letter] = text
    return found


def _message(section: str) -> tuple[str, dict[str, str]]:
    """The first line of a request or response, and its headers; of one that comes twice, all values."""
    line, *others = section.strip("\r\n").split("\n")
    headers: dict[str, list[str]] = {}
    for each in others:
        name, colon, value = each.partition(":")
        if colon:
            headers.setdefault(name, []).append(value.strip())
    return line.rstrip("\r"), {name: ", ".join(values) for name, values in headers.items()}


def _trailer(section: str) -> dict[str, Any]:
    """What ModSecurity says of the transaction, by the names of the JSON form."""
    data: dict[str, Any] = {}
    for line in section.split("\n"):
        name, colon, value = line.rstrip("\r").partition(": ")
        key = name.lower()
        if key in _LISTS:
            data.setdefault(_LISTS[key], []).append(value)
        elif colon:
            data.setdefault(key.replace("-", "_"), value.strip('"'))
    action = data.pop("action", "")
    denied = next((text for text in data.get("messages", ()) if text.startswith(_DENIED)), "")
    if action.startswith("Intercepted") or denied:  # version 3 writes no line of the action
        phase = _PHASE.search(action or denied)
        data["action"] = {"intercepted": True} | ({"phase": int(phase[1])} if phase else {})
    return data


PARSER = FieldsParser(
    reference="https://github.com/owasp-modsecurity/ModSecurity/wiki/ModSecurity-2-Data-Formats",
    sieve=rf"^{_BOUNDARY}\[",
    read=by_line(_read),
    parse=parse,
    dataset=DATASET,
)
