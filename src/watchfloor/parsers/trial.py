"""Lets a parser that is not installed take part in the parsing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from watchfloor.core.catalog import plugins
from watchfloor.parsers import _catalog, _json
from watchfloor.parsers.plugin import FieldsParser, JsonParser, LineParser, MessageParser

Parser = FieldsParser | JsonParser | LineParser | MessageParser


@contextmanager
def installed(name: str, parser: Parser) -> Iterator[None]:
    """The parser is one of the installed ones meanwhile, in this process.

    Raises:
        ValueError: there is one of this name.
    """
    known = plugins("watchfloor.parsers", "PARSER")
    if name in known:
        raise ValueError(f"{name} is installed")
    known[name] = parser
    _forget()
    try:
        yield
    finally:
        del known[name]
        _forget()


def _forget() -> None:
    """Drop what was worked out from the installed parsers, but not which ones those are."""
    for module in (_catalog, _json):
        for function in vars(module).values():
            if hasattr(function, "cache_clear") and function.__module__ == module.__name__:
                function.cache_clear()
