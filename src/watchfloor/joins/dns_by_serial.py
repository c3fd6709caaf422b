"""A DNS question with its answer in dnsmasq's log, where all records about one question share a number."""

from __future__ import annotations

import datetime as dt

from watchfloor.joins._dns import FIELDS, exchange
from watchfloor.joins.plugin import Join

JOIN = Join(
    reference="https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html",
    datasets=frozenset({"dns.dnsmasq"}),
    dataset="dns.exchange",
    by=("dnsmasq.serial",),
    within=("host.name", "process.pid"),
    gap=dt.timedelta(seconds=60),
    fields=FIELDS,
    build=exchange,
)
