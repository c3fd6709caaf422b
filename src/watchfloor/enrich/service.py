"""The service that a port is known for; another one may well be spoken there."""

from __future__ import annotations

import csv
import functools
from importlib import resources

import pyarrow as pa

from watchfloor.enrich.plugin import Answers, Enrichment, Place, Questions


@functools.cache
def _services() -> dict[tuple[str, int], str]:
    """(transport, port) -> name; without a transport the name that tcp and udp agree on, or the only one."""
    text = resources.files("watchfloor").joinpath("content", "network", "services.csv").read_text("utf-8")
    found: dict[tuple[str, int], str] = {}
    for row in csv.DictReader(text.splitlines()):
        port = int(row["port"])
        found |= {(transport, port): row[transport] for transport in ("tcp", "udp") if row[transport]}
        names = {row["tcp"], row["udp"]} - {""}
        if len(names) == 1:
            found["", port] = names.pop()
    return found


def service(port: int, transport: str | None) -> str | None:
    """The name of the service, by IANA's or the makers' word; None for ports without one.

    Args:
        port: of the side that waits for connections.
        transport: `tcp`, `udp`; None when nothing is known of it.
    """
    return _services().get((transport or "", port))


def _answer(asked: Questions) -> Answers:
    pairs = zip(*(values.to_pylist() for values in asked.values), strict=True)
    return {"service": pa.array([service(port, transport) for port, transport in pairs], pa.string())}


ENRICHMENT = Enrichment(
    reference="https://www.iana.org/assignments/service-names-port-numbers",
    places=tuple(
        Place((f"{side}.port", "network.transport"), {"service": f"{side}.port_service"})
        for side in ("destination", "server")
    ),
    answer=_answer,
)
