"""Partition of a batch by event key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from watchfloor.detect.sigma.columns import BatchColumns, Codes, distinct
from watchfloor.schema.sigma_fields import EventKey, provider_channels

UNKNOWN = "*"
"""Channel of a Windows event that names none and whose provider does not tell."""

_COLUMNS = ("winlog.channel", "winlog.event_id", "event.dataset", "process.name", "winlog.provider_name")


def partition(columns: BatchColumns) -> Iterator[tuple[EventKey, Codes]]:
    """Every event key of a batch with its rows, ascending."""
    size = columns.table.num_rows
    fields = [columns.field((name,)) for name in _COLUMNS]
    codes = [found.codes.copy() if found else np.zeros(size, np.int64) for found in fields]
    channel, _, dataset, program, provider = codes
    windows = channel > 0
    if fields[2] is not None:
        windows |= np.array([_first(value).startswith("windows.") for value in fields[2].values])[dataset]
    # What does not belong to a key must not split it.
    program[windows] = 0
    dataset[windows] = 0
    provider[channel > 0] = 0
    provider[~windows] = 0
    combination, first = distinct(codes)
    order = np.argsort(combination, kind="stable")
    bounds = np.searchsorted(combination[order], np.arange(len(first) + 1))
    for number, row in enumerate(first.tolist()):
        values = [_first(found.values[code[row]]) if found else "" for found, code in zip(fields, codes, strict=True)]
        yield _key(values, windows=bool(windows[row])), order[bounds[number] : bounds[number + 1]]


def _key(values: Sequence[str], *, windows: bool) -> EventKey:
    channel, event_id, dataset, program, provider = (value.lower() for value in values)
    if windows:
        return EventKey(channel=channel or provider_channels().get(provider, UNKNOWN), event_id=event_id)
    return EventKey(dataset=dataset, program=program)


def _first(members: Sequence[str]) -> str:
    return members[0] if members else ""
