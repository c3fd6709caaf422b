"""Dropbox's team events."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "p_event_time": "_time",
    "event_type._tag": "event.action",
    "event_category._tag": "event.provider",
    "actor.user.email": "user.email",
    "actor.admin.email": "user.email",
    "actor.user.display_name": "user.full_name",
    "actor.admin.display_name": "user.full_name",
    "actor.user.account_id": "user.id",
    "origin.geo_location.ip_address": "source.address",
    "origin.geo_location.city": "source.geo.city_name",
    "origin.geo_location.region": "source.geo.region_name",
    "origin.geo_location.country": "source.geo.country_iso_code",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    kind = record["event_type"]
    return (type(kind) is dict and "_tag" in kind) or "involve_non_team_member" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "file.path": at(record, "assets", 0, "path", "contextual"),
        "file.name": at(record, "assets", 0, "display_name"),
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout("dropbox", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("file",)),
    keys=("event_type", "actor"),
)
