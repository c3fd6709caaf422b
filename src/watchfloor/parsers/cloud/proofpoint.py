"""Proofpoint TAP's events of messages and clicks."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://help.proofpoint.com/Threat_Insight_Dashboard/API_Documentation/SIEM_API"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "messageTime": "_time",
    "clickTime": "_time",
    "sender": "email.sender.address",
    "fromAddress": "email.from.address",
    "headerFrom": "email.from.address",
    "recipient": "email.to.address",
    "toAddresses": "email.to.address",
    "ccAddresses": "email.cc.address",
    "replyToAddress": "email.reply_to.address",
    "subject": "email.subject",
    "messageID": "email.message_id",
    "QID": "email.local_id",
    "senderIP": "source.address",
    "clickIP": "source.address",
    "url": "url.full",
    "userAgent": "user_agent.original",
    "classification": "rule.category",
    "xmailer": "email.x_mailer",
    "quarantineRule": "rule.name",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "senderIP" in record or "threatsInfoMap" in record or "clickTime" in record or "spamScore" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    threat = at(record, "threatsInfoMap", 0)
    quarantined = "quarantineFolder" in record and record.get("quarantineFolder") not in (None, "")
    return {
        "event.kind": "alert" if threat or "clickTime" in record else "event",
        "threat.name": at(threat, "threat"),
        "rule.category": at(threat, "classification"),
        "event.action": "quarantine" if quarantined else "click" if "clickTime" in record else "deliver",
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "proofpoint_tap",
        _FIELDS,
        {"event.kind": "event", "event.category": ["email"], "event.type": ["info"]},
        beyond=_beyond,
    ),
)
