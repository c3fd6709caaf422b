"""The inventory's host that an event is of, by its name at the time of the event."""

from __future__ import annotations

from watchfloor.enrich._assets import OUTPUTS, has_hosts, hosts_by
from watchfloor.enrich.plugin import Enrichment, at_sides

ENRICHMENT = Enrichment(
    reference="docs/guide/enrichment.md",
    places=at_sides("name", OUTPUTS, ("host",)),
    answer=hosts_by("host"),
    needed=has_hosts,
    dated=True,
)
