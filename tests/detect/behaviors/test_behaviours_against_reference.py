"""Kinds against slow and obvious readings of them, over generated events in any order and any batches."""

from __future__ import annotations

import functools
import itertools
import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import yaml
from behavior_rows import Event, found
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.detect.behaviors.plugin import DAY, HOUR, MINUTE, Finding
from watchfloor.detect.behaviors.times import pack, packed, union, unpack
from watchfloor.detect.behaviors.trial import trial
from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type
from watchfloor.testing.behaviours import Seen, first_seen, spread, volume

START = 1_790_000_000_000_000 // DAY * DAY
MOST = settings(max_examples=60, deadline=None)


def rules(folder: Path, **behavior: Any) -> RuleSet:
    return loaded_rules(folder, json.dumps(behavior))


@functools.cache
def loaded_rules(folder: Path, behavior: str) -> RuleSet:
    path = folder / "rule.yml"
    document = {
        "title": "T",
        "id": "11111111-1111-4111-8111-111111111111",
        "logsource": {"product": "linux", "service": "sshd"},
        "detection": {"sel": {"event.action": "ssh_login"}, "condition": "sel"},
        "behavior": json.loads(behavior),
    }
    path.write_text(yaml.safe_dump(document), "utf-8")
    loaded = RuleSet.load([path])
    assert loaded.problems == ()
    return loaded


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rules")


def batch(events: list[tuple[int, Seen]]) -> EventBatch:
    columns = {
        "@timestamp": [event.time for _, event in events],
        "event.id": [f"source:{number:06}" for number, _ in events],
        "log.file.path": ["auth.log"] * len(events),
        "log.line": [number for number, _ in events],
        "event.dataset": ["linux.sshd"] * len(events),
        "event.action": ["ssh_login"] * len(events),
        "event.outcome": ["failure" if event.failed else "success" for _, event in events],
        "user.name": [event.entity for _, event in events],
        "host.name": [event.value for _, event in events],
        "source.bytes": [event.amount for _, event in events],
    }
    arrays = [
        pa.array(column, pa.int64() if name == "@timestamp" else arrow_type(name)) for name, column in columns.items()
    ]
    table = pa.table(arrays, names=list(columns))
    return EventBatch(table.set_column(0, "@timestamp", table["@timestamp"].cast(arrow_type("@timestamp"))))


def findings(loaded: RuleSet, events: list[Seen], cuts: list[int]) -> dict[str, list[Finding]]:
    """Entity -> findings, the events being cut into batches."""
    detector, numbered = Detector(loaded), list(enumerate(events))
    bounds = sorted({0, *(cut % (len(events) + 1) for cut in cuts), len(events)})
    parts = [numbered[start:end] for start, end in itertools.pairwise(bounds)]
    judged = trial(loaded.behaviors, [detector.detect(batch(part)).observations for part in parts])
    return {json.loads(change.entity)[0]: list(change.came) for change in judged.changes}


def events(span: int, step: int, *, most: int = 60) -> st.SearchStrategy[list[Seen]]:
    """Events of three entities and five values within a span, many at the same moment or just a limit apart."""
    times = st.integers(0, span // step).map(lambda number: START + number * step)
    nudged = st.tuples(times, st.sampled_from([0, 0, 0, 1, -1, 999_999])).map(sum)
    event = st.builds(
        Seen, st.sampled_from("abc"), nudged, st.sampled_from("vwxyz"), st.integers(0, 10**6), st.booleans()
    )
    return st.lists(event, max_size=most)


CUTS = st.lists(st.integers(0, 100), max_size=4)


@MOST
@given(events(12 * DAY, 6 * HOUR), CUTS, st.sampled_from([None, 0, 1]))
def test_first_seen(folder: Path, happened: list[Seen], cuts: list[int], prevalence: int | None) -> None:
    limit = {} if prevalence is None else {"prevalence": prevalence}
    loaded = rules(
        folder, kind="first_seen", entity=["user.name"], value=["host.name"], period="2d", learning="3d", **limit
    )
    expected = first_seen(happened, period=2 * DAY, learning=3 * DAY, prevalence=prevalence)
    told = findings(loaded, happened, cuts)
    assert {(who, each.time, json.loads(each.value)[0]) for who, those in told.items() for each in those} == expected


@MOST
@given(events(2 * HOUR, 5 * MINUTE), CUTS, st.sampled_from([0.0, 0.5]))
def test_spread(folder: Path, happened: list[Seen], cuts: list[int], share: float) -> None:
    loaded = rules(
        folder, kind="spread", entity=["user.name"], target=["host.name"], window="20m", targets=3, share=share
    )
    expected = spread(happened, window=20 * MINUTE, targets=3, share=Fraction(share))
    told = findings(loaded, happened, cuts)
    assert {(who, each.time) for who, those in told.items() for each in those} == expected


@MOST
@given(events(10 * DAY, 3 * HOUR, most=120), CUTS, st.sampled_from(["events", "sum", "distinct"]))
def test_volume(folder: Path, happened: list[Seen], cuts: list[int], measure: str) -> None:
    what: dict[str, Any] = {"sum": "source.bytes"} if measure == "sum" else {}
    if measure == "distinct":
        what = {"distinct": ["host.name"]}
    limits: dict[str, Any] = {"slots": 2, "least": 2, "factor": 1.25, "deviations": 1.5}
    loaded = rules(
        folder, kind="volume", entity=["user.name"], period="4d", learning="2d", quantile=0.75, **limits, **what
    )
    expected = volume(
        happened, slot=DAY, period=4 * DAY, learning=2 * DAY, share=Fraction(3, 4), measure=measure, **limits
    )
    told = findings(loaded, happened, cuts)
    assert {(who, each.time // DAY * DAY) for who, those in told.items() for each in those} == expected


BEATS = st.builds(
    lambda who, day, minute, count, to, step: [
        Seen(who, START + day * DAY + (minute + each * step) * MINUTE, to, 0, False) for each in range(count)
    ],
    st.sampled_from("abcde"),
    st.integers(0, 7),
    st.integers(0, 600),
    st.sampled_from([1, 1, 7, 12]),
    st.sampled_from("vw"),
    st.sampled_from([1, 1, 120, 240]),
)


@MOST
@given(st.lists(BEATS, max_size=12), CUTS, st.randoms())
def test_periodicity(folder: Path, beats: list[list[Seen]], cuts: list[int], order: random.Random) -> None:
    """Values that many have are left out while events come in, which the plain reading does not do."""
    given = {"contacts": 8, "lasting": "5m", "odds": 1.5, "prevalence": 1, "age": "1d", "window": "1d", "slow": "4d"}
    happened = [event for each in beats for event in each]
    plain = [Event(event.entity, event.time, (event.value,)) for event in happened]
    expected = {
        (who, each.time, each.value, each.why, each.learning)
        for who, told in found("periodicity", plain, **given, client=["user.name"], destination=["host.name"]).items()
        for each in told
    }
    order.shuffle(happened)
    loaded = rules(folder, kind="periodicity", client=["user.name"], destination=["host.name"], **given)
    told = findings(loaded, happened, cuts)
    assert {
        (who, each.time, each.value, each.why, each.learning) for who, those in told.items() for each in those
    } == expected


MOMENTS = st.lists(st.integers(-(1 << 40), 1 << 60), max_size=30)


@given(MOMENTS, MOMENTS, MOMENTS, st.integers(1, 20))
def test_moments_unite_in_any_order(one: list[int], two: list[int], three: list[int], most: int) -> None:
    packed = [pack(each, most) for each in (one, two, three)]
    expected = sorted({*one, *two, *three})[:most]
    assert unpack(union(union(packed[0], packed[1], most), packed[2], most)) == expected
    assert unpack(union(packed[2], union(packed[1], packed[0], most), most)) == expected


@given(st.lists(st.lists(st.integers(-(1 << 40), 1 << 60), min_size=1, max_size=6), max_size=6), st.integers(1, 4))
def test_groups_of_moments_are_packed_as_each_by_itself(groups: list[list[int]], most: int) -> None:
    rising = [sorted(group) for group in groups]
    counts = np.array([len(group) for group in rising], np.int64)
    moments = np.array([*itertools.chain.from_iterable(rising)], np.int64)
    assert packed(moments, np.cumsum(counts) - counts, counts, most) == [pack(group, most) for group in rising]
