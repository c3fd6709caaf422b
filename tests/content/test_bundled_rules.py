"""Every bundled rule says what it is and is tested."""

from __future__ import annotations

from pathlib import Path

import yaml

from watchfloor.app.rule_tests import run_rule_tests
from watchfloor.app.rules import content, load_rules
from watchfloor.detect.sigma import Rule
from watchfloor.detect.sigma.ruleset import SAMPLES


def test_rules_pass_their_samples(tmp_path: Path) -> None:
    rules = load_rules([content("rules")], tmp_path)
    assert rules.problems == ()
    results = list(run_rule_tests(rules))
    assert len(results) >= 6
    for result in results:
        assert result.faults == [], result.rule.title
        # Records of a rule about one event, else whole files, each with many records.
        least = 2 if isinstance(result.rule, Rule) else 1
        assert result.fired >= least, result.rule.title
        assert result.held >= least, result.rule.title


def test_rules_are_documented() -> None:
    ids = []
    for path in sorted(content("rules").rglob("*.yml")):
        if any(folder.name.endswith(SAMPLES) for folder in path.parents):
            continue
        for rule in yaml.safe_load_all(path.read_text("utf-8")):
            assert {"title", "id", "level", "description", "tags", "falsepositives"} <= set(rule), path.name
            assert {"logsource", "correlation"} & set(rule), path.name
            assert any(tag.startswith("attack.t") for tag in rule["tags"]), path.name
            ids.append(rule["id"])
    assert len(set(ids)) == len(ids)
