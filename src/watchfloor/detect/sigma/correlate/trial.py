"""A correlation over a handful of events, in memory: what it would say of them and nothing else."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Sequence

import pyarrow as pa
import sqlalchemy as sa

from watchfloor.detect.sigma.correlate import state
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.rules import Correlation
from watchfloor.detect.sigma.correlate.windows import Window, windows
from watchfloor.store.engine import in_memory


def trial(
    correlations: Sequence[Correlation], correlation: Correlation, matches: Iterable[pa.Table]
) -> dict[str, list[Window]]:
    """The window at every point of every group, by the group's text.

    Args:
        correlations: all that it refers to, and itself, those that others refer to first.
        correlation: one of them.
        matches: as `matches.SCHEMA` says, of all of them.

    Raises:
        RuleError: a window holds too many values.
    """
    with in_memory() as connection:
        correlator, _ = _settled(connection, correlations, matches)
        found = state.all_matches(connection, correlator.numbers[correlation.key])
        return {
            group: list(windows(correlation, (match for _, match in line)))
            for group, line in itertools.groupby(found, key=operator.itemgetter(0))
        }


def fired(correlations: Sequence[Correlation], matches: Iterable[pa.Table]) -> list[Correlation]:
    """Those of some correlations that fire on matches, as in `trial`."""
    with in_memory() as connection:
        return _settled(connection, correlations, matches)[1]


def _settled(
    connection: sa.Connection, correlations: Sequence[Correlation], matches: Iterable[pa.Table]
) -> tuple[Correlator, list[Correlation]]:
    correlator = Correlator(correlations)
    correlator.open(connection)
    for each in matches:
        correlator.add(connection, each)
    return correlator, [change.correlation for change in correlator.settle(connection) if change.firings]
