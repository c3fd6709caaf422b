"""The domain of an account stands in its own field or in the name."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source


def _parsed(**data: str) -> dict[str, Any]:
    winlog = {
        "channel": "Security",
        "event_id": 4625,
        "computer_name": "dc1.example.com",
        "record_id": 1,
        "provider_name": "Microsoft-Windows-Security-Auditing",
        "event_data": data,
    }
    record = orjson.dumps({"@timestamp": "2026-11-25T09:00:00Z", "winlog": winlog})
    source = Source("log", "log.json")
    return next(iter(parse_records(RawBatch.of(source, [record.decode()]), wanted=frozenset(declared())).rows()))


@pytest.mark.parametrize(
    ("name", "domain", "expected"),
    [
        ("anna@mail.example", "-", ("anna", "mail.example")),
        ("anna@mail.example", "", ("anna", "mail.example")),
        ("anna@mail.example", "EXAMPLE", ("anna", "EXAMPLE")),
        ("OTHER\\anna", "-", ("anna", "OTHER")),
        ("anna", "-", ("anna", None)),
        ("anna", "EXAMPLE", ("anna", "EXAMPLE")),
        ("@", "-", ("@", None)),
    ],
)
def test_a_name_tells_the_domain_that_the_record_does_not(
    name: str, domain: str, expected: tuple[str, str | None]
) -> None:
    found = _parsed(TargetUserName=name, TargetDomainName=domain)
    assert (found["user.name"], found.get("user.domain")) == expected
