"""A preview of a policy says what analysing the same logs with it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from watchfloor.alerts.listing import Wanted
from watchfloor.app.analyze import Request, analyze
from watchfloor.app.backtest import Comparison, columns, compare, rehidden_alerts
from watchfloor.app.home import reading
from watchfloor.app.rules import content, load_rules, rule_context
from watchfloor.core.clock import moment
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import BehaviorRule
from watchfloor.lake.pages import pages
from watchfloor.policy.policy import Policy

RULES = [content("rules")]
SAID: dict[str, Any] = {
    "resolvers": ["10.0.0.53", "9.9.9.9", "2001:4860::/32", "2620:fe::/48"],
    "confidential_names": ["*salaries*"],
    "remote_tools": ["AnyDesk.exe"],
    "allowed_countries": ["NL", "DE"],
}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("logs")
    for kind in ("network/dns_past_the_resolvers", "zeek/confidential_file_leaves", "windows/remote_tool_not_allowed"):
        for file in (content("rules") / f"{kind}.samples").glob("[fh]*s.*"):
            (folder / f"{Path(kind).name}-{file.name}").write_bytes(file.read_bytes())
    return folder


def analyzed(logs: Path, place: Path, policy: Policy, roots: list[Path], home: Path | None = None) -> set[str]:
    settings = Settings(cache_dir=place / "cache", batch_size=5)
    request = Request([str(logs)], roots, home, context=rule_context([], None, policy))
    return {alert["id"] for alert in analyze(request, settings).alerts}


def preview(home: Path, place: Path, old: Policy, new: Policy, size: int, **window: Any) -> Comparison:
    before, after = (load_rules(RULES, place / "cache", rule_context([], None, each)) for each in (old, new))
    with reading(home) as opened:
        return compare(pages(opened.lake, columns(before, after), size=size, **window), before, after)


@pytest.mark.parametrize("size", [3, 50_000])
@pytest.mark.parametrize("with_rules", [True, False])
def test_a_preview_is_what_analysis_would_say(logs: Path, tmp_path: Path, size: int, with_rules: bool) -> None:
    old = Policy.model_validate({"resolvers": ["10.0.0.53"], "remote_tools": []})
    new = Policy.model_validate(SAID)
    home = tmp_path / "home"
    analyzed(logs, tmp_path, old, RULES if with_rules else [], home)
    before, after = (analyzed(logs, tmp_path, each, RULES) for each in (old, new))
    found = preview(home, tmp_path, old, new, size)
    assert {each.id for change in found.changes for each in change.raised} == after - before
    assert {each.id for change in found.changes for each in change.spared} == before - after
    assert sum(change.new for change in found.changes) == len(after - before) > 0
    assert sum(change.vanished for change in found.changes) == len(before - after) > 0
    assert sum(change.after for change in found.changes) <= len(after)
    assert found.whole


def test_the_same_policy_changes_nothing_and_looks_at_nothing(logs: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    policy = Policy.model_validate(SAID)
    analyzed(logs, tmp_path, policy, RULES, home)
    found = preview(home, tmp_path, policy, policy, 10)
    assert (found.changes, found.events) == ([], 0)


def test_a_window_and_a_policy_that_blinds(logs: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    policy = Policy.model_validate(SAID)
    analyzed(logs, tmp_path, policy, RULES, home)
    whole = preview(home, tmp_path, policy, Policy(), 10)
    assert all(change.after == 0 for change in whole.changes)
    assert sum(change.vanished for change in whole.changes) > 0
    late = preview(home, tmp_path, policy, Policy(), 10, since=moment("2026-11-25"))
    assert 0 < late.events < whole.events
    assert preview(home, tmp_path, policy, Policy(), 10, until=moment("2020-01-01")).events == 0


def sent(number: int, source: str, target: str, port: int, *, state: str = "SF") -> str:
    time = 1795507200 + 20 * number
    return (
        f'{{"ts":{time}.5,"uid":"C{number}{source}","id.orig_h":"{source}","id.orig_p":50000,"id.resp_h":"{target}",'
        f'"id.resp_p":{port},"proto":"tcp","conn_state":"{state}","local_orig":true,"local_resp":true,"missed_bytes":0,'
        '"history":"ShAD","orig_bytes":900,"resp_bytes":400,"orig_pkts":1,"orig_ip_bytes":60,"resp_pkts":9,'
        '"resp_ip_bytes":900}'
    )


@pytest.fixture(scope="module")
def traffic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two machines that send mail outside, and two that try many ports."""
    folder = tmp_path_factory.mktemp("traffic")
    mail = [
        sent(each, source, f"203.0.113.{each}", 25) for source in ("10.0.0.25", "10.0.0.26") for each in range(1, 41)
    ]
    ports = [
        sent(each // 10, source, "10.9.9.9", 1000 + each, state="REJ").replace('"uid":"C', f'"uid":"P{each}x')
        for source in ("10.0.0.27", "10.0.0.28")
        for each in range(100)
    ]
    (folder / "conn.log").write_text("".join(f"{line}\n" for line in [*mail, *ports]), "utf-8")
    return folder


@pytest.mark.parametrize("size", [7, 50_000])
@pytest.mark.parametrize(
    ("old", "new", "raised", "spared"),
    [
        ({"mail_relays": ["10.0.0.25"]}, {"mail_relays": ["10.0.0.26"]}, 2, 2),
        ({}, {"mail_relays": []}, 4, 0),
        ({"scanners": []}, {"scanners": ["10.0.0.27"]}, 0, 1),
        ({"scanners": ["10.0.0.27"]}, {"scanners": ["10.0.0.28"]}, 1, 1),
    ],
)
def test_correlations_and_behaviours_are_counted_as_analysis_would(
    traffic: Path, tmp_path: Path, size: int, old: dict[str, Any], new: dict[str, Any], raised: int, spared: int
) -> None:
    one, other = Policy.model_validate(old), Policy.model_validate(new)
    home = tmp_path / "home"
    before = analyzed(traffic, tmp_path, one, RULES, home)
    after = analyzed(traffic, tmp_path, other, RULES)
    found = preview(home, tmp_path, one, other, size)
    assert (len(after - before), len(before - after)) == (raised, spared)
    assert {each.id for change in found.changes for each in change.raised} == after - before
    assert {each.id for change in found.changes for each in change.spared} == before - after
    assert sum(change.after - change.before for change in found.changes) == len(after) - len(before)
    assert all(each.place.partition(":")[0] for change in found.changes for each in (*change.raised, *change.spared))


def test_what_only_serves_correlations_is_not_counted(tmp_path: Path) -> None:
    old, new = (
        load_rules(RULES, tmp_path / "cache", rule_context([], None, each))
        for each in (Policy(), Policy(mail_relays=()))
    )
    found = compare([], old, new)
    assert sorted(change.rule.title for change in found.changes) == [
        "A client sends mail straight to the outside",
        "A client sends mail to many mail servers outside",
    ]


def test_what_would_learn_anew_is_named(tmp_path: Path) -> None:
    old, new, blind = (
        load_rules(RULES, tmp_path / "cache", rule_context([], None, Policy.model_validate(each)))
        for each in ({"scanners": ["10.0.0.27"]}, {"vpn_networks": ["192.0.2.0/24"], "scanners": []}, {})
    )
    anew = {rule.title for rule in compare([], old, new).anew}
    of_countries = {
        "A VPN session from a country that is new for the account",
        "VPN sessions of one account from two countries within an hour",
    }
    of_scanners = {
        "A machine outside tries many ports of one address",
        "A server answered serious attacks of different kinds",
    }
    assert anew >= of_countries | of_scanners
    assert "Intruder over SSH becomes root or makes an account" not in anew
    gone = compare([], old, blind).anew
    assert {rule.title for rule in gone} >= of_scanners
    assert not {rule.title for rule in gone} & of_countries
    assert not any(isinstance(rule, BehaviorRule) and rule.blind for rule in gone)
    assert compare([], old, old).anew == []


def test_windows_of_maintenance_hide_alerts_that_are_stored(traffic: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    analyzed(traffic, tmp_path, Policy(mail_relays=()), RULES, home)
    day = {"name": "work", "start": "00:00", "end": "00:00"}
    some, others = (
        Policy.model_validate({"mail_relays": [], "maintenance": [{**day, "networks": networks}]})
        for networks in (["10.0.0.25", "10.0.0.27"], ["10.0.0.25", "10.0.0.26"])
    )
    with reading(home) as opened, opened.store.read() as connection:
        found = rehidden_alerts(connection, Wanted(), some, others)
        none = rehidden_alerts(connection, Wanted(until=moment("2020-01-01")), some, others)
    assert (found.hidden, found.shown) == (2, 1)
    assert [entity.value for _, each in found.newly for entity in each.entities] == ["10.0.0.26"] * 2
    assert [title for title, _ in found.again] == ["A machine inside tries many ports of another one"]
    assert (none.hidden, none.shown) == (0, 0)
