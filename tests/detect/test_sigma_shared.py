"""Published attacks: every rule named for a file fires there, and another engine's alerts are reproduced."""

from __future__ import annotations

import json
import random
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import evtx
import orjson
import pyarrow as pa
import pytest

from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type, declared

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
DETECTION = SHARED / "corpus_open" / "detection"
ORACLE = SHARED / "oracle" / "zircolite_3.7.0_alerts.jsonl"

pytestmark = pytest.mark.skipif(not DETECTION.is_dir(), reason=f"the public test data is not at {SHARED}")


def as_text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        value = value.get("#text", value)
    return None if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()


def as_event(raw: str, wanted: frozenset[str]) -> dict[str, Any]:
    """Just enough of a Windows parser: names as they are, under winlog."""
    event = orjson.loads(raw)["Event"]
    system = event["System"]
    found: dict[str, Any] = {
        "event.original": raw,
        "winlog.event_id": as_text(system["EventID"]),
        "winlog.channel": system["Channel"],
        "winlog.provider_name": system["Provider"]["#attributes"].get("Name"),
        "winlog.level": as_text(system.get("Level")),
        "winlog.record_id": int(system["EventRecordID"]),
    }
    data = event.get("EventData") or {}
    for name, value in data.items():
        if name == "Data":
            items = value.get("#text") if isinstance(value, dict) else value
            found["winlog.event_data.Data"] = [
                as_text(item) for item in (items if isinstance(items, list) else [items])
            ]
        elif f"winlog.event_data.{name}" in wanted:
            found[f"winlog.event_data.{name}"] = as_text(value)
    for wrapper in (event.get("UserData") or {}).values():
        for name, value in wrapper.items() if isinstance(wrapper, dict) else ():
            if f"winlog.user_data.{name}" in wanted:
                found[f"winlog.user_data.{name}"] = as_text(value)
    return found


def records(archive: Path, wanted: frozenset[str], folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """(member, event) of every EVTX file in an archive or folder."""
    if archive.is_dir():
        members = [(str(path.relative_to(archive)), path) for path in sorted(archive.rglob("*.evtx"))]
    else:
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if name.endswith(".evtx")]
            members = [(name, Path(opened.extract(name, folder))) for name in names]
    for name, path in members:
        try:
            for record in evtx.PyEvtxParser(str(path)).records_json():
                yield name, as_event(record["data"], wanted)  # type: ignore[index]
        except RuntimeError:  # a few files are damaged at their end
            continue


def load(archives: list[Path], wanted: frozenset[str], folder: Path) -> tuple[list[str], pa.Table]:
    found = [pair for archive in archives for pair in records(archive, wanted, folder)]
    names = sorted({name for _, event in found for name in event} & (wanted | declared().keys()))
    columns = [pa.array([event.get(name) for _, event in found], arrow_type(name)) for name in names]
    return [member for member, _ in found], pa.table(columns, names=names)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return RuleSet.load([SHARED / "sigmahq"], cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def detector(rules: RuleSet) -> Detector:
    return Detector(rules)


def archives_of(name: str) -> list[Path]:
    (folder,) = SHARED.glob(f"corpus_*/detection/{name}")
    return sorted(folder.rglob("*.zip")) or [folder]


def test_all_of_sigmahq_compiles_but_what_needs_values(rules: RuleSet) -> None:
    assert len(rules.rules) > 3_700
    assert {problem.reason for problem in rules.problems} == {"the placeholder %known_cdcs% has no values"}


def test_every_rule_named_for_a_file_fires_on_it(rules: RuleSet, detector: Detector, tmp_path: Path) -> None:
    members, table = load(archives_of("sigma_regression"), rules.fields, tmp_path)
    fired = defaultdict(set)
    for firing in detector.match(EventBatch(table)):
        fired[members[firing.row].rpartition("/")[2]].add(firing.rule.id)
    labels = [
        json.loads(line) for line in (DETECTION / "sigma_regression_labels.jsonl").read_text("utf-8").splitlines()
    ]
    expected = [(label["file"].rpartition("/")[2], rule["id"]) for label in labels for rule in label["rules_expected"]]
    assert len(expected) > 100
    assert [(name, rule) for name, rule in expected if rule not in fired[name]] == []
    assert max(len(found) for found in fired.values()) < 12


def test_another_engines_alerts_are_reproduced_whatever_the_batches(
    rules: RuleSet, detector: Detector, tmp_path: Path
) -> None:
    members, table = load(archives_of("evtx_attack_samples") + archives_of("evtx_to_mitre"), rules.fields, tmp_path)
    firings = detector.match(EventBatch(table))
    ids = table.column("winlog.record_id").to_pylist()
    fired = {(members[firing.row], firing.rule.id, ids[firing.row]) for firing in firings}
    rows = [json.loads(line) for line in ORACLE.read_text("utf-8").splitlines()]
    expected = {(row["file"], row["rule"], record) for row in rows for record in row["record_ids"]}
    assert expected - fired == set()
    order = list(range(table.num_rows))
    random.Random(7).shuffle(order)
    parts = [order[start : start + 977] for start in range(0, len(order), 977)]
    again = [
        (part[firing.row], firing.rule.id, firing.why)
        for part in parts
        for firing in detector.match(EventBatch(table.take(part)))
    ]
    assert sorted(again, key=lambda each: each[:2]) == [(firing.row, firing.rule.id, firing.why) for firing in firings]
    assert all(firing.why for firing in firings)
