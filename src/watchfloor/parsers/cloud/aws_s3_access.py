"""S3's server access log, as collectors give it in JSON."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "time": "_time",
    "operation": "event.action",
    "remoteip": "source.address",
    "requester": "user.id",
    "bucket": "orchestrator.resource.name",
    "key": "file.path",
    "httpstatus": "http.response.status_code",
    "bytessent": "http.response.body.bytes",
    "objectsize": "file.size",
    "errorcode": "error.code",
    "useragent": "user_agent.original",
    "referrer": "http.request.referrer",
    "hostheader": "url.domain",
    "ciphersuite": "tls.cipher",
    "requestid": "http.request.id",
}


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    return (
        "bucketowner" in record
        or ("operation" in record and ("remoteip" in record or "httpstatus" in record))
        or "requester" in record
    )


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    status, line, version = (
        record.get("httpstatus"),
        record.get("requesturi"),
        record.get("tlsVersion") or record.get("tlsversion"),
    )
    action = str(record.get("operation") or "")
    verb = action.split(".")[1].lower() if action.count(".") > 1 else ""
    found: dict[str, Any] = {
        "event.type": [{"put": "creation", "delete": "deletion", "copy": "creation"}.get(verb, "access")]
    }
    if type(status) is int:
        found["event.outcome"] = "success" if status < 400 else "failure"
    if type(line) is str and line.count(" ") == 2:
        found["http.request.method"], found["url.original"], protocol = line.split(" ")
        found["http.version"] = protocol.removeprefix("HTTP/")
    if type(version) is str and version.startswith("TLSv"):
        found |= {"tls.version": version[4:], "tls.version_protocol": "tls"}
    return found


PARSER = parser(
    REFERENCE,
    claims,
    Layout(
        "aws.s3access",
        _FIELDS,
        {"event.kind": "event", "cloud.provider": "aws", "event.category": ["file", "web"]},
        beyond=_beyond,
    ),
    keys=("bucket",),
)
