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


def sent(part: str, size: int, query: str = "", events: int = 1) -> Row:
    known = row(part, size, events)
    return known._replace(value=orjson.dumps([part, str(size), query, "203.0.113.66"]).decode())


PING = [sent("", 265 + len(host), f"host={host}", 3) for host in ("10.0.0.7", "10.0.0.12", "10.0.0.123")]


def test_few_bytes_count_where_the_page_repeats_to_the_byte() -> None:
    assert found([*PING, sent("host=10.0.0.7;id", 265 + 8 + 40)], sent="url.query") == ["host=10.0.0.7;id"]
    assert found([*PING, sent("host=10.0.0.7;id", 265 + 11)], sent="url.query") == []
    assert found([*PING, sent("host=10.0.0.7%3Bid", 265 + 11)], sent="url.query") == []
    assert found([*PING, sent("other=1;id", 265 + 11)], sent="url.query") == []  # nothing is known of it


def test_refusals_that_repeat_what_they_refuse_are_alike() -> None:
    refused = [sent(f"host={value}", 400 + len(value)) for value in ("1;id", "10.0.0.7|id", "$(cat+passwd)")]
    assert found([*PING, *refused], sent="url.query") == []
    assert found([*PING, *refused[:2]], sent="url.query") != []


def test_queries_that_were_cut_teach_nothing() -> None:
    long = [sent("", 265 + n, "host=" + "a" * 195, 3) for n in (1, 2)]
    assert found([*PING, *long, sent("host=10.0.0.7;id", 265 + 8 + 40)], sent="url.query") == ["host=10.0.0.7;id"]


def test_one_page_for_files_of_other_names() -> None:
    one, other, backup = row("/shop/.env", 918), row("/shop/.git/config", 918), row("/shop/.env.bak", 918)
    given = {"usual": 0, "same_size": 1}
    assert found([one, other], **given) == []
    assert found([one, row("/shop/.git/config", 919)], **given) != []
    assert len(found([one, backup], **given)) == 2  # a file and its copy
    assert len(found([one, row("/shop/%2eenv", 918)], **given)) == 2  # the same file


def test_a_status_is_compared_without_repeats() -> None:
    given = {"size": "http.response.status_code", "repeats": 0, "deviations": 0, "twins": 5}
    refused = [row("", 200, 3), row("", 401, 3)]
    assert found([*refused, row("user=admin'--" + "x" * 60, 302)], **given) != []
    assert found([*refused, row("user=admin'--", 200)], **given) == []
    assert found([*refused, *(row(f"user={n}'--", 302) for n in range(6))], **given) == []  # how it refuses


def test_a_flood_with_queries_takes_linear_time() -> None:
    usual = [sent("", 265 + len(str(n)), f"host={n}&" + "&".join(f"p{m}=1" for m in range(9))) for n in range(5_000)]
    flood = [sent(f"host={n};id", 300 + len(str(n))) for n in range(20_000)]
    assert found([*usual, *flood, sent("host=1|cat+passwd", 9_000)], sent="url.query") == ["host=1|cat+passwd"]
