"""Decodes records that are JSON objects and finds the parser, or the envelope, that each is of."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from watchfloor.parsers._catalog import catalogued, is_generic
from watchfloor.parsers._patterns import TEXT
from watchfloor.parsers.plugin import JsonEnvelope, JsonParser
from watchfloor.schema.records import Source

OBJECT = r"^\s*(?:@cee:\s*)?(?:\{|\[\s*\{)"
"""How a text starts that is a JSON object, or a list of objects."""
UNCLAIMED = "no parser knows this JSON object"
_SLICE = 8192
"""Records decoded at a time: few enough that their objects are gone before the garbage collector walks them."""
_FIRST = 64
"""Characters at whose start `@cee:` is looked for."""
_DEEPEST = 1000
"""Nesting that the lenient decoder is trusted with; orjson's own limit is 1,024."""
_MOST_SHAPES = 4096
"""Sets of names remembered at a time."""
_MOST_NAMES = 256
"""Names of an object whose set is remembered: a hostile one has a hundred thousand, and never the same again."""


@dataclass(slots=True)
class Claimed:
    """Decoded records of one slice.

    Attributes:
        frame: the rows of the slice.
        groups: parser's or envelope's name -> positions in the frame and the objects there.
        failed: position in the frame -> why nobody parses it.
    """

    frame: pl.DataFrame
    groups: dict[str, tuple[list[int], list[dict[str, Any]]]] = field(default_factory=dict)
    failed: dict[int, str] = field(default_factory=dict)

    def rows(self, positions: Sequence[int]) -> pl.DataFrame:
        """The frame's rows at these positions, without their text."""
        return (self.frame if len(positions) == len(self.frame) else self.frame[positions]).drop(TEXT)


def claimed(frame: pl.DataFrame, sources: Sequence[Source], *, envelopes: bool) -> Iterator[Claimed]:
    """The objects of a frame by who parses them, slice by slice.

    Args:
        frame: rows whose text looks like a JSON object.
        sources: what `@source` indexes; a source's hint counts first.
        envelopes: whether objects may be taken for envelopes.
    """
    for start in range(0, len(frame), _SLICE):
        yield _slice(frame[start : start + _SLICE], sources, envelopes=envelopes)


def _slice(frame: pl.DataFrame, sources: Sequence[Source], *, envelopes: bool) -> Claimed:
    found = Claimed(frame)
    hinted = _hints(frame, sources)
    hints = catalogued(JsonParser)
    for at, text in enumerate(frame[TEXT].to_list()):
        try:
            record = decode(text)
        except ValueError as error:
            found.failed[at] = f"broken JSON: {error}"
            continue
        first = hinted.get(at)
        if first is not None and record.keys() >= set(hints[first].keys) and hints[first].claims(record):
            name: str | None = first
        else:
            name = next(
                (name for name, each in _candidates(record) if (envelopes or not _wraps(each)) and each.claims(record)),
                None,
            )
        if name is None:
            found.failed[at] = UNCLAIMED
        else:
            rows, objects = found.groups.setdefault(name, ([], []))
            rows.append(at)
            objects.append(record)
    return found


def _wraps(parser: JsonParser | JsonEnvelope) -> bool:
    return isinstance(parser, JsonEnvelope)


@functools.cache
def _ordered() -> tuple[tuple[str, JsonParser | JsonEnvelope], ...]:
    """Parsers of special formats, envelopes, then what is generic."""
    parsers: Mapping[str, JsonParser | JsonEnvelope] = {**catalogued(JsonParser), **catalogued(JsonEnvelope)}
    return tuple(sorted(parsers.items(), key=lambda item: (is_generic(item[0]), _wraps(item[1]), item[0])))


def _candidates(record: dict[str, Any]) -> tuple[tuple[str, JsonParser | JsonEnvelope], ...]:
    """The parsers and envelopes for objects with such names at their top."""
    return _of_shape(tuple(record)) if len(record) <= _MOST_NAMES else _fitting(frozenset(record))


@functools.lru_cache(maxsize=_MOST_SHAPES)
def _of_shape(names: tuple[str, ...]) -> tuple[tuple[str, JsonParser | JsonEnvelope], ...]:
    return _fitting(frozenset(names))


def _fitting(held: frozenset[str]) -> tuple[tuple[str, JsonParser | JsonEnvelope], ...]:
    return tuple((name, each) for name, each in _ordered() if held.issuperset(each.keys))


def decode(text: str) -> dict[str, Any]:
    """The object that a text stands for; half a surrogate pair becomes U+FFFD.

    A list of one object stands for that object, a list of several for an object with the list as its `records`.

    Raises:
        ValueError: the text is no JSON object.
    """
    record = _loaded(text.lstrip().removeprefix("@cee:") if "@cee:" in text[:_FIRST] else text)
    if isinstance(record, list) and record:
        record = record[0] if len(record) == 1 else {"records": record}
    if not isinstance(record, dict):
        raise ValueError("not an object")  # noqa: TRY004  # what is wrong is the text, not a caller's type
    return record


def _loaded(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if "\\ud" not in text.lower() or text.count("{") + text.count("[") > _DEEPEST:
            raise
        try:
            lenient = json.loads(text)
        except RecursionError:
            raise error from None
        return orjson.loads(
            json.dumps(lenient, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )


def _hints(frame: pl.DataFrame, sources: Sequence[Source]) -> dict[int, str]:
    parsers = catalogued(JsonParser)
    named = {index: source.parser for index, source in enumerate(sources) if source.parser in parsers}
    if not named:
        return {}
    return {at: named[index] for at, index in enumerate(frame["@source"].to_list()) if index in named}
