"""What is outside: sites that people use, and the networks that people and attackers come from.

The networks are those of `simulation.places`: real ranges of real operators, of which addresses are drawn at random.
Names of widely used services are real, all others are under `example`.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from watchfloor.testing.simulation import places
from watchfloor.testing.simulation.places import Network

NETWORKS = (
    *places.NETWORKS,
    Network("NZ", "home", 4771, "Spark New Zealand Trading Ltd.", "122.56.0.0", 200_000),
    Network("NZ", "home", 9500, "One New Zealand Group Limited", "118.92.0.0", 131_072),
    Network("NZ", "mobile", 4771, "Spark New Zealand Trading Ltd.", "115.189.80.0", 192),
    Network("NZ", "mobile", 23655, "2degrees", "27.252.0.0", 160),
    Network("AU", "hosting", 16509, "Amazon.com, Inc.", "54.252.0.0", 30_000),
    Network("PH", "home", 9299, "Philippine Long Distance Telephone Company", "112.200.0.0", 200_000),
    Network("ID", "home", 7713, "PT Telekomunikasi Indonesia", "36.72.0.0", 200_000),
    Network("RO", "home", 8708, "Digi Romania S.A.", "188.24.0.0", 180_224),
)
"""Those of the simulation, whose draws depend on how many there are, and more."""
_TOWNS = {
    **places.TOWNS, "NZ": (-36.9, 174.8, 12.0), "PH": (14.6, 121.0, 8.0),
    "ID": (-6.2, 106.8, 7.0), "RO": (44.4, 26.1, 2.0),
}  # fmt: skip
_CITIES = {
    "AT": "Graz", "DE": "Muenchen", "CH": "Zuerich", "IT": "Udine", "NG": "Lagos", "NL": "Amsterdam", "RU": "Moskva",
    "VN": "Hanoi", "BR": "Santos", "FR": "Lyon", "US": "Columbus", "GB": "Leeds", "ES": "Toledo", "PL": "Lodz",
    "NZ": "Auckland", "AU": "Sydney", "PH": "Manila", "ID": "Jakarta", "RO": "Bucharest",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """An address outside and where it is."""

    address: str
    country: str
    city: str
    latitude: float
    longitude: float


def place(network: int, number: int) -> Place:
    """An address of a network of `NETWORKS`."""
    found = NETWORKS[network]
    latitude, longitude, _ = _TOWNS[found.country]
    address = _address(network, number)
    return Place(address, found.country, _CITIES.get(found.country, found.country), latitude, longitude)


def _address(network: int, number: int) -> str:
    first, count = NETWORKS[network].first, NETWORKS[network].count
    parts = [int(each) for each in first.split(".")]
    value = ((parts[0] << 24) | (parts[1] << 16) | (parts[2] << 8) | parts[3]) + number % count
    return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"


def networks(country: str, *kinds: str) -> list[int]:
    """The places in `NETWORKS` of a country's networks of these kinds, as `simulation.places.networks` chooses them."""
    return places.networks(country, *kinds, among=NETWORKS)


def anywhere(chance: Random, country: str, *kinds: str) -> Place:
    """A place in a country, in networks of these kinds."""
    return place(chance.choice(networks(country, *kinds)), chance.randrange(1, 1 << 20))


@dataclass(frozen=True, slots=True)
class Site:
    """A web site.

    Attributes:
        name: host name.
        address: where it is.
        also: other hosts that its pages load from.
        size: bytes of a page, about.
    """

    name: str
    address: str
    also: tuple[tuple[str, str], ...] = ()
    size: int = 40_000


@dataclass(frozen=True, slots=True)
class Web:
    """The part of the web that a company's people look at.

    Attributes:
        well_known: sites that everybody knows there, the most used first.
        trades: beginnings of the names of all others, by what they sell.
        words: their other halves, and the names of those who serve parts of pages.
        countries: in which they are hosted, the usual ones more than once.
    """

    well_known: tuple[str, ...]
    trades: tuple[str, ...]
    words: tuple[str, ...]
    countries: tuple[str, ...]


_PARTS = ("cdn", "static", "img", "fonts", "api", "consent", "metrics")


def sites(chance: Random, count: int, web: Web) -> tuple[Site, ...]:
    """Sites that people of a company look at, the most used first."""
    names = list(web.well_known)
    while len(names) < count:
        first, second = chance.choice(web.trades), chance.choice(web.words)
        name = f"www.{chance.choice(('', second + '-'))}{first}{chance.choice(('', '-' + second, chance.choice(web.words)))}.example"
        if name not in names:
            names.append(name)
    shared = [(f"{chance.choice(_PARTS)}.{word}cdn.example", _hosted(chance, web)) for word in web.words]
    found = []
    for name in names[:count]:
        also = tuple(chance.sample(shared, chance.randrange(3)))
        own = ((f"static.{name.removeprefix('www.')}", _hosted(chance, web)),) if chance.random() < 0.3 else ()
        found.append(Site(name, _hosted(chance, web), also + own, chance.randrange(8_000, 180_000)))
    return tuple(found)


def _hosted(chance: Random, web: Web) -> str:
    return anywhere(chance, chance.choice(web.countries), "hosting").address
