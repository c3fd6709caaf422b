"""Answers from the inventory's hosts, alike however the host is recognised."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from watchfloor.assets.inventory import Host
from watchfloor.enrich.plugin import Answers, Knowledge, Questions

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
    """The answer for values of that kind (`mac`, `host`), each as of its moment."""

    def answer(asked: Questions) -> Answers:
        find = asked.knowledge.inventory.host
        pairs = zip(asked.values[0].to_pylist(), asked.moments.tolist(), strict=True)
        return _columns([find(kind, value, moment) for value, moment in pairs])

    return answer


def hosts_by_address(asked: Questions) -> Answers:
    """The answer for addresses, each as of its moment."""
    return _columns(asked.knowledge.inventory.find_hosts(asked.addresses, asked.moments.tolist()))


def _columns(hosts: list[Host | None]) -> Answers:
    return {
        "name": pa.array([host.name if host else None for host in hosts], pa.string()),
        "owner": pa.array([(host.owner or None) if host else None for host in hosts], pa.string()),
        "roles": pa.array([(sorted(host.roles) or None) if host else None for host in hosts], pa.list_(pa.string())),
        "criticality": pa.array([(host.criticality or None) if host else None for host in hosts], pa.string()),
    }
