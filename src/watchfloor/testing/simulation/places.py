"""Countries, and the networks through which people there reach the internet: real ranges of real operators.

Ranges and operators are facts of the routing table of June 2026 (whois and RouteViews); places are the towns where most
people of a country live or travel to, in degrees.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Network:
    """Addresses of one operator in one country.

    Attributes:
        country: ISO 3166 code.
        kind: home, mobile (many customers behind few addresses), hosting (data centres, commercial VPNs), relay (where
            privacy relays come out, by the operators' own lists of places) or air (in flight).
        number: of the autonomous system.
        organisation: its name.
        first: first IPv4 address.
        count: how many addresses are used.
    """

    country: str
    kind: str
    number: int
    organisation: str
    first: str
    count: int

    def addresses(self, places: Ints) -> list[str]:
        """The addresses at these places in the network, wrapped around."""
        start = int(ipaddress.IPv4Address(self.first))
        return [str(ipaddress.IPv4Address(start + int(place) % self.count)) for place in places]


TOWNS: dict[str, tuple[float, float, float]] = {
    "DE": (50.9, 10.4, 1.0),
    "AT": (47.9, 14.8, 1.0),
    "CH": (46.9, 8.0, 1.0),
    "FR": (47.5, 2.6, 1.0),
    "GB": (52.2, -1.2, 0.0),
    "US": (39.5, -85.0, -5.0),
    "IN": (19.5, 76.5, 5.5),
    "NL": (52.2, 5.1, 1.0),
    "SE": (59.0, 16.0, 1.0),
    "ES": (40.2, -3.2, 1.0),
    "IT": (43.8, 11.3, 1.0),
    "PL": (52.0, 19.5, 1.0),
    "SG": (1.35, 103.8, 8.0),
    "JP": (35.5, 138.0, 9.0),
    "BR": (-22.0, -46.0, -3.0),
    "AU": (-33.8, 148.0, 10.0),
    "RU": (55.7, 40.0, 3.0),
    "CN": (31.5, 118.0, 8.0),
    "NG": (6.8, 4.5, 1.0),
    "VN": (16.0, 106.5, 7.0),
    "TR": (40.5, 30.5, 3.0),
    "ZA": (-27.5, 28.0, 2.0),
    "CA": (44.5, -77.5, -5.0),
}
"""Country -> latitude, longitude, hours from UTC in winter."""

NETWORKS = (
    Network("DE", "home", 3320, "Deutsche Telekom AG", "79.192.0.0", 400_000),
    Network("DE", "home", 3209, "Vodafone GmbH", "88.64.0.0", 300_000),
    Network("DE", "mobile", 6805, "Telefonica Germany GmbH & Co. OHG", "77.176.0.0", 256),
    Network("DE", "hosting", 24940, "Hetzner Online GmbH", "46.224.0.0", 60_000),
    Network("AT", "home", 8447, "A1 Telekom Austria AG", "91.112.0.0", 100_000),
    Network("AT", "mobile", 8412, "T-Mobile Austria GmbH", "84.112.0.0", 128),
    Network("CH", "home", 3303, "Swisscom (Schweiz) AG", "85.0.0.0", 200_000),
    Network("FR", "home", 3215, "Orange S.A.", "90.0.0.0", 300_000),
    Network("FR", "mobile", 51207, "Free Mobile SAS", "37.160.0.0", 256),
    Network("FR", "hosting", 12876, "Scaleway SAS", "51.15.0.0", 30_000),
    Network("GB", "home", 2856, "British Telecommunications PLC", "86.128.0.0", 400_000),
    Network("GB", "mobile", 5089, "Virgin Media Limited", "82.0.0.0", 256),
    Network("US", "home", 7922, "Comcast Cable Communications, LLC", "73.0.0.0", 600_000),
    Network("US", "mobile", 21928, "T-Mobile USA, Inc.", "162.160.0.0", 512),
    Network("US", "hosting", 14061, "DigitalOcean, LLC", "45.55.0.0", 30_000),
    Network("US", "air", 7155, "ViaSat, Inc.", "172.242.0.0", 4_096),
    Network("US", "relay", 13335, "Cloudflare, Inc.", "104.28.32.0", 2_048),
    Network("DE", "relay", 13335, "Cloudflare, Inc.", "104.28.40.0", 2_048),
    Network("FR", "relay", 13335, "Cloudflare, Inc.", "104.28.48.0", 2_048),
    Network("GB", "relay", 13335, "Cloudflare, Inc.", "104.28.56.0", 2_048),
    Network("IN", "relay", 13335, "Cloudflare, Inc.", "104.28.64.0", 2_048),
    Network("NL", "relay", 13335, "Cloudflare, Inc.", "104.28.72.0", 2_048),
    Network("IN", "home", 9829, "Bharat Sanchar Nigam Ltd", "117.192.0.0", 300_000),
    Network("IN", "mobile", 55836, "Reliance Jio Infocomm Limited", "157.32.0.0", 512),
    Network("NL", "home", 1136, "KPN B.V.", "77.160.0.0", 200_000),
    Network("NL", "hosting", 60781, "LeaseWeb Netherlands B.V.", "95.211.0.0", 30_000),
    Network("SE", "home", 3301, "Telia Company AB", "78.64.0.0", 200_000),
    Network("SE", "hosting", 39351, "31173 Services AB", "45.83.220.0", 1_024),
    Network("ES", "home", 3352, "Telefonica de Espana S.A.U.", "83.32.0.0", 300_000),
    Network("IT", "home", 3269, "TIM S.p.A.", "79.0.0.0", 300_000),
    Network("PL", "home", 5617, "Orange Polska S.A.", "79.184.0.0", 200_000),
    Network("SG", "home", 9506, "Singapore Telecommunications Ltd", "121.6.0.0", 60_000),
    Network("JP", "home", 2516, "KDDI Corporation", "106.128.0.0", 300_000),
    Network("BR", "home", 27699, "Telefonica Brasil S.A.", "152.249.0.0", 100_000),
    Network("AU", "home", 1221, "Telstra Limited", "1.120.0.0", 200_000),
    Network("RU", "home", 12389, "PJSC Rostelecom", "178.64.0.0", 200_000),
    Network("CN", "home", 4134, "Chinanet", "115.200.224.0", 200_000),
    Network("NG", "mobile", 29465, "MTN Nigeria Communication limited", "197.210.0.0", 4_096),
    Network("VN", "home", 45899, "VNPT Corp", "14.160.0.0", 300_000),
    Network("TR", "home", 9121, "Turk Telekomunikasyon A.S.", "85.96.0.0", 200_000),
    Network("ZA", "home", 3741, "Dimension Data", "196.211.0.0", 60_000),
    Network("CA", "home", 812, "Rogers Communications Canada Inc.", "99.224.0.0", 200_000),
)


def networks(country: str, *kinds: str, among: Sequence[Network] = NETWORKS) -> list[int]:
    """The places in `among` of a country's networks of these kinds; of its home networks where there are none.

    Of all its networks where nobody has one at home.
    """
    own = [at for at, each in enumerate(among) if each.country == country]
    found = [at for at in own if among[at].kind in kinds]
    return found or [at for at in own if among[at].kind == "home"] or own


def kilometres(first: str, second: str) -> float:
    """How far two countries' towns are apart along the surface."""
    return between(TOWNS[first][:2], TOWNS[second][:2])


def between(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Kilometres along the surface between two places in degrees (https://en.wikipedia.org/wiki/Haversine_formula)."""
    north, other = math.radians(one[0]), math.radians(two[0])
    across = math.sin((other - north) / 2) ** 2
    along = math.sin(math.radians(two[1] - one[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(across + math.cos(north) * math.cos(other) * along))
