"""Traefik access logs in the common log format, with what Traefik adds: number, router, server and duration."""

from __future__ import annotations

from watchfloor.parsers.plugin import LineParser
from watchfloor.parsers.web._access import SIEVE, TIMES, TRAEFIK
from watchfloor.parsers.web._records import finish_access

PARSER = LineParser(
    reference="https://doc.traefik.io/traefik/observability/access-logs/",
    patterns=(TRAEFIK,),
    times=TIMES,
    sieve=SIEVE,
    sources=("traefik",),
    finish=finish_access,
)
