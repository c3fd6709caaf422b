"""Sign-ins say device and program, in the shares that are said, and no stranger has his victim's device."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from watchfloor.testing.simulation import clients, planted_people
from watchfloor.testing.simulation import logins as logins_module
from watchfloor.testing.simulation.cases import Planted, Victims
from watchfloor.testing.simulation.clients import NOTHING, Client, Clients
from watchfloor.testing.simulation.company import DAY, START, Company, company
from watchfloor.testing.simulation.logins import MAIL, SERVICES, SHARED, SSO, VPN, Login, day_of_logins, login_frames
from watchfloor.testing.simulation.planted_people import plant_people
from watchfloor.testing.simulation.scenario import Scenario

FIELDS = ("device.id", "user_agent.os.name", "user_agent.name", "user_agent.original")
DAYS = 14


@pytest.fixture(scope="module")
def drawn() -> Company:
    return company(2, 1000, 12, 30)


@pytest.fixture(scope="module")
def logins(drawn: Company) -> list[Login]:
    return [login for day in range(DAYS) for login in day_of_logins(drawn, day)]


def planted(drawn: Company) -> list[Login]:
    found = Planted()
    plant_people(drawn, drawn.rng(0, 92), Victims.of(drawn, drawn.rng(0, 90)), found)
    return found.logins


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def test_only_sign_ins_say_it(logins: list[Login]) -> None:
    frames = {frame["event.dataset"][0]: frame for frame in login_frames(logins)}
    assert set(frames) == {"mail.dovecot", "cloud.entra_signin", "linux.openvpn"}
    for dataset, frame in frames.items():
        assert set(FIELDS) & set(frame.columns) == (set(FIELDS) if dataset == "cloud.entra_signin" else set())
    said = frames["cloud.entra_signin"].select(FIELDS)
    assert said.schema == dict.fromkeys(FIELDS, pl.String)
    assert all(0 < said[name].null_count() < len(said) for name in FIELDS)
    assert not any((said[name] == "").any() for name in FIELDS)


def test_mail_in_the_cloud_is_the_same_but_for_its_form(logins: list[Login]) -> None:
    plain, cloud = pl.concat(login_frames(logins), how="diagonal"), login_frames(logins, cloud_mail=True)
    assert [frame["event.dataset"][0] for frame in cloud] == ["cloud.entra_signin", "linux.openvpn"]
    same = ["@timestamp", "user.name", "event.outcome", "source.ip", "source.as.number"]
    assert plain.select(same).sort(same).equals(pl.concat(cloud, how="diagonal").select(same).sort(same))
    assert len(cloud[0]) == sum(login.service in (SSO, MAIL) for login in logins)


def test_a_scenario_puts_its_mail_where_it_is_told() -> None:
    sizes = []
    for cloud_mail in (False, True):
        scenario = Scenario(4, users=60, hosts=12, days=8, cloud_mail=cloud_mail)
        events = pl.concat([pl.DataFrame(batch.table) for batch in scenario.day(3)], how="diagonal")
        kinds = Counter(events["event.dataset"].to_list())
        sizes.append((len(events), kinds["mail.dovecot"] > 0, repr(scenario.cases)))
    assert sizes[0] == (sizes[1][0], True, sizes[1][2])
    assert not sizes[1][1]


def test_what_is_drawn_about_devices_changes_no_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = company(2, 120, 12, 21)

    def everything() -> list[Login]:
        return [*(login for day in (0, 9, 15) for login in day_of_logins(drawn, day)), *planted(drawn)]

    before = everything()
    monkeypatch.setattr(clients, "PRIVATE_OWNERS", 1.0)
    monkeypatch.setattr(logins_module, "DAY_ROOM", 12)
    monkeypatch.setattr(planted_people, "CASES_ROOM", 95)
    after = everything()
    assert [login.client for login in before] != [login.client for login in after]
    assert [replace(login, client=NOTHING) for login in before] == [replace(login, client=NOTHING) for login in after]


def test_laptops_and_telephones_are_registered_as_said(drawn: Company, logins: list[Login]) -> None:
    devices: dict[str, dict[int, set[str]]] = {name: {SSO: set(), MAIL: set(), VPN: set()} for name in drawn.names}
    for login in logins:
        if login.name in devices and login.success:
            devices[login.name][login.service].add(login.client.device)
    laptops = [found[SSO] - {""} for found in devices.values()]
    assert all(len(each) <= 1 for each in laptops)
    showing = clients.LAPTOPS["Firefox on Linux"] + clients.LAPTOPS["Chrome on Linux"]
    assert share([bool(each) for each in laptops]) == pytest.approx(0.9 * (1 - showing), abs=0.03)
    plain = [name for person, name in enumerate(drawn.names) if drawn.vpn[person] < 0]
    phones = [devices[name][MAIL] - {""} for name in plain]
    assert all(len(each) <= 1 for each in phones)
    assert share([bool(each) for each in phones]) == pytest.approx(0.4, abs=0.04)
    owned = [device for found in devices.values() for device in set.union(*found.values()) - {""}]
    assert len(owned) == len(set(owned))


def test_a_commercial_vpn_does_not_change_the_device(drawn: Company, logins: list[Login]) -> None:
    own: dict[str, set[str]] = {}
    tunnelled: dict[str, set[str]] = {}
    exits = {name: int(drawn.vpn[person]) for person, name in enumerate(drawn.names) if drawn.vpn[person] >= 0}
    for login in logins:
        through = login.service == MAIL and login.success and login.network == exits.get(login.name)
        (tunnelled if through else own).setdefault(login.name, set()).add(login.client.device)
    named = {name: found - {""} for name, found in tunnelled.items()}
    assert sum(bool(found) for found in named.values()) > 10
    assert all(found <= own[name] for name, found in named.items())


def test_shared_accounts_and_programs(logins: list[Login]) -> None:
    desks = {login.client.device for login in logins if login.name in SHARED} - {""}
    assert len(desks) == clients.DESKS
    said = {login.client for login in logins if login.name in SERVICES}
    assert said == {Client("", "", "Python Requests 2.32", "python-requests/2.32.3")}


def test_a_typing_error_is_made_on_the_same_device(logins: list[Login]) -> None:
    clients_at = {(login.name, login.at): login.client for login in logins if login.success}
    failed = [(each, clients_at.get((each.name, each.at + 12_000_000))) for each in logins if not each.success]
    mistyped = [(each, client) for each, client in failed if client is not None]
    assert len(mistyped) > 500
    assert all(each.client == client for each, client in mistyped)


def test_strangers_never_have_the_victims_device_and_show_programs_as_said(drawn: Company) -> None:
    drawing = Clients(drawn, drawn.rng(0, 1))
    shown, copied, scripts = 0, 0, 0
    for person in range(len(drawn.names)):
        for at in (START + 2 * DAY, START + 20 * DAY):
            own = {drawing.laptop(person, at).agent for _ in range(40)}
            thief = drawing.thief(person, at)
            assert not thief.device
            assert thief.agent
            shown, copied = shown + 1, copied + (thief.agent in own)
            scripts += not thief.agent.startswith("Mozilla")
    assert scripts / shown == pytest.approx(clients.THIEVES["script"], abs=0.03)
    by_chance = clients.THIEVES["common"] * 0.3
    assert clients.THIEVES["victim's"] - 0.03 < copied / shown < clients.THIEVES["victim's"] + by_chance
    guesses = [drawing.guess(START) for _ in range(2000)]
    assert not any(each.device for each in guesses)
    assert share([each.system == "" for each in guesses]) == pytest.approx(clients.GUESSES_BY_SCRIPT, abs=0.04)


def test_planted_strangers_have_a_program_and_no_device(drawn: Company) -> None:
    found = planted(drawn)
    abroad = [login for login in found if login.service == MAIL]
    assert abroad
    assert all(login.client.agent and not login.client.device for login in abroad)
    assert any(login.client.device for login in found)


def test_browsers_are_updated_on_their_days() -> None:
    assert [clients.released("Chrome", day) for day in (-6, 0, 1, 14, 15, 29)] == [152, 152, 153, 153, 154, 155]
    assert [clients.released("Firefox", day) for day in (7, 8, 35, 36)] == [154, 155, 155, 156]


def test_updates_change_the_version_and_nothing_else(drawn: Company) -> None:
    drawing = Clients(drawn, drawn.rng(0, 1))
    for person in range(50):
        early, late = ({drawing.laptop(person, START + day * DAY) for _ in range(30)} for day in (0, 28))
        assert {each.system for each in early} == {each.system for each in late}
        browsers = [{each.program.split()[0] for each in found if each.program} for found in (early, late)]
        assert browsers[0] == browsers[1]
        assert {each.agent for each in early} != {each.agent for each in late}


def test_shares_add_up() -> None:
    for shares in (clients.LAPTOPS, clients.PHONES, clients.PRIVATE, clients.COMMON, clients.SCRIPTS, clients.THIEVES):
        assert sum(shares.values()) == pytest.approx(1)
