"""The inventory's person or service behind an account at the time of the event: its name, and what it is for."""

from __future__ import annotations

import pyarrow as pa

from watchfloor.enrich.plugin import Answers, Enrichment, Knowledge, Place, Questions


def _has_people(knowledge: Knowledge) -> bool:
    return bool(knowledge.inventory.people)


def _people(asked: Questions) -> Answers:
    find = asked.knowledge.inventory.person
    pairs = zip(asked.values[0].to_pylist(), asked.moments.tolist(), strict=True)
    found = [find(account, moment) for account, moment in pairs]
    return {
        "name": pa.array([person.name if person else None for person in found], pa.string()),
        "roles": pa.array(
            [(sorted(person.roles) or None) if person else None for person in found], pa.list_(pa.string())
        ),
    }


ENRICHMENT = Enrichment(
    reference="docs/guide/enrichment.md",
    places=(Place(("user.name",), {"name": "user.full_name", "roles": "user.roles"}),),
    answer=_people,
    needed=_has_people,
    dated=True,
)
