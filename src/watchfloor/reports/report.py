"""What a report is made of, and the limits that keep its page small enough to send and to print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from watchfloor.alerts.levels import rank, worst_first
from watchfloor.detect.behaviors.engine import Learning
from watchfloor.detect.sigma import RuleSet
from watchfloor.reports.observed import Observed
from watchfloor.sources.problems import Problem

MAX_INCIDENTS = 25
"""Incidents that are told whole, the worst ones."""
MAX_LISTED = 100
"""Incidents that have a line in the list."""
MAX_STEPS = 25
"""Alerts of one incident that are told, the worst ones."""
MAX_RULES = 60
"""Rules whose alerts outside of incidents are listed, the worst ones."""
MAX_EXAMPLES = 3
"""Alerts that are told of each of these rules, the first ones."""
MAX_REASONS = 6
"""Reasons that are told of an alert."""
MAX_ROWS = 50
"""Rows of any other table."""
MAX_FIRST, MAX_LAST = 2, 2
"""Records that are shown of an alert that many together raise, those that it began and ended with."""
MAX_RECORDS = 8
"""Records that are shown of one alert: an event that was joined has several."""
MAX_RECORD = 600
"""Characters of a record that are shown."""

Lookup = Callable[[Iterable[Mapping[str, Any]], Sequence[str]], Mapping[str, Mapping[str, Any]]]
"""Events as alerts name them, and names of fields -> event id -> field -> value; `event.original` is a list, since a
joined event has the records of its parts."""


@dataclass(frozen=True, slots=True)
class Format:
    """Records of one parser: how many, how many of them it did not understand, and when the others are from."""

    name: str
    records: int
    failed: int
    first: dt.datetime | None
    last: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page says.

    Attributes:
        inputs: what the user named.
        files, size: how many files there were and how many bytes they have.
        records, joined: records read, and events that joins made of several of them.
        formats: by parser.
        errors: why records were kept unparsed -> how many.
        alerts: in the form of the `--alerts` file.
        incidents: the worst first; the first `MAX_INCIDENTS` whole, as `incidents.story.told` gives them.
        grouped: ids of the alerts that are in an incident.
        level: lowest level of single alerts that are listed.
        suppressed: alerts that a suppression or a maintenance window hides.
        lookup: finds the records of alerts.
    """

    inputs: Sequence[str]
    files: int
    size: int
    records: int
    joined: int
    formats: Sequence[Format]
    problems: Sequence[Problem]
    errors: Mapping[str, int]
    rules: RuleSet
    observed: Observed
    alerts: Sequence[Mapping[str, Any]]
    incidents: Sequence[Mapping[str, Any]]
    grouped: Collection[str]
    level: str
    suppressed: int
    lookup: Lookup
    learning: Sequence[Learning] = field(default_factory=tuple)

    @property
    def told(self) -> Sequence[Mapping[str, Any]]:
        """The incidents that are told whole."""
        return self.incidents[:MAX_INCIDENTS]

    @property
    def singles(self) -> list[Mapping[str, Any]]:
        """The alerts outside of incidents that are to be listed, the worst first, then by time."""
        return worst_first(
            alert
            for alert in self.alerts
            if alert["id"] not in self.grouped and rank(alert["rule"]["level"]) >= rank(self.level)
        )
