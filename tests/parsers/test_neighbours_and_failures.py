"""What a record gives depends on that record alone, and no record ends the run."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from watchfloor.core.catalog import plugins
from watchfloor.parsers import _lines
from watchfloor.parsers._catalog import catalogued
from watchfloor.parsers._firsts import firsts
from watchfloor.parsers._json import decode
from watchfloor.parsers._mapping import mapped
from watchfloor.parsers._objects import parse_objects
from watchfloor.parsers._pairs import all_pairs, pairs
from watchfloor.parsers.dispatch import parse_records
from watchfloor.parsers.plugin import JsonEnvelope, JsonParser, LineParser
from watchfloor.schema.fields import REST, declared
from watchfloor.schema.records import RawBatch, Source

WANTED = frozenset(declared())
VALUES: tuple[Any, ...] = (None, 5, 1.5, True, "", "x", [], [1], [[]], [{}], {}, {"a": {}}, {"a": None})


def parsed(*records: str, parser: str = "") -> list[dict[str, Any]]:
    source = Source("s", "x.log", reference=dt.datetime(2026, 11, 26, tzinfo=dt.UTC), parser=parser)
    return list(parse_records(RawBatch.of(source, records), wanted=WANTED).rows())


def kept(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in {"event.id", "event.ingested", "log.line"}}


@pytest.mark.parametrize(
    ("record", "neighbour"),
    [
        (
            (
                '{"ecs.version":"8","@timestamp":"2026-11-25T00:00:00Z","event.kind":"event",'
                '"destination.ip":"192.0.2.1","network.transport":"tcp"}'
            ),
            '{"ecs.version":"8","@timestamp":"2026-11-25T00:00:00Z","event.kind":"event","source.ip":"192.0.2.2"}',
        ),
        (
            (
                "2026-11-25 07:50:41 dovecot_login authenticator failed for client.example.com (c) [192.0.2.25]: 535 "
                "Incorrect authentication data (set_id=x)"
            ),
            (
                "2026-11-25 07:50:41 plain_login authenticator failed for client.example.com [192.0.2.25]: 535 "
                "Incorrect authentication data (set_id=x)"
            ),
        ),
        (
            "Nov 25 07:50:45 ldap01 slapd[1183]: connection_read(25): no connection!",
            "Nov 25 07:50:45 ldap01 slapd[1183]: conn=1000 op=0 RESULT tag=97 err=49 qtime=0.1 etime=0.1 text=",
        ),
        (
            "Nov 25 07:00:08 fw01 filterlog[61207]: 82,,,100atch,block,in,4,0x0,,64,45190,0,none,1,icmp,56,10.0.0.5",
            (
                "Nov 25 07:00:08 fw01 filterlog[61207]: 5,,,1000000103,vmx0,match,block,in,4,0x0,,64,0,0,DF,6,tcp,60,"
                "192.0.2.1,203.0.113.1,40000,22,0,S,1,,64240,,mss"
            ),
        ),
    ],
)
def test_neighbours_do_not_matter(record: str, neighbour: str) -> None:
    (alone,) = parsed(record)
    assert alone["event.kind"] == "event"
    assert kept(parsed(record, neighbour)[0]) == kept(alone)


def test_an_address_inside_a_syslog_message_may_be_a_list() -> None:
    (event,) = parsed(
        '<13>Nov 25 07:50:45 h1 192.0.2.1 app: {"ecs.version":"8","@timestamp":"2026-11-25T00:00:00Z",'
        '"event.kind":"event","event.category":["network"],"host.ip":["192.0.2.9"]}'
    )
    assert event["host.ip"] == ["192.0.2.9"]


def test_lines_of_a_known_shape_give_what_they_give_alone() -> None:
    often = [f"a={number} b=c d=e" for number in range(20)]
    hostile = ["a=x=1 b=c d=e", 'a="1" b=c d=e', "a= b=c d=e", "a=b.c/d-e=1 b= d=", "a=1 b=c d=e=f"]
    assert all_pairs([*often, *hostile])[len(often) :] == [pairs(line) for line in hostile]


@pytest.mark.parametrize(
    "line",
    [
        r'a="D\jo" b=2',
        r'a="two \"words\"" b=2',
        r"a='x \'y\'' b=2",
        r"a='D\\jo' b=\"E\\\\fo\" c=3",
        'a="x\\\ny" b=\'c=d "e"\' f=',
    ],
)
def test_quotes_and_escapes_have_shapes_too(line: str) -> None:
    changed = [line.replace("2", "3"), line.replace("'", '"'), line + '"', line.replace("\\", "\\\\"), line + "\\"]
    lines = [*[line] * 20, *changed, line]
    assert list(all_pairs(lines)) == [pairs(each) for each in lines]


def test_an_empty_list_is_no_value_whatever_stands_before_it() -> None:
    frame = mapped([{"a": "-", "b": 1}, {"a": [], "b": 1}], {}, vendor="v", wanted=frozenset())
    assert frame[REST].to_list() == ['{"v.b":1}'] * 2


def test_no_parser_is_asked_about_an_object_that_lacks_its_names() -> None:
    for name in catalogued(JsonParser):
        (event,) = parsed('{"a": 1}', parser=name)
        assert event["event.kind"] == "event", name


@pytest.mark.parametrize(
    "parser", [each for each in plugins("watchfloor.parsers", "PARSER").values() if hasattr(each, "claims")]
)
def test_values_of_any_type_may_be_claimed(parser: JsonParser | JsonEnvelope) -> None:
    for value in VALUES:
        assert parser.claims(dict.fromkeys(parser.keys, value)) in {True, False}


def test_a_parser_that_fails_gives_a_counted_event(monkeypatch: pytest.MonkeyPatch) -> None:
    patterned = _lines._patterned  # any parser's failure will do

    def fail(frame: pl.DataFrame, name: str, parser: LineParser) -> pl.DataFrame:
        if len(frame):
            raise TypeError("no such thing")
        return patterned(frame, name, parser)

    monkeypatch.setattr(_lines, "_patterned", fail)
    line = '10.0.0.1 - - [25/Nov/2026:07:51:43 +0000] "GET / HTTP/1.1" 200 6 "-" "curl"'
    events = parsed('{"a": 1}', line, '{"a": 2}')
    assert [event["event.kind"] for event in events] == ["event", "pipeline_error", "event"]
    assert events[1]["error.message"] == "parsing failed: TypeError: no such thing"
    assert [event["log.line"] for event in events] == [0, 1, 2]


def test_letters_of_either_case_start_what_is_matched_in_either_case() -> None:
    assert firsts("^(?i:ab|c)d") == frozenset("aAcC")
    assert "S" in firsts(r"^\s*(?i:(?P<user.name>s))")


def test_a_line_under_a_header_needs_no_neighbour_that_looks_like_its_format() -> None:
    """The hint names another format, so that only the header says which one it is; the line fits no sieve."""
    source = Source(
        "s", "x", parser="web.nginx_access", header="#Fields: cs-method date time s-ip cs-uri-stem c-ip sc-status"
    )
    record = "GET 2026-11-25 00:00:01 192.0.2.1 /a 192.0.2.2 200"
    neighbour = "2026-11-25 00:00:01 192.0.2.1 GET /a 192.0.2.2 200"
    datasets = [
        next(event.get("event.dataset") for event in parse_records(RawBatch.of(source, raw), wanted=WANTED).rows())
        for raw in ([record], [record, neighbour])
    ]
    assert datasets == ["web.iis", "web.iis"]


def test_a_mark_may_stand_behind_blanks() -> None:
    assert decode(' @cee: {"a": 1}') == {"a": 1}


def test_a_request_and_a_message_of_one_server_keep_their_types() -> None:
    request = '127.0.0.1 - - [25/Nov/2026:13:10:14 +0000] "GET / HTTP/1.1" 200 3'
    message = "25-Nov-2026 13:10:14.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup"
    events = parsed(request, message, parser="web.tomcat")
    assert [event["event.type"] for event in events] == [["access"], ["info"]]


def test_a_line_that_only_the_last_pattern_fits_needs_no_other() -> None:
    (event,) = parsed("[25-Nov-2026 13:10:01 Europe/Berlin] PHP F")
    assert (event["event.dataset"], event["event.kind"]) == ("web.php", "event")


def test_columns_of_many_headers_are_parsed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may begin anew with every record: reading goes by header, parsing must not."""
    calls = []

    def counted(name: str, *rest: Any) -> Any:
        calls.append(name)
        return parse_objects(name, *rest)

    monkeypatch.setattr(_lines, "parse_objects", counted)
    fields = "#Fields: date time s-ip cs-method cs-uri-stem c-ip sc-status"
    sources = tuple(Source("s", "u_ex.log", header=f"#Date: 2026-11-{day:02d}\n{fields}") for day in range(1, 29))
    raw = [f"2026-11-25 00:00:01 192.0.2.1 GET /{day} 192.0.2.2 200" for day in range(28)]
    batch = RawBatch(sources, pa.array(range(28)), pa.array(range(28)), pa.array(raw), pa.nulls(28, pa.string()))
    events = list(parse_records(batch, wanted=WANTED).rows())
    assert [event["url.path"] for event in events] == [f"/{day}" for day in range(28)]
    assert calls == ["web.iis"]


@pytest.mark.parametrize("moment", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00"])
def test_moments_beyond_all_calendars_are_none(moment: str) -> None:
    start = '{"ecs.version":"8","@timestamp":"2026-11-25T00:00:00Z","event.kind":"event",'
    start += '"event.end":"2026-11-25T01:00:00Z",'
    (event,) = parsed(f'{start}"event.start":"{moment}"}}')
    assert "event.start" not in event
    assert event["event.end"] == dt.datetime(2026, 11, 25, 1, tzinfo=dt.UTC)
