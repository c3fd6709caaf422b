"""Of a value that many have only so many rows are kept, whatever comes in which batch."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
import yaml

from watchfloor.detect.behaviors import state
from watchfloor.detect.behaviors.crowds import Crowds
from watchfloor.detect.behaviors.engine import Judge
from watchfloor.detect.behaviors.plugin import DAY, MINUTE
from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type
from watchfloor.store.engine import in_memory

START = 1_790_000_000_000_000 // DAY * DAY
RULE = {
    "title": "T",
    "id": "11111111-1111-4111-8111-111111111111",
    "logsource": {"category": "proxy"},
    "detection": {"sel": {"url.domain|exists": True}, "condition": "sel"},
    "behavior": {"kind": "periodicity", "destination": ["url.domain"], "prevalence": 2},
}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    path = tmp_path_factory.mktemp("rules") / "rule.yml"
    path.write_text(yaml.safe_dump(RULE), "utf-8")
    loaded = RuleSet.load([path])
    assert loaded.problems == ()
    return loaded


def batch(contacts: list[tuple[int, str, str]]) -> EventBatch:
    """Contacts: minute, client, site."""
    columns = {
        "@timestamp": [START + minute * MINUTE for minute, _, _ in contacts],
        "event.id": [f"source:{minute:06}" for minute, _, _ in contacts],
        "log.file.path": ["access.log"] * len(contacts),
        "log.line": [minute for minute, _, _ in contacts],
        "event.dataset": ["proxy.squid"] * len(contacts),
        "event.category": [["web"]] * len(contacts),
        "source.ip": [client for _, client, _ in contacts],
        "url.domain": [site for _, _, site in contacts],
    }
    arrays = [
        pa.array(column, pa.int64() if name == "@timestamp" else arrow_type(name)) for name, column in columns.items()
    ]
    table = pa.table(arrays, names=list(columns))
    return EventBatch(table.set_column(0, "@timestamp", table["@timestamp"].cast(arrow_type("@timestamp"))))


CONTACTS = [
    *((number, f"10.0.0.{number}", "popular.example") for number in range(9)),
    *((20 + number, f"10.0.0.{number}", "rare.example") for number in range(2)),
    *((30 + number, "10.0.0.8", "POPULAR.example") for number in range(3)),
]


def test_a_batch_says_of_the_others_only_that_they_were_there(rules: RuleSet) -> None:
    found = Detector(rules).detect(batch(CONTACTS)).observations.to_pylist()
    by_site: dict[str | None, set[str]] = {}
    for row in found:
        site = None if row["value"] is None else json.loads(row["value"])[0]
        by_site.setdefault(site, set()).add(json.loads(row["entity"])[0])
    assert len(by_site["popular.example"]) == 3, "prevalence and one more, in whatever case names are written"
    assert by_site["rare.example"] == {"10.0.0.0", "10.0.0.1"}
    assert {*by_site["popular.example"], *by_site[None]} == {f"10.0.0.{number}" for number in range(9)}


@pytest.mark.parametrize("size", [1, 4, 100])
def test_a_store_keeps_no_more_however_batches_are_cut(rules: RuleSet, size: int) -> None:
    detector, judge = Detector(rules), Judge(rules.behaviors)
    with in_memory() as connection:
        judge.open(connection)
        for start in range(0, len(CONTACTS), size):
            judge.add(connection, detector.detect(batch(CONTACTS[start : start + size])).observations)
        kept = {name: rows for name, _, rows in state.histories(connection, 1)}
        sites = [json.loads(row.value)[0] for rows in kept.values() for row in rows]
        assert (sites.count("popular.example"), sites.count("rare.example")) == (3, 2)
        assert len(kept) == 9, "since when each client is known is kept of all"
        (learning,) = judge.learning(connection)
        assert (learning.entities, learning.since, learning.last) == (9, START, START + 32 * MINUTE)


def test_a_crowd_is_of_different_entities() -> None:
    crowds = Crowds(2)
    rows = [(0, "v", "a"), (0, "v", "a"), (0, "v", "b"), (0, "v", "c"), (0, "v", "a"), (1, "v", "c"), (0, "w", "c")]
    assert crowds.admitted(rows) == [True, True, True, False, False, True, True]
