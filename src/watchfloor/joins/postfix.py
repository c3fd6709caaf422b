"""A message's way through Postfix: who handed it in and logged in for it, sender, recipients, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from watchfloor.joins.plugin import Join, Part, every, first, firsts, last

_ONCE = (
    "source.address",
    "source.ip",
    "source.domain",
    "source.port",
    "user.name",
    "user.domain",
    "user.email",
    "postfix.sasl_method",
    "postfix.size",
    "postfix.nrcpt",
    "email.subject",
    "email.message_id",
    "network.protocol",
    "smtp.helo",
)
_LISTS = ("email.from.address", "email.to.address")
_FINAL = {"bounced", "expired", "force-expired"}
_DELIVERED = "sent"


def _build(parts: Sequence[Part]) -> dict[str, Any]:
    states = every(parts, "postfix.status")
    delivered = {recipient for part in parts if part.get("postfix.status") == _DELIVERED for recipient in _to(part)}
    failed = {
        recipient for part in parts if part.get("postfix.status") in _FINAL for recipient in _to(part)
    } - delivered
    outcome = "failure" if failed or _FINAL & set(states) else "success" if delivered else None
    user = first(parts, "user.name")
    return {
        **firsts(parts, _ONCE),
        **{name: every(parts, name) for name in _LISTS},
        "email.local_id": first(parts, "email.local_id"),
        "postfix.queue_id": first(parts, "postfix.queue_id"),
        "postfix.status": last(parts, "postfix.status"),
        "postfix.recipients_failed": sorted(failed),
        "smtp.enhanced_code": last(parts, "smtp.enhanced_code"),
        "event.reason": last([part for part in parts if part.get("postfix.status")], "event.reason"),
        "event.category": ["email", "authentication"] if user else ["email"],
        "event.type": ["info"],
        "event.action": "message",
        "event.outcome": outcome,
        "email.sender.address": first(parts, "email.from.address")[0] if first(parts, "email.from.address") else None,
    }


def _to(part: Part) -> list[str]:
    return part.get("email.to.address") or []


JOIN = Join(
    reference="https://www.postfix.org/postconf.5.html#enable_long_queue_ids",
    datasets=frozenset({"mail.postfix"}),
    dataset="mail.postfix_message",
    by=("postfix.queue_id",),
    gap=dt.timedelta(hours=6),
    fields=(
        *_ONCE,
        *_LISTS,
        "email.local_id",
        "postfix.queue_id",
        "postfix.status",
        "smtp.enhanced_code",
        "event.reason",
    ),
    build=_build,
)
