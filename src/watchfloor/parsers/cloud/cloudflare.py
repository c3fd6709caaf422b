"""Cloudflare's Logpush: HTTP requests, firewall events, and changes of the account."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser
from watchfloor.parsers.cloud._verbs import kind_of

REFERENCE = "https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "Datetime": "_time",
    "EdgeStartTimestamp": "_time",
    "When": "_time",
    "Action": "event.action",
    "ActionType": "event.action",
    "ClientIP": "source.address",
    "ActorIP": "source.address",
    "ClientSrcPort": "source.port",
    "ClientCountry": "source.geo.country_iso_code",
    "ClientASN": "source.as.number",
    "ClientASNDescription": "source.as.organization.name",
    "ClientRequestHost": "url.domain",
    "ClientRequestMethod": "http.request.method",
    "ClientRequestPath": "url.path",
    "ClientRequestURI": "url.original",
    "ClientRequestScheme": "url.scheme",
    "ClientRequestUserAgent": "user_agent.original",
    "ClientRequestReferer": "http.request.referrer",
    "ClientRequestBytes": "http.request.bytes",
    "EdgeResponseStatus": "http.response.status_code",
    "EdgeResponseBytes": "http.response.bytes",
    "OriginIP": "destination.address",
    "RuleID": "rule.id",
    "Description": "rule.name",
    "ActorEmail": "user.email",
    "ClientSSLCipher": "tls.cipher",
    "RayID": "http.request.id",
}
_DENIED = frozenset({"block", "drop", "challenge", "jschallenge", "managedchallenge", "connectionclose"})


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "RayID" in record or "EdgeStartTimestamp" in record or ("ActionType" in record and "ActorEmail" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    if "ActionType" in record:
        return {"event.category": ["configuration"], "event.type": [kind_of(str(record["ActionType"]))]}
    status, protocol = record.get("EdgeResponseStatus"), record.get("ClientRequestProtocol")
    query, version = record.get("ClientRequestQuery"), record.get("ClientSSLProtocol")
    found: dict[str, Any] = {"event.category": ["web"], "event.type": ["access"], "network.protocol": "http"}
    if type(status) is int and status:
        found["event.outcome"] = "success" if status < 400 else "failure"
    if type(protocol) is str:
        found["http.version"] = protocol.removeprefix("HTTP/")
    if type(query) is str:
        found["url.query"] = query.removeprefix("?") or None
    if type(version) is str and version.startswith("TLSv"):
        found |= {"tls.version": version[4:], "tls.version_protocol": "tls"}
    if "RuleID" in record:
        denied = str(record.get("Action")).lower() in _DENIED
        found |= {
            "event.kind": "alert",
            "event.category": ["network", "web"],
            "event.type": ["denied" if denied else "info"],
        }
    return found


PARSER = parser(REFERENCE, claims, Layout("cloudflare", _FIELDS, {"event.kind": "event"}, beyond=_beyond))
