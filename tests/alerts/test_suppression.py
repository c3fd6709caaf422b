"""Suppressions hide what they name, until when they say, and nothing else; nothing is lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml
from attack_day import ATTACK_DAY
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.alerts.entities import Entity
from watchfloor.alerts.listing import Wanted, listed
from watchfloor.alerts.suppression import MAX_TEXT, Suppression, Suppressions, entity_of
from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.home import reading, writing
from watchfloor.app.incidents import heads
from watchfloor.app.rules import content
from watchfloor.app.suppressions import preview, rule_of, suppress, unsuppress
from watchfloor.assets.inventory import Inventory
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.policy.policy import Policy
from watchfloor.store import audit

NOTHING = Inventory.empty()
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
FAR = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


def _suppression(*entities: Entity, rule: str = "r", until: dt.datetime = NOON, owner: str = "ann") -> Suppression:
    return Suppression(0, rule, entities, until, owner, "known", NOON)


def _hidden(wanted: Suppression, *entities: Entity, rule: str = "r", last: dt.datetime) -> bool:
    named = [{"kind": entity.kind, "value": entity.value} for entity in entities]
    return Suppressions([wanted]).of(rule, named, last, last) is not None


@pytest.mark.parametrize(("seconds", "hidden"), [(-1, True), (0, False), (1, False)])
def test_what_happens_at_the_end_or_later_is_shown(seconds: int, hidden: bool) -> None:
    assert _hidden(_suppression(), last=NOON + dt.timedelta(seconds=seconds)) is hidden


def test_every_entity_must_be_there() -> None:
    early = NOON - dt.timedelta(days=1)
    host, user, other = Entity("host", "web01"), Entity("user", "anna"), Entity("user", "bob")
    assert _hidden(_suppression(host, user), host, user, last=early)
    assert not _hidden(_suppression(host, user), host, other, last=early)
    assert not _hidden(_suppression(host, user), host, last=early)
    assert not _hidden(_suppression(host), host, rule="another", last=early)


def test_an_address_may_be_a_network() -> None:
    early = NOON - dt.timedelta(days=1)
    network = entity_of("ip=192.0.2.9/24")
    assert network == Entity("ip", "192.0.2.0/24")
    assert _hidden(_suppression(network), Entity("ip", "192.0.2.200"), last=early)
    assert not _hidden(_suppression(network), Entity("ip", "192.0.3.1"), last=early)
    assert not _hidden(_suppression(network), Entity("ip", "2001:db8::1"), last=early)
    assert not _hidden(_suppression(network), Entity("ip", "no address"), last=early)


@pytest.mark.parametrize(
    "text", ["", "host", "host=", "=x", "shoe=1", "ip=web01", "ip=1.2.3.4/99", f"user={'a' * 2000}"]
)
def test_what_is_no_entity_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        entity_of(text)


@given(st.text(max_size=MAX_TEXT), st.text(max_size=MAX_TEXT))
def test_a_suppression_hides_no_other_name(one: str, other: str) -> None:
    hidden = _hidden(_suppression(Entity("user", one)), Entity("user", other), last=NOON - dt.timedelta(1))
    assert hidden is (one == other)


def _demo(home: Path) -> Result:
    return analyze(Request([str(ATTACK_DAY)], (content("rules"),), home), Settings())


def test_hidden_alerts_are_counted_kept_and_come_back(tmp_path: Path) -> None:
    before = _demo(tmp_path)
    title = before.alerts[-1]["rule"]["title"]
    with reading(tmp_path) as home, home.store.read() as connection:
        wanted = _suppression(rule=rule_of(connection, title), until=FAR)
        found = preview(connection, wanted, Policy())
        assert (found.hidden, found.visible) == (1, len(before.alerts))
        assert found.examples[0]["rule"]["title"] == title
        assert len(found.warnings) == 3  # it names no entity, the alert is of level high, and it ends in 72 years
        assert set(found.incidents) <= {head["id"] for head in before.incidents}
        assert len(found.incidents) == 1
    with writing(tmp_path, 64) as home:
        number = suppress(home, NOTHING, wanted, by="ann")
    after = _demo(tmp_path)
    assert after.suppressed == 1
    assert [alert["id"] for alert in after.alerts] == [
        alert["id"] for alert in before.alerts if alert["rule"]["title"] != title
    ]
    with writing(tmp_path, 64) as home:
        with home.store.read() as connection:
            assert sum(by is not None for _, by in listed(connection, Wanted(), Policy())) == 1
            assert sum(head["alerts"] for head in heads(connection)) == len(before.alerts) - 1
        unsuppress(home, NOTHING, number, by="bob")
        with home.store.read() as connection:
            assert [row["action"] for row in audit.entries(connection)] == ["alert.suppress", "alert.unsuppress"]
            assert audit.broken(connection) is None
    assert _demo(tmp_path).alerts == before.alerts


@pytest.mark.parametrize(
    ("network", "until", "warned"),
    [
        ("10.0.0.0/8", NOON + dt.timedelta(365), []),
        ("0.0.0.0/0", NOON + dt.timedelta(30), ["0.0.0.0/0 is a very large network"]),
        ("::/0", NOON + dt.timedelta(900), ["::/0 is a very large network", "it ends in more than 2 years"]),
    ],
)
def test_what_hides_too_much_for_too_long_is_told(
    tmp_path: Path, network: str, until: dt.datetime, warned: list[str]
) -> None:
    with writing(tmp_path, 64) as home, home.store.read() as connection:
        wanted = _suppression(entity_of(f"ip={network}"), until=until)
        assert list(preview(connection, wanted, Policy()).warnings) == warned


def test_a_suppression_needs_an_owner_a_reason_and_a_future(tmp_path: Path) -> None:
    _demo(tmp_path)
    with writing(tmp_path, 64) as home:
        for wrong in (_suppression(), _suppression(until=FAR, owner=" ")):
            with pytest.raises(UsageError):
                suppress(home, NOTHING, wrong, by="ann")
        with pytest.raises(UsageError, match="no suppression 7"):
            unsuppress(home, NOTHING, 7, by="ann")
        with home.store.read() as connection:
            assert not list(audit.entries(connection))


def _is_web01(entity: dict[str, str]) -> bool:
    return entity["kind"] == "host" and "web01" in entity["value"]


def test_alerts_of_announced_work_are_hidden_and_open_no_incident(tmp_path: Path) -> None:
    logs = [str(ATTACK_DAY)]
    found = analyze(Request(logs, (content("rules"),), tmp_path / "plain"), Settings()).alerts
    window = {"name": "move of web01", "hosts": ["web01*"], "from": "2000-01-01", "until": "2100-01-01"}
    policy = Policy.model_validate({"maintenance": [window]})
    about = [
        alert
        for alert in found
        if any(each["kind"] == "host" and "web01" in each["value"] for each in alert["entities"])
    ]
    assert 0 < len(about) < len(found)
    home = tmp_path / "home"
    result = analyze(Request(logs, (content("rules"),), home, policy=policy), Settings())
    assert result.suppressed == len(about)
    assert [alert["id"] for alert in result.alerts] == [alert["id"] for alert in found if alert not in about]
    with reading(home) as opened, opened.store.read() as connection:
        reasons = {by.reason for _, by in listed(connection, Wanted(), policy) if by is not None}
        assert reasons == {"maintenance: move of web01"}
        assert sum(head["alerts"] for head in heads(connection)) == len(found) - len(about)
        assert all(by is None for _, by in listed(connection, Wanted(), opened.policy))  # without that policy
    (home / "policy.yml").write_text(yaml.safe_dump({"maintenance": [window]}), "utf-8")
    with reading(home) as opened, opened.store.read() as connection:
        assert sum(by is not None for _, by in listed(connection, Wanted(), opened.policy)) == len(about)
