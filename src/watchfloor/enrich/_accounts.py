"""Answers from the inventory's people, alike however an account is recognised."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from watchfloor.assets.inventory import Host, Person
from watchfloor.enrich.plugin import NOTHING, Answers, Distinct, Place, Questions

_OUTPUTS = {"name": "user.full_name", "roles": "user.roles"}
Claims = NDArray[np.int32]
"""Of each question the number of what it asks about, `NOTHING` where the inventory says nothing of that."""
Numbered = tuple[Distinct, NDArray[np.int64]]
Holder = Callable[[int, int], Person | Host | None]
"""Whose it is by the number and a moment."""


def places(*inputs: str, beside: tuple[str, ...] = ()) -> tuple[Place, ...]:
    """Two, since a record that calls the person something else says nothing against the roles."""
    return tuple(Place(inputs, {answer: field}, beside) for answer, field in _OUTPUTS.items())


def numbered(asked: Questions, field: int) -> Numbered:
    """The distinct values of a field, and of each question the number of its value."""
    return asked.distinct[field] if asked.distinct else Distinct.of(asked.values[field])


def pairs(left: Numbered, right: Numbered) -> tuple[list[tuple[str | None, str | None]], NDArray[np.int64]]:
    """The distinct pairs of two fields' values, and of each question the number of its pair."""
    width = len(right[0].values) + 1
    keys, picked = np.unique((left[1] + 1) * width + right[1] + 1, return_inverse=True)
    lefts, rights = ([*each.values.to_pylist(), None] for each, _ in (left, right))
    return [(lefts[key // width - 1], rights[key % width - 1]) for key in keys.tolist()], picked


def identified(asked: Questions, field: int) -> Claims:
    """Whose identifiers they are; a number is another account on every host, so that alone it is nobody's."""

    def claims(distinct: Distinct) -> Claims:
        texts = ["" if each.isdecimal() else each for each in distinct.values.to_pylist()]
        return asked.knowledge.inventory.claimed_accounts(texts)

    return asked.each(claims, field)


def accounts(asked: Questions, ways: Sequence[tuple[Claims, Holder]]) -> Answers:
    """Names and roles of those that the questions are about; the first way that finds somebody counts.

    A computer has no name of a person.
    """
    known: list[Person | Host | None] = [None]
    found = np.zeros(len(asked.moments), np.int64)
    times = pa.array(asked.moments).dictionary_encode()
    moments, periods = times.dictionary.to_pylist(), times.indices.to_numpy()
    for claims, holder in ways:
        rows = np.flatnonzero((claims != NOTHING) & (found == 0))
        keys, picked = np.unique(claims[rows].astype(np.int64) * len(moments) + periods[rows], return_inverse=True)
        own = [holder(key // len(moments), moments[key % len(moments)]) for key in keys.tolist()]
        numbers = np.array([0 if each is None else len(known) + at for at, each in enumerate(own)], np.int64)
        known.extend(own)
        found[rows] = numbers[picked]
    names = pa.array([each.name if isinstance(each, Person) else None for each in known], pa.string())
    roles = pa.array([sorted(each.roles) or None if each else None for each in known], pa.list_(pa.string()))
    return {"name": names.take(pa.array(found)), "roles": roles.take(pa.array(found))}
