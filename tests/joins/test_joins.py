"""Joins: which records make one event, whatever their order, batches and files; what a second run adds."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from watchfloor.joins import groups
from watchfloor.joins.groups import keep, settle
from watchfloor.joins.parts import joins, parts_of
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import arrow_type, declared
from watchfloor.schema.records import RawBatch, Source
from watchfloor.store.engine import Store, open_store
from watchfloor.store.tables import join_part

SOURCE = Source("s", "mail.log", reference=dt.datetime(2026, 11, 26, tzinfo=dt.UTC))
WANTED = frozenset(declared())
MAIL = [
    (
        "Nov 25 07:50:41 mx01 postfix/smtpd[7]: 5A1B2C3D4E: client=c.example.com[192.0.2.25], "
        "sasl_method=PLAIN, sasl_username=alice@example.org"
    ),
    "Nov 25 07:50:41 mx01 postfix/cleanup[8]: 5A1B2C3D4E: message-id=<m1@example.org>",
    "Nov 25 07:50:41 mx01 postfix/qmgr[9]: 5A1B2C3D4E: from=<alice@example.org>, size=327, nrcpt=2 (queue active)",
    (
        "Nov 25 07:50:42 mx01 postfix/smtp[10]: 5A1B2C3D4E: to=<bob@example.net>, "
        "relay=mx.example.net[198.51.100.25]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
    ),
    (
        "Nov 25 07:50:43 mx01 postfix/smtp[10]: 5A1B2C3D4E: to=<eve@example.net>, "
        "relay=mx.example.net[198.51.100.25]:25, delay=2, delays=0/0/0/2, dsn=5.1.1, status=bounced "
        "(host mx.example.net[198.51.100.25] said: 550 5.1.1 no)"
    ),
    "Nov 25 07:50:43 mx01 postfix/qmgr[9]: 5A1B2C3D4E: removed",
    "Nov 25 07:50:44 mx01 postfix/qmgr[9]: 6B1B2C3D4E: removed",
    "Nov 25 07:50:45 mx02 postfix/cleanup[8]: 5A1B2C3D4E: message-id=<other@example.org>",
    "Nov 25 07:50:45 mx02 postfix/qmgr[9]: 5A1B2C3D4E: removed",
    "Nov 25 17:50:45 mx01 postfix/cleanup[8]: 5A1B2C3D4E: message-id=<much-later@example.org>",
    "Nov 25 17:50:46 mx01 postfix/qmgr[9]: 5A1B2C3D4E: removed",
]


def add(store: Store, order: Sequence[int], size: int) -> None:
    for start in range(0, len(order), size):
        for at in order[start : start + size]:
            events = parse_records(RawBatch.of(SOURCE, [MAIL[at]], at), wanted=WANTED)
            with store.transaction() as connection:
                keep(connection, parts_of(events))


def settled(store: Store, before: int | None = None) -> list[dict[str, Any]]:
    found = []
    for each in settle(store, before):
        if each.rows:
            with store.read() as connection:
                found += list(each.unknown(connection, each.events()).rows())
        with store.transaction() as connection:
            each.done(connection)
    return [{name: event[name] for name in event if name != "event.ingested"} for event in found]


def test_a_message_is_told_as_a_whole(store: Store) -> None:
    add(store, range(len(MAIL)), 100)
    events = sorted(settled(store), key=lambda event: event["@timestamp"])
    assert [event["email.message_id"] for event in events] == [
        "m1@example.org",
        "other@example.org",
        "much-later@example.org",
    ]
    whole = events[0]
    assert whole["event.dataset"] == "mail.postfix_message"
    assert whole["user.name"] == "alice"
    assert whole["source.ip"] == "192.0.2.25"
    assert whole["email.from.address"] == ["alice@example.org"]
    assert whole["email.to.address"] == ["bob@example.net", "eve@example.net"]
    assert whole["postfix.recipients_failed"] == ["eve@example.net"]
    assert whole["event.outcome"] == "failure"
    assert whole["watchfloor.joined"] == [f"s:{line}" for line in range(6)]
    assert (whole["log.file.path"], whole["log.line"]) == ("mail.log", 0)
    assert whole["related.user"] == ["alice"]


def test_order_and_batches_change_nothing(tmp_path: Path) -> None:
    found = []
    for seed in range(6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        opened = open_store(folder, write=True)
        order = list(range(len(MAIL)))
        random.Random(seed).shuffle(order)
        add(opened, order, seed + 1)
        found.append(sorted(settled(opened), key=lambda event: event["event.id"]))
        opened.close()
    assert all(each == found[0] for each in found)
    assert len(found[0]) == 3


def test_a_second_run_adds_nothing_and_a_late_record_one_more_event(store: Store) -> None:
    add(store, [0, 1, 2], 10)
    assert len(settled(store)) == 1
    add(store, [0, 1, 2], 10)
    assert settled(store) == []
    add(store, [0, 1, 2, 3], 10)
    (event,) = settled(store)
    assert event["email.to.address"] == ["bob@example.net"]


def test_groups_wait_for_the_watermark(store: Store) -> None:
    add(store, range(len(MAIL)), 10)
    moment = dt.datetime(2026, 11, 25, 14, tzinfo=dt.UTC)
    assert len(settled(store, round(moment.timestamp() * 1_000_000))) == 2
    assert settled(store, round(moment.timestamp() * 1_000_000)) == []
    assert len(settled(store)) == 1


def test_long_groups_are_cut(store: Store) -> None:
    lines = [
        f"Nov 25 07:50:41 mx01 postfix/qmgr[9]: 5A1B2C3D4E: from=<{at}@example.org>, size=1, nrcpt=1 (queue active)"
        for at in range(2500)
    ]
    events = parse_records(RawBatch.of(SOURCE, lines), wanted=WANTED)
    with store.transaction() as connection:
        keep(connection, parts_of(events))
    assert sorted(len(event["watchfloor.joined"]) for event in settled(store)) == [500, 1000, 1000]


@pytest.mark.parametrize("name", joins())
def test_joins_are_documented_and_name_fields_that_exist(name: str) -> None:
    join = joins()[name]
    assert join.reference.startswith("https://")
    assert join.dataset not in join.datasets
    unknown = {field for field in (*join.by, *join.within) if field not in declared()}
    assert not unknown
    assert all(arrow_type(field) for field in join.fields)


def test_what_other_records_of_a_batch_lack_decides_nothing() -> None:
    """Keys are those of the record: a field that no record of the batch has counts as empty."""
    bare = '{"ecs.version":"8","@timestamp":"2026-11-25T00:00:00Z","event.kind":"event","event.dataset":"dns.bind",'
    question = bare + '"source.ip":"192.0.2.1","dns.question.name":"a.example","dns.id":"7"}'
    other = bare + '"source.ip":"192.0.2.2","dns.question.name":"b.example","source.port":5,"host.name":"h"}'
    batches = [parse_records(RawBatch.of(SOURCE, raw), wanted=WANTED) for raw in ([question], [question, other])]
    alone, beside = (parts_of(events).to_pylist() for events in batches)
    assert alone[0]["key"] == beside[0]["key"]


LISTENER = [
    "Nov 25 07:50:41 h sshd[7]: error: beginning MaxStartups throttling",
    "Nov 25 07:50:41 h sshd[7]: drop connection #10 from [192.0.2.1]:4000 on [192.0.2.9]:22 past MaxStartups",
    "Nov 25 07:50:42 h sshd[7]: drop connection #10 from [192.0.2.2]:4001 on [192.0.2.9]:22 past MaxStartups",
]


def kept(store: Store, raw: Sequence[str]) -> None:
    with store.transaction() as connection:
        keep(connection, parts_of(parse_records(RawBatch.of(SOURCE, raw), wanted=WANTED)))


def test_a_process_that_tells_of_several_clients_is_no_connection(store: Store) -> None:
    kept(store, LISTENER)
    assert settled(store) == []


@pytest.mark.parametrize("page", [2, 3, 5, 6, 7, 100])
@pytest.mark.parametrize("bound", ["_PAGE", "_PAGE_CHARS"])
def test_where_pages_end_decides_nothing(store: Store, monkeypatch: pytest.MonkeyPatch, bound: str, page: int) -> None:
    kept(store, MAIL)
    monkeypatch.setattr(groups, bound, page)
    found = sorted(settled(store), key=lambda event: event["@timestamp"])
    assert [len(event["watchfloor.joined"]) for event in found] == [6, 2, 2]


@pytest.mark.parametrize(("bound", "size"), [("_LARGEST", 3), ("_LARGEST_CHARS", 10)])
def test_a_group_that_is_too_large_is_cut(store: Store, monkeypatch: pytest.MonkeyPatch, bound: str, size: int) -> None:
    monkeypatch.setattr(groups, bound, size)
    kept(store, MAIL[:6])
    found = settled(store)
    ids = [each for event in found for each in event["watchfloor.joined"]]
    assert len(ids) == len(set(ids))
    assert all(len(event["watchfloor.joined"]) <= 3 for event in found)
    assert len(found) == (2 if bound == "_LARGEST" else 0)
    with store.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(join_part)) == 0
