"""Layouts: addresses with ports, times of all kinds, names in lower case, values inside lists, words of actions."""

from __future__ import annotations

import datetime as dt

import pytest

from watchfloor.parsers.cloud._layout import Layout
from watchfloor.parsers.cloud._verbs import meaning

MOMENT = dt.datetime(2026, 11, 25, 8, 15, 30, 120_000, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("written", "address", "port"),
    [
        ("192.0.2.10", "192.0.2.10", None),
        ("192.0.2.10:5001", "192.0.2.10", "5001"),
        ("[2001:db8::1]:5001", "2001:db8::1", "5001"),
        ("2001:db8::1:5001", "2001:db8::1:5001", None),
        ("::ffff:192.0.2.10", "192.0.2.10", None),
        ("host.example.org", None, None),
        ("AWS Internal", None, None),
    ],
)
def test_addresses(written: str, address: str | None, port: str | None) -> None:
    frame = Layout("v", {"a": "source.address"}).parse([{"a": written}], frozenset())
    assert (frame["source.ip"][0], frame["source.port"][0]) == (address, port)
    assert frame["source.domain"][0] == ("host.example.org" if written == "host.example.org" else None)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-25T08:15:30.12Z",
        "2026-11-25T08:15:30.1200000Z",
        "2026-11-25T00:15:30.120-08:00",
        "2026-11-25T08:15:30.120+0000",
        "2026-11-25 08:15:30.12",
        "2026-11-25 08:15:30.120 -0000",
        1795594530120,
        1795594530.12,
        "1795594530.120000",
    ],
)
def test_times(written: str | float) -> None:
    frame = Layout("v", {"t": "_time"}).parse([{"t": written}], frozenset())
    local = frame["@local"][0].replace(tzinfo=dt.UTC) if "@local" in frame.columns and frame["@local"][0] else None
    assert (frame["@timestamp"][0] or local) == MOMENT


def test_names_in_lower_case_are_those_of_the_table() -> None:
    layout = Layout("v", {"eventName": "event.action", "userIdentity.userName": "user.name"}, folded=True)
    frame = layout.parse([{"eventname": "x", "useridentity": {"userName": "alice"}}], frozenset({"v.eventName"}))
    assert (frame["event.action"][0], frame["user.name"][0], frame["v.eventName"][0]) == ("x", "alice", "x")


def test_wanted_values_are_found_inside_lists_and_objects() -> None:
    record = {"a": [{"b": {"c": 1}}, {"b": {"c": 2}}], "d": {"e": "f"}}
    frame = Layout("v", {}).parse([record, {}], frozenset({"v.a.b.c", "v.d", "v.none"}))
    assert frame["v.a.b.c"].to_list() == ["[1,2]", None]
    assert frame["v.d"].to_list() == ['{"e":"f"}', None]


def test_an_empty_text_takes_a_value_away() -> None:
    frame = Layout("v", {"a": "user.name"}, beyond=lambda _: {"user.name": ""}).parse([{"a": "x"}], frozenset())
    assert frame["user.name"][0] is None


@pytest.mark.parametrize(
    ("action", "category", "kinds"),
    [
        ("CreateUser", "iam", ("user", "creation")),
        ("ADD_GROUP_MEMBER", "iam", ("group", "change")),
        ("UserLoginFailed", "authentication", ("start",)),
        ("user_logout", "authentication", ("end",)),
        ("DeleteBucket", "x", ("deletion",)),
        ("GetPolicy", "iam", ("admin", "info")),
        ("", "x", ("info",)),
    ],
)
def test_words_of_actions(action: str, category: str, kinds: tuple[str, ...]) -> None:
    assert meaning(action, ("x",)) == ((category,), kinds)
