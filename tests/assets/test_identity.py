"""One person behind several accounts; what is not known to be one stays apart."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pyarrow as pa
import pytest

from watchfloor.assets import accounts
from watchfloor.assets.accounts import Form, form_of
from watchfloor.assets.identity import MACHINE, PERSON, SERVICE, Identities, person_of
from watchfloor.assets.inventory import Inventory, Person
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source
from watchfloor.store.engine import in_memory

SID = "S-1-5-21-1004336348-1177238915-682003330-1127"
OTHER = "S-1-5-21-2004336348-2177238915-282003330-1127"
MAIL = "e.lang@x.example"
DOMAIN = SID.rpartition("-")[0]


def facts(*pairs: tuple[str, str]) -> list[tuple[Form, Form]]:
    found = []
    for left, right in pairs:
        one, two = form_of(left), form_of(right)
        assert one is not None
        assert two is not None
        found.append((one, two))
    return found


def who(identities: Identities, *texts: str, host: str | None = None) -> list[str | None]:
    hosts = pa.array([host] * len(texts), pa.string())
    return list(person_of(identities, pa.array(texts, pa.string()), hosts)["person"].to_pylist())


def kinds(identities: Identities, *texts: str | None, host: str | None = None) -> list[str | None]:
    hosts = pa.array([host] * len(texts), pa.string())
    return list(person_of(identities, pa.array(texts, pa.string()), hosts)["kind"].to_pylist())


LEARNT = facts((SID, "CORP\\eva"), (SID, "corp.example.com\\eva"), (f"{DOMAIN}-1200", "corp.example.com\\bob"))


def test_every_form_of_an_account_is_one() -> None:
    identities = Identities.of(LEARNT, Inventory.empty())
    forms = ("CORP\\eva", "corp\\Eva", "CORP.EXAMPLE.COM\\eva", "eva@corp.example.com", SID, SID.lower(), "eva")
    assert set(who(identities, *forms)) == {"corp\\eva"}
    assert who(identities, "CORP\\new", "new@corp.example.com") == ["corp\\new", "corp\\new"], "by the domain's names"


def test_the_inventory_names_people() -> None:
    people = Inventory(people=(Person("Eva Lang", ("CORP\\eva", "eva.lang@example.com", "ops")),))
    identities = Identities.of(LEARNT, people)
    assert set(who(identities, SID, "eva", "Eva.Lang@example.com", "corp.example.com\\eva", "ops")) == {"Eva Lang"}
    alone = Identities.of([], people)
    assert who(alone, "CORP\\eva", "corp\\bob", "eva") == ["Eva Lang", "corp\\bob", "eva"]


def test_what_two_people_have_is_nobodys() -> None:
    two = [*LEARNT, *facts((OTHER, "LAB\\eva"))]
    assert who(Identities.of(two, Inventory.empty()), "eva", "LAB\\eva", SID) == ["eva", "lab\\eva", "corp\\eva"]
    shared = [*LEARNT, *facts((SID, "info@example.org"), (f"{DOMAIN}-1200", "info@example.org"))]
    assert who(Identities.of(shared, Inventory.empty()), "info@example.org") == ["info@example.org"]
    again = facts((SID, "CORP\\eva"), (f"{DOMAIN}-9999", "CORP\\eva"))
    found = who(Identities.of(again, Inventory.empty()), SID, f"{DOMAIN}-9999", "CORP\\eva")
    assert len(set(found)) == 3, "a name that was given again"
    forests = [*LEARNT, *facts((OTHER, "CORP\\eva"))]
    assert len(set(who(Identities.of(forests, Inventory.empty()), SID, OTHER))) == 2, "two domains of one name"


def test_an_account_of_an_unknown_domain_counts_by_its_name_unless_several_have_it() -> None:
    def told(identities: Identities, *texts: str) -> list[str | None]:
        return [identities.told(text)[0] for text in texts]

    learnt = Identities.of(LEARNT, Inventory.empty())
    forms = ("eva", "corp\\eva", "mail.example\\eva", "eva@corp.example.com", SID)
    assert set(told(learnt, *forms)) == {"corp\\eva"}
    assert told(learnt, "mail.example\\nobody-else", "") == ["nobody-else", None]
    two = Identities.of([*LEARNT, *facts((OTHER, "LAB\\eva"))], Inventory.empty())
    assert told(two, "CORP\\eva", "lab\\eva", "eva") == ["corp\\eva", "lab\\eva", "eva"]
    assert told(two, "mail.example\\eva", "mail.example\\bob") == ["mail.example\\eva", "corp.example.com\\bob"]
    listed = Identities.of([], Inventory(people=(Person("Eva", ("CORP\\eva",)), Person("Other", ("LAB\\eva",)))))
    assert told(listed, "corp\\eva", "lab\\eva", "eva") == ["Eva", "Other", "eva"]


def test_local_accounts_are_their_hosts_own() -> None:
    local = [(Form("uid", "web01\\1001"), Form("local", "web01\\eva"))]
    identities = Identities.of([*LEARNT, *local], Inventory.empty())
    assert who(identities, "eva", "1001", host="web01") == ["web01\\eva", "web01\\eva"]
    assert who(identities, "root", host="web01") != who(identities, "root", host="web02")
    assert who(identities, "CORP\\eva", host="web01") == ["corp\\eva"]
    assert who(identities, "eva") == ["eva"], "it may be either"


@pytest.mark.parametrize("name", ["admin", "administrator", "root", "guest"])
def test_names_that_everybody_has_join_nothing(name: str) -> None:
    identities = Identities.of(facts((SID, f"CORP\\{name}")), Inventory.empty())
    assert who(identities, name) == [name]


def test_services_and_machines_are_no_people() -> None:
    service = (Form("service", "corp\\gmsa-sql$"), Form("account", "corp\\gmsa-sql$"))
    people = Inventory(people=(Person("Backup", ("CORP\\svc-backup",), frozenset({"service_account"})),))
    identities = Identities.of([*LEARNT, *facts((f"{DOMAIN}-1300", "CORP\\ws07$")), service], people)
    machines = ("CORP\\ws07$", f"{DOMAIN}-1300", "ws09$")
    assert set(kinds(identities, *machines)) == {MACHINE}
    services = ("S-1-5-18", "S-1-5-20", "NT AUTHORITY\\SYSTEM", "S-1-5-80-1-2", f"{DOMAIN}-502", "CORP\\krbtgt")
    assert set(kinds(identities, *services, "CORP\\gmsa-sql$", "corp\\svc-backup")) == {SERVICE}
    assert kinds(identities, "0", "33", "65534", "www-data", "1001", host="web01") == [SERVICE] * 4 + [PERSON]
    assert kinds(identities, "CORP\\eva", SID, "eva@x.example") == [PERSON] * 3


@pytest.mark.parametrize("text", ["", "-", " ", "(null)", "\\", "corp\\", "x" * 300, None])
def test_nobody_is_nobody(text: str | None) -> None:
    table = person_of(Identities.of([], Inventory.empty()), pa.array([text], pa.string()))
    assert table.to_pylist() == [{"person": None, "kind": None}]


@pytest.mark.parametrize(
    "text", ["@", "a@", "@b", "\\\\x", ".\\eva", "S-1-", "s-1-5-21-x", "9" * 60, "é\\ü@", "a\\b\\c"]
)
def test_hostile_accounts_are_somebody(text: str) -> None:
    identities = Identities.of(LEARNT, Inventory.empty())
    assert who(identities, text, host="h")[0]
    assert kinds(identities, text, host="h")[0] in {PERSON, SERVICE, MACHINE}


def test_order_changes_nothing() -> None:
    pairs = [*LEARNT, *facts((OTHER, "CORP\\eva"), (OTHER, "lab.example.com\\eva"), (SID, "e@x.example"))]
    wanted = Identities.of(pairs, Inventory.empty())
    for seed in range(10):
        mixed = [*pairs, *pairs[:2]]
        random.Random(seed).shuffle(mixed)
        assert Identities.of(mixed, Inventory.empty()) == wanted


def batch(*lines: str) -> EventBatch:
    return parse_records(RawBatch.of(Source("s", "log"), lines), wanted=frozenset(declared()))


def windows(event_id: int, **data: Any) -> str:
    system = {"Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}}, "EventID": event_id,
              "Channel": "Security", "Computer": "dc01.corp.example.com",
              "TimeCreated": {"#attributes": {"SystemTime": "2026-11-25T09:00:00.000000Z"}}}  # fmt: skip
    return orjson.dumps({"Event": {"System": system, "EventData": data}}).decode()


def test_accounts_are_learnt_from_events() -> None:
    user = {"TargetUserSid": SID, "TargetUserName": "eva", "TargetDomainName": "CORP", "LogonType": "3"}
    managed = {**user, "TargetUserSid": f"{DOMAIN}-1500", "TargetUserName": "gmsa-sql$", "LogonType": "5"}
    events = batch(
        windows(4624, **user),
        windows(4624, **managed),
        windows(
            4624, TargetUserSid="S-1-5-18", TargetUserName="SYSTEM", TargetDomainName="NT AUTHORITY", LogonType="5"
        ),
        windows(4720, TargetSid=SID, TargetUserName="eva", TargetDomainName="CORP", UserPrincipalName=MAIL),
        windows(4768, TargetSid=SID, TargetUserName="eva", TargetDomainName="CORP.EXAMPLE.COM", Status="0x0"),
        "Nov 25 09:00:00 web01 useradd[7]: new user: name=alma, UID=1001, GID=1001, home=/home/alma, shell=/bin/bash",
    )
    told = accounts.observe(events)
    with in_memory() as connection:
        accounts.keep(connection, told)
        accounts.keep(connection, told)
        pairs = accounts.facts(connection)
    identities = Identities.of(pairs, Inventory.empty())
    assert set(who(identities, "CORP\\eva", "eva@corp.example.com", SID, "eva", MAIL)) == {"corp\\eva"}
    assert kinds(identities, "CORP\\gmsa-sql$") == [SERVICE]
    assert who(identities, "1001", host="web01") == ["web01\\alma"]
    assert not any("system" in form.value for pair in pairs for form in pair)


def test_a_log_in_with_a_mail_address_tells_nothing_new() -> None:
    line = (
        "Nov 25 09:00:00 mx01 dovecot: imap-login: Login: user=<alice@example.org>, method=PLAIN, rip=192.0.2.1, "
        "lip=192.0.2.2, mpid=7, TLS, session=<a>"
    )
    assert accounts.observe(batch(line)).num_rows == 0
