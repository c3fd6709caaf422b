"""Whether a connection stays inside, leaves, enters or passes, by which of its ends are inside."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from watchfloor.core.addresses import NOWHERE, local_ranges
from watchfloor.enrich.plugin import NOTHING, Answers, Distinct, Enrichment, Place, Questions

_ANSWERS = pa.array(["external", "inbound", "outbound", "internal"], pa.string())
"""By whether the source is inside, then whether the destination is."""


def _answer(asked: Questions) -> Answers:
    inventory = asked.knowledge.inventory

    def side(distinct: Distinct) -> NDArray[np.int32]:
        """1 for an address inside, 0 for one outside."""
        addresses = distinct.addresses
        inside = (local_ranges().find(addresses) != NOWHERE) | (inventory.find_zones(addresses) != NOWHERE)
        found = np.full(addresses.size, NOTHING, np.int32)
        for rows in addresses.rows:
            found[rows] = inside[rows]
        return found

    source, destination = asked.each(side), asked.each(side, field=1)
    known = (source != NOTHING) & (destination != NOTHING)
    return {"direction": _ANSWERS.take(pa.array(2 * source + destination, mask=~known))}


ENRICHMENT = Enrichment(
    reference="https://www.elastic.co/docs/reference/ecs/ecs-network",
    places=(Place(("source.ip", "destination.ip"), {"direction": "network.direction"}),),
    answer=_answer,
)
