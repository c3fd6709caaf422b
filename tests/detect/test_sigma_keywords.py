"""Few events are looked through for keywords, many are searched: nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.detect.sigma import Detector, match
from watchfloor.schema.events import EventBatch

RULE = {"sel": ["segfault", "Straße*kurz", "x?y"], "condition": "sel"}


def events(count: int) -> list[dict[str, Any]]:
    texts = ["nothing", "a SEGFAULT at 0", "die STRASSE", "die straße, so kurz", "xzy", "xy", "\u0130"]
    return [
        {"event.dataset": "linux.syslog", "event.original": f"{number} {texts[number % len(texts)]}"}
        for number in range(count)
    ]


@pytest.mark.parametrize("few", [0, 250, 10_000])
def test_looking_and_searching_find_the_same(sigma: Any, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(match, "_FEW", few)
    rules = sigma.load(sigma.rule(RULE, {"product": "linux", "service": "syslog"}))
    detector = Detector(rules)
    table = sigma.batch(events(700)).table
    found = [
        start + firing.row
        for start in range(0, 700, 100)
        for firing in detector.match(EventBatch(table.slice(start, 100)))
    ]
    assert found == [number for number in range(700) if number % 7 in {1, 3, 4}]
    assert bool(detector._searches) is (few < 700)
