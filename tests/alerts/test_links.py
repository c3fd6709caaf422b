"""Who stands on which side of an event."""

from __future__ import annotations

import pytest

from watchfloor.alerts.links import MAX_LINKS, Link, link_of, links_of

LOGIN = {"source.ip": "203.0.113.5", "user.name": "Anna", "host.name": "vpn1", "event.category": ["authentication"]}


def test_who_fails_to_log_in_is_tried() -> None:
    failed, done = links_of({**LOGIN, "event.outcome": "failure"}), links_of({**LOGIN, "event.outcome": "success"})
    assert Link("user", "anna", "target") in failed
    assert Link("ip", "203.0.113.5", "actor") in failed
    assert Link("user", "anna", "actor") in done


def test_a_failed_request_is_no_failed_log_in() -> None:
    failed = links_of({**LOGIN, "event.category": ["web"], "event.outcome": "failure"})
    assert Link("user", "anna", "actor") in failed


def test_hostile_values_are_few_and_short() -> None:
    event = {"user.name": "x" * 10_000, "source.ip": [f"192.0.2.{n}" for n in range(255)], "host.name": "a\x00b"}
    found = links_of(event)
    assert len(found) == MAX_LINKS
    assert all(link.kind != "user" for link in found)
    assert not any("\x00" in link.value for link in found)


def test_one_field_gives_the_link_that_it_is() -> None:
    assert link_of("destination.ip", "198.51.100.7") == Link("ip", "198.51.100.7", "target")
    assert link_of("url.domain", "Evil.Example.") == Link("domain", "evil.example", "target")
    assert link_of("host.name", "web01") == Link("host", "web01", "actor")
    assert link_of("destination.port", "443") is None
    assert link_of("user.name", "-") is None


def test_what_is_of_one_session_is_linked() -> None:
    opened = links_of({"host.name": "srv7", "winlog.logon.id": "0x5a1b2c", "source.ip": "10.0.0.9"})
    ran = links_of({"host.name": "srv7", "winlog.logon.id": "0x5a1b2c"})
    assert {link for link in opened if link.kind == "session"} & set(ran) == {Link("session", "srv7/0x5a1b2c", "actor")}


@pytest.mark.parametrize("logon", ["0x3e7", "0x3e4", "0x0"])
def test_the_machines_own_session_links_nothing(logon: str) -> None:
    assert [link for link in links_of({"host.name": "srv7", "winlog.logon.id": logon}) if link.kind == "session"] == []


def test_a_user_is_one_of_a_domain_where_it_is_told() -> None:
    def users(**fields: str) -> list[str]:
        found = links_of({name.replace("_", "."): value for name, value in fields.items()})
        return [link.value for link in found if link.kind == "user"]

    assert users(user_name="Anna", user_domain="EXAMPLE") == ["example\\anna"]
    assert users(user_name="anna", user_target_name="bob", user_target_domain="lab") == ["anna", "lab\\bob"]
    for domain in ("-", "", ".", "x" * 255):
        assert users(user_name="anna", user_domain=domain) == ["anna"]
    assert users(user_name="anna@example.com", user_domain="lab") == ["anna@example.com"]
    assert users(user_name="lab\\anna", user_domain="example") == ["lab\\anna"]
