"""The inventory's host with a MAC address: the surest sign, since addresses and names pass on to others."""

from __future__ import annotations

from watchfloor.enrich._assets import OUTPUTS, has_hosts, hosts_by
from watchfloor.enrich.plugin import Enrichment, at_sides

ENRICHMENT = Enrichment(
    reference="docs/guide/enrichment.md",
    places=at_sides("mac", OUTPUTS),
    answer=hosts_by("mac"),
    needed=has_hosts,
    dated=True,
)
