"""The page about scenarios names what is really simulated."""

from pathlib import Path

from watchfloor.testing.simulation import (
    clients,
    geolocation,
    planted_hosts,
    planted_people,
    planted_towns,
    towns,
    whereabouts,
)
from watchfloor.testing.simulation.dhcp import SKEW
from watchfloor.testing.simulation.dhcp_lines import SECOND
from watchfloor.testing.simulation.services import NICHE_NEW, NICHE_PERIODS, NICHE_SHARE, SERVICES

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "behaviour-scenarios.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("|")]


def row(start: str) -> str:
    [found] = [line for line in ROWS if line.startswith(f"| {start} |")]
    return found


def test_each_service_is_in_the_table() -> None:
    for service in SERVICES:
        shown = row(service.name)
        shares = [f"{100 * each:.0f} %" for each in (service.jitter, service.share)]
        for figure in (f"{service.period:,.0f} s", *shares, f"{service.ttl:,} s"):
            assert figure in shown, service.name
        assert f"{service.sent:,} / {service.received:,}" in shown
        assert service.source in shown


def test_rare_programs_are_as_said() -> None:
    shown = row("programs that hardly anybody has")
    assert all(f"{period:,.0f}" in shown for period in NICHE_PERIODS)
    assert f"{100 * NICHE_SHARE:.0f} %" in shown
    assert f"{NICHE_NEW * 1000:g} new ones per 1,000 hosts" in shown


def test_shares_of_devices_and_programs_are_as_said() -> None:
    for kind, shares in {
        "the company's laptop": [
            share_of(clients.LAPTOPS, browser) for browser in ("Edge", "Chrome", "Safari", "Firefox")
        ],
        "programs on it": [clients.OFFICE_SHARE],
        "registered laptops": [clients.REGISTERED_LAPTOPS],
        "device not named though registered": [clients.HIDDEN],
        "telephones": [*clients.PHONES.values(), clients.REGISTERED_PHONES, clients.PHONE_PROGRAMS],
        "private tablets and computers": [clients.PRIVATE_OWNERS, clients.PRIVATE_SHARE],
        "strangers who got in": list(clients.THIEVES.values()),
        "strangers who fail": [clients.GUESSES_BY_SCRIPT],
    }.items():
        for value in shares:
            assert f"{100 * value:g} %" in row(kind), (kind, value)
    for system in ("Windows", "macOS", "Linux"):
        assert f"{system} {100 * share_of(clients.LAPTOPS, system):g} %" in row("the company's laptop")


def test_towns_and_what_is_said_of_them_are_as_said() -> None:
    for kind, shares in {
        "homes": [whereabouts.COMMUTERS],
        "trips within the country": [whereabouts.DOMESTIC],
        "fixed lines, Europe": [geolocation.EUROPE],
        "fixed lines, US, Canada, Australia, Japan, Singapore": [geolocation.AMERICA],
        "fixed lines, India, China, Vietnam, Turkey, Brazil": [geolocation.ASIA],
        "fixed lines, Nigeria, South Africa": [geolocation.AFRICA],
        "fixed lines that are wrong": [geolocation.ELSEWHERE, 1 - geolocation.ELSEWHERE],
        "mobile gateways": [whereabouts.NEAR_GATEWAY],
        "mobile addresses": [*geolocation.MOBILE.values()],
        "data centres, private VPNs": [*geolocation.HOSTING.values()],
        "privacy relays with a town": [whereabouts.BROAD_RELAY, *geolocation.RELAY.values()],
        "satellite": [*geolocation.AIR.values()],
        "only the country": [geolocation.CENTRED, 1 - geolocation.CENTRED],
        "updates of places": [geolocation.CHANGED],
    }.items():
        for value in shares:
            assert f"{100 * value:g} %" in row(kind), (kind, value)
    for means, kind in (("train", "train or car"), ("plane", "plane within the country")):
        speed, beside = whereabouts.MEANS[means]
        assert f"{speed:g} km/h and {beside:g} h beside" in row(kind)
    assert f"within {whereabouts.COMMUTING_KM:g} km" in row("homes")
    assert f"{whereabouts.WORKING_HOURS:g} h" in row("commuters")
    assert all(f"{number} town" in row("mobile gateways") for number in (towns.GATEWAYS["US"],))
    assert all(whereabouts.office(country).name in row("offices with a town") for country in ("DE", "US", "IN"))


def share_of(shares: dict[str, float], word: str) -> float:
    return round(sum(share for name, share in shares.items() if word in name.split()), 6)


def test_planted_parameters_are_as_said() -> None:
    for kind, values in {
        "impossible travel": planted_people.SPEEDS,
        "beacon": (*planted_hosts.INTERVALS, *planted_hosts.CONTACTS),
        "exfiltration": (*planted_hosts.FACTORS, *planted_hosts.PARTS),
        "mail to many": (*planted_people.RECIPIENTS, *planted_people.MESSAGES),
        "scan inside": (*planted_hosts.SCANNED, *planted_hosts.PORTS),
    }.items():
        for value in values:
            assert f"{value:,.0f}" in row(kind) or f"{value:.0f}" in row(kind), (kind, value)
    within = row("impossible travel within the country")
    assert all(f"{bound:,.0f}" in within for bound in planted_towns.WITHIN)
    assert f"{len(planted_people.SPEEDS) * len(planted_people.KINDS)} |" in within
    assert f"{SKEW // SECOND} s (the worst clock)" in PAGE
