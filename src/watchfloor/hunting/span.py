"""The part of time that a statistic is about."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """`since` <= time < `until`; None leaves an end open."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def condition(self) -> str:
        """The same in SQL, over the view `events`."""
        parts = [
            f"timestamp {operator} TIMESTAMPTZ '{moment.astimezone(dt.UTC).isoformat()}'"
            for operator, moment in ((">=", self.since), ("<", self.until))
            if moment is not None
        ]
        return " AND ".join(parts) or "true"


ALWAYS = Span()
"""No limit on either side."""
