"""The inventory's person, service or computer behind an account at the time of the event: its name and purpose."""

from __future__ import annotations

import pyarrow as pa

from watchfloor.assets.inventory import Inventory
from watchfloor.enrich.plugin import Answers, Enrichment, Knowledge, Place, Questions


def _has_accounts(knowledge: Knowledge) -> bool:
    return bool(knowledge.inventory.people or knowledge.inventory.hosts)


def _behind(inventory: Inventory, account: str, moment: int) -> tuple[str | None, list[str] | None]:
    """Name and roles; the account of a Windows computer is the computer's name and a dollar sign."""
    person = inventory.person(account, moment)
    if person is not None:
        return person.name, sorted(person.roles) or None
    host = inventory.host("host", account.removesuffix("$"), moment) if account.endswith("$") else None
    return (None, sorted(host.roles) or None) if host is not None else (None, None)


def _accounts(asked: Questions) -> Answers:
    pairs = zip(asked.values[0].to_pylist(), asked.moments.tolist(), strict=True)
    found = [_behind(asked.knowledge.inventory, account, moment) for account, moment in pairs]
    return {
        "name": pa.array([name for name, _ in found], pa.string()),
        "roles": pa.array([roles for _, roles in found], pa.list_(pa.string())),
    }


ENRICHMENT = Enrichment(
    reference="docs/guide/enrichment.md",
    places=(Place(("user.name",), {"name": "user.full_name", "roles": "user.roles"}),),
    answer=_accounts,
    needed=_has_accounts,
    dated=True,
)
