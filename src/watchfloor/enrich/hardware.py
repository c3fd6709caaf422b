"""The maker of a network card by its MAC address, and whether the address is the card's own.

Phones and laptops make up addresses to hide who they are: these have the second lowest bit of the first byte set.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.enrich.plugin import Answers, Enrichment, Questions, at_sides

_REGISTRY = "IEEE Registration Authority"
"""Holder of the prefixes that are split between several makers."""
_KINDS = ("universal", "multicast", "local", "multicast")
"""By the two lowest bits of the first byte: https://standards.ieee.org/products-programs/regauth/tut/."""


@functools.cache
def _vendors() -> Callable[[str], str | None]:
    import aiooui  # noqa: PLC0415 - asyncio and the list take a while, and most batches have no MAC address

    with ThreadPoolExecutor(1) as thread:  # a loop may run in this one
        thread.submit(asyncio.run, aiooui.async_load()).result()
    return aiooui.get_vendor


def _answer(asked: Questions) -> Answers:
    digits = pc.ascii_upper(asked.values[0])
    for sign in ":.-":
        digits = pc.replace_substring(digits, sign, "")
    whole = pc.match_substring_regex(digits, "^[0-9A-F]{12}$")
    encoded = pc.if_else(whole, pc.utf8_slice_codeunits(digits, 0, 6), None).dictionary_encode()
    found = [_maker(prefix) for prefix in encoded.dictionary.to_pylist()]
    columns = {"vendor": [vendor for vendor, _ in found], "kind": [kind for _, kind in found]}
    return {name: pa.array(column, pa.string()).take(encoded.indices) for name, column in columns.items()}


def _maker(prefix: str) -> tuple[str | None, str]:
    """Maker and kind by the first six digits."""
    kind = _KINDS[int(prefix[1], 16) & 3]
    vendor = _vendors()(prefix) if kind == "universal" else None
    return (None if vendor == _REGISTRY else vendor), kind


ENRICHMENT = Enrichment(
    reference="https://standards-oui.ieee.org/",
    places=at_sides("mac", {"vendor": "hardware.vendor", "kind": "hardware.mac_kind"}),
    answer=_answer,
)
