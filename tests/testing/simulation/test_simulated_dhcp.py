"""The month of DHCP is the same each time, is read by the parsers installed now, and its truth is in its lines."""

from __future__ import annotations

import datetime as dt
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import Any

import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source
from watchfloor.testing.simulation.dhcp import SKEW, Month, month
from watchfloor.testing.simulation.dhcp_lines import HOUR, SECOND

REFERENCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
DATASETS = {"isc": "dhcp.isc", "kea": "dhcp.kea", "windows": "dhcp.windows_audit"}


@pytest.fixture(scope="module")
def simulated() -> Month:
    return month(7, addresses=120, days=13)


@pytest.fixture(scope="module")
def events(simulated: Month) -> list[dict[str, Any]]:
    source = Source("dhcp", "dhcp.log", reference=REFERENCE, reference_kind="now")
    batch = RawBatch.of(source, [line.text for line in simulated.lines])
    return list(parse_records(batch, wanted=frozenset(declared())).rows())


ENDS = {"dhcp-lease-abandoned", "dhcp-address-in-use", "dhcp-release", "dhcp-expire"}


def mac_of(event: dict[str, Any]) -> str:
    """The MAC address that a record names, or the one in a DHCPv6 identifier by hardware."""
    named = str(event.get("client.mac") or "").lower().replace("-", ":")
    identifier = str(event.get("dhcp.client_id") or "")
    return named or (identifier[-17:] if identifier.startswith("00:01:") else "")


def seconds(event: dict[str, Any]) -> int:
    stamp = event["@timestamp"]
    moment = stamp if isinstance(stamp, dt.datetime) else dt.datetime.fromisoformat(stamp)
    return int(moment.timestamp() * SECOND)


def test_the_same_seed_gives_the_same_month(simulated: Month) -> None:
    assert month(7, addresses=120, days=13) == simulated
    assert month(8, addresses=120, days=13).lines != simulated.lines
    assert simulated.questions(50) == simulated.questions(50)


def test_every_line_is_read_by_its_parser(simulated: Month, events: list[dict[str, Any]]) -> None:
    for line, event in zip(simulated.lines, events, strict=True):
        assert event["event.dataset"] == DATASETS[line.form], line
        assert event.get("event.action"), line
        late = line.arrived - seconds(event)
        assert -SKEW <= late <= 25 * HOUR, line


def test_all_that_can_happen_happens(simulated: Month, events: list[dict[str, Any]]) -> None:
    for form, wanted in {
        "isc": {"ack", "release", "nak", "decline", "request"},
        "kea": {"ack", "release", "decline"},
        "windows": {"ack", "release", "nak", "expire"},
    }.items():
        seen = {event.get("dhcp.type") for event in events if event["event.dataset"] == DATASETS[form]}
        assert wanted <= seen, form
    assert "dhcp-lease-abandoned" in {event["event.action"] for event in events}
    assert "dhcp-address-in-use" in {event["event.action"] for event in events}
    assert any(line.arrived - seconds(event) > 3 * HOUR for line, event in zip(simulated.lines, events, strict=True))
    assert len({line.source for line in simulated.lines}) == 6


def test_no_two_have_an_address_at_once(simulated: Month) -> None:
    for first, second in pairwise(simulated.tenures):
        assert first.since < first.until
        assert first.address != second.address or first.until <= second.since


def test_what_is_told_is_in_the_log(simulated: Month, events: list[dict[str, Any]]) -> None:
    granted: dict[tuple[str, str], list[int]] = {}
    for event in events:
        if event.get("dhcp.type") == "ack" and event.get("client.mac"):
            key = event["client.ip"], event["client.mac"].lower().replace("-", ":")
            granted.setdefault(key, []).append(seconds(event))
    told = [each for each in simulated.tenures if each.told is not None and each.mac and ":" not in each.address]
    assert len(told) > 800
    for tenure in told:
        assert any(abs(at - (tenure.told or 0)) <= SKEW for at in granted[tenure.address, tenure.mac or ""])


def test_all_addresses_of_pools_are_used_again(simulated: Month) -> None:
    macs: dict[str, set[str]] = {}
    for tenure in simulated.tenures:
        if tenure.mac and ":" not in tenure.address:
            macs.setdefault(tenure.address, set()).add(tenure.mac)
    assert sum(len(each) > 1 for each in macs.values()) == 120


def test_questions_ask_for_all(simulated: Month) -> None:
    asked = simulated.questions(4000)
    kinds = {(each.told, each.mac is None) for each in asked}
    assert kinds == {(True, False), (False, False), (False, True)}
    assert all(each.mac for each in asked if each.told)
    assert {":" in each.address for each in asked if each.told} == {True, False}


def test_a_plain_reading_of_the_log_answers_without_error(simulated: Month, events: list[dict[str, Any]]) -> None:
    """What is said to be told can be read from the log, and a margin for the clocks keeps from every mistake."""
    seconds_of = [(ip_network(network), lasts) for network, lasts in simulated.seconds.items()]
    told: dict[str, list[tuple[int, str, int]]] = {}
    for event in events:
        address, kind, device = event.get("client.ip"), event.get("dhcp.type"), mac_of(event)
        ended = kind in {"release", "decline", "expire"} or event["event.action"] in ENDS
        if address and (ended or (kind == "ack" and event["event.action"] != "dhcp-release")):
            known = [lasts for network, lasts in seconds_of if ip_address(address) in network]
            lasts = int(event.get("dhcp.lease_seconds") or [*known, 0][0])
            told.setdefault(address, []).append((seconds(event), "" if ended or not device else device, lasts))
    answered = 0
    for question in simulated.questions(5000):
        rows = sorted(told.get(question.address, []))
        before = [row for row in rows if row[0] <= question.at - SKEW][-1:]
        near = {row[1] for row in rows if abs(row[0] - question.at) <= SKEW}
        device = before[0][1] if before and question.at < before[0][0] + before[0][2] * SECOND - SKEW else ""
        device = device if near <= {device} else ""
        assert device in {"", question.mac}, question
        answered += bool(device)
    assert answered > 2500
