"""Every bundled rule says what it is and is tested."""

from __future__ import annotations

from pathlib import Path

import yaml

from watchfloor.app.rule_tests import run_rule_tests
from watchfloor.app.rules import content, load_rules


def test_rules_pass_their_samples(tmp_path: Path) -> None:
    rules = load_rules([content("rules")], tmp_path)
    assert rules.problems == ()
    results = list(run_rule_tests(rules))
    assert len(results) >= 6
    for result in results:
        assert result.faults == [], result.rule.title
        assert result.fired >= 2, result.rule.title
        assert result.held >= 2, result.rule.title


def test_rules_are_documented() -> None:
    ids = set()
    for path in sorted(content("rules").rglob("*.yml")):
        rule = yaml.safe_load(path.read_text("utf-8"))
        assert {"title", "id", "level", "description", "tags", "falsepositives", "logsource"} <= set(rule), path.name
        assert any(tag.startswith("attack.t") for tag in rule["tags"]), path.name
        ids.add(rule["id"])
    assert len(ids) == len(list(content("rules").rglob("*.yml")))
