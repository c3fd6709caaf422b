"""Any JSON gives one row per record, the same one whatever else is in the batch."""

import copy
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchfloor.parsers.windows import (
    evtx_json,
    fluentbit,
    get_winevent,
    nxlog,
    osquery,
    otel,
    sentinel,
    wazuh,
    winlogbeat,
    xml_json,
)
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import declared

GOLDEN = Path(__file__).parents[2] / "golden" / "parsers"
FORMS: dict[str, ModuleType] = {"evtx_json": evtx_json, "winlogbeat": winlogbeat, "nxlog": nxlog}
MORE_FORMS: dict[str, ModuleType] = {
    "fluentbit": fluentbit,
    "get_winevent": get_winevent,
    "osquery": osquery,
    "otel": otel,
    "sentinel": sentinel,
    "wazuh": wazuh,
    "xml_json": xml_json,
}
WANTED = frozenset(declared()) | {"winlog.event_data.CommandLine", "winlog.event_data.TargetUserName"}
GOOD = {
    form: [
        orjson.loads(line)
        for path in sorted((GOLDEN / f"windows.{form}").glob("*.json"))
        for line in path.read_bytes().splitlines()
    ]
    for form in (*FORMS, *MORE_FORMS)
}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["-", "", "0x", "0xfffffffffffffffff", "::ffff:1.2.3.4", "\\", "%%1", "9" * 30, "S-1-0-0"])
)
NAMES = st.sampled_from(
    [
        "Event",
        "System",
        "EventData",
        "UserData",
        "#text",
        "#attributes",
        "Data",
        "EventID",
        "winlog",
        "event_data",
        "",
        "a.b",
    ]
) | st.text(max_size=4)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn, form: str) -> dict[str, Any]:
    """A good record with one to three of its parts replaced, renamed or removed."""
    record: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(GOOD[form])))
    for _ in range(draw(st.integers(1, 3))):
        place = record
        while True:
            if not place:
                break
            name = draw(st.sampled_from(sorted(place)))
            inner = place[name]
            if isinstance(inner, dict) and inner and draw(st.booleans()):
                place = inner
                continue
            action = draw(st.sampled_from(["replace", "remove", "add"]))
            if action == "remove":
                del place[name]
            else:
                place[name if action == "replace" else draw(NAMES)] = draw(JSON)
            break
    return record


def rows(module: ModuleType, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = module.parse(records, WANTED)
    assert isinstance(table, pl.DataFrame)
    assert table.height == len(records)
    return list(EventBatch.of(table.drop("@local", strict=False)).rows())


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_json_is_an_event_or_says_why_not(form: str, data: st.DataObject) -> None:
    one = st.dictionaries(NAMES, JSON, max_size=4) | damaged(form)
    records = data.draw(st.lists(one, min_size=1, max_size=5))
    module = FORMS[form]
    together = rows(module, [*records, *GOOD[form][:3]])
    alone = [event for record in records for event in rows(module, [record])]
    assert together[: len(records)] == alone
    for record, event in zip(records, alone, strict=True):
        assert module.claims(record) in {True, False}
        assert "winlog.event_id" in event or "error.message" in event or module.claims(record)


@pytest.mark.parametrize("form", MORE_FORMS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_claimed_is_an_event(form: str, data: st.DataObject) -> None:
    module = MORE_FORMS[form]
    records = data.draw(st.lists(damaged(form), min_size=1, max_size=5))
    claimed = [record for record in records if record.keys() >= set(module.PARSER.keys) and module.claims(record)]
    together = rows(module, [*claimed, *GOOD[form][:3]])
    assert together[: len(claimed)] == [event for record in claimed for event in rows(module, [record])]


@pytest.mark.parametrize("form", FORMS)
def test_many_names_become_few_columns(form: str) -> None:
    record = copy.deepcopy(GOOD[form][0])
    names = {f"Field{number}": "x" for number in range(10_000)}
    {"evtx_json": lambda: record["Event"]["EventData"], "winlogbeat": lambda: record["winlog"]["event_data"]}.get(
        form, lambda: record
    )().update(names)
    table = FORMS[form].parse([record], WANTED)
    assert table.width < 100
    [event] = EventBatch.of(table).rows()
    assert event["winlog.event_data.Field9999"] == "x"


def test_nesting_beyond_any_limit_is_survived() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = {"a": [deep]}
    for form, module in FORMS.items():
        record = copy.deepcopy(GOOD[form][0])
        if form == "evtx_json":
            record["Event"] |= {"EventData": {"Deep": deep}, "UserData": deep}
            record["Event"]["System"]["EventID"] = deep
        elif form == "winlogbeat":
            record["winlog"] |= {"event_data": {"Deep": deep}, "user_data": deep, "event_id": deep}
        else:
            record |= {"Deep": deep, "EventID": deep}
        assert rows(module, [record])
