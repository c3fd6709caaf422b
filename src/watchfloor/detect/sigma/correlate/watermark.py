"""The watermark of a live stream: the moment up to which no event is waited for any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watchfloor.detect.sigma.correlate.rules import SECOND

LATENESS = 600 * SECOND
"""How much later than a younger event of its source an event may come, in microseconds."""
IDLE = 600 * SECOND
"""After how long without an event a source holds nothing back any more, in microseconds."""


@dataclass(slots=True)
class Watermark:
    """Follows the sources of a stream. All moments are microseconds since 1970; it never goes back.

    The slowest source counts: what is older than its youngest event by more than `lateness` comes too late. A source
    that is idle does not count; when all are, the moment is as old as an event of a silent source could be. At first
    any source may still be unseen, also after a restart, so there is no watermark until one would be idle.
    """

    lateness: int = LATENESS
    idle: int = IDLE
    _youngest: dict[str, int] = field(default_factory=dict)
    _arrived: dict[str, int] = field(default_factory=dict)
    _started: int | None = None
    _moment: int | None = None

    @property
    def moment(self) -> int | None:
        """The watermark as it stands."""
        return self._moment

    def advance(self, youngest: Mapping[str, int], now: int) -> int | None:
        """Take note of events and give the watermark, None as long as there is none.

        Args:
            youngest: source -> time of its youngest event in this batch; a time ahead of the clock counts as now.
            now: when they arrived.
        """
        for source, moment in youngest.items():
            capped = min(moment, now)
            self._youngest[source] = max(capped, self._youngest.get(source, capped))
            self._arrived[source] = now
        self._started = now if self._started is None else self._started
        if now - self._started <= self.idle:
            return None
        for source in [source for source, arrived in self._arrived.items() if now - arrived > self.idle]:
            del self._arrived[source], self._youngest[source]
        latest = min(self._youngest.values(), default=now - self.idle) - self.lateness - 1
        self._moment = latest if self._moment is None else max(latest, self._moment)
        return self._moment
