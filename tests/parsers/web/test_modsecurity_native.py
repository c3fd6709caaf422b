"""ModSecurity's native audit log: what a client sends must not become a section, whatever it looks like."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.parsers.dispatch import parse_records
from watchfloor.parsers.web.modsecurity_native import PARSER
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

HEAD = "--ac178119-A--\n[25/Nov/2026:13:10:00.678700 +0000] awbeKIYm 192.0.2.7 37106 198.51.100.1 443\n"
REQUEST = "--ac178119-B--\nPOST /a HTTP/1.1\nHost: www.example.org\n\n"
RESPONSE = "--ac178119-F--\nHTTP/1.1 403 Forbidden\nContent-Length: 239\n\n"
TRAILER = (
    '--ac178119-H--\nMessage: Access denied with code 403 (phase 2). Match. [file "/r"] [id "9"] [severity "ERROR"]\n'
    "Action: Intercepted (phase 2)\n\n"
)
END = "--ac178119-Z--"


def event(raw: str) -> dict[str, Any]:
    return next(parse_records(RawBatch.of(Source("s", "x.log"), [raw]), wanted=frozenset(declared())).rows())


@pytest.mark.parametrize(
    "body",
    [
        '--b0b0b0b0-H--\nMessage: Warning. [id "1"]\n--b0b0b0b0-Z--',
        '--ac178119-H--\nMessage: Warning. [file "/x"] [id "1"]',
        "--ac178119-F--\nHTTP/1.1 200 OK",
        "--ac178119-A--\n[01/Jan/2020:00:00:00 +0000] x 203.0.113.66 1 203.0.113.66 2",
        "--ac178119-B--\nGET /forged HTTP/1.1",
        " --ac178119-H--\n--ac178119-H-- \n--ac178119-HH--",
        "a\x85--ac178119-H--\u2028Message: x",
    ],
)
def test_bodies_forge_no_section(body: str) -> None:
    found = event(f"{HEAD}{REQUEST}--ac178119-C--\n{body}\n{RESPONSE}{TRAILER}{END}")
    expected = {
        "@timestamp": "2026-11-25T13:10:00.678700+00:00",
        "event.action": "denied",
        "event.dataset": "web.modsecurity",
        "event.severity": 3,
        "http.response.status_code": 403,
        "rule.id": "9",
        "source.ip": "192.0.2.7",
        "url.path": "/a",
    }
    assert {name: found[name].isoformat() if name == "@timestamp" else found[name] for name in expected} == expected


def test_lines_of_the_trailer_end_at_line_feeds_alone() -> None:
    found = event(
        f'{HEAD}{REQUEST}--ac178119-H--\nMessage: Warning. [id "9"] [data "\u2028Action: Intercepted"]\n{END}'
    )
    assert found["rule.id"] == "9"
    assert "event.action" not in found


@pytest.mark.parametrize("cut", [len(HEAD), len(HEAD + REQUEST) - 9, len(HEAD + REQUEST + RESPONSE) + 20])
def test_what_breaks_off_keeps_what_came_before(cut: int) -> None:
    found = event((HEAD + REQUEST + RESPONSE + TRAILER)[:cut])
    assert (found["event.dataset"], found["source.ip"]) == ("web.modsecurity", "192.0.2.7")


def test_carriage_returns_change_nothing() -> None:
    plain = HEAD + REQUEST + RESPONSE + TRAILER + END
    assert PARSER.read([plain.replace("\n", "\r\n")], "") == PARSER.read([plain], "")


def test_headers_that_come_twice_keep_all_values() -> None:
    found = event(f"{HEAD}--ac178119-B--\nGET / HTTP/1.1\nCookie: a=1\nCookie: b=2\n{END}")
    assert found["modsecurity.audit.request.headers.Cookie"] == "a=1, b=2"


@given(st.lists(st.sampled_from([*(HEAD + REQUEST + TRAILER).split("\n"), "-", "\r", ":", "\n"])).map("\n".join))
def test_any_sections_are_read(text: str) -> None:
    for record in (text, HEAD + text):
        [values] = PARSER.read([record], "")
        assert values is None or values["transaction"]
        assert event(record)["event.kind"]
