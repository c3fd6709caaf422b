"""Where a provider of places of IP addresses believes that an address is, which sign-in records say.

It is wrong as such providers are, by kind of network and country; of one address it says the same until an update
changes it. Shares and their sources are in docs/reference/behaviour-scenarios.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from watchfloor.testing.simulation.company import DAY, START
from watchfloor.testing.simulation.places import NETWORKS, between
from watchfloor.testing.simulation.towns import TOWNS_OF, Town, by_people, nearest, outlets

BELIEF_ROOM, UPDATE_ROOM = 99, 100
EUROPE, AMERICA, ASIA, AFRICA = 0.85, 0.83, 0.43, 0.31
RIGHT = {
    **dict.fromkeys(("US", "CA", "AU", "JP", "SG"), AMERICA),
    **dict.fromkeys(("IN", "CN", "VN", "TR", "BR"), ASIA),
    **dict.fromkeys(("NG", "ZA"), AFRICA),
}
"""Country -> fixed lines whose town is right; elsewhere as in Europe."""
ELSEWHERE = 0.6
"""Of the fixed lines that are wrong, those in another town of the country; of the others only the country is known."""
NEIGHBOUR = 0.5
"""Of other towns, those that are the nearest one; the others are any, by people."""
MOBILE = {"right": 0.5, "seat": 0.2, "other": 0.15, "country": 0.15}
"""Mobile networks: the gateway, the carrier's seat, another town, only the country."""
HOSTING = {"right": 0.74, "seat": 0.16, "country": 0.1}
RELAY = {"right": 0.8, "other": 0.1, "country": 0.1}
AIR = {"right": 0.5, "country": 0.5}
CENTRED = 0.7
"""Where only the country is known: records with its middle for a place; the others have no coordinates."""
CHANGED = 0.022
"""Addresses of which something else is believed after a week's update."""
BLOCK = 8
"""Neighbouring addresses of gateways, relays and data centres of which the same is believed."""
MIDDLES = {
    "DE": (51.2, 10.4), "AT": (47.6, 14.1), "CH": (46.8, 8.2), "FR": (46.6, 2.5), "GB": (54.0, -2.5),
    "US": (37.751, -97.822), "IN": (22.0, 79.0), "NL": (52.2, 5.3), "SE": (62.2, 15.5), "ES": (40.2, -3.6),
    "IT": (42.8, 12.8), "PL": (52.1, 19.4), "SG": (1.36, 103.8), "JP": (36.2, 138.3), "BR": (-10.0, -53.0),
    "AU": (-25.3, 134.5), "RU": (61.5, 96.7), "CN": (35.0, 104.0), "NG": (9.1, 8.7), "VN": (16.0, 107.8),
    "TR": (39.0, 35.2), "ZA": (-29.0, 24.7), "CA": (60.0, -96.0),
}  # fmt: skip
"""Country -> its middle, roughly."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a record says: city and region, empty where only the country is known; coordinates in degrees, if any."""

    city: str = ""
    region: str = ""
    at: tuple[float, float] | None = None


class Provider:
    """One provider's beliefs about addresses, by week."""

    def __init__(self, seed: int, town_of: Callable[[int, int], Town]) -> None:
        """Draw from a seed what is believed of addresses whose true town `town_of` says of a network and a place."""
        self._seed, self._town_of = seed, town_of
        self._kept: dict[tuple[int, int, int], Shown] = {}

    def shown(self, network: int, place: int, at: int) -> Shown:
        """What a record says of an address at a moment; updates come on Tuesdays."""
        each = NETWORKS[network]
        where = place % each.count
        block = where if each.kind == "home" else where // BLOCK * BLOCK
        key = network, block, max((at - START - DAY) // (7 * DAY) + 1, 0)
        if key not in self._kept:
            self._kept[key] = self._believed(*key)
        return self._kept[key]

    def _believed(self, network: int, place: int, week: int) -> Shown:
        updates = np.random.default_rng([self._seed, UPDATE_ROOM, network, place]).random(week) < CHANGED
        rng = np.random.default_rng([self._seed, BELIEF_ROOM, network, place, int(updates.sum())])
        country, right = NETWORKS[network].country, self._town_of(network, place)
        shares = shares_of(network)
        what = str(rng.choice([*shares], p=[*shares.values()]))
        if what == "country" or (what == "other" and len(TOWNS_OF[country]) == 1):
            return Shown(at=MIDDLES[country] if rng.random() < CENTRED else None)
        town = {"right": right, "seat": outlets(network)[0]}.get(what) or _other(rng, country, right)
        return Shown(town.name, town.region, (town.latitude, town.longitude))


def shares_of(network: int) -> dict[str, float]:
    """What is believed of a network's addresses, and how often: right, the carrier's seat, another town, a country."""
    each = NETWORKS[network]
    if each.kind != "home":
        return {"mobile": MOBILE, "hosting": HOSTING, "relay": RELAY, "air": AIR}[each.kind]
    right = RIGHT.get(each.country, EUROPE)
    return {"right": right, "other": (1 - right) * ELSEWHERE, "country": (1 - right) * (1 - ELSEWHERE)}


def shown_km(one: Shown, two: Shown) -> float | None:
    """How far apart two records say that they are, where both name a city."""
    return between(one.at, two.at) if one.city and two.city and one.at and two.at else None


def location_columns(places: Sequence[Shown]) -> dict[str, pl.Series]:
    """The columns of places, null where a record says nothing."""
    return {
        "source.geo.city_name": pl.Series([each.city or None for each in places], dtype=pl.String),
        "source.geo.region_name": pl.Series([each.region or None for each in places], dtype=pl.String),
        "source.geo.location.lat": pl.Series([each.at[0] if each.at else None for each in places], dtype=pl.Float64),
        "source.geo.location.lon": pl.Series([each.at[1] if each.at else None for each in places], dtype=pl.Float64),
    }


def _other(rng: np.random.Generator, country: str, right: Town) -> Town:
    others = tuple(each for each in TOWNS_OF[country] if each.name != right.name)
    return nearest(right, others) if rng.random() < NEIGHBOUR else by_people(rng, others)
