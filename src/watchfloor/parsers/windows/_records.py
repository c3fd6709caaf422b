"""Windows events of any form in one shape, and from there to columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import polars as pl

from watchfloor.parsers.windows import _codes, _values
from watchfloor.parsers.windows._groups import group_columns
from watchfloor.parsers.windows._pieces import column
from watchfloor.parsers.windows._times import local_times, utc_times

TEXTS = (
    "winlog.channel",
    "winlog.event_id",
    "winlog.provider_name",
    "winlog.provider_guid",
    "winlog.computer_name",
    "winlog.level",
    "winlog.task",
    "winlog.opcode",
    "winlog.activity_id",
    "winlog.related_activity_id",
    "winlog.user.identifier",
    "winlog.user.name",
    "winlog.user.domain",
    "winlog.user.type",
    "message",
    "error.message",
)
LONGS = ("winlog.record_id", "winlog.version", "winlog.process.pid", "winlog.process.thread.id")
_AUDIT_SUCCESS = 1 << 53  # WINEVENT_KEYWORD_AUDIT_SUCCESS of winmeta.h
_AUDIT_FAILURE = 1 << 52
_ECS_OF = {
    "event.code": "winlog.event_id",
    "event.provider": "winlog.provider_name",
    "host.name": "winlog.computer_name",
}


NOTHING: dict[str, Any] = {}
_PART = 256
"""Records that are taken apart at once: few enough to stay in the processor's cache over all passes."""


@dataclass(frozen=True, slots=True)
class Records:
    """Windows events in order, one entry per record in every list, values as the record has them.

    Attributes:
        head: by field name (`TEXTS`, `LONGS`), what System carries; an absent name is absent from all records.
        times: `@timestamp`, as `utc_times` takes it.
        keywords: number, hexadecimal text, or a list of names.
        levels: what `log.level` is made from.
        data: the fields of EventData by name; `Data` holds the unnamed items.
        user_data: the fields of UserData by name.
        outcomes: `success` or `failure` as the form says, where its keywords do not.
        local_times: times without a zone, where `times` is None.
    """

    head: dict[str, list[Any]]
    times: list[Any]
    keywords: list[Any]
    levels: list[Any]
    data: list[dict[str, Any]]
    user_data: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[Any] = field(default_factory=list)
    local_times: list[str | None] = field(default_factory=list)

    @classmethod
    def joined(cls, parts: Sequence[Records]) -> Records:
        """The records of all parts, which are of one form, in order."""
        if not parts:
            return cls({}, [], [], [], [])
        return cls(
            {name: _concat([part.head[name] for part in parts]) for name in parts[0].head},
            *(
                _concat([getattr(part, name) for part in parts])
                for name in (
                    "times",
                    "keywords",
                    "levels",
                    "data",
                    "user_data",
                    "outcomes",
                    "local_times",
                )
            ),
        )


def parts(records: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    """The records in slices that are worth taking apart at once."""
    return (records[first : first + _PART] for first in range(0, len(records), _PART))


def _concat(lists: Sequence[list[Any]]) -> list[Any]:
    return list(chain.from_iterable(lists))


def frame(records: Records, wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns, one row per record: winlog.*, ECS, and the fields that are not wanted in the rest column.

    Fields that no event has are left out, but for `@timestamp`; `@local` holds the times that have no zone.
    """
    size = len(records.data)
    heads = {name: _values.texts(records.head[name]) for name in TEXTS if name in records.head}
    keywords = [_items(value) for value in records.keywords]
    outcomes = _values.by_value(_audit_outcome, keywords)
    if records.outcomes:
        outcomes = [known or given for known, given in zip(outcomes, records.outcomes, strict=True)]
    columns = [column(name, values) for name, values in heads.items()]
    columns += [column(name, _values.longs(records.head[name])) for name in LONGS if name in records.head]
    columns += [column(name, heads[source]) for name, source in _ECS_OF.items() if source in heads]
    columns.append(column("winlog.keywords", _values.by_value(_listed, keywords)))
    columns.append(column("log.level", _values.by_value(_codes.log_level, _values.texts(records.levels))))
    columns += group_columns(records.data, records.user_data, heads, outcomes, wanted=wanted)
    if any(records.local_times):
        columns.append(local_times(records.local_times))
    return pl.DataFrame([utc_times(records.times), *(each for each in columns if each.null_count() < size)])


def _items(value: Any) -> tuple[str, ...] | str | None:
    if isinstance(value, list):
        return tuple(item for item in _values.texts(value) if item)
    return value if type(value) is str else _values.text(value)


def _listed(keywords: tuple[str, ...] | str) -> list[str] | None:
    return ([keywords] if isinstance(keywords, str) else list(keywords)) or None


def _audit_outcome(keywords: tuple[str, ...] | str) -> str | None:
    """Success or failure, from the audit bits of the mask or from the keywords' English names."""
    if isinstance(keywords, tuple):
        names = {name.lower() for name in keywords}
        return "success" if "audit success" in names else "failure" if "audit failure" in names else None
    mask = _mask(keywords)
    return "success" if mask & _AUDIT_SUCCESS else "failure" if mask & _AUDIT_FAILURE else None


def _mask(keywords: str) -> int:
    if len(keywords) > 24:  # longer than any 64-bit mask
        return 0
    try:
        return int(keywords, 16) if keywords[:2] in {"0x", "0X"} else int(keywords)
    except ValueError:
        return 0
