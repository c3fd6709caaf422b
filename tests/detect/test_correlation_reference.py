"""The correlator against the slow reference (`watchfloor.testing.correlations`), over generated rules and events.

Events come in any order and in batches of any size; in the end the firings are those of the reference.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.schema.events import EventBatch
from watchfloor.testing.correlations import Firing, firings

correlator_of = pytest.importorskip("watchfloor.detect.sigma.correlate.engine").Correlator
state = pytest.importorskip("watchfloor.detect.sigma.correlate.state")
in_memory = pytest.importorskip("watchfloor.store.engine").in_memory

EXAMPLES = int(os.environ.get("WATCHFLOOR_EXAMPLES", "1000")) // 4
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
RULES = ["a", "b", "c"]
NUMBERS = ["1", "2", "2.0", "0x2", "-3", "0.1", "0.10", "1e3", "x", "", "10000000000000000000000.5"]
VALUES = st.sampled_from([*NUMBERS, "\u03a3", "\u03c2", "K", "k", None])
LISTS = st.lists(VALUES.filter(bool), max_size=3) | st.none()

EVENT = st.fixed_dictionaries(
    {
        "second": st.one_of(st.integers(0, 12), st.integers(0, 12), st.sampled_from([3.000001, 4.999999, 60, 7.5])),
        "Kind": st.sampled_from(["a", "b", "c", "ab", "abc", "bc", "ca", "-"]),
        "User": st.sampled_from(["u", "U", "v", "", None]),
        "Host": st.sampled_from(["h", "i", None]),
        "V": VALUES,
        "Data": LISTS,
    }
)
GROUP_BY = st.sampled_from([[], ["User"], ["User"], ["User", "Host"], ["Data"], ["who"], ["Data", "User"]])
LIMIT = st.integers(0, 4) | st.sampled_from([0.1, 1.5, 2.25])
COMPARED = st.dictionaries(
    st.sampled_from(["lt", "lte", "gt", "gte", "gte", "eq", "neq"]), LIMIT, min_size=1, max_size=1
)
EXPRESSIONS = [
    *["a and b", "a or b", "b and a", "a and not b", "not a and b", "c and (a or b)", "not (a and b) or c"],
    *["a and b and c", "c or b or a", "not not a and b", "(c and b) or a", "not c"],
]


@st.composite
def correlation(draw: st.DrawFn, others: list[str]) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(
            [
                *["event_count", "value_count", "value_sum", "value_avg", "value_median", "value_percentile"],
                *["temporal", "temporal", "temporal_ordered", "temporal_ordered"],
            ]
        )
    )
    rules = draw(st.lists(st.sampled_from(RULES + others), min_size=1, max_size=3, unique=True))
    section: dict[str, Any] = {
        "type": kind,
        "rules": rules,
        "timespan": draw(st.sampled_from(["2s", "3s", "5s", "1m"])),
    }
    section["group-by"] = draw(GROUP_BY)
    section["condition"] = draw(COMPARED)
    if kind.startswith("value_"):
        fields = st.sampled_from(["V", "Data", "who"])
        more = st.lists(fields, min_size=1, max_size=2, unique=True)
        section["condition"]["field"] = draw(fields | more if kind == "value_count" else fields)
    if kind == "value_percentile":
        section["condition"]["percentile"] = draw(st.sampled_from([0, 10, 50, 90, 99, 100]))
    if kind.startswith("temporal") and draw(st.booleans()):
        text = draw(st.sampled_from(EXPRESSIONS))
        section["condition"] = text
        section["rules"] = [
            rule for rule in draw(st.permutations(RULES)) if rule in text.replace("and", "").replace("or", "")
        ]
    if draw(st.booleans()):
        names, used = (
            st.sampled_from(["User", "Host", "Data"]),
            st.lists(st.sampled_from(section["rules"]), unique=True),
        )
        section["aliases"] = {"who": {rule: draw(names) for rule in draw(used)}}
    return section


@st.composite
def rule_set(draw: st.DrawFn) -> list[dict[str, Any]]:
    sections: dict[str, dict[str, Any]] = {}
    for name in ("one", "two", "three")[: draw(st.integers(1, 3))]:
        sections[name] = draw(correlation(list(sections)))
    rules = [
        {
            "title": name,
            "name": name,
            "id": f"00000000-0000-4000-8000-00000000000{number}",
            "logsource": {"product": "windows"},
            "detection": {"s": {"Kind|contains": name}, "condition": "s"},
        }
        for number, name in enumerate(RULES)
    ]
    correlations = [
        {"title": name, "name": name, "id": f"00000000-0000-4000-9000-00000000000{number}", "correlation": section}
        for number, (name, section) in enumerate(sections.items())
    ]
    return draw(st.permutations([*rules, *correlations]))


def as_columns(number: int, event: dict[str, Any]) -> dict[str, Any]:
    columns = {f"winlog.event_data.{name}": value for name, value in event.items() if name != "second"}
    time = START + dt.timedelta(seconds=event["second"])
    return {"event.id": str(number), "@timestamp": time, "winlog.channel": "Test", **columns}


def expected_of(found: list[Firing]) -> list[tuple[Any, ...]]:
    return sorted((each.rule, tuple(each.group.values()), each.anchor, len(each.events)) for each in found)


def engine_firings(rules: RuleSet, batches: list[EventBatch]) -> list[tuple[Any, ...]]:
    from watchfloor.detect.sigma.correlate.matches import group_values  # noqa: PLC0415 - there or not

    correlator, detector = correlator_of(rules.correlations), Detector(rules)
    found = []
    with in_memory() as connection:
        correlator.open(connection)
        for batch in batches:
            correlator.add(connection, detector.detect(batch).matches)
            for _ in correlator.settle(connection):
                pass
        for each in rules.correlations:
            number = correlator.numbers[each.key]
            for group in state.open_groups(connection, number):
                fired = state.open_firings(connection, number, group).values()
                found += [(each.id, tuple(group_values(group)), window.anchor, window.events) for window in fired]
    return sorted(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("correlations")


@settings(
    max_examples=EXAMPLES,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(rule_set(), st.lists(EVENT, min_size=1, max_size=14), st.data())
def test_correlator_equals_reference(
    sigma: Any, folder: Path, documents: list[dict[str, Any]], raw: list[dict[str, Any]], data: st.DataObject
) -> None:
    events = [as_columns(number, event) for number, event in enumerate(raw)]
    path = folder / "rules.yml"
    path.write_text(yaml.safe_dump_all(documents, allow_unicode=True), "utf-8")
    rules = RuleSet.load([path])
    assert rules.problems == ()
    table = sigma.batch(events).table
    expected = expected_of(firings(documents, list(EventBatch(table).rows())))
    order = data.draw(st.permutations(range(len(events))))
    size = data.draw(st.integers(1, len(events)))
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    found = engine_firings(rules, [EventBatch(table.take(part)) for part in parts])
    if found != expected:
        sections = {document["name"]: document["correlation"] for document in documents if "correlation" in document}
        lines = [str(event) for event in sorted(raw, key=lambda event: event["second"])]
        pytest.fail("\n".join([f"engine {found}", f"reference {expected}", str(sections), *lines]))
