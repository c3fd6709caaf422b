"""Addresses in SQL: equality, networks and ranges over addresses that are stored as text."""

from __future__ import annotations

import ipaddress

ADDRESS_KEY = """
CREATE TEMP MACRO octets_hex(x) AS list_aggregate(
    list_transform(string_split(x, '.'), lambda o: printf('%02x', TRY_CAST(o AS UTINYINT)::INTEGER)), 'string_agg', '');
-- 64:ff9b::192.0.2.1 -> 64:ff9b::c000:201
CREATE TEMP MACRO without_octets(x) AS CASE WHEN contains(x, '.') THEN regexp_replace(x, '[0-9.]+$', '')
    || octets_hex(regexp_extract(x, '[0-9.]+$'))[1:4] || ':' || octets_hex(regexp_extract(x, '[0-9.]+$'))[5:8]
    ELSE x END;
CREATE TEMP MACRO groups(x) AS list_filter(string_split(x, ':'), lambda g: g <> '');
CREATE TEMP MACRO all_groups(x) AS CASE WHEN contains(x, '::') THEN list_concat(
    list_concat(groups(string_split(x, '::')[1]), list_transform(range(8 - len(groups(x))), lambda i: '0')),
    groups(string_split(x, '::')[2])) ELSE groups(x) END;
CREATE TEMP MACRO groups_hex(x) AS list_aggregate(
    list_transform(all_groups(x), lambda g: lpad(lower(g), 4, '0')), 'string_agg', '');
CREATE TEMP MACRO address_key(x) AS CASE
    WHEN regexp_full_match(x, '[0-9]{1,3}(\\.[0-9]{1,3}){3}') THEN '4' || octets_hex(x)
    WHEN contains(x, ':') THEN '6' || groups_hex(without_octets(x)) END;
"""
"""Defines `address_key`: an address as text that sorts as the number does, its version first; null for other text."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def in_network(value: str, network: Network) -> tuple[str, list[object]]:
    """The condition that an address is in a network, and its parameters.

    Whole octets are compared as the start of the text; only what is left of the prefix needs the address's number.
    """
    whole, bits = divmod(network.prefixlen, 8) if network.version == 4 else (0, 1)
    start = "".join(f"{octet}." for octet in network.network_address.packed[:whole])
    if start and not bits:
        return f"starts_with({value}, ?)", [start]
    bounds = [_key(network.network_address), _key(network.broadcast_address)]
    return f"(starts_with({value}, ?) AND address_key({value}) BETWEEN ? AND ?)", [start, *bounds]


def _key(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    return f"{address.version}{address.packed.hex()}"
