"""The page stands alone, whatever logs and rules say, stays small, and can be read in both colour schemes."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_reader import faults, read

from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.rules import RuleProblem
from watchfloor.reports.observed import FileCount, Observed
from watchfloor.reports.page import page
from watchfloor.reports.report import MAX_INCIDENTS, Format, Report
from watchfloor.reports.words import COUNTED
from watchfloor.sources.problems import Problem

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><style>*{display:none}</style>",
    "</title></code></mark><svg onload=alert(1)>",
    "{{ 7 * 7 }} {% raw %} {# x #}",
    "\u202egpj.exe\u2066 \x1b]0;owned\x07\x00\x9b31m\r\n\ufeff\u3164",
    "<!-- --> ]]> &lt;b&gt; javascript:alert(1)",
    "\udcff lone",
)
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def alert(number: int, text: str, level: str = "high") -> dict[str, Any]:
    moment = f"2026-03-01T00:{number // 60 % 60:02}:{number % 60:02}Z"
    return {
        "id": f"{number:020x}",
        "timestamp": moment,
        "last_timestamp": moment,
        "rule": {
            "id": f"rule {number % 7}",
            "title": text,
            "level": level,
            "tags": ["attack.execution", "attack.t1059", text],
            "response": [text, "Then this."],
        },
        "entities": [{"kind": "user", "value": text}, {"kind": text, "value": text}],
        "why": [
            {"selection": text, "field": text, "column": text, "pattern": text[1:5], "value": text},
            {"selection": "behavior", "field": "spread", "column": "", "pattern": text, "value": text},
        ],
        "count": 2,
        "events": [
            {
                "event.id": f"e{number}",
                "@timestamp": moment,
                "log.file.path": text,
                "log.line": number,
                "winlog.channel": text,
                "winlog.record_id": 7,
            }
        ],
    }


def incident(number: int, alerts: Sequence[Mapping[str, Any]], text: str) -> dict[str, Any]:
    steps = [
        {
            **each,
            "tactics": ["execution"],
            "join": {"other": alerts[0]["id"] if place else "", "text": text if place else "the first alert"},
        }
        for place, each in enumerate(alerts)
    ]
    entities = [{"kind": kind, "value": text, "alerts": 1, "sides": ["actor"]} for kind in ("ip", "user", "host")]
    return {
        "id": f"{number:x}".rjust(20, "f"),
        "title": text,
        "severity": "high",
        "risk": 60,
        "status": "open",
        "verdict": text,
        "owner": text,
        "first": "2026-03-01T00:00:00Z",
        "last": "2026-03-01T00:00:00Z",
        "alerts": len(alerts),
        "why": [text],
        "changes": [],
        "summary": text,
        "tactics": ["execution"],
        "entities": entities,
        "connections": [{"from": entities[0], "to": entities[1], "alerts": 1}],
        "timeline": steps,
        "response": [text],
    }


def report(
    alerts: Sequence[Mapping[str, Any]], incidents: Sequence[Mapping[str, Any]], text: str, **changes: Any
) -> Report:
    rules = RuleSet((), (RuleProblem(Path("x"), text),), frozenset())
    observed = Observed(rules)
    observed.files[text] = FileCount(3, 1, Counter({text: 3}), NOW, NOW)
    observed.times.add(text, {int(NOW.timestamp()): 3})

    def lookup(events: Iterable[Mapping[str, Any]], _: Sequence[str]) -> dict[str, dict[str, Any]]:
        return {event["event.id"]: {"event.dataset": text, "event.original": [text * 9]} for event in events}

    values: dict[str, Any] = {
        "inputs": [text],
        "files": 1,
        "size": 1,
        "records": 3,
        "joined": 1,
        "formats": [Format(text, 3, 1, NOW, NOW)],
        "problems": [Problem(text, text, text)],
        "errors": {text: 1},
        "rules": rules,
        "observed": observed,
        "alerts": alerts,
        "incidents": incidents,
        "grouped": {step["id"] for each in incidents for step in each["timeline"]},
        "level": "informational",
        "suppressed": 0,
        "lookup": lookup,
    }
    return Report(**{**values, **changes})


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_gets_through(text: str) -> None:
    alerts = [alert(number, text) for number in range(6)]
    written = page(report(alerts, [incident(1, alerts[:3], text)], text))
    assert faults(written) == []
    found = read(written)
    shown = "".join(each.text for each in found.of("b"))
    visible = "".join(each if each.isprintable() and each != "\u3164" else ascii(each)[1:-1] for each in text)
    assert visible in shown
    assert len(found.of("style")) == 1
    assert found.of("mark")


@settings(max_examples=60)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_gives_a_sound_page(text: str, other: str) -> None:
    alerts = [alert(0, text), alert(1, other, "low")]
    assert faults(page(report(alerts, [incident(1, alerts[:1], other)], text))) == []


def test_the_policy_allows_the_own_style_and_nothing_else() -> None:
    found = read(page(report([], [], "x")))
    policy = found.of("meta", http_equiv="Content-Security-Policy")[0].attributes["content"]
    style = found.of("style")[0].text
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_an_empty_run_gives_a_page_that_says_so() -> None:
    empty = report([], [], "x", records=0, files=0, formats=[], problems=[], errors={})
    written = page(empty)
    assert faults(written) == []
    assert read(written).counts()["alerts"] == {"0"}


def test_a_flood_of_alerts_stays_a_small_page_that_says_what_is_left_out() -> None:
    alerts = [alert(number, f"{number} {'A' * 300}") for number in range(20_000)]
    incidents = [incident(number, alerts[number * 100 : number * 100 + 100], "B" * 900) for number in range(150)]
    written = page(report(alerts, incidents, "C" * 3_000, errors={f"{n} {'E' * 300}": 1 for n in range(5_000)}))
    assert len(written) < 8_000_000, "25 incidents, 25 alerts of each, and texts as long as they are shown"
    assert faults(written) == []
    found = read(written)
    assert found.counts()["alerts"] == {"20,000"}
    assert len(found.of("article", class_="card incident")) == MAX_INCIDENTS
    left = [each.text for each in found.of("p", class_="more")]
    assert any(text.startswith("… and 75 more alerts, none worse than these") for text in left)
    assert any(text.startswith("… and 50 more incidents") for text in left)
    assert any("more alerts of this rule" in text for text in left)


def test_every_number_says_how_it_was_counted() -> None:
    alerts = [alert(0, "x")]
    found = read(page(report(alerts, [incident(1, alerts, "x")], "x")))
    marks = {each.attributes["href"]: each.attributes["title"] for each in found.of("a", class_="how")}
    assert marks == {f"#how-{key}": each.how for key, each in COUNTED.items()}
    for tile in found.of("div", class_="tile"):
        assert "?" in tile.text or "Still learning" in tile.text


def test_the_worst_steps_of_a_long_incident_are_told_with_their_numbers() -> None:
    alerts = [alert(number, "x", "low") for number in range(60)]
    alerts[50]["rule"]["level"] = "critical"
    found = read(page(report(alerts, [incident(1, alerts, "x")], "x")))
    story = found.of("ol", class_="story")[0].text
    assert "51" in story
    assert [each.text for each in found.of("span", class_="no l-critical")] == ["51"]


STYLE = resources.files("watchfloor.reports").joinpath("templates", "report.css").read_text("utf-8")
PAIRS = [
    *(("ink", ground) for ground in ("ground", "card", "faint")),
    *(("soft", ground) for ground in ("ground", "card", "faint")),
    *(("accent", ground) for ground in ("ground", "card", "faint")),
    *(("on", level) for level in ("critical", "high", "medium", "low", "informational")),
    *(("high", ground) for ground in ("card", "faint")),
    ("medium", "card"),
    ("mark-ink", "mark"),
    ("fired-ink", "fired"),
    ("watch-ink", "watch"),
]


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", range(3), ids=["light", "dark", "print"])
def test_text_has_the_contrast_of_wcag_aa(scheme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    for text, ground in PAIRS:
        light, dark = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


@pytest.mark.parametrize(
    ("groups", "said"), [([1], "1 alert in it"), ([3], "3 alerts in it"), ([1, 2], "3 alerts in them")]
)
def test_what_is_counted_is_said_in_the_right_number(groups: list[int], said: str) -> None:
    alerts = [alert(number, "t") for number in range(sum(groups))]
    waiting = iter(alerts)
    incidents = [
        incident(number, [next(waiting) for _ in range(size)], "t") for number, size in enumerate(groups, start=1)
    ]
    text = page(report(alerts, incidents, "t")).decode()
    assert f"<small>{said}</small>" in text
    assert "1 note about rule files" in text


def test_what_many_records_raise_shows_the_first_and_last_of_them() -> None:
    events = [{**alert(number, "x")["events"][0], "event.id": f"m{number}"} for number in range(9)]
    measured = {"selection": "correlation", "field": "event_count", "column": "", "pattern": "9", "value": ">= 5"}
    many = {**alert(1, "x"), "events": events, "count": 9, "why": [measured]}
    asked: list[str] = []

    def lookup(events: Iterable[Mapping[str, Any]], _: Sequence[str]) -> dict[str, dict[str, Any]]:
        asked.extend(event["event.id"] for event in events)
        return {event["event.id"]: {"event.original": [f"line {event['event.id']}"]} for event in events}

    written = page(report([many], [], "x", lookup=lookup)).decode()
    assert [each for each in dict.fromkeys(asked) if each[0] == "m"] == ["m0", "m1", "m7", "m8"]
    shown = written.partition("The records, 4 of 9</summary>")[2].partition("</details>")[0]
    assert re.findall(r"line m\d|…", shown) == ["line m0", "line m1", "…", "line m7", "line m8"]
    few = {**many, "events": events[:3], "count": 3}
    written = page(report([few], [], "x", lookup=lookup)).decode()
    shown = written.partition("The records</summary>")[2].partition("</details>")[0]
    assert re.findall(r"line m\d|…", shown) == ["line m0", "line m1", "line m2"]
    one = {**many, "why": alert(1, "x")["why"][:1]}
    assert "The record</summary>" in page(report([one], [], "x", lookup=lookup)).decode()
