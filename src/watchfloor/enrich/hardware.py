"""The maker of a network card by its MAC address, and whether the address is the card's own.

Phones and laptops make up addresses to hide who they are: these have the second lowest bit of the first byte set.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa

from watchfloor.assets.inventory import normal
from watchfloor.enrich.plugin import Answers, Enrichment, Questions, at_sides

_REGISTRY = "IEEE Registration Authority"
"""Holder of the prefixes that are split between several makers."""
_KINDS = ("universal", "multicast", "local", "multicast")
"""By the two lowest bits of the first byte: https://standards.ieee.org/products-programs/regauth/tut/."""
_HEX = frozenset("0123456789ABCDEF")


@functools.cache
def _vendors() -> Callable[[str], str | None]:
    import aiooui  # noqa: PLC0415 - asyncio and the list take a while, and most batches have no MAC address

    with ThreadPoolExecutor(1) as thread:  # a loop may run in this one
        thread.submit(asyncio.run, aiooui.async_load()).result()
    return aiooui.get_vendor


def _card(mac: str) -> tuple[str | None, str | None]:
    digits = normal("mac", mac[:64])
    if len(digits) != 12 or not set(digits) <= _HEX:
        return None, None
    kind = _KINDS[int(digits[1], 16) & 3]
    vendor = _vendors()(digits) if kind == "universal" else None
    return (None if vendor == _REGISTRY else vendor), kind


def _answer(asked: Questions) -> Answers:
    found = [_card(mac) for mac in asked.values[0].to_pylist()]
    return {
        "vendor": pa.array([vendor for vendor, _ in found], pa.string()),
        "kind": pa.array([kind for _, kind in found], pa.string()),
    }


ENRICHMENT = Enrichment(
    reference="https://standards-oui.ieee.org/",
    places=at_sides("mac", {"vendor": "hardware.vendor", "kind": "hardware.mac_kind"}),
    answer=_answer,
)
