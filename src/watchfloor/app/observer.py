"""Who looks at the events of a run while it goes on."""

from __future__ import annotations

from typing import Protocol

from watchfloor.schema.events import EventBatch


class Observer(Protocol):
    """Hears of each batch once."""

    def read(self, events: EventBatch) -> None:
        """Records as they were read."""

    def matched(self, events: EventBatch) -> None:
        """Events that rules were matched against: those of the window, and those that joins made."""


class _Nobody:
    def read(self, events: EventBatch) -> None:
        """Looks at nothing."""

    def matched(self, events: EventBatch) -> None:
        """Looks at nothing."""


NOBODY: Observer = _Nobody()
"""For runs that nobody looks at."""
