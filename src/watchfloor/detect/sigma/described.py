"""What a rule, filter or correlation says about itself, as pySigma read it -> plain data that can be cached."""

from __future__ import annotations

from typing import Any

from sigma.rule import SigmaLevel, SigmaStatus
from sigma.rule.base import SigmaRuleBase

from watchfloor.core.ids import stable_id


def described(found: SigmaRuleBase, *identity: str) -> dict[str, Any]:
    """Id, name, title, level, status, description and tags; empty where the document says nothing of use.

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
    }
