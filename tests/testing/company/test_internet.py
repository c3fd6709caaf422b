"""Addresses of a country's networks are registered there, else a log-in from home looks like one from abroad."""

from __future__ import annotations

import pytest

from watchfloor.core.addresses import Addresses
from watchfloor.enrich.country import countries
from watchfloor.testing.company.internet import NETWORKS, place

_EVERY = 64
"""Addresses between those that are looked up; what registries hand out is larger."""
_EVERYWHERE = ("relay", "air")
"""Kinds whose customers are elsewhere than the operator says."""


@pytest.mark.parametrize("number", [n for n, each in enumerate(NETWORKS) if each.kind not in _EVERYWHERE])
def test_addresses_of_a_network_are_in_its_country(number: int) -> None:
    network = NETWORKS[number]
    inside = [place(number, at).address for at in (*range(0, network.count, _EVERY), network.count - 1)]
    assert set(countries(Addresses.of(inside)).to_pylist()) == {network.country}
