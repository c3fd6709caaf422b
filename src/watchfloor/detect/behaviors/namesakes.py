"""Accounts that share a name in the domains of different owners: `info@a.example` is not `info@b.example`."""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Callable, Iterable

from watchfloor.detect.behaviors.habits import Sighting
from watchfloor.detect.behaviors.plugin import DAY
from watchfloor.enrich.domain import parts

LONGEST = 253
_INTERNAL = frozenset(
    ("local", "localdomain", "lan", "corp", "home", "internal", "intranet", "intra", "private", "intern", "ad", "loc")
)
"""Ends of names that nobody registers (https://www.rfc-editor.org/rfc/rfc6762#appendix-G): an Active Directory's say
nothing about the domain of its people's mail."""
_TENANTS = "onmicrosoft.com"
"""Below it every customer of Microsoft has a name."""
_ROUTED = ".mail"
"""Between a customer's name and `_TENANTS` where mail is passed on to servers of the customer's own."""


# One batch after the other has the same domains.
@functools.lru_cache(maxsize=10_000)
def owner(domain: str) -> str:
    """The label by which a domain was registered, which a company's domains share; empty where that is not known.

    `EXAMPLE`, `example.local` and no domain may be anybody's; `example.com`, `mail.example.de` and
    `example.onmicrosoft.com` are `example`'s.
    """
    name = domain.lower().rstrip(".")
    registered, before, suffix = parts(name) if len(name) <= LONGEST else (None, None, None)
    if not registered or not suffix or suffix in _INTERNAL:
        return ""
    if registered == _TENANTS:
        return before.removesuffix(_ROUTED).rpartition(".")[2] if before else ""
    return registered.removesuffix(f".{suffix}")


def apart_of(sightings: Iterable[Sighting], period: int) -> Callable[[Sighting, Sighting, int], bool]:
    """Whether two of these sightings of one name are of two accounts, at a moment in microseconds.

    Both must have been in use on an earlier day: servers that let somebody in by the name alone take any domain, and an
    intruder would make up one.

    Args:
        sightings: all of the name.
        period: for how long, in microseconds, an account is remembered.
    """
    days: dict[str, set[int]] = {}
    for row, place in sightings:
        days.setdefault(place.owner, set()).update((row.first // DAY, row.last // DAY))
    used = {each: sorted(own) for each, own in days.items()}

    def before(account: str, day: int) -> bool:
        own = used[account]
        return bisect_left(own, day - period // DAY) < bisect_left(own, day)

    def apart(one: Sighting, other: Sighting, moment: int) -> bool:
        first, second, day = one.place.owner, other.place.owner, moment // DAY
        return bool(first and second) and first != second and before(first, day) and before(second, day)

    return apart
