"""What an enrichment is: one file that defines `ENRICHMENT`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from watchfloor.assets.inventory import Inventory
from watchfloor.core.addresses import NOWHERE, Addresses

Answers = Mapping[str, pa.Array]
"""Name of an answer -> one value per question, null where nothing is known."""
_Number = TypeVar("_Number", np.int32, np.int64)
NOTHING = NOWHERE
"""The number of a value that is not there."""
SIDES = ("source", "destination", "client", "server")
"""Who takes part in a connection."""


@dataclass(frozen=True)
class Knowledge:
    """What enrichments know beside the events.

    Attributes:
        inventory: the user's hosts, networks and people.
        city_database: MMDB file with cities by address; None where the user has none.
        asn_database: MMDB file with autonomous systems by address.
    """

    inventory: Inventory = field(default_factory=Inventory.empty)
    city_database: Path | None = None
    asn_database: Path | None = None


@dataclass(frozen=True, eq=False)
class Distinct:
    """Distinct values of a field, or of several that are alike.

    Attributes:
        values: each value once, no nulls.
    """

    values: pa.Array

    @classmethod
    def of(cls, values: pa.Array) -> tuple[Distinct, NDArray[np.int64]]:
        """The distinct ones of some values, and of each the number of its value; `NOTHING` for null."""
        encoded = values.dictionary_encode()
        return cls(encoded.dictionary), encoded.indices.fill_null(NOTHING).to_numpy().astype(np.int64)

    @cached_property
    def addresses(self) -> Addresses:
        """The values as addresses."""
        return Addresses.of(self.values)


@dataclass(frozen=True, eq=False)
class Questions:
    """Distinct values of the fields that an enrichment reads.

    Attributes:
        values: one array per field, of the same length; the first one has no nulls.
        moments: int64, microseconds since 1970: of each question a moment of the period in which the inventory says
            the same; what else changes with time must not be asked by it.
        knowledge: what may be used.
        distinct: per field the values that are in many questions, once, and of each question the number of its value,
            `NOTHING` where it has none. May be left out.
    """

    values: tuple[pa.Array, ...]
    moments: NDArray[np.int64]
    knowledge: Knowledge
    distinct: tuple[tuple[Distinct, NDArray[np.int64]], ...] = ()

    def each(self, find: Callable[[Distinct], NDArray[_Number]], field: int = 0) -> NDArray[_Number]:
        """Of each question what is found for its value of a field, `NOTHING` where it has none.

        Args:
            find: a number for each distinct value.
            field: position among `values`.
        """
        distinct, picked = self.distinct[field] if self.distinct else Distinct.of(self.values[field])
        found = find(distinct)
        return np.append(found, found.dtype.type(NOTHING))[picked]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an enrichment finds its question and puts its answers.

    Attributes:
        inputs: fields; only events that have the first one are asked about.
        outputs: name of an answer -> the field that it goes to.
        beside: fields that no answer goes with: an event that has one of them gets none.
    """

    inputs: tuple[str, ...]
    outputs: Mapping[str, str]
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What follows from fields of an event by knowledge that stands outside of it.

    The answers to one question are taken whole or not at all: an event that says something else in one of the outputs
    keeps what it says, and gets no part of the answer.

    Attributes:
        reference: URL of what the knowledge is or of the rules by which it is used.
        places: where it is asked.
        answer: pure, vectorised; called once per batch with the distinct values of all places, and maybe with those of
            other fields that are like them.
        needed: whether there is anything to be known; without it all can be left out.
        dated: whether the answer depends on `Questions.moments`.
        after: ids of enrichments whose outputs have the right of way.
        of_record: whether the answer follows from the record alone, so that it belongs to what a parser shows.
        one_thing: whether the outputs are parts of one thing, so that an answer that lacks a part which the event has
            is about another thing.
    """

    reference: str
    places: tuple[Place, ...]
    answer: Callable[[Questions], Answers]
    needed: Callable[[Knowledge], bool] = lambda _: True
    dated: bool = False
    after: tuple[str, ...] = ()
    of_record: bool = False
    one_thing: bool = False


def at_sides(
    suffix: str, outputs: Mapping[str, str], sides: tuple[str, ...] = SIDES, beside: tuple[str, ...] = ()
) -> tuple[Place, ...]:
    """Places that are alike on all sides of a connection: `SIDE.suffix` asks for `SIDE.output`."""
    return tuple(
        Place(
            (f"{side}.{suffix}",),
            {answer: f"{side}.{field}" for answer, field in outputs.items()},
            tuple(f"{side}.{field}" for field in beside),
        )
        for side in sides
    )


def in_rows(values: pa.Array, rows: NDArray[np.int64], size: int) -> pa.Array:
    """The values in these rows of so many, null in all others."""
    picked = np.full(size, NOTHING)
    picked[rows] = np.arange(len(rows))
    return values.take(pa.array(picked, mask=picked == NOTHING))
