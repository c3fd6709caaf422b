"""What the inventory says of names, addresses and accounts, and when."""

from __future__ import annotations

import ipaddress
import pickle
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.assets._entries import MAX_BYTES, entries
from watchfloor.assets.inventory import ROLES, Host, Inventory, Zone
from watchfloor.assets.inventory_file import read_inventory
from watchfloor.core.clock import moment, to_microseconds
from watchfloor.core.errors import UsageError
from watchfloor.core.faults import FaultsError

YAML = """\
hosts:
  - name: dc01.example.com
    names: [DC]
    addresses: [10.0.0.5, '2001:db8::5']
    macs: [00:00:5e:00:53:01]
    roles: [domain_controller, resolver]
    owner: Infrastructure
    criticality: high
  - {name: old-laptop, addresses: 10.0.8.9, roles: workstation, until: 2026-03-01}
  - {name: new-laptop, addresses: 10.0.8.9, roles: [shared], from: 2026-03-01T12:00:00Z}
networks:
  - {cidr: 10.0.0.0/8, zone: inside}
  - {cidr: 10.0.8.0/22, zone: guests, roles: guest_network, owner: Facilities}
people:
  - {name: Anna Berg, accounts: ['EXAMPLE\\anna', anna@example.com]}
  - {name: Backup, accounts: [svc_backup], roles: service_account}
"""
CSV = """\
kind,name,names,addresses,macs,roles,owner,criticality,from,until,cidr,zone,accounts
host,dc01.example.com,DC,10.0.0.5; 2001:db8::5,0000.5e00.5301,domain_controller;resolver,Infrastructure,high,,,,,
host,old-laptop,,10.0.8.9,,workstation,,,,2026-03-01,,,

host,new-laptop,,10.0.8.9,,shared,,,2026-03-01T12:00:00Z,,,,
network,,,,,,,,,,10.0.0.0/8,inside,
network,,,,,guest_network,Facilities,,,,10.0.8.0/22,guests,
person,Anna Berg,,,,,,,,,,,EXAMPLE\\anna;anna@example.com
person,Backup,,,,service_account,,,,,,,svc_backup
"""


def read(folder: Path, text: str, name: str = "inventory.yml") -> Inventory:
    path = folder / name
    path.write_text(text, "utf-8")
    return read_inventory(path)


@pytest.fixture(params=["inventory.yml", "inventory.csv"])
def inventory(request: pytest.FixtureRequest, tmp_path: Path) -> Inventory:
    return read(tmp_path, CSV if request.param.endswith("csv") else YAML, request.param)


def test_roles(inventory: Inventory) -> None:
    assert inventory.roles("host", "DC01.example.com.") == {"domain_controller", "resolver"}
    assert inventory.roles("host", "dc01") == inventory.roles("host", "dc") == {"domain_controller", "resolver"}
    assert inventory.roles("ip", "::ffff:10.0.0.5") == {"domain_controller", "resolver"}
    assert inventory.roles("ip", "2001:0db8:0:0::5") == {"domain_controller", "resolver"}
    assert inventory.roles("mac", "00-00-5E-00-53-01") == {"domain_controller", "resolver"}
    assert inventory.roles("ip", "10.0.9.9") == {"guest_network"}
    assert inventory.roles("user", "SVC_BACKUP") == {"service_account"}
    assert inventory.roles("user", "anna") == frozenset()
    assert inventory.roles("host", "") == inventory.roles("ip", "") == inventory.roles("ip", "no") == frozenset()
    with pytest.raises(KeyError):
        inventory.roles("colour", "red")


def test_entries_hold_in_their_time(inventory: Inventory) -> None:
    before, between, after = (
        to_microseconds(moment(text)) for text in ("2026-02-28T23:59:59Z", "2026-03-01", "2026-03-01T12:00:00Z")
    )
    named = [inventory.host("ip", "10.0.8.9", at) for at in (before, between, after, None)]
    assert [host.name if host else None for host in named] == ["old-laptop", None, "new-laptop", "new-laptop"]
    assert inventory.roles("ip", "10.0.8.9", before) == {"workstation", "guest_network"}
    assert inventory.changes.tolist() == [between, after]


def test_zones(inventory: Inventory) -> None:
    found = [inventory.zone(ip) for ip in ("10.0.7.255", "10.0.8.0", "10.0.11.255", "10.0.12.0", "11.0.0.0", "x")]
    assert [zone.name if zone else None for zone in found] == ["inside", "guests", "guests", "inside", None, None]


def test_pickled_and_empty(inventory: Inventory) -> None:
    inventory.roles("ip", "10.0.8.9")
    assert pickle.loads(pickle.dumps(inventory)) == inventory
    assert not Inventory.empty()
    assert Inventory.empty().zone("10.0.0.1") is None
    assert Inventory.empty().roles("ip", "10.0.0.1") == frozenset()


def test_a_short_name_that_two_hosts_have_is_nobodys(tmp_path: Path) -> None:
    found = read(tmp_path, "hosts: [{name: web.a.example, roles: server}, {name: web.b.example, roles: server}]")
    assert found.host("host", "web") is None
    assert found.host("host", "web.a.example") is not None


@given(st.lists(st.tuples(st.ip_addresses(v=4), st.integers(0, 32)), max_size=8), st.ip_addresses(v=4))
def test_the_smallest_zone(networks: list[tuple[ipaddress.IPv4Address, int]], address: ipaddress.IPv4Address) -> None:
    unique = {ipaddress.ip_network(each, strict=False) for each in networks}
    found = Inventory(zones=tuple(Zone(str(network), str(network)) for network in unique)).zone(str(address))
    around = [network for network in unique if address in network]
    expected = max(around, key=lambda network: network.prefixlen) if around else None
    assert (found.name if found else None) == (str(expected) if expected else None)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), max_size=6), st.integers(-1, 20))
def test_the_host_of_an_address_at_a_moment(spans: list[tuple[int, int]], at: int) -> None:
    hosts = [Host(str(n), addresses=("192.0.2.1",), since=a, until=a + size) for n, (a, size) in enumerate(spans)]
    inventory = Inventory(tuple(hosts))
    holding = [host for host in hosts if (host.since or 0) <= at < (host.until or 0)]
    apart = all(
        a.until <= b.since or b.until <= a.since  # type: ignore[operator]
        for n, a in enumerate(hosts)
        for b in hosts[:n]
    )
    assert bool(inventory.overlaps()) is not apart
    if apart:
        assert inventory.host("ip", "192.0.2.1", at) == (holding[0] if holding else None)


@pytest.mark.parametrize(
    ("text", "line", "thing"),
    [
        ("hosts:\n  - name: a\n    colour: red\n", 2, "has no 'colour'"),
        ("hosts:\n  - addresses: 10.0.0.1\n", 2, "without name"),
        ("hosts:\n  - name: a\n  - name: b\n    addresses: 10.0.0\n", 3, "not an IP address"),
        ("hosts:\n  - name: a\n    addresses: 10.0.0.010\n", 2, "not an IP address"),
        ("hosts:\n  - name: a\n    macs: 00-00\n", 2, "not a MAC address"),
        ("hosts:\n  - name: a\n    roles: boss\n", 2, "unknown role 'boss'"),
        ("hosts:\n  - name: a\n    criticality: 9\n", 2, "unknown criticality"),
        ("hosts:\n  - name: [a, b]\n", 2, "more than one value"),
        ("hosts:\n  - name: a\n    from: soon\n", 2, "not a time"),
        ("hosts:\n  - name: a\n    from: 2026-02-01\n    until: 2026-02-01\n", 2, "ends before"),
        ("hosts:\n  - {name: a, addresses: 10.0.0.1}\n  - {name: b, addresses: '::ffff:10.0.0.1'}\n", 3, "same value"),
        ("hosts:\n  - {name: a}\n  - {name: b, names: A.}\n", 3, "same value"),
        ("networks:\n  - cidr: 10.0.0.1/8\n", 2, "not a network"),
        ("networks:\n  - {cidr: 10.0.0.0/8}\n  - {cidr: 10.0.0.0/8}\n", 3, "same value"),
        ("people:\n  - name: a\n", 2, "without accounts"),
        ("people:\n  - {name: a, accounts: x}\n  - {name: b, accounts: X}\n", 3, "same value"),
        ("people:\n  a: b\n", 2, "a list"),
        ("hosts: [a]\n", 1, "a mapping"),
        ("hosts:\n  - name: {a: b}\n", 2, "a text"),
        ("hosts:\n  - {name: a, name: b}\n", 2, "there twice"),
        ("machines: []\n", 1, "unknown section"),
        ("hosts: []\n---\nhosts: []\n", 2, "two documents"),
        ("hosts: &all [{name: a}]\npeople: *all\n", 2, "a reference"),
        ('hosts:\n  - name: "a\n', 3, "not YAML"),
        ("hosts: " + "[" * 100_000, 1, "nest"),
        ("hosts: [{name: [[a]]}]\n", 1, "nested too deeply"),
        ('hosts: [{name: "\\x1b[31m"}]\n', 1, "not printable"),
        ("hosts: [{name: " + "a" * 300 + "}]\n", 1, "longer than"),
        ("- a\n", 1, "a mapping"),
    ],
)
def test_faults_are_told_with_their_line(tmp_path: Path, text: str, line: int, thing: str) -> None:
    with pytest.raises(UsageError, match=thing) as caught:
        read(tmp_path, text)
    assert caught.value.place == f"{tmp_path / 'inventory.yml'}:{line}"
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("text", "line", "thing"),
    [
        ("name,name\n", 1, "same name"),
        ("name,owner\na\n", 2, "1 columns"),
        ("kind,name\nplanet,a\n", 2, "unknown kind"),
        ('name\n"a\n', 2, "not CSV"),
        ("name,colour\n\na,red\n", 3, "has no 'colour'"),
    ],
)
def test_faults_of_csv(tmp_path: Path, text: str, line: int, thing: str) -> None:
    with pytest.raises(UsageError, match=thing) as caught:
        read(tmp_path, text, "inventory.csv")
    assert caught.value.place == f"{tmp_path / 'inventory.csv'}:{line}"


def test_all_faults_of_a_file_are_told(tmp_path: Path) -> None:
    text = """\
hosts:
- {name: a, colour: red, addresses: [10.0.0, 10.0.0.1], roles: [boss, chief]}
- name: {b: c}
- *other
- {name: b, from: soon}
- {name: c, addresses: 10.0.0.3, name: d}
machines: [{a: [b]}]
networks: [x, {cidr: 10.0.0.1/8}, {cidr: 10.0.0.0/8}]
people:
- {name: e, accounts: x}
- {name: f, accounts: X}
- {name: g, accounts: [h, *other]}
"""
    with pytest.raises(FaultsError) as caught:
        read(tmp_path, text)
    found = [(int(fault.place.rpartition(":")[2]), fault.thing) for fault in caught.value.found]
    assert [(line, thing[:14]) for line, thing in found] == [
        (2, "a host has no "),
        (2, "not an IP addr"),
        (2, "unknown role '"),
        (2, "unknown role '"),
        (3, "a text or a li"),
        (4, "a reference (*"),
        (5, "from is not a "),
        (6, "a key that is "),
        (7, "unknown sectio"),
        (8, "a mapping (key"),
        (8, "not a network:"),
        (12, "a reference (*"),
        (11, "claims the sam"),
    ]
    with pytest.raises(FaultsError) as caught:
        read(tmp_path, text + "- {name: " + "[" * 9)
    assert len(caught.value.found) == len(found)  # the overlap is not looked for in half a file
    assert caught.value.found[-1].thing == "nested too deeply"


def test_all_faults_of_csv_are_told_but_a_column_once(tmp_path: Path) -> None:
    lines = ["name,colour,from", "a,red,", "b,red,soon", "c,red", "d,,", "e,red,late"]
    with pytest.raises(FaultsError) as caught:
        read(tmp_path, "\n".join(lines), "inventory.csv")
    found = [(int(fault.place.rpartition(":")[2]), fault.thing[:12]) for fault in caught.value.found]
    assert found == [(2, "a host has n"), (3, "from is not "), (4, "2 columns un"), (6, "from is not ")]


@pytest.mark.parametrize("null", ["", "~", "null", "Null", "NULL", "!!null x"])
def test_what_yaml_calls_nothing_is_no_value(tmp_path: Path, null: str) -> None:
    (host,) = read(tmp_path, f"networks: {null}\nhosts:\n- name: a\n  owner: {null}\n  names: [b, 'null']\n").hosts
    assert (host.owner, host.names) == ("", ("b", "null"))


def test_entries_are_read_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    path.write_text("hosts:\n" + "".join(f"- {{name: h{n}, addresses: [10.0.0.1]}}\n" for n in range(40_000)))
    refused: list[UsageError] = []
    tracemalloc.start()
    assert sum(entry.sound for entry in entries(path, refused.append)) == 40_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not refused
    assert peak < MAX_BYTES + 8 * path.stat().st_size  # a tree of all takes fifty times as much


def test_empty_files(tmp_path: Path) -> None:
    assert not read(tmp_path, "")
    assert not read(tmp_path, "hosts:\nnetworks: []\n")
    assert not read(tmp_path, "", "inventory.csv")


def test_other_files(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_inventory(tmp_path / "none.yml")
    (tmp_path / "latin.yml").write_bytes(b"hosts:\n  - name: caf\xe9\n")
    with pytest.raises(UsageError, match="not UTF-8") as caught:
        read_inventory(tmp_path / "latin.yml")
    assert caught.value.place.endswith("latin.yml:2")
    (tmp_path / "large.yml").write_bytes(b"# " + b"x" * (16 << 20))
    with pytest.raises(UsageError, match="larger than 16 MiB"):
        read_inventory(tmp_path / "large.yml")
    (tmp_path / "many.csv").write_text("name,names\n" + f"a,{'x;' * 50_000}\n" * 21)
    with pytest.raises(UsageError, match="more than 1,000,000"):
        read_inventory(tmp_path / "many.csv")


def test_the_guides_examples_can_be_read(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs/guide/enrichment.md").read_text("utf-8")
    by_kind = {kind: guide.split(f"```{kind}\n")[1].split("```")[0] for kind in ("yaml", "csv")}
    found = read(tmp_path, by_kind["yaml"])
    assert (len(found.hosts), len(found.zones), len(found.people)) == (3, 2, 2)
    assert found.roles("user", "example\\ANNA") == frozenset()
    assert found.zone("10.0.9.1") == found.zones[1]
    listed = read(tmp_path, by_kind["csv"], "inventory.csv")
    assert listed.roles("ip", "2001:db8::5") == {"domain_controller"}
    assert all(f"`{role}`" in guide for role in ROLES)


@pytest.mark.parametrize(
    ("one", "other", "claimed"),
    [
        ("addresses: 10.0.0.1", "addresses: '::ffff:10.0.0.1'", "10.0.0.1"),
        ("addresses: 2001:db8::1", "addresses: 2001:0DB8:0::1", "2001:db8::1"),
        ("macs: 00-00-5E-00-53-01", "macs: 00:00:5e:00:53:01", "00005E005301"),
        ("names: Mail", "names: mail.", "mail"),
    ],
)
def test_an_overlap_says_of_which_value(tmp_path: Path, one: str, other: str, claimed: str) -> None:
    path = tmp_path / "inventory.yml"
    path.write_text(f"hosts:\n  - {{name: a, {one}}}\n  - {{name: b, {other}}}\n")
    with pytest.raises(UsageError, match=f"yml:3: claims the same value '{claimed}' for the same time as .*yml:2"):
        read_inventory(path)
