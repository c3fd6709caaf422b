"""How much a shared value says that two alerts belong together: by kind, side, rarity, role, order and time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from watchfloor.alerts.links import is_public
from watchfloor.incidents.facts import DAY, HOUR, TACTICS, Fact, Shared, tactics_of

Roles = Callable[[str, str], frozenset[str]]
"""(kind, value) -> the roles that the inventory gives it."""

HUB_ROLES = frozenset(
    {
        "backup",
        "domain_controller",
        "guest_network",
        "mail_relay",
        "management",
        "monitoring",
        "nat",
        "proxy",
        "resolver",
        "scanner",
        "service_account",
        "shared",
        "vpn",
    }
)
"""Roles of what many have to do with, so that two alerts about it need not belong together."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """How much a kind of value says.

    Attributes:
        weight: of a rare value, at once.
        halves: time after which it says half as much, in microseconds.
        crowd: other parties (see `_PARTIES`) beyond which the value is a hub, whatever its role.
        sided: whether it matters who acted and who was acted on; a file or a site is the same to all.
    """

    weight: float
    halves: int
    crowd: int
    sided: bool = False


_KINDS = {
    "event": _Kind(1.0, 365 * DAY, 1_000_000),
    "session": _Kind(1.0, 10 * DAY, 1_000),
    "process": _Kind(1.0, 10 * DAY, 1_000),
    "hash": _Kind(0.55, 30 * DAY, 500),
    "device": _Kind(0.9, 4 * DAY, 12, sided=True),
    "host": _Kind(0.9, 4 * DAY, 12, sided=True),
    "user": _Kind(0.85, 4 * DAY, 12, sided=True),
    "public_ip": _Kind(0.8, 3 * DAY, 12),
    "attacker_ip": _Kind(0.8, 3 * DAY, 300, sided=True),
    "ip": _Kind(0.8, 12 * HOUR, 12, sided=True),
    "domain": _Kind(0.75, 10 * DAY, 20),
    "mac": _Kind(0.9, 4 * DAY, 12, sided=True),
    "mail": _Kind(0.7, 4 * DAY, 300),
}
_PARTIES = frozenset({"device", "host", "user", "ip"})
"""Kinds that are somebody: how many of them a value has to do with makes it a hub."""
_PLACES = frozenset({"device", "host"})
"""Kinds of machines: two alerts that name only a busy one are about it; two that name only a NAT address are not."""
_AFTER = {
    ("actor", "actor"): 1.0,
    ("actor", "target"): 0.5,
    ("target", "actor"): 1.0,
    ("target", "target"): 0.35,
}
"""(side in the earlier alert, in the later one) -> factor. What was attacked and then acts has fallen; two attacks on
one server say little. What is on `either` side counts as the one that says more."""
_HUB = 0.35
_BACKWARDS = 0.9
_NEAR = 0.6
"""Weight from which two alerts belong together."""


class Weights:
    """Weighs what alerts share, knowing all of them.

    Args:
        facts: every alert that may be grouped.
        roles: of hosts, users and addresses.
    """

    def __init__(self, facts: Sequence[Fact], roles: Roles) -> None:
        self.roles = roles
        parties: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
        self._actors: set[tuple[str, str]] = set()
        for fact in facts:
            names = {(link.kind, link.value) for link in fact.links if link.kind in _PARTIES}
            for link in fact.links:
                parties[link.kind, link.value] |= names
                if link.side == "actor":
                    self._actors.add((link.kind, link.value))
        self._hubs = {
            value: (value[0] in _PARTIES and bool(HUB_ROLES & roles(*value)))
            or len(others - {value}) > self._kind(*value).crowd
            for value, others in parties.items()
        }
        self._scanners = {
            fact.id
            for fact in facts
            if any(link.side == "actor" and "scanner" in roles(link.kind, link.value) for link in fact.links)
        }

    def is_hub(self, kind: str, value: str) -> bool:
        """Whether so many have to do with the value that it joins nothing by itself."""
        return self._hubs[kind, value]

    def is_scan(self, fact: Fact) -> bool:
        """Whether it is the work of a scanner that the company runs."""
        return fact.id in self._scanners

    def between(self, earlier: Fact, later: Fact) -> tuple[Shared, ...]:
        """What two alerts share that says anything, the most telling first."""
        scans = self.is_scan(earlier), self.is_scan(later)
        if scans[0] != scans[1]:
            return ()
        before = _sides(earlier)
        alone = _names_hubs_only(earlier, self) and _names_hubs_only(later, self)
        found = []
        for (kind, value), side in _sides(later).items():
            if (kind, value) in before:
                of_kind = self._kind(kind, value)
                weight = of_kind.weight * (_sided(before[kind, value], side) if of_kind.sided else 1.0)
                if self.is_hub(kind, value) and not (alone and kind in _PLACES) and not all(scans):
                    weight *= _HUB
                weight *= _fading(of_kind, earlier, later) * _order(earlier, later)
                found.append(Shared(kind, value, round(weight, 3)))
        return tuple(sorted(found, key=lambda shared: (-shared.weight, shared.kind, shared.value)))

    def reach(self, kind: str, value: str) -> int:
        """Time beyond which the value alone joins nothing, in microseconds."""
        return self._kind(kind, value).halves

    def _kind(self, kind: str, value: str) -> _Kind:
        if kind == "ip" and is_public(value):
            return _KINDS["attacker_ip" if (kind, value) in self._actors else "public_ip"]
        return _KINDS[kind]


def total(shared: Sequence[Shared]) -> float:
    """What several values say together: they add up as independent chances do."""
    doubt = 1.0
    for each in shared:
        doubt *= 1 - each.weight
    return 1 - doubt


def near(shared: Sequence[Shared]) -> bool:
    """Whether two alerts that share this belong together."""
    return total(shared) >= _NEAR


def _sides(fact: Fact) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for link in fact.links:
        known = found.setdefault((link.kind, link.value), link.side)
        if known != link.side:
            found[link.kind, link.value] = "either"
    return found


def _sided(before: str, after: str) -> float:
    return max(_AFTER[one, other] for one in _either(before) for other in _either(after))


def _either(side: str) -> tuple[str, ...]:
    return ("actor", "target") if side == "either" else (side,)


def _names_hubs_only(fact: Fact, weights: Weights) -> bool:
    return all(weights.is_hub(link.kind, link.value) for link in fact.links if link.kind != "event")


def _fading(kind: _Kind, earlier: Fact, later: Fact) -> float:
    return float(2 ** (-max(later.first - earlier.last, 0) / kind.halves))


def _order(earlier: Fact, later: Fact) -> float:
    """Less than 1 where the later alert is of an earlier phase of an attack than all of the earlier one."""
    before, after = tactics_of(earlier.tags), tactics_of(later.tags)
    if not before or not after:
        return 1.0
    return _BACKWARDS if TACTICS[after[-1]] < TACTICS[before[0]] else 1.0
