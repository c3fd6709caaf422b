"""How far patterns fit: on every installed pattern, and on real records with a character broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.core.catalog import plugins
from watchfloor.parsers._regex import ascii_digits
from watchfloor.parsers.likely import inner, is_fallback, reasons, unmatched
from watchfloor.parsers.near import items, nearest
from watchfloor.parsers.plugin import LineParser, MessageParser

GOLDEN = Path(__file__).parents[1] / "golden" / "parsers"
PARSERS: dict[str, Any] = dict(plugins("watchfloor.parsers", "PARSER"))
TEXT_PARSERS = [name for name, each in PARSERS.items() if isinstance(each, LineParser | MessageParser)]
REFUSED = "Failed password for root from 192.0.2.1 port 4711 ssh2"


def regexes(name: str) -> list[str]:
    return [pattern.regex for pattern in PARSERS[name].patterns]


def text(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").splitlines()


def golden(name: str) -> list[str]:
    lines = [line for path in sorted((GOLDEN / name).glob("*.log")) for line in text(path)]
    return [message for _, message in inner(lines)] if isinstance(PARSERS[name], MessageParser) else lines


@pytest.mark.parametrize("name", TEXT_PARSERS)
def test_the_pieces_of_a_pattern_fit_what_it_fits(name: str) -> None:
    texts = pl.Series(golden(name)[:200], dtype=pl.String)
    for regex in regexes(name):
        pieces = "".join(piece.text for piece in items(regex))
        assert (texts.str.contains(ascii_digits(pieces)) == texts.str.contains(ascii_digits(regex))).all(), regex


@pytest.mark.parametrize(
    ("regex", "pieces"),
    [
        (r"^a(?P<user.name>\S+ )b", [("^", ""), ("a", ""), (r"\S+", "user.name"), (" ", "user.name"), ("b", "")]),
        (r"^(?:ab){1,2}?[]x\]]\.", [("^", ""), ("(?:ab){1,2}?", ""), (r"[]x\]]", ""), (r"\.", "")]),
        (r"^(?:a|b)c", [("^", ""), ("(?:a|b)", ""), ("c", "")]),
        (r"^(?P<x.y>a|b)?", [("^", ""), ("(?:a|b)?", "x.y")]),
        (r"^a|^b", [("(?:^a|^b)", "")]),
        (r"(?i)^\x{FEFF}(?s:.*)$", [("(?i)", ""), ("^", ""), (r"\x{FEFF}", ""), ("(?s:.*)", ""), ("$", "")]),
    ],
)
def test_patterns_are_taken_apart(regex: str, pieces: list[tuple[str, str]]) -> None:
    assert [(piece.text, piece.group) for piece in items(regex)] == pieces


@given(st.integers(0, 40), st.sampled_from("~§"))
def test_a_broken_character_is_where_the_nearest_pattern_ends(at: int, wrong: str) -> None:
    line = "user bob moved 12 boxes to 192.0.2.1 in 7 minutes"
    regex = r"^user bob moved (?P<_1>\d+) boxes to (?P<source.address>[0-9.]+) in (?P<_2>\d+) minutes$"
    near = nearest("own.moves", [r"^nothing like it", regex], line[:at] + wrong + line[at + 1 :])
    if near is None:
        assert at < 3
        return
    assert (near.pattern, near.position, near.reason) == (2, at, "")
    assert near.group == ("source.address" if at == 27 else "_1" if at == 15 else near.group)


def test_what_a_pattern_wants_next_is_told() -> None:
    near = nearest(
        "own.x", [r"^(?P<user.name>\w+) logged in from (?P<source.address>[0-9.]+)$"], "bob logged inn from 7"
    )
    assert near is not None
    assert (near.position, near.item, near.group) == (13, " from ", "")
    assert 0 < near.share < 1


def test_a_real_parser_with_a_broken_record() -> None:
    line = '192.0.2.1 - - [25/Nov/2026:07:51:43 +0000] "GET / HTTP/1.1" 2O0 6 "-" "curl/8"'
    near = reasons(line, hint="web.apache_access")[0]
    assert near.parser == "web.apache_access"
    assert near.group == "http.response.status_code"
    assert line[: near.position].endswith('HTTP/1.1" ')


def test_next_to_nothing_is_not_near() -> None:
    assert nearest("own.x", [r"^(?P<message>.*) ab$"], "something else") is None
    assert nearest("own.x", [], "x") is None


def test_reasons_of_formats_with_names() -> None:
    broken = reasons('{"a": 1')
    assert [each.reason.split(":")[0] for each in broken] == ["broken JSON"]
    lacking = reasons('{"a": 1}', hint="ids.suricata_eve")
    assert lacking[0].parser == "ids.suricata_eve"
    assert lacking[0].reason
    assert "no JSON object" in reasons("x", hint="ids.suricata_eve")[0].reason
    sieved = reasons("id=firewall sn= nothing", hint="firewall.sonicwall")
    assert [each.parser for each in sieved] == ["firewall.sonicwall"]


def test_a_hint_that_is_no_parser_of_records_is_none() -> None:
    assert reasons(REFUSED + "x", hint="no.such") == reasons(REFUSED + "x") == []
    assert reasons("{", hint="shipping.filebeat")[0].reason


def test_known_programs_with_unknown_messages() -> None:
    texts = [REFUSED, "frobnicated"]
    assert unmatched("linux.sshd", texts, texts) == {1}
    assert unmatched("web.apache_access", ["x"], ["x"]) == set()


def test_a_record_that_another_form_of_the_format_knows_is_no_unknown_message() -> None:
    """Dovecot's own file looks like syslog without a host, whose program would be the session."""
    ends = ["Info: Disconnected: Logged out in=12 out=480", "Info: frobnicated"]
    records = [f"Nov 29 07:10:01 imap(ada@example.org)<71><aB3d>: {end}" for end in ends]
    assert unmatched("mail.dovecot", ends, records) == {1}
    assert unmatched("mail.dovecot", ends, ends) == {0, 1}
    assert is_fallback("linux.syslog")
    assert is_fallback("generic.json")
    assert is_fallback("shipping.filebeat")
    assert not is_fallback("linux.sshd")


@given(st.text(), st.text(max_size=8))
def test_any_text_has_reasons_or_none(text: str, program: str) -> None:
    for near in reasons(text, program, others=["linux.sshd", "web.apache_access"]):
        assert near.reason or 0 <= near.position <= len(text)
