"""What holds for every parser: documentation, fields, allowed values, independence of how records are grouped."""

from __future__ import annotations

import importlib
import random
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchfloor.core.catalog import plugins
from watchfloor.parsers.dispatch import parse_records
from watchfloor.parsers.plugin import (
    FieldsParser,
    JsonEnvelope,
    JsonParser,
    LineParser,
    MessageParser,
    Pattern,
)
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

GOLDEN = Path(__file__).parents[1] / "golden" / "parsers"
PARSERS: dict[str, Any] = dict(plugins("watchfloor.parsers", "PARSER"))
WANTED = frozenset(declared())
# https://www.elastic.co/docs/reference/ecs/ecs-category-field-values-reference
ALLOWED = {
    "event.kind": "alert asset enrichment event metric state pipeline_error signal",
    "event.category": (
        "api authentication configuration database driver email file host iam intrusion_detection library malware"
        " network package process registry session threat vulnerability web"
    ),
    "event.type": (
        "access admin allowed change connection creation deletion denied device end error group indicator info"
        " installation protocol start user"
    ),
    "event.outcome": "success failure unknown",
}
TYPES_OF = {  # of the categories that text parsers use
    "authentication": {"start", "end", "info"},
    "session": {"start", "end", "info"},
    "process": {"access", "change", "end", "info", "start"},
    "iam": {"admin", "change", "creation", "deletion", "group", "info", "user"},
    "network": {"access", "allowed", "connection", "denied", "end", "info", "protocol", "start", "error"},
    "configuration": {"access", "change", "creation", "deletion", "info"},
    "email": {"info"},
    "web": {"access", "error", "info"},
    "host": {"access", "change", "end", "info", "start"},
    "package": {"access", "change", "deletion", "info", "installation", "start"},
    "database": {"access", "change", "info"},
    "file": {"access", "change", "creation", "deletion", "info"},
    "intrusion_detection": {"allowed", "denied", "info"},
    "driver": {"change", "end", "info", "start"},
}


def text_parsers() -> list[tuple[str, LineParser | MessageParser]]:
    return [(name, each) for name, each in PARSERS.items() if isinstance(each, LineParser | MessageParser)]


@pytest.mark.parametrize("name", PARSERS)
def test_documented(name: str) -> None:
    module = importlib.import_module(f"watchfloor.parsers.{name}")
    assert module.__doc__
    assert module.__doc__.strip().endswith(".")
    assert PARSERS[name].reference.startswith("https://")
    assert isinstance(PARSERS[name], JsonParser | JsonEnvelope | FieldsParser | LineParser | MessageParser)


@pytest.mark.parametrize(("name", "parser"), text_parsers())
def test_text_parsers_fill_declared_fields_with_allowed_values(name: str, parser: LineParser | MessageParser) -> None:
    for pattern in parser.patterns:
        groups = {part.split(">", 1)[0] for part in pattern.regex.split("(?P<")[1:]}
        unknown = {group for group in groups | set(pattern.fields) if not group.startswith("_") and group not in WANTED}
        assert not unknown, f"{name}: {pattern.regex}"
        for field, allowed in ALLOWED.items():
            assert _values(pattern, field) <= set(allowed.split())
        for category in _values(pattern, "event.category"):
            assert _values(pattern, "event.type") <= TYPES_OF[category] | {"error"}


def _values(pattern: Pattern, field: str) -> set[str]:
    value = pattern.fields.get(field, [])
    return set(value) if isinstance(value, list) else {str(value)}


@pytest.mark.parametrize(("name", "parser"), text_parsers())
def test_patterns_are_anchored(name: str, parser: LineParser | MessageParser) -> None:
    assert all(pattern.regex.startswith("^") for pattern in parser.patterns), name


@pytest.mark.parametrize(("name", "parser"), text_parsers())
def test_patterns_are_understood(name: str, parser: LineParser | MessageParser) -> None:
    line = pl.Series(["x"])
    for pattern in parser.patterns:
        assert line.str.extract_groups(pattern.regex).len() == 1, name


def test_kinds_of_lines_of_all_parsers_fit_together() -> None:
    """What one line fills must not decide the type in which another line of the batch fills the same field."""
    samples = [path.read_text("utf-8", "replace") for path in sorted(GOLDEN.glob("*/*.log"))]
    records = [sample.split("\n", 1)[0] for sample in samples]
    records += [f"Nov 25 07:50:41 watch01 web[7]: {record}" for record in records]
    records.append('10.0.0.1 - - [07/Feb/2020:12:02:38 +0000] "GET http://u@example.org:8080/b.php HTTP/1.1" 302 -')
    records.append(f"Nov 25 07:50:41 watch01 nginx: {records[-1]}")
    events = _rows(records, len(records))
    assert [event["event.original"] for event in events] == records
    assert events[-1]["url.port"] == events[-2]["url.port"] == 8080


def _rows(raw: list[str], sizes: int, path: str = "x.log") -> list[dict[str, Any]]:
    source = Source("s", path)
    events = []
    for first in range(0, len(raw), sizes):
        batch = RawBatch.of(source, raw[first : first + sizes], first)
        events += list(parse_records(batch, wanted=WANTED).rows())
    return [{name: value for name, value in event.items() if name != "event.ingested"} for event in events]


def test_grouping_of_records_changes_nothing() -> None:
    samples = [path.read_bytes().decode("utf-8", "replace") for path in sorted(GOLDEN.glob("*/*.log"))]
    records = [record for sample in samples for record in sample.removesuffix("\n").split("\n")[:6]]
    random.Random(7).shuffle(records)
    whole = _rows(records, len(records))
    assert [event["event.original"] for event in whole] == records
    assert whole == _rows(records, 150)
    assert whole[:40] == _rows(records[:40], 1)


def test_a_hint_is_tried_first_and_an_unknown_one_means_detection() -> None:
    line = '10.0.0.1 - - [25/Nov/2026:07:51:43 +0000] "GET / HTTP/1.1" 200 6 "-" "curl"'
    for hint, dataset in (
        ("web.nginx_access", "web.nginx_access"),
        ("no.such", "web.apache_access"),
        ("", "web.apache_access"),
    ):
        event = next(parse_records(RawBatch.of(Source("s", "x", parser=hint), [line]), wanted=WANTED).rows())
        assert event["event.dataset"] == dataset


def test_records_that_could_not_be_read_are_events() -> None:
    batch = RawBatch(
        (Source("s", "x"),), pa.array([0, 0]), pa.array([0, 1]), pa.array(["a: b", "{]"]), pa.array(["cut off", None])
    )
    first, second = parse_records(batch, wanted=WANTED).rows()
    assert (first["event.kind"], first["error.message"], first["event.original"]) == (
        "pipeline_error",
        "cut off",
        "a: b",
    )
    assert (second["event.kind"], second["event.original"]) == ("pipeline_error", "{]")
    assert second["error.message"]


PIECES = st.sampled_from(
    [
        "Nov 25 07:50:41 ", "<34>", "<34>1 2026-11-25T07:50:41Z ", "2026-11-25T07:50:41.5+01:00 ", "watch01 ",
        "sshd[1]: ",
        "sudo: ", "CRON[2]: ", "su: ", "useradd[3]: ", "pam_unix(sshd:auth): ", "Failed password for ", "invalid user ",
        " from 10.0.0.1 port 22 ssh2", "session opened for user root(uid=0) by (uid=0)", "authentication failure; ",
        "logname= uid=0 euid=0 tty=ssh ruser= rhost=", "10.0.0.1 - - [25/Nov/2026:07:51:43 +0000] ",
        '"GET /%ff?%00 HTTP/1.1"',
        " 200 6", ' "-" "-"', "[Wed Nov 25 07:51:42.864313 2026] ", "[core:error] [pid 1:tid 2] ", "[client ::1:5] ",
        "2026/11/25 07:51:42 [error] 1#2: *3 ", 'user "', ", client: ", "Feb 29 25:61:61 ",
        "{", "}", '"', "\\", "\0", "é",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES | st.text(max_size=12), max_size=8).map("".join))


@settings(deadline=None, max_examples=60)
@given(st.lists(TEXTS.filter(lambda text: not any("\ud800" <= each <= "\udfff" for each in text)), max_size=12))
def test_any_text_gives_one_event(raw: list[str]) -> None:
    events = list(parse_records(RawBatch.of(Source("s", "x.log"), raw), wanted=WANTED).rows())
    assert [event["event.original"] for event in events] == raw
    for event in events:
        assert event["event.kind"] in {"event", "pipeline_error"}
        assert (event["event.kind"] == "pipeline_error") == ("event.dataset" not in event)
        assert event["@timestamp"]
        assert ("error.message" in event) == (event["event.kind"] == "pipeline_error")
