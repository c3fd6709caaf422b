"""Kubernetes' audit log: every request to the API server, bare, in lists, or as clouds ship it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers.cloud._layout import Layout, at
from watchfloor.parsers.cloud._verbs import kind_of
from watchfloor.parsers.plugin import JsonParser

REFERENCE = "https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "requestReceivedTimestamp": "_time",
    "stageTimestamp": "_time",
    "time": "_time",
    "verb": "event.action",
    "auditID": "http.request.id",
    "requestURI": "url.original",
    "userAgent": "user_agent.original",
    "user.username": "user.name",
    "user.uid": "user.id",
    "user.groups": "user.group.name",
    "impersonatedUser.username": "user.effective.name",
    "impersonatedUser.uid": "user.effective.id",
    "objectRef.namespace": "orchestrator.namespace",
    "objectRef.name": "orchestrator.resource.name",
    "objectRef.resource": "orchestrator.resource.type",
    "objectRef.uid": "orchestrator.resource.id",
    "objectRef.apiVersion": "orchestrator.api_version",
    "responseStatus.code": "http.response.status_code",
    "responseStatus.reason": "event.reason",
}
_TYPES = {"create": "creation", "delete": "deletion", "deletecollection": "deletion"}
_DECISION = "authorization.k8s.io/decision"
_DECISIONS = {"allow": ["allowed"], "forbid": ["denied"]}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an audit event of the API server, or Azure's envelope around one."""
    if type(at(record, "properties", "log")) is str:
        return str(record.get("category")).startswith("kube-audit")
    version = record.get("apiVersion")
    if type(version) is str and version.startswith("audit.k8s.io/"):
        return True
    return "verb" in record and ("objectRef" in record or "requestURI" in record or "responseStatus" in record)


def _unwrapped(record: dict[str, Any]) -> dict[str, Any]:
    """The event out of Azure's envelope, with the envelope's time where it has none."""
    text = at(record, "properties", "log")
    if type(text) is not str:
        return record
    try:
        inner = orjson.loads(text)
    except orjson.JSONDecodeError:
        return record
    return {"time": record.get("time"), **inner} if type(inner) is dict else record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    verb = record.get("verb")
    verb = verb if type(verb) is str else ""
    code, decision = at(record, "responseStatus", "code"), at(record, "annotations", _DECISION)
    kinds = [_TYPES.get(verb, kind_of(verb)), *_DECISIONS.get(str(decision), ())]
    # All but the last of the addresses are what the client wrote into headers of its request.
    found: dict[str, Any] = {
        "event.category": ["api"],
        "event.type": kinds,
        "source.address": at(record, "sourceIPs", -1),
        "network.forwarded_ip": at(record, "sourceIPs", 0) if at(record, "sourceIPs", 1) else None,
    }
    if decision == "forbid":
        found["event.outcome"] = "failure"
    elif type(code) is int:
        found["event.outcome"] = "success" if code < 400 else "failure"
    uri = record.get("requestURI")
    if type(uri) is str:
        found["url.path"], _, query = uri.partition("?")
        found["url.query"] = query or None
    return found


_LAYOUT = Layout(
    "kubernetes.audit", _FIELDS, {"event.kind": "event", "orchestrator.type": "kubernetes"}, beyond=_beyond
)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return _LAYOUT.parse([_unwrapped(record) for record in records], wanted)


PARSER = JsonParser(reference=REFERENCE, claims=claims, parse=parse)
