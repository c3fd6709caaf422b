"""Zeek's logs under any header, with and without a path, with times of any kind."""

from __future__ import annotations

import datetime as dt
from typing import Any

import orjson
import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.parsers.zeek._kinds import told_by
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

IDS = {
    "uid": "CAbCdE1fGhIjKlMnOp",
    "id.orig_h": "192.0.2.10",
    "id.orig_p": 1,
    "id.resp_h": "198.51.100.20",
    "id.resp_p": 2,
}


def event(raw: str | dict[str, Any], header: str = "") -> dict[str, Any]:
    text = raw if isinstance(raw, str) else orjson.dumps(raw).decode()
    source = Source("s", "x.log", header=header)
    return next(parse_records(RawBatch.of(source, [text]), wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    ("ts", "moment"),
    [
        (1795594530.123456, "2026-11-25T08:15:30.123456+00:00"),
        (79.681977, "1970-01-01T00:01:19.681977+00:00"),
        (1795594530123, "2026-11-25T08:15:30.123+00:00"),
        ("2026-11-25T08:15:30.123456Z", "2026-11-25T08:15:30.123456+00:00"),
    ],
)
def test_times(ts: float | str, moment: str) -> None:
    found = event({"ts": ts, **IDS, "conn_state": "SF", "proto": "tcp"})
    assert found["@timestamp"] == dt.datetime.fromisoformat(moment)


def test_a_header_names_separator_marks_and_types() -> None:
    header = "#separator ;\n#set_separator;|\n#empty_field;NONE\n#unset_field;?\n#path;conn\n#fields;ts;id.orig_h;a;b;c"
    found = event("1795594530.5;2001:db8::1;?;NONE;x|y", f"{header}\n#types;time;addr;string;string;set[string]")
    assert (found["event.dataset"], found["source.ip"]) == ("zeek.conn", "2001:db8::1")
    assert found["zeek.conn.c"] == ["x", "y"]
    assert "zeek.conn.a" not in found
    assert "zeek.conn.b" not in found


def test_a_line_that_does_not_fit_its_header_is_no_record_of_it() -> None:
    found = event("1795594530.5\t192.0.2.10", "#separator \\x09\n#path\tx\n#fields\tts\tid.orig_h\tmore")
    assert found.get("event.dataset") != "zeek.x"


def test_a_connection_is_known_without_a_header() -> None:
    values = "tcp\t-\t-\t-\t-\tS0\tT\tF\t0\tS\t1\t60\t0\t0\t-"
    found = event(f"1795594530.123456\tCAbCdE1fGhIjKlMnOp\t192.0.2.10\t1\t198.51.100.20\t2\t{values}")
    assert (found["event.dataset"], found["destination.port"], found["source.packets"]) == ("zeek.conn", 2, 1)


def test_a_path_is_a_part_of_a_dataset_only() -> None:
    found = event({"_path": "../Évil log.x", "ts": 1.5, **IDS})
    assert found["event.dataset"] == "zeek.____vil_log_x"


@pytest.mark.parametrize(
    ("names", "path"),
    [
        ("trans_depth method call_id", "sip"),
        ("trans_depth host uri", "http"),
        ("name addl notice peer", "weird"),
        ("msg_types client_addr", "dhcp"),
        ("whatever", None),
    ],
)
def test_records_tell_their_log_by_their_names(names: str, path: str | None) -> None:
    assert told_by(frozenset(names.split())) == path
