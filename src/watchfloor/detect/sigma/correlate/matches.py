"""Matches: what the events of a batch that satisfy a rule mean for the correlations that refer to it, as columns."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
import pyarrow as pa

from watchfloor.core.ids import stable_id
from watchfloor.detect.behaviors.plugin import Place
from watchfloor.detect.sigma.atoms import fold, number
from watchfloor.detect.sigma.columns import BatchColumns, Codes, Encoded, distinct
from watchfloor.detect.sigma.correlate.rules import NUMERIC, Correlation
from watchfloor.detect.sigma.correlate.windows import Window
from watchfloor.schema.sigma_fields import Scope

SCHEMA = pa.schema(
    {
        "key": pa.string(),
        "group": pa.string(),
        "time": pa.int64(),
        "event_id": pa.string(),
        "member": pa.int16(),
        "value": pa.string(),
        "path": pa.string(),
        "line": pa.int64(),
        "record_id": pa.int64(),
        "channel": pa.string(),
    }
)
"""Columns of matches: the correlation's key, the group (see `group_texts`), the event's time in microseconds since 1970
and its id, the position of the rule among the correlation's, one value (see `value_texts`), and where the event is."""

MAX_COMBINATIONS = 64
"""Most groups, and most values, that one event belongs to."""
MAX_TEXT = 200
"""Longest part of a group or value that is kept as it is, in bytes of JSON; a longer one ends in a digest of itself."""

_LONGEST_ESCAPE = 6
"""Bytes that JSON spends on a control character, the most of all."""
_PLACE = {
    "path": "log.file.path",
    "line": "log.line",
    "record_id": "winlog.record_id",
    "channel": "winlog.channel",
}


@dataclass(frozen=True, slots=True)
class Use:
    """One place of a rule in a correlation."""

    correlation: Correlation
    member: int


def uses_of(correlations: Sequence[Correlation]) -> dict[str, list[Use]]:
    """Rule or correlation id -> its uses."""
    found: dict[str, list[Use]] = {}
    for correlation in correlations:
        for position, member in enumerate(correlation.members):
            found.setdefault(member, []).append(Use(correlation, position))
    return found


def group_texts(fields: Sequence[Sequence[str]]) -> list[str]:
    """The groups that an event is in, each a JSON array of folded texts.

    Args:
        fields: the event's values per `group-by` name.
    """
    return [orjson.dumps(each).decode() for each in _combinations(fields)]


def group_values(group: str) -> list[str]:
    """The values of a group's text."""
    values: list[str] = orjson.loads(group)
    return values


def value_texts(correlation: Correlation, fields: Sequence[Sequence[str]]) -> list[str]:
    """What one event adds to the correlation's measure: numbers as they are written, other texts folded.

    Args:
        correlation: the rule.
        fields: the event's values per measured field.
    """
    if not correlation.condition.fields:
        return [""]
    if correlation.kind in NUMERIC:
        return [text for text in dict.fromkeys(fields[0]) if number(text) is not None][:MAX_COMBINATIONS]
    return [_bounded(orjson.dumps(each).decode()) for each in _combinations(fields)]


class GroupTexts:
    """The same as `group_texts`, for many events whose fields take few values: each value is read once.

    Args:
        fields: per field the values that it takes, each a list of texts.
        known: per field what is known already of the JSON of its values, by their place; what is read is added.
    """

    def __init__(
        self, fields: Sequence[Sequence[Sequence[str]]], known: Sequence[dict[int, list[str]]] | None = None
    ) -> None:
        self._fields = fields
        self._known = [{} for _ in fields] if known is None else known

    def of(self, codes: Sequence[Sequence[int]]) -> list[list[str]]:
        """The groups of each event, given per field which of its values the events have."""
        choices = [self._texts(field, of_field) for field, of_field in enumerate(codes)]
        if len(choices) == 1:
            return [[f"[{text}]" for text in texts] for texts in choices[0]]
        if all(len(texts) == 1 for of_field in choices for texts in of_field):
            alone = [[text for (text,) in of_field] for of_field in choices]
            return [[f"[{','.join(each)}]"] for each in zip(*alone, strict=True)]
        return [_arrays(each) for each in zip(*choices, strict=True)]

    def _texts(self, field: int, codes: Sequence[int]) -> list[list[str]]:
        """Some of a field's values as JSON."""
        known, values = self._known[field], self._fields[field]
        for code in set(codes) - known.keys():
            texts = values[code]
            known[code] = [_json(texts[0])] if len(texts) == 1 else [*dict.fromkeys(map(_json, texts))]
        return [*map(known.__getitem__, codes)]


def _arrays(choices: Sequence[Sequence[str]]) -> list[str]:
    return [f"[{','.join(each)}]" for each in itertools.islice(itertools.product(*choices), MAX_COMBINATIONS)]


def _json(text: str) -> str:
    return _json_of_short(text) if len(text) <= MAX_TEXT else _written(text)


def _written(text: str) -> str:
    return orjson.dumps(_bounded(fold(text))).decode()


# One batch after the other has the same hosts and users.
_json_of_short = functools.lru_cache(maxsize=50_000)(_written)


def _combinations(fields: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """One folded value of each field, in all ways but at most `MAX_COMBINATIONS`."""
    choices = [dict.fromkeys(_bounded(fold(text)) for text in texts) for texts in fields]
    return itertools.islice(itertools.product(*choices), MAX_COMBINATIONS)


def of_batch(use: Use, scope: Scope, columns: BatchColumns, rows: Codes) -> pa.Table:
    """The matches that some events of a batch, which satisfy the rule, give one of its uses."""
    correlation = use.correlation
    groups = [columns.field(scope.sources(name)) for name in correlation.group_fields(use.member)]
    values = [columns.field(scope.sources(name)) for name in correlation.value_fields(use.member)]
    if any(found is None for found in (*groups, *values)):
        return SCHEMA.empty_table()
    read = [found for found in (*groups, *values) if found is not None]
    if read:
        combination, first = distinct([found.codes[rows] for found in read])
    else:
        combination, first = np.zeros(len(rows), np.int64), np.zeros(1, np.int64)
    pairs = [_pairs(correlation, read, len(groups), int(rows[row])) for row in first.tolist()]
    return _table(use, columns.table, rows, combination, pairs)


def _pairs(correlation: Correlation, read: Sequence[Encoded], groups: int, row: int) -> list[tuple[str, str]]:
    """Groups and values of the events whose fields have the same values as a row."""
    members = [found.values[found.codes[row]] for found in read]
    values = value_texts(correlation, members[groups:])
    if not values:
        return []
    return [(group, value) for group in group_texts(members[:groups]) for value in values]


def _table(
    use: Use, table: pa.Table, rows: Codes, combination: Codes, pairs: Sequence[Sequence[tuple[str, str]]]
) -> pa.Table:
    counts = np.array([len(found) for found in pairs], np.int64)
    starts = np.cumsum(counts) - counts
    repeats = counts[combination]
    size = int(repeats.sum())
    within = np.arange(size) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    flat = pa.array(np.repeat(starts[combination], repeats) + within)
    texts = list(itertools.chain.from_iterable(pairs))
    taken = table.select(_present(table)).take(pa.array(np.repeat(rows, repeats)))
    return pa.table(
        {
            "key": pa.repeat(use.correlation.key, size),
            "group": pa.array([group for group, _ in texts], pa.string()).take(flat),
            "time": taken["@timestamp"].cast(pa.int64()),
            "event_id": taken["event.id"],
            "member": pa.repeat(pa.scalar(use.member, pa.int16()), size),
            "value": pa.array([value for _, value in texts], pa.string()).take(flat),
            **{name: _column(taken, column, SCHEMA.field(name).type) for name, column in _PLACE.items()},
        },
        schema=SCHEMA,
    )


def _present(table: pa.Table) -> list[str]:
    return [name for name in ("@timestamp", "event.id", *_PLACE.values()) if name in table.column_names]


def _column(table: pa.Table, name: str, type_: pa.DataType) -> pa.ChunkedArray | pa.Array:
    return table[name] if name in table.column_names else pa.nulls(table.num_rows, type_)


def of_firing(use: Use, child: Correlation, group: str, window: Window) -> Iterator[dict[str, str | int]]:
    """The matches that a firing of one correlation is for another; its fields are the group's values by their names.

    Columns are those of the store's table `correlation_match`, but for the correlation's number and the place.
    """
    known = {name: [value] for name, value in zip(child.group_by, group_values(group), strict=True)}
    groups = group_texts([known.get(name, []) for name in use.correlation.group_fields(use.member)])
    values = value_texts(use.correlation, [known.get(name, []) for name in use.correlation.value_fields(use.member)])
    for text, value in itertools.product(groups, values):
        yield {
            "group_key": text,
            "time": window.anchor,
            "event_id": firing_id(child, group, window),
            "member": use.member,
            "value": value,
            "firing_group": group,
        }


def of_finding(
    use: Use, named: Sequence[str], values: Sequence[str], time: int, place: Place
) -> Iterator[dict[str, str | int | None]]:
    """The matches that a finding of a behaviour is for a correlation, as `SCHEMA` says.

    Args:
        use: of the behaviour in the correlation.
        named: fields whose values the finding has.
        values: their values.
        time: of the finding, in microseconds since 1970.
        place: its first event, which stands for it.
    """
    known = {name: [value] for name, value in zip(named, values, strict=False)}
    groups = group_texts([known.get(name, []) for name in use.correlation.group_fields(use.member)])
    measured = value_texts(use.correlation, [known.get(name, []) for name in use.correlation.value_fields(use.member)])
    for group, value in itertools.product(groups, measured):
        yield {
            "key": use.correlation.key,
            "group": group,
            "time": time,
            "event_id": place.event_id,
            "member": use.member,
            "value": value,
            "path": place.path,
            "line": place.line,
            "record_id": place.record_id,
            "channel": place.channel,
        }


def firing_id(correlation: Correlation, group: str, window: Window) -> str:
    """Identity of a firing: one with other events is another, so that whatever is made of it is judged again."""
    return stable_id("firing", correlation.id, group, *map(str, (window.anchor, window.events, window.checksum)))


def _bounded(text: str) -> str:
    """The text, or its beginning and a digest where a store could not hold it (PostgreSQL takes no NUL).

    Bounding it again changes nothing.
    """
    if "\0" not in text and (len(text) * _LONGEST_ESCAPE <= MAX_TEXT or _size(text) <= MAX_TEXT):
        return text
    digest = f"…{stable_id('text', text)}"
    kept = text[:MAX_TEXT].replace("\0", "")
    while _size(kept + digest) > MAX_TEXT:
        kept = kept[: len(kept) * 9 // 10]
    return kept + digest


def _size(text: str) -> int:
    return len(orjson.dumps(text)) - 2
