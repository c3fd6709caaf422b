"""What a description of a company must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from watchfloor.testing.company.attacks.plan import Attack
from watchfloor.testing.company.clock import Week
from watchfloor.testing.company.world import World


@dataclass(frozen=True, slots=True)
class Company:
    """A company.

    Attributes:
        name: short.
        zone: IANA name of the time zone of those of its logs that name none.
        week: the days.
        world: who and what is there, by a seed.
        life: what goes on without any attack.
        attacks: carries the attacks out.
        inventory: what goes into inventory.yml.
        policy: what goes into policy.yml.
    """

    name: str
    zone: str
    week: Week
    world: Callable[[int], World]
    life: Callable[[World], None]
    attacks: Callable[[World], list[Attack]]
    inventory: Callable[[World], dict[str, Any]]
    policy: Callable[[World], dict[str, Any]]
