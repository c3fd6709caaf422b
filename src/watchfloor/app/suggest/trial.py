"""A suggested parser among the installed ones, over the samples that it was made of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import orjson

from watchfloor.app.suggest.samples import clustered
from watchfloor.parsers.dispatch import parse_records
from watchfloor.parsers.trial import Parser, installed
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source
from watchfloor.sources.limits import Limits
from watchfloor.sources.records import records as framed

REFERENCE = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
"""The moment against which golden tests resolve dates without a year."""
UNSTABLE = frozenset({"event.ingested", "event.id", "event.original", "log.file.path", "log.line"})
"""Fields that golden tests leave out."""
_MOST_GOLDEN, _PER_SHAPE = 60, 2


@dataclass(frozen=True, slots=True)
class Trial:
    """What a suggested parser makes of its samples.

    Attributes:
        samples: how many there are.
        taken: how many it takes.
        timed: how many of those have a time of their own.
        others: dataset, empty for none, of those that it does not take -> how many.
        fields: field -> how many have it, of those that it takes.
        golden: content of a file with a few samples for a golden test.
        expected: the events of those, as JSON.
    """

    samples: int
    taken: int
    timed: int
    others: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    golden: bytes = b""
    expected: list[bytes] = field(default_factory=list)


def loaded(name: str, text: str) -> Parser:
    """The parser that a source text defines."""
    module = ModuleType(f"watchfloor.parsers.{name}")
    exec(compile(text, f"<{name}>", "exec"), module.__dict__)  # noqa: S102  # written here, of escaped text only
    parser: Parser = module.__dict__["PARSER"]
    return parser


def tried(name: str, text: str, samples: Sequence[str], header: str) -> Trial:
    """Parse the samples as if the parser was installed."""
    with installed(name, loaded(name, text)):
        events = _events(name, samples, header)
        taken = [at for at, event in enumerate(events) if event.get("event.dataset") == name]
        others = Counter(str(event.get("event.dataset") or "") for event in events)
        del others[name]
        timed = sum(events[at]["@timestamp"] != REFERENCE for at in taken)
        fields = Counter(key for at in taken for key, value in events[at].items() if value is not None)
        golden = _golden([samples[at] for at in taken], header)
        expected = [event for group in framed([golden], Limits()) for event in _events(name, group.raw, group.header)]
    lines = [
        orjson.dumps({key: event[key] for key in event if key not in UNSTABLE}, option=orjson.OPT_SORT_KEYS)
        for event in expected
    ]
    for unsaid in (*UNSTABLE, "@timestamp", "event.kind", "event.dataset", "event.module"):
        del fields[unsaid]
    return Trial(len(samples), len(taken), timed, others, fields, golden, lines)


def _events(name: str, texts: Sequence[str], header: str) -> list[dict[str, Any]]:
    if not texts:
        return []
    path = f"{name}/samples.{'csv' if header else 'log'}"
    origin = Source("golden", path, reference=REFERENCE, reference_kind="now", header=header)
    return list(parse_records(RawBatch.of(origin, texts), wanted=frozenset(declared())).rows())


def _golden(texts: Sequence[str], header: str) -> bytes:
    """A file of a few samples of each shape, of the most frequent shapes, in the order in which they came."""
    whole = [text for text in texts if "\n" not in text and "\r" not in text]
    places = (place for cluster in clustered(whole) for (_, place), _ in cluster.examples[:_PER_SHAPE])
    chosen = sorted(list(dict.fromkeys(places))[:_MOST_GOLDEN])
    lines = [*([header] if header else []), *(whole[at] for at in chosen)]
    return "".join(f"{line}\n" for line in lines).encode()
