"""Whether a connection stays inside, leaves, enters or passes, by which of its ends are inside."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from watchfloor.assets.inventory import Inventory
from watchfloor.core.addresses import NOWHERE, Addresses, local_ranges
from watchfloor.enrich.plugin import Answers, Enrichment, Place, Questions

_ANSWERS = pa.array([None, "internal", "outbound", "inbound", "external"], pa.string())


def _inside(addresses: Addresses, inventory: Inventory) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = local_ranges().find(addresses) != NOWHERE
    if inventory.zones:
        found |= inventory.find_zones(addresses) != NOWHERE
    return found


def _there(addresses: Addresses) -> NDArray[np.bool_]:
    found = np.zeros(addresses.size, bool)
    for rows in addresses.rows:
        found[rows] = True
    return found


def _answer(asked: Questions) -> Answers:
    ends = []
    for values in asked.values:
        encoded = values.dictionary_encode()  # an address is in many pairs
        addresses = Addresses.of(encoded.dictionary)
        picked = encoded.indices.fill_null(-1).to_numpy()
        missing = picked < 0
        inside, there = (
            np.concatenate((mask, [False]))[picked]
            for mask in (_inside(addresses, asked.knowledge.inventory), _there(addresses))
        )
        ends.append((inside, there & ~missing))
    (source, source_there), (destination, destination_there) = ends
    number = 1 + 2 * ~source + ~destination
    return {"direction": _ANSWERS.take(pa.array(np.where(source_there & destination_there, number, 0)))}


ENRICHMENT = Enrichment(
    reference="https://www.elastic.co/docs/reference/ecs/ecs-network",
    places=(Place(("source.ip", "destination.ip"), {"direction": "network.direction"}),),
    answer=_answer,
)
