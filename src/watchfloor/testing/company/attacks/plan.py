"""Attacks as lists of steps, each with what it is, and the lines that it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from watchfloor.testing.company.world import World


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an attack.

    Attributes:
        id: attack and number: `mailbox.2`.
        what: what happens, in a sentence.
        technique: of ATT&CK: https://attack.mitre.org.
        entities: hosts, accounts, addresses and names that it is about.
        at: when it begins.
        told: whether an alert of level medium or above is expected of it; others only give context.
    """

    id: str
    what: str
    technique: str
    entities: tuple[str, ...]
    at: int
    told: bool


@dataclass(slots=True)
class Attack:
    """An attack in the making.

    Attributes:
        id: short name.
        title: what happens.
        expected: incident (one, high or above), or low (nothing at high or above, no incident).
        steps: in order.
    """

    id: str
    title: str
    expected: str
    world: World
    steps: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, at: int, what: str, technique: str, *entities: str, told: bool = True) -> Iterator[None]:
        """Everything that is written inside is evidence of this step."""
        number = f"{self.id}.{len(self.steps) + 1}"
        self.steps.append(Step(number, what, technique, entities, at, told))
        with self.world.trail.during(number):
            yield


Plan = Callable[[World], Attack]
"""Carries an attack out in a world."""
