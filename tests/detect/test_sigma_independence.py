"""A rule added, removed or broken changes no other rule's firings: random sets of public rules over public attacks."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.sigma import Detector, Firing, RuleSet
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.sources.files import plan, read

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
REGRESSION = SHARED / "corpus_open" / "detection" / "sigma_regression"
LABELS = SHARED / "corpus_open" / "detection" / "sigma_regression_labels.jsonl"

pytestmark = pytest.mark.skipif(not REGRESSION.is_dir(), reason=f"the public test data is not at {SHARED}")

BROKEN = [
    "title: [",
    "\0",
    "title: x\nlogsource: {product: windows}\ndetection: {condition: nothing}\n",
    "a: &a [*a]\n",
]


def files() -> list[Path]:
    """Rules that are known to fire on the events, and as many that may or may not."""
    every = sorted((SHARED / "sigmahq").rglob("*.yml"))
    named = {
        rule["id"] for line in LABELS.read_text("utf-8").splitlines() for rule in json.loads(line)["rules_expected"]
    }
    firing = [path for path in every if any(f"id: {name}" in path.read_text("utf-8") for name in named)]
    others = [path for path in every if path not in set(firing)]
    return firing + random.Random(3).sample(others, 150)


def told(firings: Sequence[Firing]) -> set[tuple[object, ...]]:
    return {(firing.row, firing.rule.id, firing.why) for firing in firings}


class World:
    """The rules, the events, and what all rules together fire."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = files()
        self.rules = RuleSet.load(self.files)
        problems: list[object] = []
        batches = read(plan([str(REGRESSION)]), zone=dt.UTC, now=None, report=problems.append)
        self.events = EventBatch.concat([parse_records(raw, wanted=self.rules.fields) for raw in batches])
        self.firings = told(Detector(self.rules).match(self.events))
        self.fired = {rule for _, rule, _ in self.firings}

    def load(self, chosen: Sequence[Path], broken: Sequence[str]) -> RuleSet:
        folder = self.folder / f"{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        for number, text in enumerate(broken):
            (folder / f"broken-{number}.yml").write_text(text, "utf-8")
        return RuleSet.load([*chosen, folder])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("independence"))


def test_the_rules_fire_at_all(world: World) -> None:
    assert len(world.fired) > 90


@settings(max_examples=15)
@given(seed=st.integers(0, 1 << 30), size=st.integers(1, 60), broken=st.lists(st.sampled_from(BROKEN), max_size=3))
def test_rules_do_not_touch_each_other(world: World, seed: int, size: int, broken: list[str]) -> None:
    chosen = random.Random(seed).sample(world.files, size)
    rules = world.load(chosen, broken)
    own = {rule.id for rule in rules.rules}
    assert len(rules.problems) >= len(broken)
    expected = {found for found in world.firings if found[1] in own}
    assert told(Detector(rules).match(world.events)) == expected


@settings(max_examples=15)
@given(seed=st.integers(0, 1 << 30), share=st.floats(0.5, 1.0))
def test_removing_some_of_many_rules_leaves_the_rest(world: World, seed: int, share: float) -> None:
    draw = random.Random(seed)
    kept = {rule.id for rule in world.rules.rules if draw.random() < share}
    rules = world.rules.where(lambda rule: rule.id in kept)
    expected = {found for found in world.firings if found[1] in kept}
    assert told(Detector(rules).match(world.events)) == expected
