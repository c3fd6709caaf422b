"""A DNS question with its answer, where both records name the client and the question."""

from __future__ import annotations

import datetime as dt

from watchfloor.joins._dns import FIELDS, exchange
from watchfloor.joins.plugin import Join

_SERVERS = ("bind", "unbound", "powerdns", "windows_debug", "coredns")

JOIN = Join(
    reference="https://www.rfc-editor.org/rfc/rfc1035#section-7.3",
    datasets=frozenset(f"dns.{name}" for name in _SERVERS),
    dataset="dns.exchange",
    by=("source.ip", "dns.question.name"),
    within=("source.port", "dns.id", "dns.question.type", "host.name"),
    gap=dt.timedelta(seconds=10),
    fields=FIELDS,
    build=exchange,
)
