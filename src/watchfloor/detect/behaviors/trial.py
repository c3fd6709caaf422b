"""Behaviours over a handful of events, in memory: what they would find in them and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa

from watchfloor.detect.behaviors.engine import Changed, Judge, Learning
from watchfloor.detect.sigma.behave.rules import BehaviorRule
from watchfloor.store.engine import in_memory


class Trial(NamedTuple):
    """What came of it.

    Attributes:
        changes: entities with findings.
        learning: of the behaviours that saw an event.
    """

    changes: list[Changed]
    learning: list[Learning]


def trial(behaviors: Sequence[BehaviorRule], observations: Iterable[pa.Table]) -> Trial:
    """Judge observations (`behave.observe.SCHEMA`) of these behaviours."""
    judge = Judge(behaviors)
    with in_memory() as connection:
        judge.open(connection)
        for each in observations:
            judge.add(connection, each)
        return Trial(list(judge.settle(connection)), list(judge.learning(connection, every=True)))
