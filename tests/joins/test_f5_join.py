"""Sessions at F5 BIG-IP's access policy manager: who came from where, and whether the policy let them in."""

from __future__ import annotations

import datetime as dt

import pytest
from joined_records import told

from watchfloor.store.engine import Store

NEW = "New session from client IP 192.0.2.10 (ST=/CC=/C=) at VIP 198.51.100.1 Listener /Common/vpn_vs (Reputation=Good)"
RESULT = "Access policy result: "


def line(code: str, text: str, minute: int = 0, session: str = "8a2b3c4d", prefix: str = "/Common/vpn:Common:") -> str:
    return f"Nov 25 13:{minute:02}:00 bigip1 notice apmd[8080]: {code}:5: {prefix}{session}: {text}"


@pytest.mark.parametrize("prefix", ["/Common/vpn:Common:", ""])
def test_a_session_tells_user_and_address_together(store: Store, prefix: str) -> None:
    found = told(
        store,
        line("01490500", NEW, prefix=prefix),
        line("01490010", r"Username 'EXAMPLE\alice'", 1, prefix=prefix),
        line("01490102", RESULT + "Network_Access", 2, prefix=prefix),
        line("01490502", "Session deleted due to user logout request.", 59, prefix=prefix),
    )
    assert len(found) == 1
    event = found[0]
    assert event["event.dataset"] == "web.f5_bigip_session"
    assert (event["user.name"], event["user.domain"], event["source.ip"]) == ("alice", "EXAMPLE", "192.0.2.10")
    assert (event["event.action"], event["event.outcome"]) == ("vpn-session-started", "success")
    assert event["event.type"] == ["start"]


def test_who_was_refused_did_not_log_in(store: Store) -> None:
    found = told(
        store,
        line("01490500", NEW),
        line("01490010", "Username 'bob'"),
        line("01490107", "AD module: authentication with 'bob' failed: Preauthentication failed"),
        line("01490102", RESULT + "Logon_Deny"),
    )
    assert [(each["user.name"], each["event.action"], each["event.outcome"]) for each in found] == [
        ("bob", "logged-in", "failure")
    ]


def test_the_name_that_was_proven_counts_and_not_one_tried_before(store: Store) -> None:
    found = told(
        store,
        line("01490500", NEW),
        line("01490010", "Username 'bob'"),
        line("01490107", "AD module: authentication with 'bob' failed: Preauthentication failed", 1),
        line("01490010", "Username 'alice'", 2),
        line("01490115", "AD module: authentication with 'alice' successful", 2),
        line("01490102", RESULT + "Allow", 3),
    )
    assert [each["user.name"] for each in found] == ["alice"]


@pytest.mark.parametrize(
    "lines",
    [
        (line("01490500", NEW), line("01490102", RESULT + "Allow")),
        (line("01490500", NEW), line("01490010", "Username 'alice'")),
        (line("01490010", "Username 'alice'"), line("01490102", RESULT + "Allow")),
        (
            line("01490500", NEW, session="00000000"),
            line("01490010", "Username 'alice'", session="00000000"),
            line("01490102", RESULT + "Allow", session="00000000"),
        ),
        (
            line("01490500", NEW),
            line("01490010", "Username 'alice'", session="8a2b3c4e"),
            line("01490102", RESULT + "Allow", session="8a2b3c4e"),
        ),
    ],
    ids=["no user", "no result", "no address", "no session", "two sessions"],
)
def test_what_is_not_told_whole_is_no_log_in(store: Store, lines: tuple[str, ...]) -> None:
    assert told(store, *lines) == []


@pytest.mark.parametrize("result", ["Redirect", "Fallback_Denied"])
def test_an_ending_that_may_refuse_lets_nobody_in_who_proved_nothing(store: Store, result: str) -> None:
    found = told(
        store,
        line("01490500", NEW),
        line("01490010", "Username 'alice'"),
        line("01490102", RESULT + result),
    )
    assert [(each["user.name"], each["event.action"], each["event.outcome"]) for each in found] == [
        ("alice", "logged-in", "unknown")
    ]


@pytest.mark.parametrize(
    ("second", "result", "outcome"),
    [
        ("successful", "Branch_Office", "success"),
        ("failed: rejected", "Fallback_Denied", "unknown"),
        ("successful", "Redirect", "unknown"),
    ],
)
def test_an_ending_of_its_own_name_lets_in_who_proved_it_last(
    store: Store, second: str, result: str, outcome: str
) -> None:
    found = told(
        store,
        line("01490500", NEW),
        line("01490010", "Username 'alice'"),
        line("01490115", "AD module: authentication with 'alice' successful", 1),
        line("01490107", f"RADIUS module: authentication with 'alice' {second}", 2),
        line("01490102", RESULT + result, 3),
    )
    assert [(each["user.name"], each["event.outcome"]) for each in found] == [("alice", outcome)]


def test_a_busy_client_does_not_put_off_its_log_in(store: Store) -> None:
    busy = [
        line("01580002", "allow_all ACL: #app_acl:0 packet: tcp 192.0.2.10:40000 -> 198.51.100.9:443", minute)
        for minute in range(2, 59)
    ]
    found = told(
        store,
        line("01490500", NEW),
        line("01490010", "Username 'alice'"),
        line("01490102", RESULT + "Allow", 1),
        *busy,
        line("01490502", "Session deleted due to user logout request.", 59),
    )
    assert len(found) == 1
    assert found[0]["event.end"] == dt.datetime(2026, 11, 25, 13, 1, tzinfo=dt.UTC)
