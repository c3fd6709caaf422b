"""No record makes the question whose it is fail: golden objects with values exchanged, deep inside, for others."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from watchfloor.parsers._json import _ordered, decode
from watchfloor.parsers.plugin import JsonEnvelope, JsonParser

GOLDEN = Path(__file__).parents[1] / "golden" / "parsers"
VALUES: list[Any] = [None, True, 1, 1.5, "x", "", [], [1], {}, {"a": 1}, [{"a": [1]}], "a" * 50]


def objects() -> list[dict[str, Any]]:
    lines = [
        line
        for path in sorted(GOLDEN.glob("*/*"))
        if path.suffix in {".json", ".log"}
        for line in path.read_text("utf-8", "replace").split("\n")[:6]
    ]
    return [decode(line) for line in lines if line.startswith("{") and line.endswith("}")]


def exchanged(value: Any, dice: random.Random) -> Any:
    """The value with one of the values inside it exchanged."""
    if not isinstance(value, dict | list) or not value or dice.random() < 0.1:
        return dice.choice(VALUES)
    changed: Any = dict(value) if isinstance(value, dict) else list(value)
    place = dice.choice(list(changed)) if isinstance(changed, dict) else dice.randrange(len(changed))
    changed[place] = exchanged(changed[place], dice)
    return changed


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    dice = random.Random(11)
    changed = [exchanged(exchanged(record, dice), dice) for record in objects() for _ in range(6)]
    return [record for record in changed if isinstance(record, dict)]


@pytest.mark.parametrize(("name", "parser"), _ordered(), ids=lambda each: each if isinstance(each, str) else "")
def test_claims_answer_for_any_record(
    name: str, parser: JsonParser | JsonEnvelope, records: list[dict[str, Any]]
) -> None:
    asked = [record for record in records if record.keys() >= set(parser.keys)]
    assert len(records) > 1000
    assert {parser.claims(record) for record in asked} <= {True, False}, name
