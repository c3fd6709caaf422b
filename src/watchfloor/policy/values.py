"""Types of the values in a policy, each checked and in one form."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

MAX_LIST = 10_000
"""Most values of one list: each becomes a value of the rules that read it."""
LONGEST = 256
"""Characters of a text."""


def _word(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        raise ValueError(f"YAML reads this as {str(value).lower()}: write it in quotes")
    if not isinstance(value, (str, int, float)):
        raise ValueError("a text is wanted")  # noqa: TRY004 - pydantic tells a ValueError with its place
    text = str(value).strip()
    if not text:
        raise ValueError("an empty text")
    if len(text) > LONGEST:
        raise ValueError(f"longer than {LONGEST} characters")
    if not text.isprintable():
        raise ValueError("it has characters that cannot be printed")
    return text


def _country(value: Any) -> str:
    if value is False:
        raise ValueError('YAML reads NO (Norway) as false: write "NO"')
    text = _word(value).upper()
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise ValueError("not a country: write its two letters of ISO 3166, such as AT")
    return text


@functools.lru_cache(maxsize=65_536)
def network(text: str) -> IPv4Network | IPv6Network:
    """The network that a text in the form of `Networks` names."""
    return ip_network(text)


def _network(value: Any) -> str:
    text = _word(value)
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise ValueError(f"not an address or network: {str(error)[:120]}") from None


def _system(value: Any) -> int:
    text = _word(value).upper().removeprefix("AS")
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) < 2**32):
        raise ValueError("not the number of an autonomous system: write 64496")
    return int(text)


def _listed(value: Any) -> Any:
    """One value is a list of one; each value counts once."""
    if isinstance(value, (list, tuple)):
        return tuple(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        raise ValueError("a list is wanted")  # noqa: TRY004 - pydantic tells a ValueError with its place
    return (value,)


Word = Annotated[str, BeforeValidator(_word)]
_LIST = (BeforeValidator(_listed), Field(max_length=MAX_LIST))
Texts = Annotated[tuple[Word, ...], *_LIST]
"""Texts; where rules read them `*` and `?` stand for any text."""
Countries = Annotated[tuple[Annotated[str, BeforeValidator(_country)], ...], *_LIST]
Networks = Annotated[tuple[Annotated[str, BeforeValidator(_network)], ...], *_LIST]
"""Networks as `192.0.2.0/24`; a single address is a network of one."""
Systems = Annotated[tuple[Annotated[int, BeforeValidator(_system)], ...], *_LIST]
