"""The inventory's network that an address is in, and what the network is for."""

from __future__ import annotations

import pyarrow as pa

from watchfloor.core.addresses import NOWHERE
from watchfloor.enrich.plugin import Answers, Enrichment, Questions, at_sides


def _answer(asked: Questions) -> Answers:
    inventory = asked.knowledge.inventory
    found = asked.each(lambda distinct: inventory.find_zones(distinct.addresses))
    picked = pa.array(found, mask=found == NOWHERE)
    columns = {
        "name": pa.array([zone.name or None for zone in inventory.zones], pa.string()),
        "cidr": pa.array([zone.cidr for zone in inventory.zones], pa.string()),
        "roles": pa.array([sorted(zone.roles) or None for zone in inventory.zones], pa.list_(pa.string())),
        "owner": pa.array([zone.owner or None for zone in inventory.zones], pa.string()),
    }
    return {name: column.take(picked) for name, column in columns.items()}


ENRICHMENT = Enrichment(
    reference="docs/guide/enrichment.md",
    places=at_sides("ip", {"name": "zone.name", "cidr": "zone.cidr", "roles": "zone.roles", "owner": "zone.owner"}),
    answer=_answer,
    needed=lambda knowledge: bool(knowledge.inventory.zones),
)
