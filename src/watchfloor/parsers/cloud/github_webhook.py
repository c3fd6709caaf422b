"""GitHub's webhooks: pushes, pull requests, workflows, releases and all other events of repositories."""

from __future__ import annotations

from typing import Any

from watchfloor.parsers.cloud._layout import Layout, parser

REFERENCE = "https://docs.github.com/en/webhooks/webhook-events-and-payloads"
_FIELDS: dict[str, str | tuple[str, ...]] = {
    "p_event_time": "_time",
    "action": "event.action",
    "sender.login": "user.name",
    "sender.id": "user.id",
    "pusher.name": "user.name",
    "pusher.email": "user.email",
    "repository.full_name": "orchestrator.resource.name",
    "organization.login": "organization.name",
    "repository.html_url": "url.full",
    "head_commit.timestamp": "_time",
    "ref": "event.reason",
    "workflow_job.name": "service.name",
}
_SUBJECTS = (
    "workflow_job", "workflow_run", "check_run", "check_suite", "review", "comment", "pull_request", "issue", "release",
    "deployment", "alert", "membership", "member", "team", "key", "hook", "pages", "forkee",
)  # fmt: skip


def claims(record: dict[str, Any]) -> bool:
    """Whether the record has this format's names."""
    repository = record["repository"]
    return type(repository) is dict and ("full_name" in repository or "name" in repository or len(record) > 1)


def _beyond(record: dict[str, Any]) -> dict[str, Any]:
    subject = next((name for name in _SUBJECTS if name in record), "push" if "commits" in record else "repository")
    action = record.get("action")
    return {"event.action": f"{subject}.{action}" if type(action) is str else subject}


PARSER = parser(
    REFERENCE,
    claims,
    Layout("github.webhook", _FIELDS, {"event.kind": "event"}, beyond=_beyond, categories=("configuration",)),
    keys=("repository",),
)
