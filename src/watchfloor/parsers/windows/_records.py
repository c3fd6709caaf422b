"""Windows events of any form in one shape, and from there to columns.

Records of one kind that carry the same names form a group; a group is transposed once and every step works on whole
columns of it, so that the cost per record stays small however many kinds a batch mixes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import polars as pl

from watchfloor.parsers.windows import _codes, _values
from watchfloor.parsers.windows._convert import Column, Columns
from watchfloor.parsers.windows._fields import put_fields
from watchfloor.parsers.windows._pieces import Pieces
from watchfloor.parsers.windows._times import local_times, utc_times

KIND = ("winlog.provider_name", "winlog.channel", "winlog.event_id")
TEXTS = (
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
Signature = tuple[tuple[str | int | None, ...], *tuple[Hashable, ...]]
"""What the records of a group share: their kind (provider, channel, event id), then whatever else they must."""
_SAME = {
    "winlog.event_id": "event.code",
    "winlog.provider_name": "event.provider",
    "winlog.computer_name": "host.name",
}
"""ECS fields that are System's own."""


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one provider, channel and event id, as columns of what else they carry, values as they have them.

    Attributes:
        head: by field name (`TEXTS`, `LONGS`), what System carries; empty columns and absent names are alike.
        times: `@timestamp`, as `utc_times` takes it.
        keywords: number, hexadecimal text, or a list of names.
        levels: what `log.level` is made from.
        data: EventData by name; `Data` holds the unnamed items.
        user_data: UserData by name.
        outcomes: `success` or `failure` as the form says, where its keywords do not.
        local_times: times without a zone, where `times` has None.
    """

    head: Columns
    times: Column
    keywords: Column
    levels: Column
    data: Columns
    user_data: Columns = field(default_factory=dict)
    outcomes: Column = ()
    local_times: Column = ()


def grouped(
    records: Sequence[dict[str, Any]],
    signature: Callable[[dict[str, Any]], Signature],
    group: Callable[[Sequence[dict[str, Any]]], Group],
    wanted: frozenset[str],
) -> pl.DataFrame:
    """The events as columns, one row per record in order.

    Args:
        records: the decoded records.
        signature: what must be equal in the records of a group.
        group: takes records of one signature apart.
        wanted: names that get a column of their own; others go into the rest column as a JSON object.

    Returns:
        winlog.*, ECS and the rest column; fields that no event has are left out, but for `@timestamp`. `@local` holds
        times that have no zone.
    """
    rows: dict[Signature, list[int]] = {}
    for row, key in enumerate(map(signature, records)):
        rows.setdefault(key, []).append(row)
    groups = [group([records[row] for row in members]) for members in rows.values()]
    pieces = Pieces(list(rows.values()))
    for number, (key, each) in enumerate(zip(rows, groups, strict=True)):
        kind = tuple(map(_values.text, key[0]))
        for name, value in zip(KIND, kind, strict=True):
            pieces.put_alike(name, number, (value,) * len(rows[key]))
        head = _put_head(pieces, number, each)
        outcomes = _outcomes(pieces, number, each)
        put_fields(pieces, number, kind, head, _given(each.data), _given(each.user_data), outcomes, wanted=wanted)
    columns = {column.name: column for column in pieces.columns()}
    same = [columns[name].alias(alias) for name, alias in _SAME.items() if name in columns]
    times = pieces.ordered(utc_times(_joined(each.times for each in groups)))
    local = _joined(each.local_times or [None] * len(each.times) for each in groups)
    if any(local):
        same.append(pieces.ordered(local_times(local)))
    return pl.DataFrame([times, *columns.values(), *same])


def transposed(records: Sequence[dict[str, Any]]) -> Columns:
    """The values of records with the same names in the same order, by name."""
    return dict(zip(records[0], zip(*map(dict.values, records), strict=True), strict=True))


def by_name(records: Sequence[dict[str, Any]]) -> Columns:
    """The values of records with any names, by name."""
    names = dict.fromkeys(chain.from_iterable(records))
    return {name: [record.get(name) for record in records] for name in names}


def _joined(columns: Iterable[Column]) -> list[Any]:
    return list(chain.from_iterable(columns))


def _put_head(pieces: Pieces, number: int, group: Group) -> Columns:
    """What System carries as text columns, put in their places."""
    head = {name: _values.texts(group.head[name]) for name in TEXTS if group.head.get(name)}
    for name, values in head.items():
        pieces.put_alike(name, number, values)
    for name in LONGS:
        if name in group.head:
            pieces.put_alike(name, number, _values.longs(group.head[name]))
    pieces.put_alike("log.level", number, _values.by_value(_codes.log_level, _values.texts(group.levels)))
    return head


def _outcomes(pieces: Pieces, number: int, group: Group) -> Column:
    """The keywords, put in their place, and what they say of success."""
    keywords = [value if type(value) is str else _items(value) for value in group.keywords]
    pieces.put_alike("winlog.keywords", number, _values.by_value(_listed, keywords))
    outcomes = _values.by_value(_audit_outcome, keywords)
    if not group.outcomes:
        return outcomes
    return [known or given for known, given in zip(outcomes, group.outcomes, strict=True)]


def _items(value: Any) -> tuple[str, ...] | str | None:
    if isinstance(value, list):
        return tuple(item for item in _values.texts(value) if item)
    return _values.text(value)


def _listed(keywords: tuple[str, ...] | str) -> list[str] | None:
    return ([keywords] if isinstance(keywords, str) else list(keywords)) if keywords else None


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


def _given(columns: Columns) -> Columns:
    """Columns of text, unnamed items as a column of lists; without those that have no value."""
    given: Columns = {}
    for name, values in columns.items():
        texts = [_unnamed(value) for value in values] if name == "Data" else _values.texts(values)
        if name and texts.count(None) < len(texts):
            given[name] = texts
    return given


def _unnamed(value: Any) -> list[str] | None:
    items = value if isinstance(value, list) else [value]
    texts = [item or "" for item in _values.texts(items)]
    return texts if any(texts) else None
