"""Amazon Bedrock's log of calls of models."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser

REFERENCE = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "timestamp": "_time",
    "operation": "event.action",
    "accountId": "cloud.account.id",
    "region": "cloud.region",
    "identity.arn": "user.id",
    "modelId": "service.name",
    "requestId": "http.request.id",
    "errorCode": "error.code",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return record["schemaType"] == "ModelInvocationLog" or "modelId" in record


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    arn = at(record, "identity", "arn")
    return {
        "user.name": arn.rpartition("/")[2] if type(arn) is str else None,
        "event.outcome": "failure" if record.get("errorCode") else "success",
    }


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "aws_bedrock.invocation",
        _FIELDS,
        {"event.kind": "event", "cloud.provider": "aws", "event.category": ["api"], "event.type": ["access"]},
        beyond=_beyond,
    ),
    keys=("schemaType",),
)
