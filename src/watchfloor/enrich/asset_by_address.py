"""The inventory's host with an IP address at the time of the event."""

from __future__ import annotations

from watchfloor.enrich._assets import OUTPUTS, has_hosts, hosts_by
from watchfloor.enrich.plugin import Enrichment, at_sides

ENRICHMENT = Enrichment(
    reference="docs/guide/enrichment.md",
    places=at_sides("ip", OUTPUTS),
    answer=hosts_by("ip"),
    needed=has_hosts,
    dated=True,
    after=("asset_by_mac",),
)
