"""What is rewritten in a rule before pySigma reads it: a second name of a modifier, and lists of networks.

pySigma fills placeholders after it has made values of their types, so that it refuses `field|expand|cidr: '%list%'`.
Sigma applies modifiers from left to right, so this says: the values of the list, each as a network. It is rewritten to
`field|cidr: [values]`.
https://sigmahq.io/docs/basics/modifiers.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from watchfloor.core.errors import RuleError
from watchfloor.detect.sigma.convert import NOTHING

_PLACEHOLDER = re.compile(r"(?<!\\)%([^%\\]+)%")
_NETWORKS = "|expand|cidr"
_Definition = Any
"""Mappings, lists and values as YAML gives them."""


def prepared(content: Mapping[Any, Any], section: str, placeholders: Mapping[str, Sequence[str]]) -> dict[Any, Any]:
    """The document with a detection, in its key `section`, that pySigma can read.

    Raises:
        RuleError: a list of networks is unknown.
    """
    found = dict(content)
    if section in found:
        found[section] = _rewritten(found[section], placeholders)
    return found


def placeholders_of(definition: _Definition) -> frozenset[str]:
    """Names of the lists that a detection reads."""
    return frozenset(_names(definition))


def _names(definition: _Definition, *, read: bool = False) -> Iterator[str]:
    if isinstance(definition, dict):
        for key, value in definition.items():
            yield from _names(value, read="expand" in str(key).split("|")[1:])
    elif isinstance(definition, list):
        for part in definition:
            yield from _names(part, read=read)
    elif read and isinstance(definition, str):
        yield from _PLACEHOLDER.findall(definition)


def _rewritten(definition: _Definition, placeholders: Mapping[str, Sequence[str]]) -> _Definition:
    if isinstance(definition, dict):
        return dict(_item(key, value, placeholders) for key, value in definition.items())
    return [_rewritten(part, placeholders) for part in definition] if isinstance(definition, list) else definition


def _item(key: Any, value: _Definition, placeholders: Mapping[str, Sequence[str]]) -> tuple[Any, _Definition]:
    if not isinstance(key, str):
        return key, _rewritten(value, placeholders)
    name = key.replace("|utf16le", "|wide")  # which pySigma does not know
    if not name.endswith(_NETWORKS):
        return name, _rewritten(value, placeholders)
    networks = [found for each in _listed(value) for found in _filled(each, placeholders)]
    field = name.removesuffix(_NETWORKS)
    return (f"{field}|cidr", networks) if networks else (f"{field}|re", NOTHING)


def _listed(value: _Definition) -> list[_Definition]:
    return value if isinstance(value, list) else [value]


def _filled(value: _Definition, placeholders: Mapping[str, Sequence[str]]) -> Sequence[_Definition]:
    found = _PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return [value]
    if found[1] not in placeholders:
        raise RuleError(f"the placeholder %{found[1]}% has no values")
    return placeholders[found[1]]
