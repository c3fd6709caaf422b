"""Puts devices in the place of addresses and people in the place of accounts, where it is known who they were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from watchfloor.alerts.links import Link
from watchfloor.incidents.facts import Fact

Device = Callable[[str, int], str | None]
"""(address, microseconds since 1970) -> the device that had it then, by MAC or name; None where nobody knows."""
Person = Callable[[str], str]
"""Account -> the person or account that it stands for; the account itself where nothing more is known."""


def resolved(facts: Iterable[Fact], device: Device, person: Person = str) -> Iterator[Fact]:
    """The alerts with devices as of their first event, and with people."""
    for fact in facts:
        yield replace(
            fact, links=tuple(dict.fromkeys(_resolved(link, fact.first, device, person) for link in fact.links))
        )


def _resolved(link: Link, time: int, device: Device, person: Person) -> Link:
    if link.kind == "ip" and (found := device(link.value, time)):
        return Link("device", found, link.side)
    if link.kind == "mac":
        return Link("device", link.value, link.side)
    if link.kind in {"user", "mail"}:
        return Link(link.kind, person(link.value), link.side)
    return link
