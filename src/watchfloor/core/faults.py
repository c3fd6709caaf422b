"""All that is wrong with one file, told at once, so that it is mended in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from watchfloor.core.errors import UsageError

MOST_FAULTS = 100
"""Faults of one file that are told; a file of another kind has one in each line."""

Tell = Callable[[UsageError], None]
"""Takes a fault after which the file is read on."""


class FaultsError(UsageError):
    """What is wrong with a file; where there is room for one fault only, the first.

    Args:
        found: each with its place, in the order of the file; at least one.
    """

    def __init__(self, found: Sequence[UsageError]) -> None:
        first = found[0]
        super().__init__(first.thing, place=first.place, way_out=first.way_out)
        self.found = tuple(found)

    def __reduce__(self) -> tuple[Any, ...]:
        """As of every error."""
        return type(self), (self.found,)

    def told(self) -> Iterator[str]:
        """One line for each fault, and one that says so if there are more than `MOST_FAULTS`."""
        yield from map(str, self.found[:MOST_FAULTS])
        if len(self.found) > MOST_FAULTS:
            yield f"there are more than {MOST_FAULTS} faults; the others are told when these are mended"


class _EnoughError(Exception):
    """Nothing more need be looked for."""


@contextmanager
def faults_gathered() -> Iterator[Tell]:
    """Takes faults while the block runs, also the one that it may end with, and raises all of them after it.

    Raises:
        FaultsError: something was told or raised; at once when there are more than `MOST_FAULTS`.
    """
    found: list[UsageError] = []

    def tell(fault: UsageError) -> None:
        found.append(fault)
        if len(found) > MOST_FAULTS:
            raise _EnoughError

    try:
        yield tell
    except _EnoughError:
        raise FaultsError(found) from None
    except FaultsError as last:
        raise FaultsError([*found, *last.found]) from None
    except UsageError as last:
        raise FaultsError([*found, last]) from last.__cause__
    if found:
        raise FaultsError(found)
