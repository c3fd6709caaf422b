"""What `sources test` counts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from watchfloor.app.source_test import FAILED, FORMAT, MESSAGE, SourceTest, as_json, run_source_test

NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
LINES = [
    "Nov 25 07:50:41 watch01 sshd[71]: Failed password for root from 192.0.2.1 port 22 ssh2",
    "Nov 25 07:50:42 watch01 sshd[71]: frobnicated 7 keys",
    "Nov 25 07:50:43 watch01 sshd[72]: frobnicated 8 keys",
    "Nov 25 07:50:44 watch01 frobd[9]: user bob moved 12 boxes",
    '192.0.2.1 - - [25/Nov/2026:07:51:43 +0000] "GET / HTTP/1.1" 2O0 6 "-" "curl/8"',
    '192.0.2.1 - - [25/Nov/2026:07:51:43 +0000] "GET / HTTP/1.1" 200 6 "-" "curl/8"',
    '{"a": 1',
]


def run(tmp_path: Path, lines: list[str], parser: str = "", batch_size: int = 1000) -> SourceTest:
    path = tmp_path / "a.log"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return run_source_test([str(path)], None, dt.UTC, NOW, parser, batch_size)


def test_datasets_failures_and_shapes(tmp_path: Path) -> None:
    test = run(tmp_path, LINES)
    assert (test.records, test.failed) == (7, 2)
    sshd = test.datasets["linux.sshd"]
    assert (sshd.records, sshd.timed, sshd.categorised, sshd.unknown) == (3, 3, 1, 2)
    assert sshd.fields["source.ip"] == 1
    assert "event.id" not in sshd.fields
    assert sshd.first is not None
    assert sshd.last is not None
    assert (sshd.first.second, sshd.last.second) == (41, 43)
    assert {name: each.unknown for name, each in test.datasets.items()} == {
        "linux.sshd": 2,
        "linux.syslog": 1,
        "web.apache_access": 0,
    }
    unknown, further = test.unknown("", 10)
    assert further == 0
    assert [(each.kind, each.dataset, each.program, each.shape, each.count) for each in unknown] == [
        (MESSAGE, "linux.sshd", "sshd", "frobnicated <number> keys", 2),
        (FAILED, "", "", '{"<text>": <number>', 1),
        (FAILED, "", "", '<ip> - - [<time>] "<request>" <id> <number> "<text>" "<text>"', 1),
        (FORMAT, "linux.syslog", "frobd", "user bob moved <number> boxes", 1),
    ]
    assert unknown[0].place == ("a.log", 2)
    assert unknown[2].near[0].group == "http.response.status_code"
    assert unknown[1].near[0].reason.startswith("broken JSON")


def test_the_size_of_batches_changes_nothing(tmp_path: Path) -> None:
    whole, parts = run(tmp_path, LINES), run(tmp_path, LINES, batch_size=1)
    for test in (whole, parts):
        test.problems.clear()
    assert list(as_json(whole, *whole.unknown("", 9))) == list(as_json(parts, *parts.unknown("", 9)))


def test_a_limit_and_a_hint(tmp_path: Path) -> None:
    test = run(tmp_path, LINES[4:5], "web.nginx_access")
    unknown, _ = test.unknown("web.nginx_access", 1)
    assert [each.near[0].parser for each in unknown] == ["web.nginx_access"]
    assert run(tmp_path, LINES).unknown("", 1)[1] == 3


def test_a_time_that_is_not_the_records_own_does_not_count(tmp_path: Path) -> None:
    test = run(tmp_path, ['{"frob": 7}'])
    dataset = test.datasets["generic.json"]
    assert (dataset.records, dataset.timed, dataset.first) == (1, 0, None)


def test_nothing_at_all(tmp_path: Path) -> None:
    test = run(tmp_path, [])
    assert (test.records, test.failed, test.datasets) == (0, 0, {})
    assert list(as_json(test, *test.unknown("", 5)))[-1]["records"] == 0
