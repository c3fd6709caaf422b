"""Whether the engine fires what the slow reference does, over generated rules and events."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase

from watchfloor.detect.sigma import Context, Detector, RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.testing.reference import apply_filters, compiled_rule

EXAMPLES = int(os.environ.get("WATCHFLOOR_EXAMPLES", "1000"))
# A pair of rule and event is small as it is; making whole examples smaller takes minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
PLACEHOLDERS = {"few": ["ab", "B*", "a\\*"], "one": ["k"]}


def as_rule(number: int, detection: dict[str, Any], **logsource: str) -> dict[str, Any]:
    return {
        "title": "t",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "logsource": logsource or {"product": "windows"},
        "detection": detection,
    }


def different(
    documents: list[dict[str, Any]],
    events: list[dict[str, Any]],
    found: list[tuple[int, str]],
    expected: list[tuple[int, str]],
) -> str:
    """The first pair of rule and event on which engine and reference do not agree: small enough to read as it is."""
    by_id = {document["id"]: document for document in documents}
    for row, rule in sorted(set(found) ^ set(expected)):
        event = {name: value for name, value in events[row].items() if value not in (None, "", [])}
        who = "only the engine" if (row, rule) in found else "only the reference"
        return f"{who} fires {by_id[rule]} on {event}"
    return "the order of firings"


def agree(
    sigma: Any,
    folder: Path,
    documents: list[dict[str, Any]],
    events: list[dict[str, Any]],
    filters: list[dict[str, Any]] | None = None,
) -> None:
    """What the engine can run fires as the reference says, in whatever batch."""
    path = folder / "rules.yml"
    path.write_text(yaml.safe_dump_all([*documents, *(filters or [])], allow_unicode=True), "utf-8")
    documents = [dict(apply_filters(document, filters or [])) for document in documents]
    rules = RuleSet.load([path], context=Context(PLACEHOLDERS))
    runnable = {rule.id for rule in rules.rules}
    assert len(runnable) + len({problem.rule for problem in rules.problems if not problem.runs}) == len(documents)
    table = sigma.batch(events).table
    expected = [
        (row, document["id"])
        for row, event in enumerate(EventBatch(table).rows())
        for document in documents
        if document["id"] in runnable and compiled_rule(document, placeholders=PLACEHOLDERS)(event)
    ]
    firings = Detector(rules).match(EventBatch(table))
    found = [(firing.row, firing.rule.id) for firing in firings]
    if found != expected:
        pytest.fail(different(documents, events, found, expected))
    assert found == expected
    detector = Detector(rules)
    alone = [
        (row, each.rule.id) for row in range(len(events)) for each in detector.match(EventBatch(table.slice(row, 1)))
    ]
    assert alone == expected
    order = list(range(len(events)))
    random.Random(0).shuffle(order)
    shuffled = [(order[each.row], each.rule.id, each.why) for each in detector.match(EventBatch(table.take(order)))]
    assert sorted(shuffled, key=lambda each: each[:2]) == [(each.row, each.rule.id, each.why) for each in firings]
