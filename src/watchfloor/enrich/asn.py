"""The autonomous system of an address and whose it is, by the user's own database."""

from __future__ import annotations

import pyarrow as pa

from watchfloor.enrich.databases import Record, answers
from watchfloor.enrich.plugin import Answers, Enrichment, Questions, at_sides

_LARGEST = (1 << 32) - 1
"""https://www.rfc-editor.org/rfc/rfc6793"""


def part(record: Record) -> Record:
    """What a record tells of the system, None for what it does not."""
    number, organization = record.get("autonomous_system_number"), record.get("autonomous_system_organization")
    return {
        "number": number if isinstance(number, int) and 0 <= number <= _LARGEST else None,
        "organization": organization if isinstance(organization, str) and organization else None,
    }


def _answer(asked: Questions) -> Answers:
    path = asked.knowledge.asn_database
    assert path is not None
    return answers(path, asked, {"number": pa.int64(), "organization": pa.string()}, part)


ENRICHMENT = Enrichment(
    reference="https://dev.maxmind.com/geoip/docs/databases/asn",
    places=at_sides("ip", {"number": "as.number", "organization": "as.organization.name"}),
    answer=_answer,
    needed=lambda knowledge: knowledge.asn_database is not None,
    one_thing=True,
)
