"""What a rule, filter or correlation says about itself, as pySigma read it -> plain data that can be cached."""

from __future__ import annotations

from typing import Any

from sigma.rule import SigmaLevel, SigmaStatus
from sigma.rule.base import SigmaRuleBase

from watchfloor.core.ids import stable_id

_STEPS = 20
"""Most steps that a rule tells."""


def described(found: SigmaRuleBase, *identity: str) -> dict[str, Any]:
    """Id, name, title, level, status, description, tags, response; empty where the document says nothing of use.

    Args:
        found: with a title.
        identity: what makes the id of a document that has none, beside its title.
    """
    kind, *parts = identity
    return {
        "id": str(found.id) if found.id else stable_id(kind, found.title, *parts),
        "name": found.name if isinstance(found.name, str) else "",
        "title": found.title,
        "level": found.level.name.lower() if isinstance(found.level, SigmaLevel) else "",
        "status": found.status.name.lower() if isinstance(found.status, SigmaStatus) else "",
        "description": found.description if isinstance(found.description, str) else "",
        "tags": [str(tag) for tag in found.tags],
        "response": _steps(found.custom_attributes.get("response")),
    }


def _steps(given: Any) -> list[str]:
    """The first steps of a response, our own attribute: a text or a list of texts."""
    steps = given if isinstance(given, list) else [given]
    return [step for step in steps if isinstance(step, str) and step.strip()][:_STEPS]
