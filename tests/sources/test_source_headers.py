"""Headers: which lines name columns, and which records they are in force for."""

from __future__ import annotations

import datetime as dt
import json
import struct
from pathlib import Path

import pytest

from watchfloor.sources.files import plan, read


def got(path: Path) -> list[tuple[int, str, str]]:
    """(line, record, header) of every record of a file."""
    found = []
    for batch in read(plan([str(path)]), zone=dt.UTC, now=None, report=lambda problem: pytest.fail(str(problem))):
        headers = [source.header for source in batch.sources]
        for source, line, raw in zip(
            batch.source.to_pylist(), batch.line.to_pylist(), batch.raw.to_pylist(), strict=True
        ):
            found.append((line, raw, headers[source]))
    return found


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "a.log"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_each_block_of_directives_is_in_force_until_the_next(tmp_path: Path) -> None:
    path = written(
        tmp_path, "#Version: 1.0\n#Fields: date c-ip\n2026-11-25 a\n#Fields: date s-ip\n2026-11-25 b\n2026-11-26 c\n"
    )
    assert got(path) == [
        (2, "2026-11-25 a", "#Version: 1.0\n#Fields: date c-ip"),
        (4, "2026-11-25 b", "#Fields: date s-ip"),
        (5, "2026-11-26 c", "#Fields: date s-ip"),
    ]


def test_zeek_closes_its_files_without_losing_the_header(tmp_path: Path) -> None:
    path = written(tmp_path, "#separator \\x09\n#path\tconn\n#fields\tts\tuid\n1.0\tC1\n#close\t2026-11-25\n2.0\tC2\n")
    assert [(line, raw) for line, raw, _ in got(path)] == [(3, "1.0\tC1"), (5, "2.0\tC2")]
    assert {header for _, _, header in got(path)} == {"#separator \\x09\n#path\tconn\n#fields\tts\tuid"}


def test_a_directive_in_the_middle_of_another_log_is_a_record(tmp_path: Path) -> None:
    path = written(tmp_path, "Nov 25 07:50:41 h a: b\n#Fields: c-ip\nNov 25 07:50:42 h a: c\n")
    assert [(line, header) for line, _, header in got(path)] == [(0, ""), (1, ""), (2, "")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("timestamp,src,dst", '2026-11-25T00:00:00Z,192.0.2.1,"a, b"'),
        ("Time;Name;Value", "1;2;3"),
        ("ts\tuser\tip", "1\t2\t3"),
        ("version srcaddr dstaddr start end", "2 192.0.2.1 192.0.2.2 1 2"),
    ],
)
def test_a_first_line_of_names_is_a_header(tmp_path: Path, first: str, second: str) -> None:
    assert got(written(tmp_path, f"{first}\n{second}\n")) == [(1, second, first)]


@pytest.mark.parametrize(
    "text",
    [
        "start, then, more\nstop\n",
        "2026-11-25,a,time\n2026-11-25,a,b\n",
        "time,time,a\n1,2,3\n",
        "Nov 25 07:50:41 h time: a, b, c\nNov 25 07:50:41 h time: a, b, d\n",
        "time,a,b\n",
        "time,a,b\ntime,a,b\n",
    ],
)
def test_other_first_lines_are_records(tmp_path: Path, text: str) -> None:
    assert [raw for _, raw, _ in got(written(tmp_path, text))] == text.splitlines()


def test_the_preamble_of_the_dhcp_audit_log_is_its_header(tmp_path: Path) -> None:
    preamble = "\t\tMicrosoft DHCP Service Activity Log\n\nEvent ID  Meaning\n00\tThe log was started.\n\n"
    path = written(tmp_path, f"{preamble}ID,Date,Time,Description,IP Address\n10,11/25/26,07:50:41,Assign,192.0.2.1\n")
    ((line, raw, header),) = got(path)
    assert (line, raw) == (6, "10,11/25/26,07:50:41,Assign,192.0.2.1")
    assert header.endswith("ID,Date,Time,Description,IP Address")


def test_lists_of_records_in_one_object_are_records(tmp_path: Path) -> None:
    records = [{"n": 1, "deep": {"a": [1, "}"]}}, {"n": 2}]
    for text in (
        json.dumps({"Records": records}),
        json.dumps({"@context": "x", "value": records, "next": "y"}, indent=2),
        json.dumps({"owner": "1", "filters": ["a"], "logEvents": records[:1]})
        + "\n"
        + json.dumps({"logEvents": records[1:]}),
    ):
        found = got(written(tmp_path, text))
        assert [line for line, _, _ in found] == [0, 1]
        assert [json.loads(raw) for _, raw, _ in found] == records


def test_an_object_with_more_than_such_a_list_stays_whole(tmp_path: Path) -> None:
    event = {"id": {"time": "x"}, "events": [{"name": "a"}]}
    ((_, raw, _),) = got(written(tmp_path, json.dumps(event) + "\n"))
    assert json.loads(raw) == event


def test_blocks_are_records(tmp_path: Path) -> None:
    xml = '<?xml version="1.0"?>\n<Events>\n<Event xmlns="x">\n <System/>\n</Event><Event>\n</Event>\n</Events>\n'
    assert [raw for _, raw, _ in got(written(tmp_path, xml))] == [
        '<Event xmlns="x">\n <System/>\n</Event>',
        "<Event>\n</Event>",
    ]
    audit = "--a1b2c3d4-A--\n[x]\n--a1b2c3d4-Z--\n\n--b1b2c3d4-A--\n--z-Z--\n--b1b2c3d4-Z--\n"
    assert [raw for _, raw, _ in got(written(tmp_path, audit))] == [
        "--a1b2c3d4-A--\n[x]\n--a1b2c3d4-Z--",
        "--b1b2c3d4-A--\n--z-Z--\n--b1b2c3d4-Z--",
    ]


def test_leases_are_records_whatever_their_clients_call_themselves(tmp_path: Path) -> None:
    head = '# comment\n\nauthoring-byte-order little-endian;\nserver-duid "\\000 lease {";\n\n'
    leases = [
        'lease 10.0.0.1 {\n  binding state active;\n  client-hostname "} lease 10.0.0.9 {";\n}',
        'ia-na "\\004 {" {\n  iaaddr 2001:db8::1 {\n    max-life 90;\n  }\n}',
        "lease 10.0.0.2 {\r\n  ends never;\r\n}",
    ]
    rest = ["lease 10.0.0.3 {", "  not whole"]
    text = head + "\n# between\n".join([*leases, *rest]) + "\n"
    assert [raw for _, raw, _ in got(written(tmp_path, text))] == [*leases, rest[0], "# between", rest[1]]
    assert [raw for _, raw, _ in got(written(tmp_path, "lease of 10.0.0.1 {\n}\n"))] == ["lease of 10.0.0.1 {", "}"]


def test_the_journal_keeps_binary_fields(tmp_path: Path) -> None:
    message = b"two\nlines \xff"
    export = (
        b"__CURSOR=a\nMESSAGE\n"
        + struct.pack("<Q", len(message))
        + message
        + b"\n_HOSTNAME=h\n\n__CURSOR=b\nMESSAGE=x=y\n"
    )
    assert [json.loads(raw) for _, raw, _ in got(written(tmp_path, export))] == [
        {"__CURSOR": "a", "MESSAGE": "two\nlines ÿ", "_HOSTNAME": "h"},
        {"__CURSOR": "b", "MESSAGE": "x=y"},
    ]


def test_a_block_without_end_is_read_by_line(tmp_path: Path) -> None:
    assert [raw for _, raw, _ in got(written(tmp_path, "<Event>\n<System/>\n"))] == ["<Event>", "<System/>"]


def test_a_date_in_the_middle_changes_the_date_and_not_the_columns(tmp_path: Path) -> None:
    path = written(
        tmp_path, "#Date: 2026-11-25\n#Fields: time c-ip\n01:00 a\n#Date: 2026-11-26\n#Remark: new day\n02:00 b\n"
    )
    assert got(path) == [
        (2, "01:00 a", "#Date: 2026-11-25\n#Fields: time c-ip"),
        (5, "02:00 b", "#Date: 2026-11-26\n#Fields: time c-ip\n#Remark: new day"),
    ]


def test_directives_without_end_stay_few(tmp_path: Path) -> None:
    path = written(tmp_path, "#Fields: time c-ip\n" + "#Remark: x\n" * 100_000 + "01:00 a\n")
    assert got(path) == [(100_001, "01:00 a", "#Fields: time c-ip\n#Remark: x")]
