"""Builds `src/watchfloor/content/geo/countries.zst` from two MMDB files of countries, for IPv4 and for IPv6.

    npm pack @ip-location-db/geo-whois-asn-country-mmdb && tar xzf *.tgz
    python scripts/country_data.py package/geo-whois-asn-country-ipv4.mmdb package/geo-whois-asn-country-ipv6.mmdb

What the data is and under which licence: `src/watchfloor/content/geo/README.md`.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import maxminddb
import numpy as np

from watchfloor.core.addresses import NOWHERE, Network, Ranges
from watchfloor.enrich._country_file import pack

TARGET = Path(__file__).parent.parent / "src/watchfloor/content/geo/countries.zst"
SOURCE = "geo-whois-asn-country"
SPECIAL = [
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/3", "::/8", "100::/64", "2001:2::/48", "2001:10::/28", "2001:db8::/32", "3fff::/20"),
        *("fc00::/7", "fe80::/10", "ff00::/8"),
    )
]
"""Addresses of nobody, for which some operators publish countries all the same:
https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry."""


def networks(paths: list[str]) -> Iterator[tuple[Network, str]]:
    """Every network of the files that can be somebody's, and its country."""
    for path in paths:
        with maxminddb.open_database(path) as database:
            for network, record in database:
                if isinstance(record, dict) and not any(_inside(network, special) for special in SPECIAL):
                    yield network, str(record["country_code"])


def _inside(network: Network, other: Network) -> bool:
    return network.version == other.version and network[0] in other and network[-1] in other


def merged(ranges: Ranges) -> Ranges:
    """The same with neighbours of one country as one range."""
    (first, second), values = ranges.starts, ranges.values
    one, other = (np.concatenate(([True], each[1:] != each[:-1])) for each in values)
    return Ranges((first[one], second[other]), (values[0][one], values[1][other]))


def main(paths: list[str]) -> None:
    """Write the file."""
    found = list(networks(paths))
    codes = sorted({code for _, code in found})
    position = {code: index for index, code in enumerate(codes)}
    nobody = [(network, NOWHERE) for network in SPECIAL]
    ranges = merged(Ranges.of([*nobody, *((network, position[code]) for network, code in found)]))
    with maxminddb.open_database(paths[0]) as database:
        day = dt.datetime.fromtimestamp(database.metadata().build_epoch, dt.UTC).date()
    TARGET.write_bytes(pack(ranges, codes, f"{SOURCE} of {day}"))


if __name__ == "__main__":
    main(sys.argv[1:])
