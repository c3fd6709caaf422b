"""The correlations in the documentation are what they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.detect.sigma.correlate.rules import KINDS
from watchfloor.schema.fields import declared

DOCS = Path(__file__).parents[2] / "docs"
BLOCKS = [
    pytest.param(text, id=f"{path.parent.name}-{number}")
    for path in (DOCS / "guide" / "correlations.md", DOCS / "reference" / "correlations.md")
    for number, text in enumerate(re.findall(r"```yaml\n(.*?)```", path.read_text("utf-8"), re.DOTALL))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_documented_correlations_run(sigma: Any, block: str) -> None:
    documents = [{"title": "Documented", "level": "low", **found} for found in yaml.safe_load_all(block)]
    names = {found.get("name") for found in documents}
    sections = [found["correlation"] for found in documents if "correlation" in found]
    base = [
        {
            "title": name,
            "name": name,
            "level": "low",
            "logsource": {"product": "linux"},
            "detection": {"sel": {"message": name}, "condition": "sel"},
        }
        for name in dict.fromkeys(name for section in sections for name in section["rules"])
        if name not in names
    ]
    rules = sigma.load(*base, *documents)
    assert rules.problems == ()
    assert len(rules.correlations) == len(sections) > 0
    for rule in rules.correlations:
        fields = {
            name
            for member in range(len(rule.members))
            for name in (*rule.group_fields(member), *rule.value_fields(member))
        }
        assert fields <= declared().keys()


def test_every_type_is_documented_with_an_example() -> None:
    shown = re.findall(r"type: (\w+)", (DOCS / "reference" / "correlations.md").read_text("utf-8"))
    assert set(shown) == KINDS
