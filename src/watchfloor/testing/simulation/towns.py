"""Towns where people live, and where operators have what their customers' traffic comes out of.

Towns are facts: names, regions, middles in degrees and thousands of people of the town proper, about as in GeoNames and
the counts of national statistics of 2011 to 2024. They are some of a country's largest, and some near its office.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from watchfloor.testing.simulation.places import NETWORKS, between


@dataclass(frozen=True, slots=True)
class Town:
    """A town: name and region as records say them, latitude and longitude in degrees, thousands of people."""

    name: str
    region: str
    latitude: float
    longitude: float
    people: int


def _towns(text: str) -> tuple[Town, ...]:
    found = []
    for line in text.strip().splitlines():
        name, region, latitude, longitude, people = (each.strip() for each in line.split(","))
        found.append(Town(name, region, float(latitude), float(longitude), int(people)))
    return tuple(found)


TOWNS_OF: dict[str, tuple[Town, ...]] = {
    "DE": _towns("""
        Hamburg, Hamburg, 53.5507, 9.9930, 1862
        Berlin, Berlin, 52.5244, 13.4105, 3685
        Munich, Bayern, 48.1374, 11.5755, 1505
        Cologne, Nordrhein-Westfalen, 50.9333, 6.9500, 1024
        Frankfurt am Main, Hessen, 50.1155, 8.6842, 756
        Stuttgart, Baden-Wuerttemberg, 48.7823, 9.1770, 613
        Duesseldorf, Nordrhein-Westfalen, 51.2217, 6.7762, 618
        Leipzig, Sachsen, 51.3396, 12.3713, 611
        Dortmund, Nordrhein-Westfalen, 51.5149, 7.4660, 603
        Dresden, Sachsen, 51.0509, 13.7383, 564
        Bremen, Bremen, 53.0758, 8.8072, 586
        Luebeck, Schleswig-Holstein, 53.8689, 10.6873, 216
        """),
    "AT": _towns("""
        Vienna, Wien, 48.2085, 16.3721, 2006
        Graz, Steiermark, 47.0667, 15.4500, 303
        Klagenfurt, Kaernten, 46.6247, 14.3053, 104
        Salzburg, Salzburg, 47.7994, 13.0440, 157
        Innsbruck, Tirol, 47.2627, 11.3945, 132
        """),
    "CH": _towns("""
        Zurich, Zuerich, 47.3667, 8.5500, 428
        Geneva, Geneve, 46.2022, 6.1457, 206
        Basel, Basel-Stadt, 47.5584, 7.5733, 174
        Lausanne, Vaud, 46.5160, 6.6328, 141
        Bern, Bern, 46.9481, 7.4474, 135
        """),
    "FR": _towns("""
        Paris, Ile-de-France, 48.8534, 2.3488, 2113
        Marseille, Provence-Alpes-Cote d'Azur, 43.2970, 5.3811, 877
        Lyon, Auvergne-Rhone-Alpes, 45.7485, 4.8467, 520
        Toulouse, Occitanie, 43.6043, 1.4437, 511
        Nice, Provence-Alpes-Cote d'Azur, 43.7031, 7.2661, 353
        Nantes, Pays de la Loire, 47.2173, -1.5534, 323
        Montpellier, Occitanie, 43.6109, 3.8772, 302
        Strasbourg, Grand Est, 48.5839, 7.7455, 291
        Bordeaux, Nouvelle-Aquitaine, 44.8404, -0.5805, 261
        Lille, Hauts-de-France, 50.6330, 3.0586, 236
        Versailles, Ile-de-France, 48.8036, 2.1342, 84
        Meaux, Ile-de-France, 48.9601, 2.8788, 56
        """),
    "GB": _towns("""
        London, England, 51.5085, -0.1257, 8866
        Birmingham, England, 52.4814, -1.8998, 1145
        Leeds, England, 53.7965, -1.5478, 536
        Glasgow, Scotland, 55.8652, -4.2576, 622
        Manchester, England, 53.4809, -2.2374, 552
        Sheffield, England, 53.3830, -1.4659, 556
        Edinburgh, Scotland, 55.9521, -3.1965, 514
        Liverpool, England, 53.4106, -2.9779, 486
        Bristol, England, 51.4552, -2.5966, 472
        Cardiff, Wales, 51.4800, -3.1800, 362
        Reading, England, 51.4563, -0.9711, 174
        Luton, England, 51.8797, -0.4175, 225
        """),
    "US": _towns("""
        New York, New York, 40.7143, -74.0060, 8258
        Los Angeles, California, 34.0522, -118.2437, 3821
        Chicago, Illinois, 41.8500, -87.6500, 2664
        Houston, Texas, 29.7633, -95.3633, 2314
        Phoenix, Arizona, 33.4484, -112.0740, 1650
        Philadelphia, Pennsylvania, 39.9524, -75.1636, 1551
        Dallas, Texas, 32.7831, -96.8067, 1303
        Jacksonville, Florida, 30.3322, -81.6556, 986
        Charlotte, North Carolina, 35.2271, -80.8431, 911
        Seattle, Washington, 47.6062, -122.3321, 755
        Newark, New Jersey, 40.7357, -74.1724, 305
        Stamford, Connecticut, 41.0534, -73.5387, 136
        """),
    "IN": _towns("""
        Bengaluru, Karnataka, 12.9719, 77.5937, 8444
        Mumbai, Maharashtra, 19.0728, 72.8826, 12442
        Delhi, Delhi, 28.6519, 77.2315, 11035
        Hyderabad, Telangana, 17.3841, 78.4564, 6993
        Ahmedabad, Gujarat, 23.0258, 72.5873, 5578
        Chennai, Tamil Nadu, 13.0878, 80.2785, 4647
        Kolkata, West Bengal, 22.5626, 88.3630, 4497
        Pune, Maharashtra, 18.5196, 73.8554, 3124
        Jaipur, Rajasthan, 26.9196, 75.7878, 3046
        Hosur, Tamil Nadu, 12.7365, 77.8326, 245
        Tumakuru, Karnataka, 13.3409, 77.1010, 302
        """),
    "NL": _towns("""
        Amsterdam, Noord-Holland, 52.3740, 4.8897, 931
        Rotterdam, Zuid-Holland, 51.9225, 4.4792, 670
        The Hague, Zuid-Holland, 52.0767, 4.2986, 566
        Utrecht, Utrecht, 52.0908, 5.1222, 374
        Eindhoven, Noord-Brabant, 51.4408, 5.4778, 246
        """),
    "SE": _towns("""
        Stockholm, Stockholms laen, 59.3294, 18.0687, 988
        Gothenburg, Vaestra Goetaland, 57.7072, 11.9668, 605
        Malmo, Skane laen, 55.6059, 13.0007, 362
        Uppsala, Uppsala laen, 59.8588, 17.6389, 245
        Linkoping, OEstergoetland, 58.4109, 15.6216, 167
        """),
    "ES": _towns("""
        Madrid, Madrid, 40.4165, -3.7026, 3332
        Barcelona, Cataluna, 41.3888, 2.1590, 1660
        Valencia, Valenciana, 39.4697, -0.3774, 807
        Seville, Andalucia, 37.3828, -5.9732, 684
        Zaragoza, Aragon, 41.6561, -0.8773, 682
        Malaga, Andalucia, 36.7202, -4.4203, 586
        """),
    "IT": _towns("""
        Rome, Lazio, 41.8919, 12.5113, 2748
        Milan, Lombardia, 45.4643, 9.1895, 1354
        Naples, Campania, 40.8522, 14.2681, 913
        Turin, Piemonte, 45.0705, 7.6868, 841
        Palermo, Sicilia, 38.1158, 13.3613, 630
        Bologna, Emilia-Romagna, 44.4938, 11.3387, 390
        """),
    "PL": _towns("""
        Warsaw, Mazowieckie, 52.2298, 21.0118, 1861
        Krakow, Malopolskie, 50.0614, 19.9366, 804
        Lodz, Lodzkie, 51.7706, 19.4739, 658
        Wroclaw, Dolnoslaskie, 51.1000, 17.0333, 674
        Poznan, Wielkopolskie, 52.4069, 16.9299, 541
        Gdansk, Pomorskie, 54.3523, 18.6491, 486
        """),
    "SG": _towns("Singapore, Singapore, 1.2897, 103.8501, 5637"),
    "JP": _towns("""
        Tokyo, Tokyo, 35.6895, 139.6917, 9733
        Yokohama, Kanagawa, 35.4437, 139.6380, 3770
        Osaka, Osaka, 34.6938, 135.5011, 2753
        Nagoya, Aichi, 35.1815, 136.9064, 2332
        Sapporo, Hokkaido, 43.0642, 141.3470, 1973
        Fukuoka, Fukuoka, 33.6000, 130.4167, 1612
        """),
    "BR": _towns("""
        Sao Paulo, Sao Paulo, -23.5475, -46.6361, 11452
        Rio de Janeiro, Rio de Janeiro, -22.9064, -43.1822, 6211
        Brasilia, Distrito Federal, -15.7797, -47.9297, 2817
        Fortaleza, Ceara, -3.7172, -38.5431, 2428
        Salvador, Bahia, -12.9711, -38.5108, 2418
        Belo Horizonte, Minas Gerais, -19.9208, -43.9378, 2316
        """),
    "AU": _towns("""
        Sydney, New South Wales, -33.8679, 151.2073, 5451
        Melbourne, Victoria, -37.8140, 144.9633, 5207
        Brisbane, Queensland, -27.4679, 153.0281, 2706
        Perth, Western Australia, -31.9522, 115.8614, 2309
        Adelaide, South Australia, -34.9287, 138.5986, 1446
        """),
    "RU": _towns("""
        Moscow, Moskva, 55.7522, 37.6156, 13104
        Saint Petersburg, Sankt-Peterburg, 59.9386, 30.3141, 5600
        Novosibirsk, Novosibirskaya oblast, 55.0415, 82.9346, 1635
        Yekaterinburg, Sverdlovskaya oblast, 56.8519, 60.6122, 1539
        Kazan, Tatarstan, 55.7887, 49.1221, 1315
        """),
    "CN": _towns("""
        Shanghai, Shanghai, 31.2222, 121.4581, 24874
        Beijing, Beijing, 39.9075, 116.3972, 21893
        Shenzhen, Guangdong, 22.5455, 114.0683, 17495
        Guangzhou, Guangdong, 23.1167, 113.2500, 18676
        Chengdu, Sichuan, 30.6667, 104.0667, 16045
        Hangzhou, Zhejiang, 30.2936, 120.1614, 11936
        """),
    "NG": _towns("""
        Lagos, Lagos, 6.4541, 3.3947, 15388
        Kano, Kano, 12.0001, 8.5167, 4103
        Ibadan, Oyo, 7.3776, 3.9059, 3649
        Abuja, FCT, 9.0579, 7.4951, 3464
        Port Harcourt, Rivers, 4.7774, 7.0134, 3171
        """),
    "VN": _towns("""
        Ho Chi Minh City, Ho Chi Minh, 10.8230, 106.6296, 8993
        Hanoi, Ha Noi, 21.0245, 105.8412, 8054
        Haiphong, Hai Phong, 20.8648, 106.6835, 2029
        Can Tho, Can Tho, 10.0371, 105.7883, 1235
        Da Nang, Da Nang, 16.0678, 108.2208, 1134
        """),
    "TR": _towns("""
        Istanbul, Istanbul, 41.0138, 28.9497, 15656
        Ankara, Ankara, 39.9199, 32.8543, 5803
        Izmir, Izmir, 38.4127, 27.1384, 4480
        Bursa, Bursa, 40.1956, 29.0601, 3215
        Antalya, Antalya, 36.9081, 30.6956, 2696
        """),
    "ZA": _towns("""
        Johannesburg, Gauteng, -26.2023, 28.0436, 4803
        Cape Town, Western Cape, -33.9258, 18.4232, 4772
        Durban, KwaZulu-Natal, -29.8579, 31.0292, 4239
        Pretoria, Gauteng, -25.7449, 28.1878, 4040
        Bloemfontein, Free State, -29.1211, 26.2140, 811
        """),
    "CA": _towns("""
        Toronto, Ontario, 43.7001, -79.4163, 2794
        Montreal, Quebec, 45.5088, -73.5878, 1763
        Calgary, Alberta, 51.0501, -114.0853, 1307
        Ottawa, Ontario, 45.4112, -75.6981, 1017
        Vancouver, British Columbia, 49.2497, -123.1193, 662
        """),
}
"""Country -> its towns, that of the office or the largest first."""
_SITES = {
    24940: _towns("""
        Nuremberg, Bayern, 49.4542, 11.0775, 526
        Falkenstein, Sachsen, 50.4779, 12.3713, 8
        """),
    14061: _towns("""
        New York, New York, 40.7143, -74.0060, 8258
        San Francisco, California, 37.7749, -122.4194, 809
        Atlanta, Georgia, 33.7490, -84.3880, 510
        """),
    12876: _towns("Paris, Ile-de-France, 48.8534, 2.3488, 2113"),
    60781: _towns("Amsterdam, Noord-Holland, 52.3740, 4.8897, 931"),
    39351: _towns("""
        Stockholm, Stockholms laen, 59.3294, 18.0687, 988
        Malmo, Skane laen, 55.6059, 13.0007, 362
        """),
    7155: _towns("Carlsbad, California, 33.1581, -117.3506, 115"),
}
"""Number of an operator -> its data centres, or where a satellite's traffic comes down."""
GATEWAYS = {"US": 6, "IN": 6, "DE": 4, "FR": 4, "GB": 4}
"""Towns in which a mobile carrier's traffic comes out, in the largest of a country; elsewhere `FEW`."""
FEW = 2


def town_km(first: Town, second: Town) -> float:
    """How far two towns are apart along the surface."""
    return between((first.latitude, first.longitude), (second.latitude, second.longitude))


def by_people(rng: np.random.Generator, towns: tuple[Town, ...]) -> Town:
    """One of these towns, in proportion to the people in them."""
    people = np.array([each.people for each in towns], np.float64)
    return towns[int(rng.choice(len(towns), p=people / people.sum()))]


@cache
def outlets(network: int) -> tuple[Town, ...]:
    """Where traffic of a network comes out that is not people's own lines: gateways, data centres, relays' regions."""
    each = NETWORKS[network]
    if each.kind in ("hosting", "air"):
        return _SITES[each.number]
    towns = sorted(TOWNS_OF[each.country], key=lambda town: -town.people)
    return tuple(towns) if each.kind == "relay" else tuple(towns[: GATEWAYS.get(each.country, FEW)])


def nearest(town: Town, among: tuple[Town, ...]) -> Town:
    """The one of these that is nearest to a town."""
    return min(among, key=lambda each: town_km(town, each))
