"""Types of the values in a policy, each checked and in one form."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable
from importlib import resources
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
    if text in _MISTAKEN:
        raise ValueError(f"no country has the letters {text} in ISO 3166: {_MISTAKEN[text]}")
    if text not in _codes():
        raise ValueError(f"no country has the letters {text} in ISO 3166")
    return text


_MISTAKEN = {"UK": "the United Kingdom has GB", "EL": "Greece has GR", "EU": "name the countries of the Union"}


@functools.cache
def _codes() -> frozenset[str]:
    text = resources.files("watchfloor").joinpath("content", "geo", "countries.csv").read_text("utf-8")
    return frozenset(row["code"] for row in csv.DictReader(text.splitlines()))


def _site(value: Any) -> str:
    """A domain; names below it count anyway, so `*.` and a dot before it say nothing more."""
    text = _word(value).lower().removeprefix("*").removeprefix(".")
    if not text or any(character in "/:@\\ " for character in text):
        raise ValueError("not a domain: write example.com, without https:// and path")
    return text


def _account(value: Any) -> str:
    text = _word(value)
    if "\\" in text:
        raise ValueError("an account with a domain: logs have them apart, so write the name behind the backslash only")
    return text


def _file_name(value: Any) -> str:
    text = _word(value)
    if "/" in text or "\\" in text:
        raise ValueError("a name with folders: only the name of the file is compared, so write what is behind them")
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
        raise ValueError(f"not an address or network: {str(error)[:120]}{_instead(text)}") from None


def _instead(text: str) -> str:
    try:
        return f": write {ip_network(text, strict=False)} for the network or {text.partition('/')[0]} for the address"
    except ValueError:
        return ""


def _system(value: Any) -> int:
    text = _word(value).upper().removeprefix("AS")
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and 0 < int(text) < 2**32):
        raise ValueError("not the number of an autonomous system: write 64496")
    return int(text)


def listed(value: Any) -> Any:
    """One value is a list of one; each value counts once."""
    if isinstance(value, (list, tuple)):
        return tuple(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        raise ValueError("a list is wanted")  # noqa: TRY004 - pydantic tells a ValueError with its place
    return (value,)


Word = Annotated[str, BeforeValidator(_word)]
_LIST = (BeforeValidator(listed), Field(max_length=MAX_LIST))
Texts = Annotated[tuple[Word, ...], *_LIST]
"""Texts; where rules read them `*` and `?` stand for any text."""
FileNames = Annotated[tuple[Annotated[str, BeforeValidator(_file_name)], ...], *_LIST]
"""Texts without folders."""
Account = Annotated[str, BeforeValidator(_account)]
Sites = Annotated[tuple[Annotated[str, BeforeValidator(_site)], ...], *_LIST]
"""Domains, in lower case."""
Countries = Annotated[tuple[Annotated[str, BeforeValidator(_country)], ...], *_LIST]
Networks = Annotated[tuple[Annotated[str, BeforeValidator(_network)], ...], *_LIST]
"""Networks as `192.0.2.0/24`; a single address is a network of one."""
Systems = Annotated[tuple[Annotated[int, BeforeValidator(_system)], ...], *_LIST]
