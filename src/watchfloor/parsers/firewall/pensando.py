"""Pensando (AMD) distributed firewall: flows as lists of JSON objects, of which each record has one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers._columns import column, word
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._times import moments
from watchfloor.parsers.plugin import FieldsParser

_FIELDS: dict[str, Target] = {
    "time": "@time", "@priority": "log.syslog.priority", "@host": "host.hostname", "@process": "process.name",
    "@pid": "process.pid", "srcaddr": "source.address", "destaddr": "destination.address", "srcport": "source.port",
    "destport": "destination.port", "protocol": "@proto", "action": "@action", "rule-id": "rule.id",
    "direction": "@direction", "rule-name": "rule.name", "policy-name": "rule.ruleset", "app-id": "network.application",
    "iflowbytes": "source.bytes", "rflowbytes": "destination.bytes", "iflowpackets": "source.packets",
    "rflowpackets": "destination.packets",
}  # fmt: skip
# The envelope is read here, with the message id that the agent leaves empty: inside one, a list is any JSON.
_HEAD = r"(?:<(\d{1,3})>1 \S+ (\S+) (pen-[\w-]+) (\d*|-) +\S* ?- )?"
_LINE = re.compile(rf"{_HEAD}(\[\{{.*)\Z", re.DOTALL)
_VERDICTS = {"allow": "allowed", "deny": "denied", "reject": "denied", "implicit_deny": "denied"}
_DIRECTIONS = {"from-host": "egress", "from-uplink": "ingress"}


def read(lines: Sequence[str], header: str) -> list[dict[str, Any] | None]:
    """The object of each line; None for a list of other things."""
    del header
    found: list[dict[str, Any] | None] = []
    for line in lines:
        match = _LINE.match(line)
        flow = _first(match[5]) if match else None
        found.append(flow | _head(match) if match and flow else None)
    return found


def _first(text: str) -> dict[str, Any] | None:
    """The first flow of a list; None for other JSON and for what is none."""
    try:
        items = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    known = isinstance(items, list) and items and isinstance(items[0], dict) and "srcaddr" in items[0]
    return items[0] if known else None


def _head(match: re.Match[str]) -> dict[str, str]:
    names = ("@priority", "@host", "@process", "@pid")
    return {name: value for name, value in zip(names, match.groups(), strict=False) if value}


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="pensando.dfw", wanted=wanted), "Pensando", "DFW")
    verdict = word(column(frame, "@action"), _VERDICTS)
    frame = frame.with_columns(
        *moments(column(frame, "@time"), ("%Y-%m-%dT%H:%M:%S%.f",)),
        pl.lit("event").alias("event.kind"),
        pl.lit(["network"]).alias("event.category"),
        pl.when(verdict.is_not_null())
        .then(pl.concat_list(verdict, pl.lit("connection")))
        .otherwise(pl.lit(["connection"]))
        .alias("event.type"),
        verdict.alias("event.action"),
        word(verdict, {"allowed": "success", "denied": "failure"}).alias("event.outcome"),
        word(column(frame, "@direction"), _DIRECTIONS).alias("network.direction"),
    )
    frame = connection(frame)
    ends = {"source": "client", "destination": "server"}
    names = [(f"{side}.{name}", f"{end}.{name}") for side, end in ends.items() for name in ("ip", "port")]
    return frame.with_columns(frame[old].alias(new) for old, new in names if old in frame.columns)


PARSER = FieldsParser(
    reference="https://www.elastic.co/guide/en/beats/filebeat/7.17/filebeat-module-pensando.html",
    sieve=r'^(?:<\d{1,3}>1 \S+ \S+ pen-\S+ \S* +\S* ?- )?\[\{"\w[^{}]*"(?:srcaddr|destaddr)":',
    read=read,
    parse=parse,
)
