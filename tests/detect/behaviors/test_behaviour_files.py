"""Files of behaviours: what is taken, what is refused and why, and what they do among other rules."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.app.repeated import written_out
from watchfloor.core.errors import SourceError
from watchfloor.detect.behaviors.plugin import DAY
from watchfloor.detect.behaviors.registry import kinds
from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.lint import lint

GOOD: dict[str, Any] = {
    "title": "New address",
    "id": "11111111-1111-4111-8111-111111111111",
    "logsource": {"product": "linux", "service": "sshd"},
    "detection": {"sel": {"event.action": "ssh_login"}, "condition": "sel"},
    "level": "low",
}
FIRST = {"kind": "first_seen", "entity": ["user.name"], "value": ["source.ip"], "period": "3d"}


def load(folder: Path, *documents: dict[str, Any], cached: bool = False) -> RuleSet:
    path = folder / "rules" / "rule.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump_all(documents, sort_keys=False), "utf-8")
    return RuleSet.load([path], cache_dir=folder / "cache" if cached else None)


def test_a_behaviour_is_loaded_with_its_defaults_and_again_from_the_cache(tmp_path: Path) -> None:
    for _ in range(2):
        rules = load(tmp_path, {**GOOD, "behavior": FIRST}, cached=True)
        (behavior,) = rules.behaviors
        assert rules.problems == ()
        assert (behavior.id, behavior.title, behavior.level) == (GOOD["id"], "New address", "low")
        assert (behavior.reach, behavior.learning) == (4 * DAY, 14 * DAY)
        assert behavior.text == "first_seen; entity user.name; value source.ip; period 3d"
        assert {"user.name", "source.ip", "event.action"} <= rules.fields
        assert rules.rules == ()


@pytest.mark.parametrize(
    ("behavior", "reason"),
    [
        ([], "'behavior' is not a mapping"),
        ({"kind": "clairvoyance"}, "no kind 'clairvoyance' of behaviour; there are answer, first_seen, "),
        ({"kind": ["first_seen"]}, "no kind "),
        ({**FIRST, "value": []}, "value: "),
        ({**FIRST, "value": "source.ip"}, "value: "),
        ({**FIRST, "valeur": 1}, "valeur: "),
        ({**FIRST, "period": 30}, "period: not a span of time such as"),
        ({**FIRST, "period": "1h"}, "period: "),
        ({**FIRST, "period": "4000d"}, "period: longer than 400 days"),
        ({**FIRST, "prevalence": -1}, "prevalence: "),
        ({**FIRST, "prevalence": 1 << 70}, "a parameter is no text, number or list"),
        ({**FIRST, "value": [f"f{number}" for number in range(13)]}, "more than 12 fields"),
        ({"kind": "volume", "least": 1, "sum": "a", "distinct": ["b"]}, "either a sum or distinct"),
        ({"kind": "volume", "least": 1, "factor": float("inf")}, "factor: "),
        ({"kind": "volume", "least": 1, "slot": "7h"}, "a day is not a whole number of slots"),
        ({"kind": "spread", "entity": ["a"], "target": ["b"]}, "targets: must be given"),
        ({**FIRST, "value": "source.ip"}, "value: a list is wanted, such as [source.ip]"),
        (
            {**FIRST, "values": ["a"]},
            "values: no such parameter; there are entity, value, period, learning, prevalence",
        ),
        ({**FIRST, "period": "1h"}, "period: at least 1d"),
        ({"kind": "spread", "entity": ["a"], "target": ["b"], "targets": 2, "window": "2d"}, "window: at most 1d"),
        ({"kind": "spread", "entity": ["a"], "target": ["b"], "targets": 1}, "targets: Input should be greater than"),
        ({"kind": "volume", "least": 1, "period": "5d"}, "the period has 5 slots, so there are never 10"),
    ],
)
def test_what_no_kind_takes_is_refused_by_name(tmp_path: Path, behavior: Any, reason: str) -> None:
    rules = load(tmp_path, {**GOOD, "behavior": behavior})
    assert rules.behaviors == ()
    (problem,) = rules.problems
    assert problem.reason.startswith(reason), problem.reason


@pytest.mark.parametrize("key", ["behaviour", "behaviors", "Behavior", "BEHAVIOURS"])
def test_another_spelling_makes_no_rule_that_fires_on_every_event(tmp_path: Path, key: str) -> None:
    rules = load(tmp_path, {**GOOD, key: FIRST})
    assert rules.every == ()
    (problem,) = rules.problems
    assert (problem.reason, problem.line) == (f"{key!r} is written 'behavior'", 11)


def test_another_edition_of_a_kind_has_another_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of before mean something else, whatever the file says."""
    document = {**GOOD, "behavior": FIRST}
    before = load(tmp_path, document).behaviors[0].key
    later = dataclasses.replace(kinds()["first_seen"], edition=1)
    monkeypatch.setattr("watchfloor.detect.sigma.behave.rules.kinds", lambda: {**kinds(), "first_seen": later})
    assert load(tmp_path, document).behaviors[0].key != before


def test_a_changed_definition_has_another_key_and_another_title_not(tmp_path: Path) -> None:
    def key(**changes: Any) -> str:
        return load(tmp_path, {**GOOD, "behavior": FIRST, **changes}).behaviors[0].key

    assert key() == key(title="Another") == key(behavior={**FIRST, "learning": "14d"})
    others = {"behavior": {**FIRST, "learning": "13d"}}, {"detection": {"sel": {"user.name": "a"}, "condition": "sel"}}
    assert len({key(), *(key(**changes) for changes in others)}) == 3


def test_filters_apply_to_the_selection(tmp_path: Path) -> None:
    exception = {
        "title": "Not the scanner",
        "id": "22222222-2222-4222-8222-222222222222",
        "logsource": GOOD["logsource"],
        "filter": {"rules": [GOOD["id"]], "sel": {"source.ip": "10.0.0.1"}, "condition": "not sel"},
    }
    rules = load(tmp_path, {**GOOD, "behavior": FIRST}, exception)
    assert rules.problems == ()
    assert rules.behaviors[0].filters == ("22222222-2222-4222-8222-222222222222",)
    assert "10.0.0.1" in rules.behaviors[0].selection.compiled


def test_a_correlation_mutes_the_behaviour_that_serves_it_and_is_told_of_fields_that_it_has_not(tmp_path: Path) -> None:
    correlation = {
        "title": "Twice",
        "correlation": {
            "type": "event_count",
            "rules": ["new_address"],
            "group-by": ["host.name"],
            "timespan": "1h",
            "condition": {"gte": 2},
        },
    }
    rules = load(tmp_path, {**GOOD, "name": "new_address", "behavior": FIRST}, correlation)
    assert rules.correlations[0].members == (GOOD["id"],)
    assert rules.silent == {GOOD["id"]}
    (problem,) = rules.problems
    assert problem.runs
    assert "neither its entity nor its value has" in problem.reason


def test_lint_tells_of_fields_that_the_events_never_have(tmp_path: Path) -> None:
    windows = {"product": "linux", "service": "sshd"}
    rules = load(tmp_path, {**GOOD, "logsource": windows, "behavior": {**FIRST, "value": ["NoSuchField"]}})
    assert [found.detail for found in lint(rules) if found.check == "field-unknown"] == ["NoSuchField"]


def test_repeated_samples_are_written_in_the_order_of_time(tmp_path: Path) -> None:
    file = tmp_path / "fires.a.log.repeat"
    file.write_text(
        """
- {raw: '{time} {number} {each}', from: 2026-01-01T00:00:00Z, every: 1d, times: 3, each: [a, b]}
- {raw: '{time}', from: 2026-01-02T12:00:00+01:00, time: epoch}
""",
        "utf-8",
    )
    path = written_out(file, tmp_path)
    assert path.name == "fires.a.log"
    assert path.read_text("utf-8").splitlines() == [
        "2026-01-01T00:00:00Z 0 a",
        "2026-01-02T00:00:00Z 1 b",
        "1767351600",
        "2026-01-03T00:00:00Z 2 a",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: b",
        "- 1",
        "- [",
        "- {raw: a}",
        "- {raw: a, from: x}",
        "- {raw: a, from: 2026-01-01T00:00:00Z, times: 9999999}",
        "- {raw: a, from: 2026-01-01T00:00:00Z, times: 200000}\n" * 2,
        "- {raw: a, from: 9999-12-31T00:00:00Z, every: 300d, times: 3}",
        "- {raw: a, from: 2026-01-01T00:00:00Z}\n" * 40_000,
    ],
    ids=range(9),
)
def test_repeated_samples_that_are_none_say_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "fires.a.log.repeat"
    file.write_text(text, "utf-8")
    with pytest.raises(SourceError):
        written_out(file, tmp_path)
