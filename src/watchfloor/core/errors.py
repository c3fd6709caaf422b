"""The error tree: every error names the thing, the place and the way out."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any


class WatchfloorError(Exception):
    """Something the user must know about.

    Args:
        thing: what went wrong, in one clause.
        place: where: a file, a rule, a field, a record; empty when there is none.
        way_out: what the user can do about it; empty when nothing sensible can be said.
    """

    def __init__(self, thing: str, *, place: str = "", way_out: str = "") -> None:
        super().__init__(thing, place, way_out)
        self.thing = thing
        self.place = place
        self.way_out = way_out

    def __reduce__(self) -> tuple[Any, ...]:
        """For errors on their way from a worker process, since pickle knows nothing of arguments by name."""
        return functools.partial(type(self), place=self.place, way_out=self.way_out), (self.thing,)

    def __str__(self) -> str:
        text = f"{self.place}: {self.thing}" if self.place else self.thing
        return f"{text}. {self.way_out}" if self.way_out else text

    def told(self) -> Iterator[str]:
        """One line for each thing that went wrong."""
        yield str(self)


class UsageError(WatchfloorError):
    """The command or a setting was given wrongly (exit code 2)."""


class SourceError(WatchfloorError):
    """An input could not be read, wholly or from some point on; the rest goes on (exit code 1)."""


class SchemaError(WatchfloorError):
    """A value does not have the type that `fields.yml` gives its field."""


class RuleError(WatchfloorError):
    """A rule cannot be compiled; the others go on."""


class QueryError(WatchfloorError):
    """A search or SQL text cannot be run as it stands."""


class StoreError(WatchfloorError):
    """The home (relational store or lake) cannot be used: locked, full, damaged or too new."""
