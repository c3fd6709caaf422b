"""Finding a rule, and the walk through every bundled rule on its own samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from watchfloor.app.rule_details import examinations, find_rule, places, written
from watchfloor.app.rule_samples import knowledge_of, samples_of
from watchfloor.app.rule_tests import by_its_policy
from watchfloor.app.rules import content
from watchfloor.core.errors import UsageError
from watchfloor.detect.sigma import Rule, RuleSet
from watchfloor.sources.problems import Problem

RULES = RuleSet.load([content("rules")])


SPEAKING = [rule for rule in RULES.rules if rule.id not in RULES.silent]


@pytest.mark.parametrize("rule", SPEAKING, ids=[rule.path.stem for rule in SPEAKING])
def test_the_walk_agrees_with_the_engine(rule: Rule) -> None:
    rules = by_its_policy(rule, RULES)
    found = next(each for each in rules.rules if each.id == rule.id)
    folder = samples_of(found)
    problems: list[Problem] = []
    for kind in ("fires", "holds"):
        paths = [str(path) for path in folder.glob(f"{kind}.*")]
        walked = list(examinations(rules, found, paths, problems, knowledge=knowledge_of(folder)))
        assert walked
        fired, every = set[str](), set[str]()
        for done in walked:
            ids = done.events.table["event.id"].to_pylist()
            joined = "watchfloor.joined" in done.events.table.column_names
            for traced in done.traces:
                true = traced.condition is not None and traced.condition.true and not traced.outside
                assert traced.fires is true
                parts = done.events.table["watchfloor.joined"][traced.row].as_py() if joined else [ids[traced.row]]
                every.update(parts)
                fired.update(parts if true else [])
        assert fired == (every if kind == "fires" else set())
    assert problems == []


def test_a_rule_is_found_by_id_title_and_file() -> None:
    paths = [each.path for each in RULES.every]
    rule = next(each for each in RULES.rules if paths.count(each.path) == 1)
    for text in (rule.id, rule.title.upper(), str(rule.path), rule.path.name, rule.path.stem):
        assert find_rule(RULES, text) is rule


def test_an_unknown_and_an_ambiguous_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such rule"):
        find_rule(RULES, "nothing")
    with pytest.raises(UsageError, match="no such rule: ''"):
        find_rule(RULES, "")
    text = "title: T\nid: {}\nlogsource: {{product: windows}}\ndetection: {{sel: {{a: {}}}, condition: sel}}\n"
    for number in (1, 2):
        rule = text.format(f"00000000-0000-4000-8000-00000000000{number}", number)
        (tmp_path / f"{number}.yml").write_text(rule, "utf-8")
    with pytest.raises(UsageError, match="2 rules are called 't'"):
        find_rule(RuleSet.load([tmp_path]), "t")


def test_what_the_file_says_and_where_the_events_are() -> None:
    rule = next(rule for rule in RULES.rules if rule.path.stem == "office_starts_script_host")
    assert written(rule)["author"] == "Watchfloor"
    assert [place.fields["Image"][0] for place in places(rule)] == [
        "winlog.event_data.Image",
        "winlog.event_data.NewProcessName",
    ]
