"""What the lease history answers to the questions about a month of DHCP, and how many answers are right."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from ipaddress import ip_network

import pyarrow as pa
import sqlalchemy as sa

from watchfloor.assets.devices import device_at
from watchfloor.assets.holders import Terms
from watchfloor.core.clock import from_microseconds
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch, Source
from watchfloor.testing.simulation.dhcp import Month, Question

_NOTHING: frozenset[str] = frozenset()


def events_of(month: Month, size: int = 50_000) -> Iterator[EventBatch]:
    """The month as it arrives: a batch takes the lines of all sources that have come since the one before.

    Args:
        month: of lines.
        size: lines per batch.
    """
    reference = from_microseconds(month.end) + dt.timedelta(hours=1)
    lines = dict.fromkeys((line.source for line in month.lines), 0)
    sources = {name: Source(name, name, reference=reference, reference_kind="now") for name in lines}
    for start in range(0, len(month.lines), size):
        come: dict[str, list[str]] = {}
        for line in month.lines[start : start + size]:
            come.setdefault(line.source, []).append(line.text)
        parsed = [
            parse_records(RawBatch.of(sources[name], texts, lines[name]), wanted=_NOTHING)
            for name, texts in come.items()
        ]
        for name, texts in come.items():
            lines[name] += len(texts)
        yield EventBatch.concat(parsed)


def terms_of(month: Month) -> Terms:
    """The lease times of the networks, as a user would set them."""
    return Terms(networks=tuple((ip_network(network), seconds) for network, seconds in month.seconds.items()))


def answered(connection: sa.Connection, questions: Sequence[Question], terms: Terms) -> pa.Table:
    """The rows that `device_at` gives, one per question."""
    addresses = pa.array([question.address for question in questions], pa.string())
    return device_at(connection, addresses, pa.array([question.at for question in questions], pa.int64()), terms)


def verdicts(questions: Sequence[Question], answers: pa.Table) -> Iterator[str]:
    """Per question: right, wrong, unknown (nobody can tell), missed (the log tells) or name (only that is wrong)."""
    macs, clients, names = (answers[column].to_pylist() for column in ("mac", "client_id", "hostname"))
    for question, mac, client, name in zip(questions, macs, clients, names, strict=True):
        if mac is None:
            # Somebody who is known by a DUID only has no MAC address to be wrong about.
            yield "missed" if question.told and client is None and question.mac is not None else "unknown"
        elif question.mac is None or mac.lower().replace("-", ":") != question.mac:
            yield "wrong"
        elif None not in {question.name, name} and str(name).partition(".")[0] != question.name:
            yield "name"
        else:
            yield "right"


def score(questions: Sequence[Question], answers: pa.Table) -> Counter[str]:
    """How often each verdict was given."""
    return Counter(verdicts(questions, answers))
