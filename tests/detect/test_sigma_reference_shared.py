"""The engine against the reference: SigmaHQ's rules over records of published attacks, through the real parsers.

A sample of rules and records by default, all of them with `WATCHFLOOR_EVERYTHING=1` (`make nightly`).
"""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.sigma_fields import EventKey, Scope
from watchfloor.sources.files import plan, read
from watchfloor.testing.reference import KEYWORDS, compiled, event_key, field_texts, fields_of, scope_of, searched

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
ARCHIVES = ("sigma_regression", "evtx_to_mitre", "evtx_attack_samples", "otrf")
EVERYTHING = bool(os.environ.get("WATCHFLOOR_EVERYTHING"))
RULES, RECORDS, SEED = 400, 2_000, 11

pytestmark = pytest.mark.skipif(not (SHARED / "sigmahq").is_dir(), reason=f"the public test data is not at {SHARED}")


def sampled(found: Sequence[Any], count: int) -> list[Any]:
    return list(found) if EVERYTHING else random.Random(SEED).sample(found, min(count, len(found)))


@dataclass
class Slow:
    """One rule of the reference; results of views that came before are kept, for most events are alike."""

    document: Mapping[str, Any]
    holds: Callable[[Mapping[str, Any]], bool]
    fields: tuple[str, ...]
    known: dict[tuple[Any, ...], bool] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Slow:
        return cls(document, compiled(document), tuple(sorted(fields_of(document))))

    def fires(self, event: Mapping[str, Any], texts: Callable[[str], Any]) -> bool:
        if scope_of(self.document, event) is None:
            return False
        view = tuple(texts(name) for name in self.fields)
        if view not in self.known:
            self.known[view] = self.holds(dict(zip(self.fields, view, strict=True)))
        return self.known[view]


class Reference:
    """All rules, by the key of the events that they can meet."""

    def __init__(self, documents: Sequence[Mapping[str, Any]]) -> None:
        self._rules = [Slow.of(document) for document in documents]
        self._by_key: dict[EventKey, list[tuple[Slow, Scope]]] = {}
        self.pairs = 0

    def firings(self, events: Iterator[dict[str, Any]]) -> Iterator[tuple[int, str]]:
        for row, event in enumerate(events):
            key = event_key(event)
            if key not in self._by_key:
                self._by_key[key] = list(self._meeting(event))
            known: dict[tuple[int, str], Any] = {}
            for rule, scope in self._by_key[key]:
                self.pairs += 1
                if rule.fires(event, partial(texts_of, event, scope, known)):
                    yield row, rule.document["id"]

    def _meeting(self, event: Mapping[str, Any]) -> Iterator[tuple[Slow, Scope]]:
        """The rules whose log source has such events, whatever else is in them."""
        for rule in self._rules:
            scope = scope_of(rule.document, event, where=False)
            if scope is not None:
                yield rule, scope


def texts_of(event: Mapping[str, Any], scope: Scope, known: dict[tuple[int, str], Any], name: str) -> Any:
    if (id(scope), name) not in known:
        found = tuple(searched(event, scope)) if name == KEYWORDS else tuple(field_texts(name, event, scope))
        known[id(scope), name] = found
    return known[id(scope), name]


def batches(wanted: frozenset[str]) -> Iterator[EventBatch]:
    for name in ARCHIVES:
        (folder,) = SHARED.glob(f"corpus_*/detection/{name}")
        now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        for raw in read(plan([str(folder)]), zone=dt.UTC, now=now, report=lambda _: None, batch_size=10_000):
            yield parse_records(raw, wanted=wanted)


def test_engine_equals_reference_on_real_rules_and_records(record_property: Callable[[str, object], None]) -> None:
    paths = sampled(sorted((SHARED / "sigmahq").rglob("*.yml")), RULES)
    rules = RuleSet.load(paths)
    documents = {str(rule.id): yaml.safe_load(rule.path.read_text("utf-8")) for rule in rules.rules}
    assert len(documents) > RULES * 9 // 10
    reference, detector = Reference(list(documents.values())), Detector(rules)
    total, fired = 0, 0
    for batch in batches(rules.fields):
        rows = sorted(sampled(range(len(batch)), RECORDS // len(ARCHIVES)))
        events = EventBatch(batch.table.take(rows))
        found = {(firing.row, firing.rule.id) for firing in detector.match(events)}
        expected = set(reference.firings(events.rows()))
        all_rows = list(events.rows())
        assert [(documents[rule]["title"], all_rows[row]) for row, rule in sorted(found ^ expected)] == []
        total, fired = total + len(events), fired + len(found)
    assert fired
    for name, value in (("rules", len(documents)), ("records", total), ("pairs", reference.pairs), ("firings", fired)):
        record_property(name, value)
