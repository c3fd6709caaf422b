r"""The inventory's person or service behind an identifier of a record without a name, such as those of Linux's audit.

An identifier of Windows or of a cloud is listed as it is; a uid, which is another account on every host, as `host\uid`.
"""

from __future__ import annotations

import numpy as np

from watchfloor.enrich._accounts import accounts, identified, numbered, pairs, places
from watchfloor.enrich.plugin import NOTHING, Answers, Enrichment, Questions

_ID, _HOST = range(2)


def _accounts(asked: Questions) -> Answers:
    inventory = asked.knowledge.inventory
    (ids, number), (hosts, host) = numbered(asked, _ID), numbered(asked, _HOST)
    local = np.array([each.isdecimal() for each in ids.values.to_pylist()], bool)[number] & (host != NOTHING)
    known, picked = pairs((ids, np.where(local, number, NOTHING)), (hosts, np.where(local, host, NOTHING)))
    listed = (
        [f"{host}\\{number}" if host else "" for number, host in known],
        [f"{host.partition('.')[0]}\\{number}" if host else "" for number, host in known],
    )
    ways = (identified(asked, _ID), *(inventory.claimed_accounts(texts)[picked] for texts in listed))
    return accounts(asked, [(claims, inventory.account_holder) for claims in ways])


ENRICHMENT = Enrichment(
    reference="docs/guide/enrichment.md",
    places=places("user.id", "host.name", beside=("user.name",)),
    answer=_accounts,
    needed=lambda knowledge: bool(knowledge.inventory.people),
    dated=True,
)
