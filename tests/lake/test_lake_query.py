"""Queries as trees: what is read, and where what is not."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.core.errors import QueryError
from watchfloor.lake.query import Between, Combined, Match, Node, Not, Wildcard, parse

ANY, ONE = Wildcard.ANY, Wildcard.ONE


def _match(field: str | None, *pieces: str | Wildcard) -> Match:
    return Match(field, pieces, 0)


def _plain(node: Node) -> Node:
    """The tree without positions."""
    if isinstance(node, Match):
        return _match(node.field, *node.pieces)
    if isinstance(node, Between):
        return Between(node.field, node.low, node.high, node.low_included, node.high_included, 0)
    if isinstance(node, Not):
        return Not(_plain(node.part))
    return Combined(node.every, tuple(_plain(part) for part in node.parts))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("root", _match(None, "root")),
        ("user.name:root", _match("user.name", "root")),
        ('user.name:"a b"', _match("user.name", "a b")),
        ("process.name:*b?c", _match("process.name", ANY, "b", ONE, "c")),
        ('process.name:"*b?c"', _match("process.name", "*b?c")),
        (r"process.name:a\*", _match("process.name", "a*")),
        ("user.name:*", _match("user.name", ANY)),
        ("a.b:1 c.d:2", Combined(every=True, parts=(_match("a.b", "1"), _match("c.d", "2")))),
        ("a.b:1 && c.d:2", Combined(every=True, parts=(_match("a.b", "1"), _match("c.d", "2")))),
        ("a.b:1 || c.d:2", Combined(every=False, parts=(_match("a.b", "1"), _match("c.d", "2")))),
        ("a.b:(x OR y)", Combined(every=False, parts=(_match("a.b", "x"), _match("a.b", "y")))),
        ("NOT a.b:1", Not(_match("a.b", "1"))),
        ("-a.b:1", Not(_match("a.b", "1"))),
        ("!a.b:1", Not(_match("a.b", "1"))),
        ("!root", Not(_match(None, "root"))),
        ("+root", _match(None, "root")),
        ("a.b:-5", _match("a.b", "-5")),
        ("a.b:[1 TO 5}", Between("a.b", "1", "5", low_included=True, high_included=False, position=0)),
        ("a.b:[-5 TO *]", Between("a.b", "-5", None, low_included=True, high_included=True, position=0)),
        ('a.b:{"x y" TO z]', Between("a.b", "x y", "z", low_included=False, high_included=True, position=0)),
        ("a.b:>=-5", Between("a.b", "-5", None, low_included=True, high_included=True, position=0)),
        ("a.b:<5", Between("a.b", None, "5", low_included=True, high_included=False, position=0)),
        (
            "@timestamp:[2026-01-01T10:00:00Z TO now]",
            Between("@timestamp", "2026-01-01T10:00:00Z", "now", low_included=True, high_included=True, position=0),
        ),
        # What people write without quotes.
        ("source.ip:10.0.0.0/8", _match("source.ip", "10.0.0.0/8")),
        ("source.ip:fe80::1", _match("source.ip", "fe80::1")),
        ("fe80::1", _match(None, "fe80::1")),
        ("12:30:00", _match(None, "12:30:00")),
        ("url.path:/etc/passwd", _match("url.path", "/etc/passwd")),
        ("https://example.com/a?b", _match(None, "https://example.com/a", ONE, "b")),
        (r"C:\Windows\cmd.exe", _match(None, r"C:\Windows\cmd.exe")),
        (r"file.path:C:\Windows\\cmd.exe", _match("file.path", r"C:\Windows\cmd.exe")),
        (r'file.path:"C:\Windows\\cmd.exe"', _match("file.path", r"C:\Windows\cmd.exe")),
        (r"*\cmd.exe", _match(None, ANY, r"\cmd.exe")),
        ("winlog.provider_guid:{55-aa}", _match("winlog.provider_guid", "{55-aa}")),
        ("PROGRA~1", _match(None, "PROGRA~1")),
        ("a^2", _match(None, "a^2")),
        (r"Odd\ name:x", _match("Odd name", "x")),
    ],
)
def test_trees(text: str, tree: Node) -> None:
    root = parse(text).root
    assert root is not None
    assert _plain(root) == tree


@pytest.mark.parametrize("text", ["", "  ", "*", "*:*"])
def test_everything(text: str) -> None:
    assert parse(text).root is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("user.name:(a OR", "at its end"),
        ("(a", "at its end"),
        ("a OR", "at its end"),
        ("user.name:", "at its end"),
        ("source.ip:fe80::1 )", "at position 18"),
        ('a "b', "quote at position 2 is never closed"),
        ("a.b:[1 TO 5", "range at position 4"),
        ("x [1 TO 5]", "range at position 2"),
        (">5", "needs a field"),
        ("(" * 60 + "a" + ")" * 60, "nested deeper"),
        ("a" * 30_000, "longer than"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_place(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse(text)


def test_operators_in_small_letters_are_pointed_out() -> None:
    assert parse("a and b").notes == ["'and' at position 2 is taken as a word; operators are in capitals"]


@given(st.text(alphabet=st.sampled_from('ab.:*?"\\/()[]{} ~^+-!&|<>=TOANDR\u00e9\n'), max_size=40))
def test_any_text_is_a_tree_or_an_error(text: str) -> None:
    with contextlib.suppress(QueryError):
        parse(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_quoted_text_is_found_as_it_is(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    root = parse(f'user.name:"{escaped}"').root
    assert root is not None
    assert _plain(root) == _match("user.name", value)
