"""AWS CloudTrail: calls of AWS's interfaces and log-ins to its console."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, at, parser
from watchfloor.parsers.cloud._verbs import kind_of, meaning, words_of

REFERENCE = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
_NETWORK = frozenset(
    [
        "vpc",
        "subnet",
        "route",
        "gateway",
        "acl",
        "ingress",
        "egress",
        "peering",
        "eni",
        "interface",
        "listener",
        "firewall",
        "endpoint",
    ]
)
_SERVICES = {
    "s3": "file",
    "glacier": "file",
    "rds": "database",
    "dynamodb": "database",
    "redshift": "database",
    "ec2": "host",
    "route53": "network",
    "elasticloadbalancing": "network",
    "network-firewall": "network",
}
_IDENTITY = frozenset({"iam", "sso", "sso-directory", "identitystore", "cognito-idp", "organizations", "ds"})
_HOST_TYPES = {"creation": "start", "deletion": "end"}
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "eventTime": "_time",
    "eventName": "event.action",
    "eventSource": "event.provider",
    "awsRegion": "cloud.region",
    "recipientAccountId": "cloud.account.id",
    "userIdentity.accountId": "cloud.account.id",
    "sourceIPAddress": "source.address",
    "userAgent": "user_agent.original",
    "errorCode": "error.code",
    "errorMessage": "event.reason",
    "requestID": "http.request.id",
    "userIdentity.userName": "user.name",
    "userIdentity.sessionContext.sessionIssuer.userName": "user.name",
    "userIdentity.onBehalfOf.userId": "user.id",
    "userIdentity.principalId": "user.id",
    "requestParameters.userName": "user.target.name",
    "requestParameters.groupName": "group.name",
    "responseElements.user.userId": "user.target.id",
    "requestParameters.instanceId": "cloud.instance.id",
    "tlsDetails.cipherSuite": "tls.cipher",
    "tlsDetails.clientProvidedHostHeader": "tls.client.server_name",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has CloudTrail's names, or the same in lower case."""
    if "eventName" in record:
        return (
            "eventSource" in record or "userIdentity" in record or "responseElements" in record or "awsRegion" in record
        )
    return "eventname" in record and ("eventsource" in record or "useridentity" in record)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    name, source = record.get("eventName"), record.get("eventSource")
    action = name if type(name) is str else ""
    service = source.partition(".")[0] if type(source) is str else ""
    categories, types = _meaning(action, service)
    identity = record.get("userIdentity")
    found: dict[str, Any] = {
        "event.category": list(categories),
        "event.type": list(types),
        "event.outcome": _outcome(record),
        "cloud.service.name": service or None,
    }
    if type(identity) is dict:
        found |= _user(identity)
    version = at(record, "tlsDetails", "tlsVersion")
    if type(version) is str and version.startswith("TLSv"):
        found |= {"tls.version": version[4:], "tls.version_protocol": "tls"}
    return found


def _meaning(action: str, service: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if service == "signin" or action == "ConsoleLogin":
        return ("authentication",), ("end",) if "Logout" in action else ("start",)
    if service == "sts":
        return ("authentication",), ("start",) if action.startswith(("Assume", "GetSession", "GetFed")) else ("info",)
    if service in _IDENTITY:
        return meaning(action, ("iam",))
    kind = kind_of(action)
    if service == "ec2" and (set(words_of(action)) & _NETWORK or "SecurityGroup" in action):
        return ("network", "configuration"), (kind,)
    category = _SERVICES.get(service, "configuration")
    if category == "network":
        return ("network", "configuration"), (kind,)
    return (category,), (_HOST_TYPES.get(kind, kind) if category == "host" else kind,)


def _outcome(record: dict[str, Any]) -> str:
    answer = at(record, "responseElements", "ConsoleLogin")
    failed = record.get("errorCode") or record.get("errorMessage") or answer == "Failure"
    return "failure" if failed else "success"


def _user(identity: dict[str, Any]) -> dict[str, Any]:
    """Who it was where the record gives no name: the root account, a service, or the end of the ARN."""
    kind, arn = identity.get("type"), identity.get("arn")
    issuer = at(identity, "sessionContext", "sessionIssuer", "userName")
    found: dict[str, Any] = {}
    if not (identity.get("userName") or issuer):
        tail = arn.rpartition("/")[2] if type(arn) is str and "/" in arn else None
        found["user.name"] = "root" if kind == "Root" else tail or (
            identity.get("invokedBy") if kind == "AWSService" else None
        )  # fmt: skip
    if issuer and at(identity, "sessionContext", "sessionIssuer", "type") == "Role":
        found["user.roles"] = [issuer]
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout("aws.cloudtrail", _FIELDS, {"event.kind": "event", "cloud.provider": "aws"}, beyond=_beyond, folded=True),
)
