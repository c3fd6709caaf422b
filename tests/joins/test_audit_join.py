"""Events of Linux's audit from their records."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson

from watchfloor.joins.auditd import JOIN
from watchfloor.joins.parts import parts_of
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

CALL = (
    "type=SYSCALL msg=audit(1795593103.415:{number}): arch=c000003e syscall={call} success=yes exit=0 a0=1 a1=2 "
    "a2=3 a3=4 "
    'items=2 ppid=10 pid=11 auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts1 ses=4 comm="x" '
    'exe="/usr/bin/x" key="watch"'
)


def joined(*records: str) -> dict[str, Any] | None:
    source = Source("s", "audit.log", reference=dt.datetime(2026, 11, 26, tzinfo=dt.UTC))
    events = parse_records(RawBatch.of(source, records), wanted=frozenset(declared()))
    parts = [row for row in parts_of(events).to_pylist() if row["join"] == "auditd"]
    assert len({row["key"] for row in parts}) == 1
    return JOIN.build([{**orjson.loads(row["fields"]), "@timestamp": row["time"]} for row in parts])


def test_an_execution() -> None:
    event = joined(
        CALL.format(number=7, call=59),
        'type=EXECVE msg=audit(1795593103.415:7): argc=2 a0="cat" a1=2F746D702F612062',
        'type=CWD msg=audit(1795593103.415:7): cwd="/root"',
        'type=PATH msg=audit(1795593103.415:7): item=0 name="/usr/bin/cat" inode=1 nametype=NORMAL',
        "type=PROCTITLE msg=audit(1795593103.415:7): proctitle=636174",
    )
    assert event is not None
    assert "event.dataset" not in event  # the join's own: linux.auditd_execution
    assert event["process.command_line"] == "cat /tmp/a b"
    assert event["process.executable"] == "/usr/bin/x"
    assert event["process.working_directory"] == "/root"
    assert (event["event.category"], event["event.type"]) == (["process"], ["start"])
    assert event["auditd.log.key"] == "watch"


def test_a_file() -> None:
    event = joined(
        CALL.format(number=8, call=257),
        'type=CWD msg=audit(1795593103.415:8): cwd="/etc"',
        'type=PATH msg=audit(1795593103.415:8): item=0 name="/etc" inode=1 nametype=PARENT',
        'type=PATH msg=audit(1795593103.415:8): item=1 name="shadow" inode=2 nametype=NORMAL',
    )
    assert event is not None
    assert event["event.dataset"] == "linux.auditd_file"
    assert (event["file.path"], event["file.inode"]) == ("/etc/shadow", "2")
    assert event["event.type"] == ["info"]


def test_a_file_that_was_made_or_taken_away() -> None:
    for kind, told in (("CREATE", ["creation"]), ("DELETE", ["deletion"])):
        event = joined(
            CALL.format(number=8, call=257),
            'type=PATH msg=audit(1795593103.415:8): item=0 name="/srv/" inode=1 nametype=PARENT',
            f'type=PATH msg=audit(1795593103.415:8): item=1 name="/srv/a" inode=2 nametype={kind}',
        )
        assert event is not None
        assert (event["file.path"], event["event.type"]) == ("/srv/a", told)


def test_a_connection() -> None:
    address = "saddr=02001F90C63364070000000000000000"
    for call, side in ((42, "destination"), (288, "source")):
        event = joined(CALL.format(number=9, call=call), f"type=SOCKADDR msg=audit(1795593103.415:9): {address}")
        assert event is not None
        assert event["event.dataset"] == "linux.auditd_network"
        assert (event[f"{side}.ip"], event[f"{side}.port"]) == ("198.51.100.7", 8080)


def test_records_without_a_system_call_have_nothing_to_join() -> None:
    assert joined('type=CWD msg=audit(1795593103.415:7): cwd="/root"', "type=EOE msg=audit(1795593103.415:7): ") is None
