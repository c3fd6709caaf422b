"""DocuSign Connect's events of envelopes and recipients."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://developers.docusign.com/platform/webhooks/connect/event-triggers/"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "generatedDateTime": "_time",
    "event": "event.action",
    "data.accountId": "organization.id",
    "data.userId": "user.id",
    "data.envelopeSummary.sender.email": "user.email",
    "data.envelopeSummary.sender.userName": "user.full_name",
    "data.envelopeSummary.emailSubject": "email.subject",
    "data.envelopeId": "transaction.id",
    "uri": "url.path",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return "configurationId" in record or "generatedDateTime" in record


PARSER = parser(
    REFERENCE, claims, Layout("docusign", _FIELDS, {"event.kind": "event"}, categories=("file",)), keys=("event",)
)
