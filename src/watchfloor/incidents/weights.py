"""How much a shared value says that two alerts belong together: by kind, side, rarity, role, order and time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
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
        crowd: others who act in alerts about it (see `_crowded`) beyond which it is a hub, whatever its role.
        sided: whether it matters who acted and who was acted on; a file or a site is the same to all.
        attacked: factor where both alerts act on it; a server is attacked by everybody, an account by few.
    """

    weight: float
    halves: int
    crowd: int
    sided: bool = False
    attacked: float = 0.35


_KINDS = {
    "event": _Kind(1.0, 365 * DAY, 1_000_000),
    "session": _Kind(1.0, 10 * DAY, 1_000),
    "process": _Kind(1.0, 10 * DAY, 1_000),
    "hash": _Kind(0.55, 30 * DAY, 500),
    "device": _Kind(0.9, 4 * DAY, 12, sided=True),
    "host": _Kind(0.9, 4 * DAY, 12, sided=True),
    "user": _Kind(0.85, 4 * DAY, 12, sided=True, attacked=0.75),
    "public_ip": _Kind(0.8, 3 * DAY, 12),
    "attacker_ip": _Kind(0.8, 3 * DAY, 12, sided=True),
    "ip": _Kind(0.8, 12 * HOUR, 12, sided=True),
    "domain": _Kind(0.75, 10 * DAY, 20),
    "mac": _Kind(0.9, 4 * DAY, 12, sided=True),
    "mail": _Kind(0.7, 4 * DAY, 300),
}
_PARTIES = frozenset({"device", "host", "user", "ip"})
"""Kinds that are somebody: how many of them act in alerts about a value makes it a hub."""
_PLACES = frozenset({"device", "host"})
"""Kinds of machines: two alerts in which only a busy one acts are about it; only a NAT address acting says nothing."""
_MACHINES = _PLACES | {"ip"}
_ADDRESSES = frozenset({"device", "ip"})
_DOORS = 12
"""Machines beyond which who raises one rule on all of them knocks at every door."""
_AFTER = {
    ("actor", "actor"): 1.0,
    ("actor", "target"): 0.5,
    ("target", "actor"): 1.0,
}
"""(side in the earlier alert, in the later one) -> factor; `_Kind.attacked` for two attacks. What was attacked and then
acts has fallen. What is on `either` side counts as the one that says more."""
_HUB = 0.15
"""Factor for a hub, and for a machine that acts after a mere knock at its door."""
_BACKWARDS = 0.9
_TOLD = 6
"""Shared values that count, the most telling ones; more say nothing new."""
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
        named_by_one: set[tuple[str, str]] = set()
        self._shared: set[tuple[str, str]] = set()
        for fact in facts:
            for named in _named(fact):
                (self._shared if named in named_by_one else named_by_one).add(named)
        self._hubs = {named for named in named_by_one if named[0] in _PARTIES and HUB_ROLES & roles(*named)}
        del named_by_one  # of many alerts that share little it is large
        holders: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        for fact in facts:
            for named in _named(fact) & self._shared:
                holders[named].append(fact)
        acting = {fact.id: tuple(_acting(fact)) for fact in facts}
        self._actors = {named for acts in acting.values() for named in acts if named in self._shared}
        self._hubs.update(
            named for named, holding in holders.items() if _crowded(named, holding, acting, self._kind(*named).crowd)
        )
        self._knocks = {
            fact.id
            for named, holding in holders.items()
            if named[0] in _PARTIES and len(holding) > _DOORS
            for fact in _knocks(named, holding, acting)
        }
        self._scanners = {fact.id for fact in facts if any("scanner" in roles(*named) for named in acting[fact.id])}
        self._alone = {
            fact.id for fact in facts if all(named in self._hubs for named in acting[fact.id] or _named(fact))
        }

    def is_hub(self, kind: str, value: str) -> bool:
        """Whether so many have to do with the value that it joins nothing by itself."""
        return (kind, value) in self._hubs

    def is_scan(self, fact: Fact) -> bool:
        """Whether it is the work of a scanner that the company runs."""
        return fact.id in self._scanners

    def telling(self, fact: Fact) -> Iterator[tuple[str, str]]:
        """The alert's values that are no hubs to it, each once: by one of them at least it joins others."""
        any_hub, any_place = self.is_scan(fact), fact.id in self._alone
        for kind, value in sorted(_named(fact) & self._shared):
            if any_hub or not self.is_hub(kind, value) or (any_place and kind in _PLACES):
                yield kind, value

    def between(self, earlier: Fact, later: Fact) -> tuple[Shared, ...]:
        """What two alerts share that says anything, the most telling first."""
        scans = self.is_scan(earlier), self.is_scan(later)
        if scans[0] != scans[1]:
            return ()
        before = _sides(earlier)
        alone = earlier.id in self._alone and later.id in self._alone
        order, apart = _order(earlier, later), max(later.first - earlier.last, 0)
        found: list[tuple[float, str, str]] = []
        for (kind, value), side in _sides(later).items():
            was = before.get((kind, value))
            if was is not None:
                of_kind = self._kind(kind, value)
                about_it = alone and kind in _PLACES
                weight = of_kind.weight * (_sided(of_kind, was, side) if of_kind.sided else 1.0)
                if (self.is_hub(kind, value) and not (about_it and "target" not in (was, side)) and not all(scans)) or (
                    kind in _MACHINES and earlier.id in self._knocks and (was, side) == ("target", "actor")
                ):
                    weight *= _HUB
                weight *= 2 ** (-apart / of_kind.halves) * order
                found.append((-round(weight, 3), kind, value))
        return tuple(Shared(kind, value, -weight) for weight, kind, value in sorted(found)[:_TOLD])

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


def _named(fact: Fact) -> set[tuple[str, str]]:
    return {(link.kind, link.value) for link in fact.links}


def _sides(fact: Fact) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for link in fact.links:
        known = found.setdefault((link.kind, link.value), link.side)
        if known != link.side:
            found[link.kind, link.value] = "either"
    return found


def _sided(kind: _Kind, before: str, after: str) -> float:
    return max(_AFTER.get((one, other), kind.attacked) for one in _either(before) for other in _either(after))


def _either(side: str) -> tuple[str, ...]:
    return ("actor", "target") if side == "either" else (side,)


def _acting(fact: Fact) -> Iterator[tuple[str, str]]:
    return ((link.kind, link.value) for link in fact.links if link.side == "actor" and link.kind in _PARTIES)


def _crowded(
    named: tuple[str, str], holding: Sequence[Fact], acting: Mapping[str, tuple[tuple[str, str], ...]], crowd: int
) -> bool:
    """Whether more than `crowd` others act through a value or on it, or are machines that an account acts on.

    What a machine or an address acts on makes it no hub. Addresses that a machine acts by are its own, and one attacker
    tries an account from hundreds of addresses of the internet: these make no crowd.
    """
    others: set[tuple[str, str]] = set()
    for fact in holding:
        acts = named in acting[fact.id]
        if named[0] == "user":
            others.update(each for each in acting[fact.id] if acts or not is_public(each[1]))
            others.update((link.kind, link.value) for link in fact.links if link.kind in _PLACES)
        else:
            own = acts and named[0] in _PLACES
            others.update(each for each in acting[fact.id] if not (own and each[0] in _ADDRESSES))
        if len(others - {named}) > crowd:
            return True
    return False


def _knocks(
    named: tuple[str, str], holding: Sequence[Fact], acting: Mapping[str, tuple[tuple[str, str], ...]]
) -> Iterator[Fact]:
    """The alerts of rules that one party raises on more than `_DOORS` machines."""
    doors: dict[str, set[tuple[str, str]]] = defaultdict(set)
    mine = [fact for fact in holding if named in acting[fact.id]]
    for fact in mine:
        doors[fact.rule_id].update(
            (link.kind, link.value) for link in fact.links if link.side == "target" and link.kind in _MACHINES
        )
    return (fact for fact in mine if len(doors[fact.rule_id]) > _DOORS)


def _order(earlier: Fact, later: Fact) -> float:
    """Less than 1 where the later alert is of an earlier phase of an attack than all of the earlier one."""
    before, after = tactics_of(earlier.tags), tactics_of(later.tags)
    if not before or not after:
        return 1.0
    return _BACKWARDS if TACTICS[after[-1]] < TACTICS[before[0]] else 1.0
