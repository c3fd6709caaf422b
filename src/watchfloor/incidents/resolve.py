"""Puts devices in the place of addresses and people in the place of accounts, where it is known who they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from watchfloor.alerts.links import Link, is_public
from watchfloor.incidents.facts import Fact

Person = Callable[[str, str | None], str]
"""Account, and the only host on which it was used -> the person or account that it stands for; the account itself where
nothing more is known."""


@dataclass(frozen=True, slots=True)
class Device:
    """Who had an address.

    Attributes:
        id: the same for the same device; None where its name says all, so that one machine does not count as two.
        hostname: where one is known.
    """

    id: str | None
    hostname: str | None = None


Devices = Mapping[tuple[str, int], Device]
"""(address, microseconds since 1970) -> the device that had it then; what nobody can tell is not in it."""


def inside(alerts: Iterable[tuple[Iterable[Link], int]]) -> Iterator[tuple[str, int]]:
    """The addresses inside among the links of alerts, and the moments at which their devices are asked for."""
    for links, first in alerts:
        for link in links:
            if link.kind == "ip" and not is_public(link.value):
                yield link.value, first


def only_host(links: Iterable[Link]) -> str | None:
    """The host of an alert that names one."""
    hosts = {link.value for link in links if link.kind == "host"}
    return hosts.pop() if len(hosts) == 1 else None


def resolved(facts: Iterable[Fact], devices: Devices, person: Person = lambda account, _: account) -> list[Fact]:
    """The alerts with devices as of their first event, with people, and with hosts by their full names."""
    with_devices = [replace(fact, links=tuple(_links(fact, devices, person))) for fact in facts]
    names = _full_names(with_devices)
    return [
        replace(
            fact,
            links=tuple(
                dict.fromkeys(
                    replace(link, value=names.get(link.value, link.value)) if link.kind == "host" else link
                    for link in fact.links
                )
            ),
        )
        for fact in with_devices
    ]


def _links(fact: Fact, devices: Devices, person: Person) -> Iterator[Link]:
    host = only_host(fact.links)
    for link in fact.links:
        if link.kind == "ip" and (found := devices.get((link.value, fact.first))):
            if found.id:
                yield Link("device", found.id.lower(), link.side)
            if found.hostname:
                yield Link("host", found.hostname.lower(), link.side)
        elif link.kind == "mac":
            yield Link("device", link.value, link.side)
        elif link.kind in {"user", "mail"}:
            known = person(link.value, host)
            yield Link(link.kind, known, link.side)
            if link.kind == "mail" and known != link.value:  # an address names the person behind accounts, too
                yield Link("user", known, link.side)
        else:
            yield link


def _full_names(facts: Iterable[Fact]) -> dict[str, str]:
    """Short name of a host -> its full name, where only one full name begins so."""
    full: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        for link in fact.links:
            short, dot, _ = link.value.partition(".")
            if link.kind == "host" and dot:
                full[short].add(link.value)
    return {short: names.pop() for short, names in full.items() if len(names) == 1}
