"""What is outside: sites that people use, and the networks that people and attackers come from.

The networks are those of `simulation.places`: real ranges of real operators, of which addresses are drawn at random.
Names of widely used services are real, all others are under `example`.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from watchfloor.testing.simulation.places import NETWORKS, TOWNS, networks

_CITIES = {
    "AT": "Graz", "DE": "Muenchen", "CH": "Zuerich", "IT": "Udine", "NG": "Lagos", "NL": "Amsterdam", "RU": "Moskva",
    "VN": "Hanoi", "BR": "Santos", "FR": "Lyon", "US": "Columbus", "GB": "Leeds", "ES": "Toledo", "PL": "Lodz",
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
    latitude, longitude, _ = TOWNS[found.country]
    address = _address(network, number)
    return Place(address, found.country, _CITIES.get(found.country, found.country), latitude, longitude)


def _address(network: int, number: int) -> str:
    first, count = NETWORKS[network].first, NETWORKS[network].count
    parts = [int(each) for each in first.split(".")]
    value = ((parts[0] << 24) | (parts[1] << 16) | (parts[2] << 8) | parts[3]) + number % count
    return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"


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


_SUPPLIERS = ("holz", "lack", "beschlag", "werkzeug", "polster", "glas", "versand", "verpackung", "stoffe", "maschinen")
_WORDS = ("nord", "alpen", "tal", "stein", "bach", "gruen", "linden", "markt", "stadt", "berg", "see", "wald")
_WELL_KNOWN = (
    "www.google.com", "www.bing.com", "www.orf.at", "www.derstandard.at", "de.wikipedia.org", "www.youtube.com",
    "www.amazon.de", "www.willhaben.at", "www.linkedin.com", "www.post.at", "www.wko.at", "outlook.office.com",
    "teams.microsoft.com", "www.finanzonline.at", "github.com", "www.dhl.de", "maps.google.com", "www.oebb.at",
)  # fmt: skip
_PARTS = ("cdn", "static", "img", "fonts", "api", "consent", "metrics")


def sites(chance: Random, count: int) -> tuple[Site, ...]:
    """Sites that people of a company look at, the most used first."""
    names = list(_WELL_KNOWN)
    while len(names) < count:
        first, second = chance.choice(_SUPPLIERS), chance.choice(_WORDS)
        name = f"www.{chance.choice(('', second + '-'))}{first}{chance.choice(('', '-' + second, chance.choice(_WORDS)))}.example"
        if name not in names:
            names.append(name)
    shared = [(f"{chance.choice(_PARTS)}.{word}cdn.example", _hosted(chance)) for word in _WORDS]
    found = []
    for name in names[:count]:
        also = tuple(chance.sample(shared, chance.randrange(3)))
        own = ((f"static.{name.removeprefix('www.')}", _hosted(chance)),) if chance.random() < 0.3 else ()
        found.append(Site(name, _hosted(chance), also + own, chance.randrange(8_000, 180_000)))
    return tuple(found)


def _hosted(chance: Random) -> str:
    return anywhere(chance, chance.choice(("DE", "DE", "FR", "NL", "US")), "hosting").address
