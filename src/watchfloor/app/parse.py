"""`parse`: the parsers alone, over files or over single cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

import orjson
import pyarrow as pa

from watchfloor.core.clock import time_zone, utc_now
from watchfloor.core.errors import UsageError
from watchfloor.enrich.enrich import enrich, enrichments
from watchfloor.enrich.plugin import Knowledge
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source
from watchfloor.sources.files import plan, read
from watchfloor.sources.problems import Problem


@dataclass(frozen=True, slots=True)
class EventStream:
    """Events as they are parsed; `problems` is whole once `events` is used up."""

    events: Iterator[dict[str, Any]]
    problems: list[Problem] = field(default_factory=list)


def parse_paths(
    paths: Sequence[str], stdin: BinaryIO | None, zone: dt.tzinfo, now: dt.datetime | None, parser: str, batch_size: int
) -> EventStream:
    """Every record below the paths as a flat ECS event."""
    inventory = plan(paths)
    problems = list(inventory.problems)
    batches = read(
        inventory, zone=zone, now=now, parser=parser, batch_size=batch_size, stdin=stdin, report=problems.append
    )
    wanted = frozenset(declared())
    events = (event for raw in batches for event in _shown(parse_records(raw, wanted=wanted)).rows())
    return EventStream(events, problems)


def parse_cases(
    lines: Iterable[bytes], zone: dt.tzinfo, now: dt.datetime | None, parser: str, batch_size: int
) -> Iterator[dict[str, Any]]:
    """One flat ECS event per line of JSON `{"raw": text, "tz": zone?, "parser": name?}`, in order.

    Raises:
        UsageError: a line is not such an object.
    """
    wanted = frozenset(declared())
    reference, kind = (now, "now") if now else (utc_now(), "arrival")
    numbered = enumerate(line for line in lines if line.strip())
    while chunk := list(islice(numbered, batch_size)):
        sources: dict[tuple[str, str], int] = {}
        found: list[Source] = []
        index, raw = [], []
        for number, line in chunk:
            case = _case(line, number)
            key = (str(case.get("tz") or ""), str(case.get("parser") or parser))
            if key not in sources:
                sources[key] = len(found)
                case_zone = time_zone(key[0]) if key[0] else zone
                found.append(Source("case", "-", case_zone, reference, kind, key[1]))
            index.append(sources[key])
            raw.append(case["raw"])
        batch = RawBatch(
            tuple(found),
            pa.array(index, pa.int32()),
            pa.array([number for number, _ in chunk], pa.int64()),
            pa.array(raw, pa.string()),
            pa.nulls(len(raw), pa.string()),
        )
        yield from _shown(parse_records(batch, wanted=wanted)).rows()


def _shown(events: EventBatch) -> EventBatch:
    """With what follows from each record alone: attacks in requests, and the hint that somebody misbehaves."""
    return enrich(events, Knowledge(), {name: each for name, each in enrichments().items() if each.of_record})


def _case(line: bytes, number: int) -> dict[str, Any]:
    try:
        case = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"not JSON: {error}", place=f"case {number}") from None
    if not isinstance(case, dict) or not isinstance(case.get("raw"), str):
        raise UsageError('not an object with a text "raw"', place=f"case {number}")
    return case
