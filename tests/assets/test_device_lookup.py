"""The device of an address from real records of DHCP servers, whatever their order, batches and repetitions."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa

from watchfloor.assets import leases
from watchfloor.assets.devices import device_at, is_randomized
from watchfloor.assets.holders import CHANGING, DISAGREE, NEVER, NOBODY, SECOND, STATIC, Terms
from watchfloor.assets.inventory import Host, Inventory
from watchfloor.core.clock import to_microseconds
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch, Source
from watchfloor.store.asset_tables import lease_observation
from watchfloor.store.engine import in_memory
from watchfloor.testing.simulation.dhcp import Month, month
from watchfloor.testing.simulation.dhcp_answers import answered, events_of, score, terms_of

GOLDEN = Path(__file__).parents[1] / "golden" / "parsers"
DAY = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
NOTHING: frozenset[str] = frozenset()


def events(lines: Sequence[str], name: str = "dhcp.log") -> EventBatch:
    source = Source(name, name, reference=DAY + dt.timedelta(days=1), reference_kind="now")
    return parse_records(RawBatch.of(source, lines), wanted=NOTHING)


def at(clock: str) -> int:
    return to_microseconds(dt.datetime.combine(DAY, dt.time.fromisoformat(clock), dt.UTC))


def asked(connection: sa.Connection, *questions: tuple[str, str], terms: Terms | None = None) -> list[dict[str, Any]]:
    addresses = pa.array([address for address, _ in questions], pa.string())
    times = pa.array([at(clock) for _, clock in questions], pa.int64())
    return list(device_at(connection, addresses, times, terms).to_pylist())


def observed(*batches: EventBatch) -> list[dict[str, Any]]:
    return [row for batch in batches for row in leases.observe(batch).to_pylist()]


ISC = [
    "Nov 25 09:00:00 gw dhcpd[7]: DHCPACK on 192.0.2.10 to 00:00:5e:00:53:01 (pc-one) via eth0",
    "Nov 25 10:00:00 gw dhcpd[7]: DHCPRELEASE of 192.0.2.10 from 00:00:5e:00:53:01 (pc-one) via eth0 (found)",
    "Nov 25 12:00:00 gw dhcpd[7]: DHCPACK on 192.0.2.10 to 62:00:5e:00:53:02 (phone) via eth0",
]


def test_each_event_has_the_device_of_its_time() -> None:
    with in_memory() as connection:
        leases.keep(connection, leases.observe(events(ISC)))
        one, gap, two, edge, never, none = asked(
            connection,
            ("192.0.2.10", "09:30"),
            ("192.0.2.10", "11:00"),
            ("192.0.2.10", "13:00"),
            ("192.0.2.10", "12:00:30"),
            ("192.0.2.11", "12:00"),
            ("no address", "12:00"),
        )
    assert (one["mac"], one["hostname"], one["randomized"]) == ("00-00-5E-00-53-01", "pc-one", False)
    assert (one["since"], one["until"], one["device"]) == (at("09:00"), at("10:00"), one["mac"])
    assert (gap["mac"], gap["basis"]) == (None, NOBODY)
    assert (two["mac"], two["randomized"]) == ("62-00-5E-00-53-02", True)
    assert two["device"] != two["mac"], "a random address is a device for its lease only"
    assert (edge["mac"], edge["basis"]) == (None, CHANGING)
    assert (never["basis"], none["basis"]) == (NEVER, NEVER)


def test_nulls_and_nothing_are_answered() -> None:
    with in_memory() as connection:
        leases.keep(connection, leases.observe(events(ISC)))
        empty = device_at(connection, pa.array([], pa.string()), pa.array([], pa.int64()))
        nulls = device_at(connection, pa.array([None, "192.0.2.10"]), pa.array([at("09:30"), None], pa.int64()))
    assert (empty.num_rows, nulls["mac"].to_pylist()) == (0, [None, None])


def test_addresses_are_one_in_every_notation() -> None:
    reply = (
        "Nov 25 09:00:00 gw dhcpd[7]: Reply NA: address 2001:db8:5::100 to client with duid "
        "00:01:00:01:32:99:9b:d5:00:00:5e:00:53:82 iaid = 130 valid for 7200 seconds"
    )
    with in_memory() as connection:
        leases.keep(connection, leases.observe(events([reply])))
        rows = asked(connection, ("2001:DB8:5:0::0100", "09:30"), ("2001:db8:5::100", "09:30"))
    assert rows[0] == rows[1]
    assert rows[0]["mac"] == "00-00-5E-00-53-82"
    assert "DUID" in rows[0]["basis"]


def test_the_records_of_real_servers_are_read() -> None:
    found = {}
    for parser in ("isc", "kea", "dnsmasq", "mikrotik", "udhcpd", "windows_audit", "client"):
        lines = [line for path in (GOLDEN / f"dhcp.{parser}").glob("*.log") for line in path.read_text().splitlines()]
        rows = observed(events(lines))
        assert all(leases.canonical(row["address"]) == row["address"] and row["kind"] in leases.KINDS for row in rows)
        found[parser] = {row["kind"] for row in rows}
    assert found == {
        "isc": {"ack", "release", "expire", "decline", "nak", "inform", "conflict", "unaltered"},
        "kea": {"ack", "release", "decline", "expire"},
        "dnsmasq": {"ack", "release", "decline", "nak", "inform", "delete"},
        "mikrotik": {"ack", "release"},
        "udhcpd": {"ack", "conflict"},
        "windows_audit": {"ack", "release", "nak", "expire", "delete", "conflict", "inform"},
        "client": set(),
    }


@pytest.mark.parametrize("name", ["zeek.json", "ids.suricata_eve", "firewall.fortigate"])
def test_sensors_and_firewalls_tell_leases(name: str) -> None:
    rows = []
    for path in sorted((GOLDEN / name).iterdir()):
        if "expected" not in path.name:
            rows += observed(events(path.read_text().splitlines(), path.name))
    (ack,) = [row for row in rows if row["kind"] == "ack"]
    assert ack["mac"].startswith("00-00-5E-00-53-")
    assert ack["seconds"]


def test_a_relay_is_not_the_client() -> None:
    packet = (
        "2026-11-25 09:00:00.000 DEBUG [kea-dhcp4.packets/1] DHCP4_PACKET_SEND [hwtype=1 00:00:5e:00:53:01], "
        "cid=[no info], tid=0x1: trying to send packet DHCPACK (type 5) from 192.0.2.1:67 to 192.0.2.254:67 on "
        "interface eth0"
    )
    assert observed(events([packet])) == []


HOSTILE = [
    "Nov 25 09:00:00 gw dhcpd[7]: DHCPACK on 999.0.2.10 to 00:00:5e:00:53:01 via eth0",
    "Nov 25 09:00:00 gw dhcpd[7]: DHCPACK on 0.0.0.0 to 00:00:5e:00:53:01 via eth0",
    "Nov 25 09:00:00 gw dhcpd[7]: DHCPACK on 192.0.2.10 to 00:00:5e:00:53:01 (" + "x" * 10_000 + ") via eth0",
    "Nov 25 09:00:00 gw dhcpd[7]: DHCPACK on 192.0.2.10 to 00:00:5e:00:53:01 (a) via b) via eth0",
    "Nov 25 09:00:00 gw dhcpd[7]: DHCPACK on 192.0.2.10 to 00:00:5e:00:53:01 via eth0 lease-duration 99999999999999999",
    "Nov 25 09:00:00 gw dhcpd[7]: Reply NA: address fe80::1 to client with duid zz iaid = 1 valid for 0 seconds",
    "10,11/25/26,09:00:00,Assign,192.0.2.10,\x1b[2J,zzzzzzzzzzzz,,0,0,,,,,,,,,0",
    "Nov 25 09:00:00 gw dnsmasq-dhcp[1]: DHCPACK(eth0) 192.0.2.10 00:00:5e:00:53:01 " + "é" * 600,
]


def test_hostile_values_do_no_harm() -> None:
    batch = events(HOSTILE)
    with in_memory() as connection:
        leases.keep(connection, leases.observe(batch))
        rows = asked(connection, ("192.0.2.10", "09:30"))
    assert all(len(row["hostname"] or "") <= 255 for row in observed(batch))
    assert rows[0]["mac"] in {None, "00-00-5E-00-53-01"}
    assert is_randomized("zz") is False


@pytest.fixture(scope="module")
def simulated() -> Month:
    return month(3, addresses=120, days=8)


def _rows(connection: sa.Connection) -> list[Any]:
    return sorted(tuple(row) for row in connection.execute(sa.select(lease_observation)))


def _kept(batches: Iterable[pa.Table]) -> Any:
    return [batch for batch in batches if batch.num_rows]


def test_nobody_is_taken_for_another_in_a_month_of_dhcp(simulated: Month) -> None:
    questions = simulated.questions(6000, 5)
    with in_memory() as connection:
        for batch in events_of(simulated):
            leases.keep(connection, leases.observe(batch))
        for terms in (terms_of(simulated), Terms()):
            found = score(questions, answered(connection, questions, terms))
            assert found["wrong"] == found["name"] == 0
            assert found["missed"] < 0.06 * len(questions)
            assert found["right"] > 0.6 * len(questions)


def test_order_batches_and_repetitions_change_nothing(simulated: Month) -> None:
    questions = simulated.questions(500, 6)
    whole = [leases.observe(batch) for batch in events_of(simulated)]
    small = _kept(leases.observe(batch) for batch in events_of(simulated, 2_500))
    random.Random(1).shuffle(small)
    found = []
    for batches in (whole, [*small, *small[:5], *whole]):
        with in_memory() as connection:
            for batch in batches:
                leases.keep(connection, batch)
            answers = answered(connection, questions, terms_of(simulated))
            found.append((_rows(connection), answers.to_pylist()))
    assert found[0] == found[1]


def test_old_records_are_forgotten_and_a_wrong_clock_forgets_nothing() -> None:
    wrong = "2099-11-25T09:00:00+00:00 gw dhcpd[7]: DHCPACK on 192.0.2.99 to 00:00:5e:00:53:09 via eth0"
    old = "2025-11-25T09:00:00+00:00 gw dhcpd[7]: DHCPACK on 192.0.2.98 to 00:00:5e:00:53:08 via eth0"
    with in_memory() as connection:
        leases.keep(connection, leases.observe(events([*ISC, wrong, old])))
        leases.prune(connection, 180, at("14:00"))
        assert {row[0] for row in _rows(connection)} == {"192.0.2.10", "192.0.2.99"}


def _inventory(**host: Any) -> Terms:
    return Terms(inventory=Inventory(hosts=(Host("printer.example.com", addresses=("192.0.2.10",), **host),)))


def test_the_inventory_fills_what_no_log_tells_and_differs_openly() -> None:
    static = _inventory(macs=("00-00-5E-00-53-77",), since=at("08:00"), until=at("11:30"))
    same = _inventory(macs=("00-00-5E-00-53-01",))
    with in_memory() as connection:
        (nothing,) = asked(connection, ("192.0.2.10", "09:30"), terms=static)
        leases.keep(connection, leases.observe(events(ISC)))
        clash, gap, after = asked(
            connection, ("192.0.2.10", "09:30"), ("192.0.2.10", "11:00"), ("192.0.2.10", "13:00"), terms=static
        )
        (agreed,) = asked(connection, ("192.0.2.10", "09:30"), terms=same)
    assert (nothing["mac"], nothing["hostname"], nothing["basis"]) == (
        "00-00-5E-00-53-77",
        "printer.example.com",
        STATIC,
    )
    assert (clash["mac"], clash["basis"]) == (None, DISAGREE)
    assert (gap["mac"], gap["basis"]) == ("00-00-5E-00-53-77", STATIC)
    assert after["mac"] == "62-00-5E-00-53-02"
    assert agreed["hostname"] == "pc-one"


def test_a_flooded_address_is_unknown_and_takes_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watchfloor.assets.devices._MOST", 2)
    with in_memory() as connection:
        leases.keep(connection, leases.observe(events(ISC)))
        (row,) = asked(connection, ("192.0.2.10", "09:30"))
    assert row["mac"] is None
    assert "too many" in row["basis"]


def test_the_margin_is_that_of_the_settings() -> None:
    with in_memory() as connection:
        leases.keep(connection, leases.observe(events(ISC)))
        (row,) = asked(connection, ("192.0.2.10", "12:00:30"), terms=Terms(clock=20 * SECOND))
    assert row["hostname"] == "phone"
