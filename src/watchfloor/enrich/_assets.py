"""Answers from the inventory's hosts, alike however the host is recognised."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from watchfloor.assets.inventory import Host
from watchfloor.enrich.plugin import NOTHING, Answers, Distinct, Knowledge, Questions, in_rows

OUTPUTS = {
    "name": "asset.name",
    "owner": "asset.owner",
    "roles": "asset.roles",
    "criticality": "asset.criticality",
}


def has_hosts(knowledge: Knowledge) -> bool:
    """Whether the inventory has any host."""
    return bool(knowledge.inventory.hosts)


def hosts_by(kind: str) -> Callable[[Questions], Answers]:
    """The answer for values of that kind (`ip`, `mac`, `host`), each as of its moment."""

    def answer(asked: Questions) -> Answers:
        inventory = asked.knowledge.inventory

        def claims(distinct: Distinct) -> NDArray[np.int32]:
            if kind == "ip":
                return inventory.find_claimed(distinct.addresses)
            return inventory.claimed(kind, distinct.values.to_pylist())

        claimed = asked.each(claims)
        rows = np.flatnonzero(claimed != NOTHING)
        pairs = zip(claimed[rows].tolist(), asked.moments[rows].tolist(), strict=True)
        return _columns([inventory.holder(kind, claim, moment) for claim, moment in pairs], rows, len(claimed))

    return answer


def _columns(hosts: Sequence[Host | None], rows: NDArray[np.int64], size: int) -> Answers:
    """The hosts in their rows of so many."""
    columns = {
        "name": pa.array([host.name if host else None for host in hosts], pa.string()),
        "owner": pa.array([(host.owner or None) if host else None for host in hosts], pa.string()),
        "roles": pa.array([(sorted(host.roles) or None) if host else None for host in hosts], pa.list_(pa.string())),
        "criticality": pa.array([(host.criticality or None) if host else None for host in hosts], pa.string()),
    }
    return {name: in_rows(column, rows, size) for name, column in columns.items()}
