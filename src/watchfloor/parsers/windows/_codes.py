"""Numbers that Windows events carry, by name; the lists are in `codes.yml`."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

import yaml

from watchfloor.parsers.windows import _values


@functools.cache
def table(name: str) -> dict[Any, str]:
    """One list of `codes.yml`: {number or lower-case name: name}."""
    text = resources.files(__package__).joinpath("codes.yml").read_text("utf-8")
    codes: dict[Any, str] = yaml.load(text, Loader=yaml.CSafeLoader)[name]
    return codes


def named(name: str, value: str) -> str | None:
    """The list's name of a number or of a lower-case name, None when it has none."""
    codes = table(name)
    number = _values.long(value)
    return codes.get(number) if number is not None else codes.get(value.lower())


def logon_type(value: str) -> str | None:
    """The log-on type by name; a name stays as it is."""
    return named("logon_type", value) or (value if value.isalpha() else None)


def logon_id(value: str) -> str | None:
    """The log-on id as lower-case hexadecimal (`0x3e7`); None for zero."""
    number = _values.long(value)
    return hex(number) if number else None


def transport(value: str) -> str | None:
    """The transport protocol in lower case, from its number or name."""
    return value.lower() if value.isalpha() else named("transport", value)


def direction(value: str) -> str | None:
    """`ingress` or `egress`, from the filtering platform's message number or Sysmon's `Initiated`."""
    return named("direction", value)


def network_type(value: str) -> str | None:
    """`ipv4` or `ipv6`, from Sysmon's `SourceIsIpv6`."""
    return named("network_type", value)


def dns_response(value: str) -> str | None:
    """The DNS response code, from the system error or RCODE."""
    return named("dns_status", value)


def dns_type(value: str) -> str | None:
    """The DNS record type by name."""
    return named("dns_type", value) or (value.upper() if value.isalpha() else None)


def log_level(value: str) -> str | None:
    """The severity in words, from Windows' level number or any of the forms' names; other names stay, in lower case."""
    return named("level", value) or (value.lower() if value.isalpha() else None)
