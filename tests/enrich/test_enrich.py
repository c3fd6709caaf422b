"""The frame: what is added and what is left alone, against going through the rows one by one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmdb import database

from watchfloor.assets.inventory import Host, Inventory, Person, Zone
from watchfloor.enrich.enrich import enrich, enrichments
from watchfloor.enrich.plugin import Answers, Enrichment, Knowledge, Place, Questions
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type, declared

FOLDER = tempfile.TemporaryDirectory()
CITIES, NETWORKS = Path(FOLDER.name) / "city.mmdb", Path(FOLDER.name) / "asn.mmdb"
CITIES.write_bytes(
    database(
        {
            "8.8.8.0/24": {
                "city": {"names": {"en": "Mountain View"}},
                "country": {"iso_code": "US"},
                "location": {"latitude": 37.4, "longitude": -122.1},
            },
            "10.0.0.0/24": {"country": {"iso_code": "DE"}, "location": {"latitude": 51.0, "longitude": 9.0}},
            "192.168.1.0/24": {"city": {"names": {"en": "Berlin"}}},
            "224.0.0.0/24": {"country": {"iso_code": "DE"}, "city": {"names": {"en": "Berlin"}}},
        }
    )
)
NETWORKS.write_bytes(
    database(
        {
            "8.8.8.0/24": {"autonomous_system_number": 64500, "autonomous_system_organization": "Example"},
            "10.0.0.0/24": {"autonomous_system_number": 64501},
        }
    )
)
KNOWLEDGE = Knowledge(
    Inventory(
        (
            Host("old", ("old.example",), ("10.0.0.1",), ("00-00-5E-00-53-01",), frozenset({"server"}), "A", until=50),
            Host("new", (), ("10.0.0.1",), roles=frozenset({"nat", "proxy"}), criticality="high", since=50),
        ),
        (Zone("10.0.0.0/8", "inside", frozenset({"guest_network"}), "B"),),
        (
            Person("Anna", ("CORP\\anna", "S-1-5-21-1-2-3-1104", "new\\1001")),
            Person("Backup", ("anna@lab.example", "svc"), frozenset({"service_account"}), until=50),
        ),
    ),
    CITIES,
    NETWORKS,
)
VALUES: Mapping[str, list[Any]] = {
    "source.ip": ["10.0.0.1", "8.8.8.8", "::ffff:8.8.8.8", "fe80::1%eth0", "192.168.1.1", "010.0.0.1", "no", ""],
    "destination.ip": ["10.0.0.1", "8.8.8.8", "2001:4860:4860::8888", "224.0.0.1"],
    "source.mac": ["00-00-5E-00-53-01", "02-00-00-00-00-01", "x"],
    "source.geo.country_iso_code": ["US", "DE", "ZZ"],
    "source.geo.country_name": ["United States", "germany", "Nowhere"],
    "source.geo.city_name": ["Mountain View", "Berlin"],
    "source.geo.location.lat": [37.4, 51.0],
    "source.geo.location.lon": [-122.1, 9.0],
    "source.as.number": [64500, 64501],
    "source.as.organization.name": ["Example", "Other"],
    "destination.geo.region_name": ["Hesse"],
    "destination.port": [53, 443, -1],
    "network.transport": ["tcp", "udp"],
    "network.direction": ["ingress", "outbound"],
    "dns.question.name": ["a.example.co.uk", "WWW.EXAMPLE.COM.", "localhost", "a" * 300 + ".com", "b..c"],
    "dns.question.registered_domain": ["example.com", "other.example"],
    "host.name": ["OLD.example", "new"],
    "user.name": ["Anna", "svc", "old$"],
    "user.domain": ["corp", "lab.example"],
    "user.id": ["S-1-5-21-1-2-3-1104", "1001"],
    "user.email": ["anna@lab.example"],
    "user.full_name": ["Anna", "Anna B."],
    "file.code_signature.status": ["Valid", "Unavailable"],
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {"@timestamp": st.integers(0, 100)}, optional={name: st.sampled_from(each) for name, each in VALUES.items()}
    ),
    max_size=12,
)


def batch(rows: list[dict[str, Any]], columns: list[str] | None = None) -> EventBatch:
    """The rows with all columns that any of them, or the list, has."""
    names = columns or list(dict.fromkeys(name for row in rows for name in row)) or ["@timestamp"]
    arrays = [
        pa.array([row.get(name) for row in rows], pa.int64()).cast(arrow_type(name))
        if name == "@timestamp"
        else pa.array([row.get(name) for row in rows], arrow_type(name))
        for name in names
    ]
    return EventBatch(pa.table(arrays, names=names))


def rows_of(events: EventBatch) -> list[dict[str, Any]]:
    return list(events.rows())


def slowly(row: dict[str, Any]) -> dict[str, Any]:
    """One event after the other enrichment, its questions asked alone, filled in by the words of the contract."""
    event = {name: value for name, value in row.items() if value is not None}
    for enrichment in enrichments().values():
        if not enrichment.needed(KNOWLEDGE):
            continue
        for place in enrichment.places:
            if event.get(place.inputs[0]) is None:
                continue
            values = tuple(pa.array([event.get(name)], arrow_type(name)) for name in place.inputs)
            moments = pa.array([row["@timestamp"]], pa.int64()).to_numpy()
            found = enrichment.answer(Questions(values, moments, KNOWLEDGE))
            said = {place.outputs[name]: each[0].as_py() for name, each in found.items() if name in place.outputs}
            if not enrichment.one_thing:
                said = {name: value for name, value in said.items() if value is not None}
            if any(name in event for name in place.beside):
                continue
            if all(
                name not in event or (event[name] == value and not isinstance(value, list))
                for name, value in said.items()
            ):
                event = {**{name: value for name, value in said.items() if value is not None}, **event}
    return event


@given(ROWS)
def test_a_batch_is_enriched_as_its_rows_one_by_one(rows: list[dict[str, Any]]) -> None:
    found = rows_of(enrich(batch(rows), KNOWLEDGE))
    expected = [dict(event) for event in rows_of(batch([slowly(row) for row in rows]))]
    assert found == expected


@given(ROWS, st.randoms(use_true_random=False), st.integers(1, 5))
def test_order_and_size_of_batches_change_nothing(rows: list[dict[str, Any]], chosen: Any, size: int) -> None:
    whole = rows_of(enrich(batch(rows), KNOWLEDGE))
    parts = [rows_of(enrich(batch(rows[at : at + size]), KNOWLEDGE)) for at in range(0, len(rows), size)]
    assert [event for part in parts for event in part] == whole
    order = chosen.sample(range(len(rows)), len(rows))
    shuffled = rows_of(enrich(batch([rows[at] for at in order]), KNOWLEDGE))
    assert shuffled == [whole[at] for at in order]
    twice = enrich(enrich(batch(rows), KNOWLEDGE), KNOWLEDGE)
    assert rows_of(twice) == whole


@given(ROWS)
def test_what_the_record_says_stays_and_columns_have_their_types(rows: list[dict[str, Any]]) -> None:
    before = batch(rows)
    after = enrich(before, KNOWLEDGE)
    for name in before.table.column_names:
        for old, new in zip(before.table[name].to_pylist(), after.table[name].to_pylist(), strict=True):
            assert old is None or old == new
    for name in after.table.column_names:
        assert after.table.schema.field(name).type == arrow_type(name)
        assert name in before.table.column_names or after.table[name].null_count < len(after)


def test_columns_in_chunks() -> None:
    one, other = (
        batch([{"@timestamp": 1, "source.ip": "8.8.8.8"}]),
        batch([{"@timestamp": 60, "source.ip": "10.0.0.1"}]),
    )
    chunked = EventBatch(pa.concat_tables([one.table, other.table]))
    assert chunked.table["source.ip"].num_chunks == 2
    assert [event.get("source.asset.name") for event in enrich(chunked, KNOWLEDGE).rows()] == [None, "new"]


def test_an_answer_is_taken_whole_or_not_at_all() -> None:
    rows = [
        {"@timestamp": 1, "source.ip": "8.8.8.8", "source.geo.country_iso_code": "DE"},
        {"@timestamp": 1, "source.ip": "8.8.8.8", "source.geo.country_name": "Nowhere"},
        {"@timestamp": 1, "source.ip": "8.8.8.8", "source.geo.country_name": "Germany"},
        {"@timestamp": 1, "source.ip": "8.8.8.8"},
    ]
    found = rows_of(enrich(batch(rows), KNOWLEDGE))
    said = [(event.get("source.geo.country_iso_code"), event.get("source.geo.country_name")) for event in found]
    assert said == [("DE", "Germany"), (None, "Nowhere"), ("DE", "Germany"), ("US", "United States")]


def test_filled_fields_that_belong_to_related_are_in_it() -> None:
    def answer(asked: Questions) -> Answers:
        return {"hash": pa.array([f"{value}0" for value in asked.values[0].to_pylist()])}

    maker = Enrichment("", (Place(("file.name",), {"hash": "file.hash.md5"}),), answer)
    row = {"@timestamp": 1, "file.name": "a", "related.hash": ["b"], "file.hash.sha1": "b"}
    found = rows_of(enrich(batch([row, {"@timestamp": 2}]), KNOWLEDGE, {"maker": maker}))
    assert found[0]["related.hash"] == ["a0", "b"]
    assert "related.hash" not in found[1]


@pytest.mark.parametrize(("name", "enrichment"), enrichments().items())
def test_contract_of_each_file(name: str, enrichment: Enrichment) -> None:
    assert enrichment.reference
    assert enrichment.places
    for place in enrichment.places:
        for field in (*place.inputs, *place.outputs.values(), *place.beside):
            assert field in declared(), f"{name} uses {field}"
        assert not any(declared()[field].array for field in place.inputs)
    for others in zip(*(place.inputs for place in enrichment.places), strict=True):
        assert len({arrow_type(field) for field in others}) == 1
    empty = tuple(pa.array([], arrow_type(field)) for field in enrichment.places[0].inputs)
    if enrichment.needed(KNOWLEDGE):
        answers = enrichment.answer(Questions(empty, pa.array([], pa.int64()).to_numpy(), KNOWLEDGE))
        for place in enrichment.places:
            for key, field in place.outputs.items():
                assert answers[key].type == arrow_type(field)
                assert len(answers[key]) == 0
