"""ModSecurity's audit log in JSON, of versions 2 and 3; its matches in error logs are read with those."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.web._modsecurity import SEVERITIES
from watchfloor.parsers.web._records import reader, with_fixed

_PAIR = re.compile(r'\[(id|msg|severity|ver|rev|data) "((?:[^"\\]|\\.)*)"\]')
_LEVELS = SEVERITIES | {str(number): number for number in SEVERITIES.values()}
"""Version 3 writes the number."""


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _view(record: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a record under names that do not depend on the version."""
    transaction = _object(record.get("transaction"))
    request = _object(transaction.get("request") or record.get("request"))
    response = _object(transaction.get("response") or record.get("response"))
    headers = {str(name).lower(): value for name, value in _object(request.get("headers")).items()}
    found = {
        "time": transaction.get("time") or transaction.get("time_stamp"),
        "client": transaction.get("remote_address") or transaction.get("client_ip"),
        "client_port": transaction.get("remote_port") or transaction.get("client_port"),
        "host": transaction.get("local_address") or transaction.get("host_ip"),
        "host_port": transaction.get("local_port") or transaction.get("host_port"),
        "request": request.get("request_line"),
        "method": request.get("method"),
        "uri": request.get("uri"),
        "version": request.get("http_version"),
        "name": headers.get("host"),
        "agent": headers.get("user-agent"),
        "referer": headers.get("referer"),
        "forwarded": headers.get("x-forwarded-for"),
        "status": response.get("status") or response.get("http_code"),
        "id": transaction.get("transaction_id") or transaction.get("unique_id") or transaction.get("id"),
    }
    found.update(next(_matches(record, transaction), {}))
    return found


def _matches(record: Mapping[str, Any], transaction: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What matched, the first first."""
    messages = _object(record.get("audit_data")).get("messages")
    for text in messages if isinstance(messages, list) else ():
        pairs = dict(_PAIR.findall(str(text)))
        yield {
            "reason": str(text).split(' [file "')[0],
            "rule": pairs.get("id"),
            "rule_name": pairs.get("msg"),
            "ruleset": pairs.get("ver"),
            "severity": _LEVELS.get(pairs.get("severity", "")),
        }
    messages = transaction.get("messages")
    for message in messages if isinstance(messages, list) else ():
        details = _object(_object(message).get("details"))
        yield {
            "reason": details.get("match"),
            "rule": details.get("ruleId"),
            "rule_name": _object(message).get("message"),
            "ruleset": details.get("ver"),
            "severity": details.get("severity"),
        }


def _denied(record: Mapping[str, Any]) -> bool:
    return bool(_object(_object(record.get("audit_data")).get("action")).get("intercepted"))


_RECORDS = reader(
    {
        "time": "_time",
        "client": "source.address",
        "client_port": "source.port",
        "host": "destination.address",
        "host_port": "destination.port",
        "request": "_request",
        "method": "http.request.method",
        "uri": "url.original",
        "version": "http.version",
        "name": "_host",
        "agent": "user_agent.original",
        "referer": "http.request.referrer",
        "forwarded": "_forwarded",
        "status": "http.response.status_code",
        "id": "http.request.id",
        "reason": "event.reason",
        "rule": "rule.id",
        "rule_name": "rule.name",
        "ruleset": "rule.ruleset",
        "severity": "event.severity",
    },
    vendor="modsecurity.audit",
    times=("%d/%b/%Y:%H:%M:%S%.f %z", "%a %b %e %H:%M:%S %Y", "%Y-%m-%dT%H:%M:%S%.f%#z"),
    fixed={},
    view=_view,
)


def parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records of either version, or what has their shape, as columns."""
    frame = _RECORDS(records, wanted)
    denied = pl.Series([_denied(record) for record in records])
    matched = column(frame, "rule.id").is_not_null()
    return with_fixed(
        frame.with_columns(
            pl.when(matched).then(pl.lit("alert")).alias("event.kind"),
            pl.when(denied).then(pl.lit("denied")).alias("event.action"),
            pl.concat_list(pl.when(denied).then(pl.lit("denied")).otherwise(pl.lit("info"))).alias("event.type"),
        ),
        {"event.category": ["intrusion_detection", "web"]},
    )


def _claims(record: dict[str, Any]) -> bool:
    transaction = record.get("transaction")
    if not isinstance(transaction, dict):
        return False
    return "audit_data" in record or "producer" in transaction or "remote_address" in transaction


PARSER = JsonParser(
    reference="https://github.com/owasp-modsecurity/ModSecurity/wiki/Reference-Manual-(v3.x)",
    claims=_claims,
    parse=parse,
    keys=("transaction",),
)
