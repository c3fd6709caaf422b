"""A correlation over a handful of events, in memory: what it would say of them and nothing else."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Sequence

import pyarrow as pa

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
    correlator = Correlator(correlations)
    with in_memory() as connection:
        correlator.open(connection)
        for each in matches:
            correlator.add(connection, each)
        for _ in correlator.settle(connection):
            pass
        found = state.all_matches(connection, correlator.numbers[correlation.key])
        return {
            group: list(windows(correlation, (match for _, match in line)))
            for group, line in itertools.groupby(found, key=operator.itemgetter(0))
        }
