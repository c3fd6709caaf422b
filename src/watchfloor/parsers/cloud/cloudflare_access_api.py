"""Cloudflare Access's log as its API gives it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from watchfloor.parsers.cloud._layout import parser
from watchfloor.parsers.cloud.cloudflare_access import LAYOUT

REFERENCE = "https://developers.cloudflare.com/api/resources/zero_trust/subresources/access/subresources/logs/"


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "app_domain" in record or "app_uid" in record


PARSER = replace(
    parser(REFERENCE, claims, LAYOUT, keys=("action", "allowed", "ip_address", "user_email")),
    dataset="cloud.cloudflare_access",
)
