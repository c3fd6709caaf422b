"""The simulated company is the same each time, has the columns that parsers fill, and its truth is in its events."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from watchfloor.schema.fields import declared
from watchfloor.testing.simulation.cases import Case
from watchfloor.testing.simulation.company import DAY, HOUR, SECOND, START, company
from watchfloor.testing.simulation.logins import day_of_logins
from watchfloor.testing.simulation.places import NETWORKS, TOWNS, kilometres, networks
from watchfloor.testing.simulation.scenario import Scenario

USERS, HOSTS, DAYS = 150, 150, 21
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
KEPT = (
    *("@timestamp", "event.id", "event.dataset", "event.outcome", "user.name", "source.ip", "destination.ip"),
    *("destination.port", "url.domain", "dns.question.name", "dns.answers.ttl", "source.bytes", "http.request.bytes"),
    *("source.geo.country_iso_code", "source.as.number", "email.to.address", "email.from.address"),
)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario(5, users=USERS, hosts=HOSTS, days=DAYS)


@pytest.fixture(scope="module")
def events(scenario: Scenario) -> pl.DataFrame:
    """All days, of the fields that the tests read."""
    parts = []
    for day in range(DAYS):
        for batch in scenario.day(day):
            assert set(batch.table.column_names) <= {*declared(), "zeek.conn.conn_state"}
            found = pl.DataFrame(batch.table)
            parts.append(found.select(name for name in KEPT if name in found.columns))
    whole = pl.concat(parts, how="diagonal")
    return whole.with_columns(whole["@timestamp"].dt.epoch("us").alias("at"))


def cases(scenario: Scenario, kind: str) -> list[Case]:
    found = [case for case in scenario.cases if case.kind == kind]
    assert found, kind
    return found


def during(events: pl.DataFrame, case: Case) -> pl.DataFrame:
    return events.filter(pl.col("at").is_between(case.since, case.until))


def test_a_seed_gives_the_same_days(scenario: Scenario) -> None:
    again, other = (Scenario(seed, users=USERS, hosts=HOSTS, days=DAYS) for seed in (5, 6))
    assert again.cases == scenario.cases
    for day in (3, 0):
        first, second = (list(each.day(day)) for each in (scenario, again))
        assert [batch.table for batch in first] == [batch.table for batch in second]
        assert first[0].table != next(iter(other.day(day))).table


def test_without_cases_the_background_is_the_same(scenario: Scenario) -> None:
    benign = Scenario(5, users=USERS, hosts=HOSTS, days=DAYS, cases=False)
    assert not benign.cases
    assert sum(map(len, benign.day(1))) == sum(map(len, scenario.day(1)))


def test_each_event_has_an_identity(events: pl.DataFrame) -> None:
    assert events["event.id"].n_unique() == len(events)
    assert events["@timestamp"].null_count() == 0


def test_no_two_cases_share_somebody(scenario: Scenario) -> None:
    entities = [case.entity.partition("@")[0] for case in scenario.cases]
    assert len(entities) == len(set(entities))
    for case in scenario.cases:
        assert START <= case.since <= case.until < START + (DAYS + 1) * DAY
    kinds = Counter(case.kind for case in scenario.cases)
    assert set(kinds) == {
        *("impossible_travel", "first_country", "first_asn", "recipients", "beacon", "exfiltration", "scan"),
    }


def test_journeys_have_the_speed_that_is_said(scenario: Scenario, events: pl.DataFrame) -> None:
    for case in cases(scenario, "impossible_travel"):
        mine = during(events, case).filter(pl.col("user.name") == case.entity, pl.col("event.outcome") == "success")
        first, last = mine.sort("at").row(0, named=True), mine.sort("at").row(-1, named=True)
        assert (first["at"], last["at"]) == (case.since, case.until)
        assert last["source.geo.country_iso_code"] == case.object
        distance = kilometres(first["source.geo.country_iso_code"], case.object)
        assert distance / ((case.until - case.since) / HOUR) == pytest.approx(case.parameters["speed_kmh"], rel=0.01)


@pytest.mark.parametrize(
    ("kind", "field"), [("first_country", "source.geo.country_iso_code"), ("first_asn", "source.as.number")]
)
def test_what_is_first_was_never_before(scenario: Scenario, events: pl.DataFrame, kind: str, field: str) -> None:
    for case in cases(scenario, kind):
        same = (pl.col("user.name") == case.entity) & (pl.col(field).cast(pl.String) == case.object)
        mine = events.filter(same, pl.col("event.outcome") == "success", pl.col("at") <= case.since)
        assert mine["at"].to_list() == [case.since]


def test_what_an_attack_contacts_is_its_own(scenario: Scenario, events: pl.DataFrame) -> None:
    """No name of the background is in a planted domain, no address of it in the network of a planted server."""
    for case in (*cases(scenario, "beacon"), *cases(scenario, "exfiltration")):
        domain = case.object.removeprefix("www.")
        known = pl.any_horizontal(
            (pl.col(field) == domain) | pl.col(field).str.ends_with(f".{domain}")
            for field in ("url.domain", "dns.question.name")
        )
        assert set(events.filter(known)["source.ip"]) <= {case.entity}
    targets = scenario._traffic.targets
    networks = [address.rpartition(".")[0] for address in targets.addresses]
    for case in (*cases(scenario, "beacon"), *cases(scenario, "exfiltration")):
        if case.object in targets.domains:
            assert networks.count(networks[targets.domains.index(case.object)]) == 1


def test_beacons_contact_as_said(scenario: Scenario, events: pl.DataFrame) -> None:
    traffic = events.filter(pl.col("source.ip").is_in([case.entity for case in cases(scenario, "beacon")]))
    for case in cases(scenario, "beacon"):
        mine = during(traffic, case).filter(pl.col("source.ip") == case.entity)
        if case.parameters["channel"] == "dns":
            mine = mine.filter(pl.col("dns.question.name").str.ends_with("." + case.object))
        elif case.parameters["channel"] == "proxy":
            mine = mine.filter(pl.col("url.domain") == case.object)
        else:
            mine = mine.filter(pl.col("destination.port") == 8443)
        assert len(mine) == float(case.parameters["contacts"])
        assert len(mine) >= 20
        pauses = np.diff(np.sort(mine["at"].to_numpy())) / SECOND / float(case.parameters["interval_s"])
        jitter = float(case.parameters["jitter"]) + 1e-6
        regular = np.abs(pauses - 1) <= jitter
        if case.parameters["hours"] == "always":
            assert regular.all()
        assert regular[pauses < 1 + jitter].all()
        sizes = mine["http.request.bytes"].fill_null(mine["source.bytes"]).n_unique()
        assert (sizes > 1) == (case.parameters["sizes"] == "varied")


def test_volumes_are_the_multiple_that_is_said(scenario: Scenario, events: pl.DataFrame) -> None:
    for case in cases(scenario, "exfiltration"):
        mine = during(events, case).filter(pl.col("source.ip") == case.entity, pl.col("at") > 0)
        out = mine.filter(pl.col("url.domain").eq(case.object) | pl.col("url.domain").is_null())
        sent = int(out["http.request.bytes"].sum()) + int(out["source.bytes"].sum())
        assert sent == pytest.approx(case.parameters["bytes"], rel=0.25)
        assert float(case.parameters["bytes"]) / float(case.parameters["p99_bytes"]) == pytest.approx(
            float(case.parameters["factor"]), rel=0.01
        )


def test_mail_and_scans_reach_as_many_as_said(scenario: Scenario, events: pl.DataFrame) -> None:
    for case in cases(scenario, "recipients"):
        mine = during(events, case).filter(pl.col("email.from.address").list.contains(case.entity))
        assert mine["email.to.address"].explode().n_unique() >= float(case.parameters["recipients"])
    for case in cases(scenario, "scan"):
        mine = during(events, case).filter(
            pl.col("source.ip") == case.entity,
            pl.col("destination.port") == case.parameters["port"],
            pl.col("destination.ip").str.starts_with("10."),
        )
        assert mine["destination.ip"].n_unique() >= float(case.parameters["targets"])


def test_a_cache_asks_less_often_than_it_is_used(events: pl.DataFrame) -> None:
    names = events.filter(pl.col("dns.question.name") == "notify.files.example.com")
    for _, mine in names.group_by("source.ip"):
        moments = mine["at"].sort().to_list()
        ttl = mine["dns.answers.ttl"][0][0] * SECOND
        assert sum(later - earlier < ttl / 2 for earlier, later in pairwise(moments)) <= len(moments) // 5


def test_days_are_of_a_plausible_size(events: pl.DataFrame) -> None:
    days = dict(events.group_by((pl.col("at") - START) // DAY).len().iter_rows())
    assert 200 * HOSTS < days[2] < 1500 * HOSTS
    assert days[5] < 0.7 * days[2]


def test_travellers_fly_no_faster_than_aeroplanes() -> None:
    drawn = company(1, 1000, 10, 30)
    assert len(drawn.trips) > 30
    for trip in drawn.trips:
        hours = (trip.arrived - trip.left) / HOUR
        assert kilometres(drawn.country[trip.person], trip.country) / hours < 850
        assert trip.left < trip.arrived < trip.leaves < trip.home
    for first, second in pairwise(sorted(drawn.trips, key=lambda trip: (trip.person, trip.left))):
        assert first.person != second.person or first.home < second.left


def test_travellers_log_in_where_they_are() -> None:
    drawn = company(3, 150, 10, 14)
    assert drawn.trips
    person = {name: number for number, name in enumerate(drawn.names)}
    seen = 0
    for login in (each for day in range(14) for each in day_of_logins(drawn, day) if each.success):
        trip = drawn.abroad(person[login.name], login.at) if login.name in person else None
        if trip is None:
            continue
        seen += 1
        network = NETWORKS[login.network]
        assert network.country == trip.country or network.kind == "air" or login.network == drawn.phone[trip.person]
    assert seen > 20


def test_strangers_come_from_homes_and_data_centres() -> None:
    """Or from a mobile network where a country has no other."""
    found = Counter[str]()
    for seed in range(6):
        planted = Scenario(seed, users=400, hosts=12, days=21).cases
        found.update(str(case.parameters["network"]) for case in planted if case.kind == "impossible_travel")
    assert found["home"] > found["hosting"] > 0
    assert set(found) <= {"home", "hosting", "mobile"}
    assert networks("GB", "hosting") == networks("GB", "home")
    assert [NETWORKS[each].kind for each in networks("NG", "home")] == ["mobile"]


def test_networks_have_towns() -> None:
    assert {network.country for network in NETWORKS} == set(TOWNS)
    assert kilometres("DE", "US") == pytest.approx(7000, rel=0.1)


def test_the_inventory_says_who_contacts_many_by_profession(scenario: Scenario) -> None:
    inventory = scenario.inventory()
    assert inventory.roles("ip", "10.1.251.11") == {"scanner"}
    assert inventory.roles("user", "svc-sync") == {"service_account"}
    assert inventory.roles("user", "reception") == {"shared"}
    for case in scenario.cases:
        assert not inventory.roles("ip" if case.entity.startswith("10.") else "user", case.entity.partition("@")[0]) & {
            *("scanner", "monitoring", "management", "service_account", "shared"),
        }
