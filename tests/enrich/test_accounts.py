"""Whose an account is, in whatever form a record tells it."""

from __future__ import annotations

import pytest
from enriched_event import enriched

from watchfloor.assets.inventory import Host, Inventory, Person
from watchfloor.enrich.plugin import Knowledge


def test_an_account_is_told_as_of_the_event() -> None:
    people = (Person("Backup", ("svc-backup",), frozenset({"service_account"}), until=50), Person("Anna B", ("anna",)))
    known = Knowledge(Inventory(people=people))
    assert enriched(known, user__name="Anna")["user.full_name"] == "Anna B"
    assert "user.full_name" not in enriched(known, user__name="svc-backup")
    assert "user.full_name" not in enriched(known, user__name="nobody")
    lasting = Knowledge(Inventory(people=(Person("Backup", ("svc-backup",), frozenset({"service_account"})),)))
    assert enriched(lasting, user__name="svc-backup")["user.roles"] == ["service_account"]


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ({"name": "ANNA", "domain": "example"}, "Anna"),
        ({"name": "anna", "domain": "example.com"}, "Anna"),
        ({"name": "a.berg", "email": "Anna.Berg@example.com"}, "Anna"),
        ({"name": "renamed", "domain": "EXAMPLE", "id": "S-1-5-21-1-2-3-1104"}, "Anna"),
        ({"name": "anna", "domain": "OTHER"}, None),
        ({"name": "anna", "domain": "OTHER", "id": "S-1-5-21-9-9-9-1104"}, None),
        ({"name": "anna"}, None),
        ({"name": "anna", "domain": "EXAMPLE", "id": "S-1-5-21-1-2-3-1200"}, "Backup"),
        ({"name": "svc_backup", "domain": "ANY"}, "Backup"),
        ({"name": "EXAMPLE\\anna"}, "Anna"),
        ({"name": "x", "id": "1001"}, None),
        ({"id": "s-1-5-21-1-2-3-1104"}, "Anna"),
        ({"id": "1001"}, "Anna"),
        ({"id": "1002"}, None),
    ],
)
def test_an_account_is_known_in_every_form_that_the_inventory_lists(
    account: dict[str, str], expected: str | None
) -> None:
    anna = ("EXAMPLE\\anna", "anna@example.com", "anna.berg@example.com", "S-1-5-21-1-2-3-1104", "web1\\1001")
    backup = Person("Backup", ("svc_backup", "S-1-5-21-1-2-3-1200"), frozenset({"service_account"}))
    known = Knowledge(Inventory(people=(Person("Anna", anna), backup)))
    fields = {f"user__{name}": value for name, value in account.items()}
    found = enriched(known, host__name="web1.example.com", **fields)
    assert found.get("user.full_name") == expected
    assert found.get("user.roles") == (["service_account"] if expected == "Backup" else None)


def test_a_uid_is_an_account_of_its_host() -> None:
    known = Knowledge(Inventory(people=(Person("Anna", ("web1\\1001", "1002")),)))
    assert enriched(known, host__name="WEB1", user__id="1001")["user.full_name"] == "Anna"
    for host, number in (("web2", "1001"), (None, "1001"), ("web1", "1002")):
        assert "user.full_name" not in enriched(known, host__name=host, user__id=number)


def test_roles_are_known_though_the_record_calls_the_account_something_else() -> None:
    known = Knowledge(Inventory(people=(Person("Backup", ("CORP\\svc",), frozenset({"service_account"})),)))
    found = enriched(known, user__name="svc", user__domain="CORP", user__full_name="Backup of the night")
    assert found["user.full_name"] == "Backup of the night"
    assert found["user.roles"] == ["service_account"]


def test_the_account_of_a_computer_has_the_roles_of_the_computer() -> None:
    own = Inventory(hosts=(Host(name="dc01.example.com", roles=frozenset({"domain_controller"})),))
    for account, roles in (("DC01$", ["domain_controller"]), ("dc01", None), ("DC02$", None), ("$", None)):
        event = enriched(Knowledge(own), user__name=account)
        assert event.get("user.roles") == roles
        assert event.get("user.full_name") is None
