"""The installed parsers of each kind; what is general comes after what is special."""

from __future__ import annotations

import functools
from typing import TypeVar

from watchfloor.core.catalog import plugins
from watchfloor.parsers.plugin import FieldsParser, JsonEnvelope, JsonParser, LineParser, MessageParser

Kind = TypeVar("Kind", JsonParser, JsonEnvelope, LineParser, FieldsParser, MessageParser)
_GENERIC = "generic."
"""Family of the parsers that take what no other parser knows."""


@functools.cache
def catalogued(kind: type[Kind]) -> dict[str, Kind]:
    """The installed parsers of one kind by name."""
    found = {name: each for name, each in plugins("watchfloor.parsers", "PARSER").items() if isinstance(each, kind)}
    return dict(sorted(found.items(), key=lambda item: (is_generic(item[0]), item[0])))


@functools.cache
def line_parsers() -> tuple[tuple[str, LineParser | FieldsParser], ...]:
    """The parsers of whole lines by name."""
    both: dict[str, LineParser | FieldsParser] = {**catalogued(LineParser), **catalogued(FieldsParser)}
    return tuple(sorted(both.items(), key=lambda item: (is_generic(item[0]), item[0])))


@functools.cache
def message_parsers() -> tuple[tuple[str, MessageParser], ...]:
    """Those that go by how the message starts come first."""
    return tuple(sorted(catalogued(MessageParser).items(), key=lambda item: (not item[1].starts, item[0])))


def is_generic(name: str) -> bool:
    """Whether the parser takes records of no format in particular."""
    return name.startswith(_GENERIC)
