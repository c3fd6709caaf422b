"""How questions are made: combinations of many values, and columns that change while enrichments ask."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from watchfloor.assets.inventory import Host, Inventory
from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Answers, Enrichment, Knowledge, Place, Questions
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type

WIDE = (
    *("user.name", "host.name", "process.name", "file.name", "url.domain", "url.path", "url.query", "url.scheme"),
    *("event.action", "event.reason", "source.domain", "destination.domain"),
)


def enriched(
    columns: Mapping[str, Sequence[Any]], by: Mapping[str, Enrichment], knowledge: Knowledge | None = None
) -> list[dict[str, Any]]:
    size = len(next(iter(columns.values())))
    table = {"@timestamp": pa.array(range(size), pa.int64()).cast(arrow_type("@timestamp"))}
    table |= {name: pa.array(values, arrow_type(name)) for name, values in columns.items()}
    return [dict(row) for row in enrich(EventBatch(pa.table(table)), knowledge or Knowledge(), by).rows()]


def joined(asked: Questions) -> Answers:
    rows = zip(*(values.to_pylist() for values in asked.values), strict=True)
    return {"text": pa.array([" ".join(value or "-" for value in row) for row in rows], pa.string())}


def test_combinations_that_are_more_than_a_number_holds() -> None:
    chosen = random.Random(3)
    for distinct in (400, 3):
        columns = {
            name: [None if chosen.random() < 0.1 else f"{name}{chosen.randrange(distinct)}" for _ in range(400)]
            for name in WIDE
        }
        maker = Enrichment("", (Place(WIDE, {"text": "message"}),), joined)
        for at, row in enumerate(enriched(columns, {"maker": maker})):
            values = [columns[name][at] for name in WIDE]
            assert row.get("message") == (" ".join(value or "-" for value in values) if values[0] else None)


def test_each_combination_is_asked_once() -> None:
    asked: list[int] = []

    def counting(questions: Questions) -> Answers:
        asked.append(len(questions.moments))
        return joined(questions)

    columns = {"user.name": ["a", "b", "a", "a", None, "a"], "host.name": ["x", "x", "y", "x", "x", None]}
    maker = Enrichment("", (Place(("user.name", "host.name"), {"text": "message"}),), counting)
    found = enriched(columns, {"maker": maker})
    assert [row.get("message") for row in found] == ["a x", "b x", "a y", "a x", None, "a -"]
    assert asked == [4]


def test_what_one_enrichment_fills_the_next_one_asks_about() -> None:
    domains = (
        Place(("url.domain",), {"text": "url.registered_domain"}),
        Place(("dns.question.name",), {"text": "dns.question.registered_domain"}),
    )
    by = {
        "before": Enrichment("", domains, lambda asked: {"text": pa.array(asked.values[0].to_pylist(), pa.string())}),
        "filling": Enrichment("", (Place(("host.name",), {"text": "url.domain"}),), joined),
        "after": Enrichment("", (Place(("url.domain", "host.name"), {"text": "message"}),), joined),
        "alike": Enrichment("", domains[:1], joined),
    }
    columns: dict[str, list[str | None]] = {"host.name": ["h", "i", None], "dns.question.name": ["d", None, "e"]}
    there: dict[str, list[str | None]] = {"url.domain": [None, "u", "v"]}
    for given, domains_now in (({}, ["h", "i", None]), (there, ["h", "u", "v"])):
        found = enriched(columns | given, by)
        assert [row.get("url.domain") for row in found] == domains_now
        assert [row.get("url.registered_domain") for row in found] == domains_now
        assert [row.get("dns.question.registered_domain") for row in found] == ["d", None, "e"]
        hosts = ("h", "i", "-")
        expected = [domain and f"{domain} {host}" for domain, host in zip(domains_now, hosts, strict=True)]
        assert [row.get("message") for row in found] == expected


def test_what_is_found_by_distinct_values_stands_at_each_question() -> None:
    def lengths(asked: Questions) -> Answers:
        found = asked.each(lambda distinct: pc.utf8_length(distinct.values).to_numpy(), field=1)
        return {"text": pa.array([str(number) for number in found], pa.string())}

    place = Place(("user.name", "host.name"), {"text": "message"})
    columns: dict[str, list[str | None]] = {"user.name": ["a", "b", "a", "c"], "host.name": ["xx", "xx", None, "yyy"]}
    for changes in ((), (Host("h", since=2),)):
        maker = Enrichment("", (place,), lengths, dated=True)
        found = enriched(columns, {"maker": maker}, Knowledge(Inventory(changes)))
        assert [row["message"] for row in found] == ["2", "2", "-1", "3"]
