"""An answer to a tampered request stands out from usual ones and from those to other attempts, or does not."""

from __future__ import annotations

from typing import cast

import orjson

from watchfloor.detect.behaviors.kinds.answer import BEHAVIOR, Answer
from watchfloor.detect.behaviors.plugin import DAY, History, Others, Place, Row


def row(part: str, size: int, events: int = 1, day: int = 40) -> Row:
    moment = day * DAY + size
    value = orjson.dumps([part, str(size), "203.0.113.66"]).decode()
    place = Place(moment, f"{part}{size}", "a.log", size)
    return Row(day * DAY, value, moment, moment, events, 0, 0, 0, (), place)


def found(rows: list[Row], **parameters: object) -> list[str]:
    given = Answer.model_validate({"entity": ["url.path"], **parameters})
    history = History('["/item"]', 0, sorted(rows, key=lambda each: (each.slot, each.value)), cast("Others", None))
    return [orjson.loads(finding.value)[0] for finding in BEHAVIOR.findings(given, history)]


USUAL = [row("", size, 3) for size in (5_000, 5_050, 5_120, 5_200)]


def test_an_answer_unlike_all_others_is_found() -> None:
    assert found([*USUAL, row("id=1 union select a", 48_000)]) == ["id=1 union select a"]
    assert found([*USUAL, row("id=1'", 300)]) == ["id=1'"]


def test_usual_and_repeated_answers_are_not() -> None:
    assert found([*USUAL, row("id=1 or 1=1", 5_060)]) == []
    assert found([*USUAL, *(row(f"id={n}'", 812) for n in range(3))]) == []
    assert found([*USUAL, *(row("x" * n, 812 + 2 * n) for n in (5, 40, 120))]) == []  # each repeats what was sent


def test_a_comparison_needs_usual_answers_of_the_period() -> None:
    assert found([row("", 5_000, 2), row("id=1 union select a", 48_000)]) == []
    assert found([row("", 5_000, 9, day=2), row("id=1 union select a", 48_000)]) == []
    assert found([row("/.env", 40)], usual=0) == ["/.env"]
    assert found([row("", 4_800), row("/.env", 4_805)], usual=0) == []


def test_a_flood_takes_linear_time() -> None:
    flood = [row(f"id={n}' or {n}={n}", 1_000 + n % 7) for n in range(20_000)]
    assert found([*USUAL, *flood, row("id=1 union select a", 48_000)]) == ["id=1 union select a"]
