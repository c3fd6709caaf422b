"""The policy file: what it says, what it refuses and where, and what becomes of it in rules."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml

from watchfloor.core.errors import UsageError
from watchfloor.core.faults import FaultsError
from watchfloor.detect.sigma import Context, Detector, RuleSet
from watchfloor.policy.maintenance import Maintenance, Who
from watchfloor.policy.policy import MAX_BYTES, Policy, read_policy, settings
from watchfloor.schema.events import EventBatch

RULE = """
title: A query to a foreign resolver
id: 00000000-0000-4000-8000-0000000000aa
logsource: {category: network_traffic}
detection:
  query:
    destination.port: 53
  known:
    destination.ip|expand|cidr: '%resolvers%'
  vpn:
    source.ip|expand|cidr: '%vpn_networks%'
  condition: query and not known and not vpn
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.yml"
    path.write_bytes(text.encode())
    return path


def test_every_setting_is_documented() -> None:
    for name, said in settings().items():
        assert (Policy.model_fields[name].description or "").endswith("."), name
        assert said.unit, name
        assert said.none, name
    for name, field in Maintenance.model_fields.items():
        assert (field.description or "").endswith("."), name


def test_a_policy_in_one_form(tmp_path: Path) -> None:
    policy = read_policy(
        written(
            tmp_path,
            "allowed_countries: [at, DE]\nresolvers: [10.0.0.53, 2001:db8::/32]\nvpn_systems: [AS64496, 64497]\n"
            "service_accounts: {svc_a: [h1, h2], svc_b: h2}\nremote_tools: []\nmail_relays: 10.0.0.25\n",
        )
    )
    assert policy.values("allowed_countries") == ("AT", "DE")
    assert policy.values("resolvers") == ("10.0.0.53/32", "2001:db8::/32")
    assert policy.values("vpn_systems") == ("64496", "64497")
    assert policy.values("service_accounts") == ("svc_a", "svc_b")
    assert policy.values("service_account_hosts") == ("h1", "h2")
    assert policy.values("mail_relays") == ("10.0.0.25/32",)
    assert policy.unsaid() == {"dhcp_servers", "file_sharing_sites", "confidential_names"}
    assert pickle.loads(pickle.dumps(policy)) == policy
    with pytest.raises(KeyError):
        policy.values("maintenance")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("allowed_countries:\n  - AT\n  - NO\n", 3, 'write "NO"'),
        ("\n\nresolver: [10.0.0.1]\n", 3, "no setting 'resolver'"),
        ("resolvers:\n- 10.0.0.1\n- 10.0.0.1/8\n", 3, "host bits"),
        ("resolvers: {a: b}\n", 1, "a list is wanted"),
        ("vpn_systems: [0]\n", 1, "autonomous system"),
        ("vpn_systems: ['²']\n", 1, "autonomous system"),
        ("remote_tools:\n- a\n- ''\n", 3, "empty"),
        ("remote_tools: [yes]\n", 1, "in quotes"),
        ("remote_tools: [null]\n", 1, "in quotes"),
        (f"remote_tools: [{'x' * 257}]\n", 1, "longer than 256"),
        ('remote_tools: ["a\\u001b[2J"]\n', 1, "cannot be printed"),
        ("confidential_names:\n- *secret*\n", 2, "not YAML"),
        ("confidential_names:\n- '*pay*'\n- hr/*\n", 3, "a name with folders"),
        ("confidential_names: ['hr\\*']\n", 1, "a name with folders"),
        ("maintenance:\n- name: x\n  hosts: [a]\n  start: 25:00\n  end: '01:00'\n", 4, "time of day"),
        ("maintenance:\n- name: x\n  hosts: [a]\n  start: '22:00'\n", 2, "belong together"),
        ("maintenance:\n- name: x\n  hosts: [a]\n", 2, "never ends"),
        ("maintenance:\n- name: x\n  start: '1:00'\n  end: '2:00'\n", 2, "names nobody"),
        ("maintenance:\n- name: x\n  hosts: a\n  from: 2026-02-02\n  until: 2026-02-02\n", 2, "ends before"),
        ("maintenance:\n- name: x\n  hosts: a\n  zone: Mars/Olympus\n", 4, "unknown time zone"),
        ("maintenance:\n- name: x\n  hosts: a\n  zone: local\n", 4, "name it"),
        ("maintenance:\n- name: x\n  hosts: a\n  start: 22\n  end: 2\n", 4, "write 22:00"),
        ("maintenance:\n- name: x\n  hosts: a\n  start: 930\n  end: 1000\n", 4, "write 22:00"),
        ("maintenance:\n- name: x\n  hosts: a\n  start: 9:30\n  end: {}\n", 5, "write 22:00"),
        ("maintenance:\n- name: x\n  hosts: a\n  days: [tue, never]\n", 4, "'mon', 'tue'"),
        ("maintenance:\n  name: x\n", 1, "a list is wanted"),
        ("maintenance: [x]\n", 1, "a mapping is wanted, such as {name"),
        ("maintenance:\n- hosts: a\n", 2, "must be given"),
        ("service_accounts: [svc_a]\n", 1, "a mapping is wanted, such as {svc_"),
        ("service_accounts:\n  a: b\n  CORP\\svc: nas01\n", 3, "behind the backslash"),
        ("allowed_countries:\n- AT\n- uk\n", 3, "United Kingdom has GB"),
        ("allowed_countries: [EU]\n", 1, "name the countries"),
        ("allowed_countries: [XX]\n", 1, "no country has the letters XX"),
        ("resolvers: [10.0.0.1/24]\n", 1, "write 10.0.0.0/24 for the network or 10.0.0.1 for the address"),
        ("file_sharing_sites:\n- a.example\n- https://b.example/\n", 3, "without https:// and path"),
        ("file_sharing_sites: ['*.']\n", 1, "not a domain"),
        ("\n", 1, "nothing in it"),
        ("maintenance:\n- name: x\n  hosts: a\n  day: mon\n", 4, "no setting 'maintenance.0.day'"),
        ("remote_tools: [a]\nremote_tools: [b]\n", 2, "twice"),
        ("1: 2\n", 1, "1:"),
        ("a: &a [*a]\n", 1, "holds itself"),
        ("- a\n", 1, "instead of a mapping"),
        ("a: \x07\n", 1, "control character"),
        (f"remote_tools: [{','.join(['a'] * 10_001)}]\n", 1, "10000"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_policy(path)
    assert caught.value.place == f"{path}:{line}"
    assert reason in str(caught.value)


def test_all_faults_of_a_file_are_told_in_its_order(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "remote_tools: [yes]\nresolver: [10.0.0.1]\nallowed_countries:\n- AT\n- uk\n- XX\n"
        "maintenance:\n- {name: x, host: a, start: '25:00', end: '2:00'}\n",
    )
    with pytest.raises(FaultsError) as caught:
        read_policy(path)
    found = [(fault.place, fault.way_out != "") for fault in caught.value.found]
    assert found == [(f"{path}:{line}", True) for line in (1, 2, 5, 6, 8, 8)]
    path.write_text("maintenance:\n- {name: x, start: '1:00', from: 2026-02-02, until: 2026-02-02}\n", "utf-8")
    with pytest.raises(FaultsError, match=r"names nobody.*; start and end belong together; ends before it begins"):
        read_policy(path)
    path.write_text("remote_tools: [a]\nremote_tools: [b]\nresolvers: [x]\n", "utf-8")
    with pytest.raises(FaultsError) as caught:
        read_policy(path)
    assert [fault.thing[:20] for fault in caught.value.found] == ["the key 'remote_tool", "resolvers.0: not an "]


def test_hours_days_and_sites_as_people_write_them(tmp_path: Path) -> None:
    policy = read_policy(
        written(
            tmp_path,
            "file_sharing_sites: ['*.Example.com', .example.org]\n"
            "maintenance:\n- {name: x, hosts: a, days: Tuesday, start: 22:00, end: 08:05}\n"
            "- {name: y, hosts: a, days: [MON, Wed], start: '9:30', end: 00:00}\n",
        )
    )
    assert policy.file_sharing_sites == ("example.com", "example.org")
    assert [(each.days, each.start, each.end) for each in policy.maintenance] == [
        (("tue",), 1320, 485),
        (("mon", "wed"), 570, 0),
    ]


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="larger than 4 MiB"):
        read_policy(written(tmp_path, "#" * (MAX_BYTES + 1)))
    with pytest.raises(UsageError, match="cannot be read"):
        read_policy(tmp_path / "nothing.yml")


def loaded(tmp_path: Path, policy: Policy, text: str = RULE, **placeholders: list[str]) -> RuleSet:
    folder = tmp_path / "rules"
    folder.mkdir(exist_ok=True)
    (folder / "rule.yml").write_text(text, "utf-8")
    return RuleSet.load([folder], cache_dir=tmp_path / "cache", context=Context(placeholders, policy=policy))


def fired(rules: RuleSet, *destinations: str) -> list[int]:
    import pyarrow as pa  # noqa: PLC0415

    table = {
        "event.dataset": ["zeek.conn"] * len(destinations),
        "destination.port": pa.array([53] * len(destinations), pa.int64()),
        "destination.ip": list(destinations),
        "source.ip": ["10.9.9.9"] * len(destinations),
    }
    return [firing.row for firing in Detector(rules).match(EventBatch(pa.table(table)))]


def test_networks_of_the_policy_in_a_rule(tmp_path: Path) -> None:
    rules = loaded(tmp_path, Policy.model_validate({"resolvers": ["10.0.0.53", "2001:db8::/32"]}))
    assert rules.problems == ()
    assert fired(rules, "10.0.0.53", "8.8.8.8", "2001:db8::53", "2620:fe::fe", "10.0.0.54") == [1, 3, 4]


def test_a_rule_without_a_list_to_go_by_is_silent_and_says_so(tmp_path: Path) -> None:
    rules = loaded(tmp_path, Policy())
    assert (rules.problems, fired(rules, "8.8.8.8")) == ((), [])
    assert [rule.blind for rule in rules.blind] == [("resolvers",)]


def test_an_empty_list_has_nothing_on_it(tmp_path: Path) -> None:
    rules = loaded(tmp_path, Policy.model_validate({"resolvers": []}))
    assert (rules.blind, fired(rules, "8.8.8.8", "10.0.0.53")) == ((), [0, 1])


def test_a_list_that_only_exempts_blinds_nothing(tmp_path: Path) -> None:
    said = {"resolvers": ["10.0.0.53"], "vpn_networks": ["10.9.0.0/16"]}
    assert fired(loaded(tmp_path, Policy.model_validate(said)), "8.8.8.8") == []
    del said["vpn_networks"]
    assert fired(loaded(tmp_path, Policy.model_validate(said)), "8.8.8.8") == [0]


def test_a_placeholder_that_is_given_counts_in_place_of_the_list(tmp_path: Path) -> None:
    rules = loaded(tmp_path, Policy.model_validate({"resolvers": ["10.0.0.53"]}), resolvers=["8.8.8.8"])
    assert fired(rules, "8.8.8.8", "10.0.0.53") == [1]
    rules = loaded(tmp_path, Policy(), resolvers=["8.8.8.8"])
    assert (rules.blind, fired(rules, "8.8.8.8", "10.0.0.53")) == ((), [1])


def test_values_that_are_no_networks_are_a_problem_of_the_rule(tmp_path: Path) -> None:
    rules = loaded(tmp_path, Policy(), resolvers=["not a network"])
    assert "not a network" in str(rules.problems[0])
    unknown = loaded(tmp_path, Policy(), RULE.replace("%resolvers%", "%resolver%"))
    assert "%resolver% has no values" in str(unknown.problems[0])


def test_a_list_in_a_filter_blinds_the_rules_that_it_is_for(tmp_path: Path) -> None:
    rule = RULE.replace("%resolvers%", "%vpn_networks%")
    found = """
---
title: Allowed
logsource: {category: network_traffic}
filter:
  rules: [00000000-0000-4000-8000-0000000000aa]
  ours:
    destination.ip|expand|cidr: '%mail_relays%'
  condition: not ours
"""
    rules = loaded(tmp_path, Policy(), rule + found)
    assert [each.blind for each in rules.blind] == [("mail_relays",)]
    rules = loaded(tmp_path, Policy.model_validate({"mail_relays": ["8.8.8.8"]}), rule + found)
    assert fired(rules, "8.8.8.8", "8.8.4.4") == [1]


def test_contexts_of_other_policies_have_other_keys() -> None:
    said: list[dict[str, Any]] = [{}, {"resolvers": []}, {"resolvers": ["10.0.0.1"]}, {"remote_tools": []}]
    assert len({Context(policy=Policy.model_validate(each)).key for each in said}) == len(said)


def window(**more: Any) -> Policy:
    given = {"name": "patches", "hosts": ["web*"], "zone": "Europe/Vienna"} | more
    return Policy.model_validate(yaml.safe_load(yaml.safe_dump({"maintenance": [given]})))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text + "+00:00")


WEB = (Who("host", "WEB01"), Who("user", "anna"), Who("ip", "10.0.0.7"))


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        ("2026-01-06T21:00:00", "2026-01-06T21:00:00", True),  # Tuesday, 22:00 in Vienna
        ("2026-01-06T20:59:59.999999", "2026-01-06T21:00:00", False),
        ("2026-01-07T00:59:59.999999", "2026-01-07T00:59:59.999999", True),  # Wednesday, just before 02:00
        ("2026-01-07T00:59:59", "2026-01-07T01:00:00", False),
        ("2026-01-07T21:30:00", "2026-01-07T21:30:00", False),  # Wednesday is no day of it
        ("2026-07-07T20:00:00", "2026-07-07T23:59:00", True),  # the same hours in summer
        ("2026-07-07T19:59:00", "2026-07-07T19:59:00", False),
        ("9999-12-31T23:59:59", "9999-12-31T23:59:59", False),
        ("0001-01-01T00:00:00", "0001-01-01T00:00:00", False),
    ],
)
def test_hours_are_those_of_the_zone_and_may_pass_midnight(first: str, last: str, inside: bool) -> None:
    policy = window(days=["tue"], start=22 * 60, end="02:00")
    assert (policy.in_maintenance(WEB, at(first), at(last)) == "patches") is inside


def test_the_night_on_which_clocks_change() -> None:
    policy = window(start="01:00", end="04:00")
    spring, autumn = "2026-03-29T", "2026-10-25T"
    assert policy.in_maintenance(WEB, at(spring + "00:00:00"), at(spring + "01:59:59"))  # two hours long
    assert not policy.in_maintenance(WEB, at(spring + "02:00:00"), at(spring + "02:00:00"))
    assert policy.in_maintenance(WEB, at("2026-10-24T23:00:00"), at(autumn + "02:59:59"))  # four hours long
    assert not policy.in_maintenance(WEB, at(autumn + "03:00:00"), at(autumn + "03:00:00"))


def test_a_window_of_one_time_and_limits_of_one_that_comes_back() -> None:
    once = window(**{"from": "2026-01-06T22:00", "until": "2026-01-08"})
    assert once.in_maintenance(WEB, at("2026-01-06T21:00:00"), at("2026-01-07T22:59:59"))
    assert not once.in_maintenance(WEB, at("2026-01-06T21:00:00"), at("2026-01-07T23:00:00"))
    limited = window(start="22:00", end="23:00", **{"from": dt.date(2026, 1, 7)})
    assert not limited.in_maintenance(WEB, at("2026-01-06T21:30:00"), at("2026-01-06T21:30:00"))
    assert limited.in_maintenance(WEB, at("2026-01-07T21:30:00"), at("2026-01-07T21:30:00"))


def test_all_that_a_window_names_must_be_met() -> None:
    moment = at("2026-01-06T12:00:00")

    def inside(*who: Who, **more: Any) -> bool:
        return window(start="00:00", end="00:00", **more).in_maintenance(who, moment, moment) is not None

    assert inside(Who("host", "web1"))
    assert not inside(Who("host", "db1"))
    assert not inside(Who("user", "web1"))
    assert inside(*WEB, users=["ANNA"], networks=["10.0.0.0/8"])
    assert not inside(*WEB, users=["bob"])
    assert not inside(*WEB, networks=["10.1.0.0/16"])
    assert not inside(Who("host", "web1"), Who("ip", "no address"), networks=["0.0.0.0/0"])
    assert not inside(Who("host", "wen1"), hosts=["we[abn]1"])
