"""DNS logs of Cisco Umbrella: columns in a fixed order, each in quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import columns
from watchfloor.parsers.dns._records import finished, lists, text_of
from watchfloor.parsers.plugin import FieldsParser

_NAMES = (
    *("timestamp", "identity", "identities", "internal_ip", "external_ip", "action", "query_type", "response_code"),
    *("domain", "categories", "policy_identity_type", "identity_types", "blocked_categories", "rule_id"),
    *("destination_countries", "organization_id"),
)
_FIELDS: dict[str, Target] = {
    "timestamp": "_time",
    "internal_ip": "source.address",
    "external_ip": "source.nat.ip",
    "action": "_action",
    "query_type": "_type",
    "response_code": "dns.response_code",
    "domain": "dns.question.name",
    "rule_id": "rule.id",
}
_USERS = frozenset({"AD Users", "Users"})
_HOSTS = frozenset({"AD Computers", "Roaming Computers", "Anyconnect Roaming Client", "Mobile Devices"})
_MAIL = re.compile(r"(?P<full>[^()]*) \((?P<name>[^()@\s]+)@(?P<domain>[^()@\s]+)\)")
_LISTS = ("categories", "blocked_categories", "identity_types")
_ACTION = r"(?:Allowed|Blocked|Proxied|Selectively Proxied)"


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's columns, the first ones of which all versions have."""
    del header
    return columns(lines, _NAMES)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    spread = [{**record, **{name: _parts(record.get(name)) for name in _LISTS}} for record in records]
    who = [_who(record) for record in records]
    frame = mapped(spread, _FIELDS, vendor="cisco.umbrella", wanted=wanted).with_columns(
        *_users([user for user, _ in who]),
        pl.Series("host.name", [host for _, host in who], dtype=pl.String),
        lists("event.type", [_types(text_of(record.get("action"))) for record in records]),
        pl.lit("query").alias("dns.type"),
        pl.lit("Cisco").alias("observer.vendor"),
        pl.lit("Umbrella").alias("observer.product"),
        pl.lit("dns").alias("observer.type"),
    )
    if "_action" in frame.columns:
        action = pl.concat_str(pl.lit("dns-request-"), pl.col("_action").str.replace_all(" ", "-"))
        frame = frame.with_columns(action.alias("event.action"))
    if "_type" in frame.columns:
        kind = pl.coalesce(pl.col("_type").str.extract(r"\(([^)]+)\)"), "_type")
        frame = frame.with_columns(kind.alias("dns.question.type"))
    formats = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f%#z")
    frame = finished(frame.drop("_action", "_type", strict=False), "dns-request", ["connection"], formats=formats)
    if "@local" in frame.columns:  # always UTC
        utc = pl.coalesce("@timestamp", pl.col("@local").dt.replace_time_zone("UTC"))
        frame = frame.with_columns(utc.alias("@timestamp")).drop("@local")
    return frame


def _parts(value: Any) -> list[str]:
    return [part.strip() for part in text_of(value).split(",") if part.strip()]


def _types(action: str) -> list[str]:
    verdict = {"Allowed": ["allowed"], "Blocked": ["denied"]}.get(action, [])
    return [*verdict, "connection"]


def _users(texts: Sequence[str | None]) -> list[pl.Series]:
    """`Full Name (name@domain)` in its parts; another text is the name."""
    found = [_MAIL.fullmatch(text) if text else None for text in texts]
    return [
        pl.Series(
            "user.name", [m["name"] if m else text for m, text in zip(found, texts, strict=True)], dtype=pl.String
        ),
        pl.Series("user.domain", [m["domain"] if m else None for m in found], dtype=pl.String),
        pl.Series("user.email", [f"{m['name']}@{m['domain']}" if m else None for m in found], dtype=pl.String),
        pl.Series("user.full_name", [m["full"] if m else None for m in found], dtype=pl.String),
    ]


def _who(record: dict[str, Any]) -> tuple[str | None, str | None]:
    """The user and the computer among the identities, where each has its type."""
    first, all_of_them = text_of(record.get("identity")), text_of(record.get("identities"))
    # The first one may hold commas of its own, and stands alone in the column before.
    names = (
        [first, *_parts(all_of_them[len(first) :])] if first and all_of_them.startswith(first) else _parts(all_of_them)
    )
    kinds = _parts(record.get("identity_types"))
    if len(names) != len(kinds):
        return None, None
    user = next((name for name, kind in zip(names, kinds, strict=True) if kind in _USERS), None)
    host = next((name for name, kind in zip(names, kinds, strict=True) if kind in _HOSTS), None)
    return user, host.lower() if host else None


PARSER = FieldsParser(
    reference="https://docs.umbrella.com/deployment-umbrella/docs/dns-log-formats",
    sieve=(
        r'^"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?","[^"]*","[^"]*","[0-9A-Fa-f.:]*","[0-9A-Fa-f.:]*",'
        rf'"{_ACTION}","\d+ \([^)"]*\)","[A-Z0-9]*",'
    ),
    read=read,
    parse=parse,
    sources=("dnslogs",),
)
