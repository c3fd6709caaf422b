"""Placeholders and pipelines reach every process that loads rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from attack_day import ATTACK_DAY

from watchfloor.app.analyze import Request, analyze
from watchfloor.app.rules import rule_context
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.policy.policy import Policy

RULE = {
    "title": "Known user",
    "id": "00000000-0000-4000-8000-000000000001",
    "taxonomy": "acme",
    "logsource": {"product": "linux", "service": "sshd"},
    "detection": {"sel": {"who|expand": "%users%"}, "condition": "sel"},
}
PIPELINE = {"transformations": [{"type": "field_name_mapping", "mapping": {"who": "user.name"}}]}


def written(path: Path, value: Any) -> Path:
    path.write_text(yaml.safe_dump(value), "utf-8")
    return path


def test_no_files_give_an_empty_context() -> None:
    assert rule_context([], None, Policy()).pipelines == ()


def test_a_missing_pipeline_is_a_wrong_command(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        rule_context([tmp_path / "nothing.yml"], None, Policy())


@pytest.mark.parametrize("jobs", [1, 2])
def test_analyze_compiles_the_same_rules_in_every_process(tmp_path: Path, jobs: int) -> None:
    rule = written(tmp_path / "rule.yml", RULE)
    context = rule_context(
        [written(tmp_path / "pipeline.yml", PIPELINE)], written(tmp_path / "values.yml", {"users": ["root"]}), Policy()
    )
    settings = Settings(cache_dir=tmp_path / "cache", batch_size=20)
    logs = [str(ATTACK_DAY)]
    result = analyze(Request(logs, [rule], context=context, jobs=jobs), settings)
    assert result.rules.problems == ()
    assert {alert["rule"]["title"] for alert in result.alerts} == {"Known user"}
    assert {reason["value"] for alert in result.alerts for reason in alert["why"]} == {"root"}
