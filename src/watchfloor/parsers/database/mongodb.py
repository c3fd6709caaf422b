"""MongoDB's structured log (4.4 and later): connections, log-ins, slow commands, errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import endpoint
from watchfloor.parsers._mapping import mapped
from watchfloor.parsers.linux._rows import timed, with_facts
from watchfloor.parsers.plugin import JsonParser

_FIELDS = {
    "msg": "message",
    "s": "log.level",
    "c": "log.logger",
    "id": "event.code",
    "ctx": "process.thread.name",
    "attr.principalName": "user.name",
    "attr.user": "user.name",
    "attr.error.errmsg": "event.reason",
    "attr.error": "event.reason",
}
_LEVELS = {"F": "fatal", "E": "error", "W": "warning", "I": "info"}
_KINDS: dict[str, dict[str, Any]] = {
    "Connection accepted": {"category": ["network"], "type": ["connection", "start"], "action": "connection-accepted"},
    "Connection ended": {"category": ["network"], "type": ["connection", "end"], "action": "connection-ended"},
    "Authentication succeeded": {"category": ["authentication"], "type": ["start"], "outcome": "success"},
    "Successfully authenticated": {"category": ["authentication"], "type": ["start"], "outcome": "success"},
    "Authentication failed": {"category": ["authentication"], "type": ["start"], "outcome": "failure"},
    "Failed to authenticate": {"category": ["authentication"], "type": ["start"], "outcome": "failure"},
    "Checking authorization failed": {"category": ["database"], "type": ["access"], "outcome": "failure"},
    "Slow query": {"category": ["database"], "type": ["access"], "action": "slow-query"},
    "MongoDB starting": {"category": ["process"], "type": ["start"]},
    "Shutting down": {"category": ["process"], "type": ["end"]},
}


def _facts(record: dict[str, Any]) -> dict[str, Any]:
    kind = _KINDS.get(record["msg"].rstrip(), {"category": ["database"], "type": ["info"]})
    facts = {f"event.{name}": value for name, value in kind.items()}
    if "authentication" in kind["category"]:
        facts["event.action"] = "logged-in"
    attributes = record.get("attr")
    if isinstance(attributes, dict):
        remote = attributes.get("remote") or attributes.get("client")
        if isinstance(remote, str) and ":" in remote:
            facts["source.address"], facts["source.port"] = endpoint(remote, ported=True)
        if isinstance(milliseconds := attributes.get("durationMillis"), int):
            facts["event.duration"] = str(milliseconds * 1_000_000)
    if record["s"] in {"E", "F"} and "event.outcome" not in facts:
        facts |= {"event.type": ["error"]}
    level = _LEVELS.get(record["s"], "debug")
    return {**facts, "log.level": level}


def _parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    facts = [_facts(record) for record in records]
    times = [record["t"]["$date"] for record in records]
    rest = [{name: value for name, value in record.items() if name != "t"} for record in records]
    return timed(
        with_facts(mapped(rest, _FIELDS, vendor="mongodb.log", wanted=wanted), facts),
        times,
        ("%Y-%m-%dT%H:%M:%S%.f%#z",),
    )


def _claims(record: dict[str, Any]) -> bool:
    time = record["t"]
    return (
        isinstance(time, dict)
        and isinstance(time.get("$date"), str)
        and isinstance(record["msg"], str)
        and isinstance(record["s"], str)
    )


PARSER = JsonParser(
    reference="https://www.mongodb.com/docs/manual/reference/log-messages/",
    claims=_claims,
    parse=_parse,
    keys=("t", "s", "c", "ctx", "msg"),
)
