"""Who held an address: the rules one by one, against a slow and obvious reading of them, and in any order."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from ipaddress import ip_network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchfloor.assets.holders import (
    ASSUMED,
    CONFLICT,
    CONTESTED,
    LEARNT,
    LOGGED,
    OPEN,
    SECOND,
    SET,
    UNNAMED,
    Observation,
    Span,
    Terms,
    mac_in_duid,
    spans,
)
from watchfloor.assets.inventory import Inventory
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings

A, B = "00-00-5E-00-53-0A", "00-00-5E-00-53-0B"
ADDRESS = "192.0.2.7"
MINUTE = 60


def seen(
    at: float,
    kind: str = "ack",
    mac: str | None = A,
    seconds: int | None = 3600,
    *,
    client: str | None = None,
    name: str | None = None,
    server: str = "one",
    log: str = "dhcp.kea",
    line: int = 0,
) -> Observation:
    text = f"{at} {kind} {mac} {server} {line} {client}"
    return Observation(round(at * SECOND), text, kind, mac, client, name, seconds, log, server, line)


def told(*observations: Observation, terms: Terms | None = None) -> list[tuple[float, float, str | None, str]]:
    found = spans(ADDRESS, observations, terms or Terms())
    return [(span.since / SECOND, span.until / SECOND, span.mac, span.basis) for span in found]


def test_a_lease_holds_for_its_time() -> None:
    assert told(seen(0)) == [(0, 3600, A, LOGGED)]


def test_renewals_prolong_and_duplicates_change_nothing() -> None:
    renewed = [seen(0), seen(1800), seen(1800.5, server="two"), seen(3700)]
    assert told(*renewed) == [(0, 7300, A, LOGGED)]


def test_a_renewal_may_shorten() -> None:
    assert told(seen(0, seconds=86_400), seen(60, seconds=600)) == [(0, 660, A, LOGGED)]


def test_a_gap_is_unknown() -> None:
    assert told(seen(0), seen(9000)) == [(0, 3600, A, LOGGED), (9000, 12_600, A, LOGGED)]


@pytest.mark.parametrize("kind", ["release", "expire", "delete", "nak"])
def test_an_end_ends(kind: str) -> None:
    assert told(seen(0), seen(600, kind)) == [(0, 600, A, LOGGED)]
    assert told(seen(0), seen(600, kind, B)) == [(0, 3600, A, LOGGED)], "another client's"


def test_an_end_without_a_client_ends_what_is_old_enough() -> None:
    assert told(seen(0, seconds=None), seen(600, "expire", None), terms=Terms()) == [(0, 600, A, OPEN)]
    assert told(seen(0), seen(30, "delete", None)) == [(0, 3600, A, LOGGED)], "told late, by another clock"
    assert told(seen(0), seen(600, "expire", None)) == [(0, 3600, A, LOGGED)], "of an earlier lease"
    assert told(seen(0), seen(600, "nak", None)) == [(0, 3600, A, LOGGED)], "denied to whom?"


def test_the_next_client_ends_it() -> None:
    assert told(seen(0), seen(600, mac=B)) == [(0, 600, A, LOGGED), (600, 4200, B, LOGGED)]


def test_two_at_once_are_unknown() -> None:
    given = [seen(0), seen(600, mac=B, server="two"), seen(1800), seen(2400, mac=B, server="two"), seen(9000)]
    assert told(*given) == [
        (0, 600, A, LOGGED),
        (600, 2400, None, CONTESTED),
        (2400, 6000, B, LOGGED),
        (9000, 12_600, A, LOGGED),
    ]


def test_one_server_knows_whom_it_gave_it() -> None:
    given = [seen(0), seen(600, mac=B), seen(1800)]
    assert told(*given) == [(0, 600, A, LOGGED), (600, 1800, B, LOGGED), (1800, 5400, A, LOGGED)]


def test_a_conflict_is_unknown_until_the_next_lease() -> None:
    given = [seen(0), seen(600, "conflict", None), seen(1200, mac=B)]
    assert told(*given) == [(0, 600, A, LOGGED), (600, 1200, None, CONFLICT), (1200, 4800, B, LOGGED)]


def test_who_declines_never_had_it() -> None:
    assert told(seen(0), seen(5, "decline"), seen(600, mac=B)) == [(0, 600, None, CONFLICT), (600, 4200, B, LOGGED)]
    assert told(seen(0), seen(5, "decline", B)) == [(0, 3600, A, LOGGED)], "who was not given it cannot decline it"


def test_answers_to_questions_are_no_leases() -> None:
    assert told(seen(0, "inform"), seen(0.1)) == []
    assert told(seen(0), seen(600, "inform", None), seen(600, line=1), seen(3599)) == [(0, 7199, A, LOGGED)]


def test_an_unaltered_lease_ends_when_it_did() -> None:
    assert told(seen(0), seen(600, "unaltered", None), seen(600, line=1)) == [(0, 3600, A, LOGGED)]


def test_records_of_one_second_follow_their_lines() -> None:
    assert told(seen(0), seen(600, "release", line=1), seen(600, line=2)) == [(0, 4200, A, LOGGED)]
    assert told(seen(0), seen(600, "release", line=2), seen(600, line=1)) == [(0, 600, A, LOGGED)]


def test_lease_times_that_no_log_tells() -> None:
    isc = seen(0, seconds=None, log="dhcp.isc")
    assert told(isc) == [(0, 43_200, A, ASSUMED)]
    assert told(isc, terms=Terms(networks=((ip_network("192.0.2.0/24"), 900),))) == [(0, 900, A, SET)]
    assert told(seen(0, seconds=None, log="dhcp.mikrotik"), terms=Terms(longest=60 * SECOND)) == [(0, 60, A, OPEN)]


def test_lease_times_are_learnt_from_renewals() -> None:
    renewals = [seen(at * 1800, seconds=None, log="dhcp.isc") for at in range(6)]
    assert told(*renewals) == [(0, 9000 + 3600, A, LEARNT)]
    audit = [row._replace(log="dhcp.windows_audit") for row in renewals]
    assert told(*audit) == [(0, 9000 + 8 * 86_400, A, ASSUMED)], "it says when a lease runs out"


def test_windows_says_late_that_a_lease_ran_out() -> None:
    given = [seen(0, seconds=None, log="dhcp.windows_audit"), seen(90_000, "expire", None, log="dhcp.windows_audit")]
    assert told(*given) == [(0, 86_400, A, ASSUMED)]
    day = Terms(networks=((ip_network("192.0.2.0/24"), 89_000),))
    assert told(*given, terms=day) == [(0, 89_000, A, SET)]


def test_a_lease_without_end() -> None:
    (span,) = spans(ADDRESS, [seen(0, seconds=2**32 - 1)], Terms())
    assert span.until == 2**62


def test_who_is_not_named_is_unknown() -> None:
    assert told(seen(0), seen(600, mac=None)) == [(0, 600, A, LOGGED), (600, 4200, None, UNNAMED)]


def test_a_client_identifier_finds_its_mac() -> None:
    both, alone = seen(0, client="01:02"), seen(600, mac=None, client="01:02")
    assert told(both, alone) == [(0, 4200, A, LOGGED)]
    other = seen(700, mac=B, client="01:02")
    assert [row[2] for row in told(both, alone, other)] == [A, None, B], "of two it names none"


def test_duids_have_macs_inside() -> None:
    assert mac_in_duid("00:01:00:01:32:99:9b:d5:02:00:00:00:00:82") == "02-00-00-00-00-82"
    assert mac_in_duid("00:03:00:01:02:00:00:00:00:82") == "02-00-00-00-00-82"
    assert mac_in_duid("00:04:b2:4e:3b:92:44:33:cb:4b:73:43:ac:ed:0e:b9:21:6e") is None
    assert mac_in_duid("00:01:00:06:32:99:9b:d5:02:00:00:00:00:82") is None, "no Ethernet"


def test_names_hold_from_when_they_are_told() -> None:
    (span,) = spans(ADDRESS, [seen(0, name="old"), seen(600), seen(1200, name="new")], Terms())
    assert span.names == ((0, "old"), (1200 * SECOND, "new"))


def test_many_clients_at_once_take_little_time() -> None:
    macs = [f"02-00-00-00-{number // 256:02X}-{number % 256:02X}" for number in range(5000)]
    flood = [seen(at, mac=mac, server=str(at % 3)) for at, mac in enumerate(macs)]
    found = spans(ADDRESS, flood, Terms())
    assert found[-1].mac == flood[-1].mac
    assert all(one.until <= other.since for one, other in pairwise(found))


@pytest.mark.parametrize("text", ["10.0.0.0/8", "10.0.0.0/8=x", "ten=5", "10.0.0.1/8=5", "10.0.0.0/8=0"])
def test_wrong_lease_times_are_told(text: str) -> None:
    with pytest.raises(UsageError, match="LEASE_TIMES"):
        Terms.of(Settings(lease_times=text), Inventory.empty())


@dataclass
class _Slow:
    """Second by second: who thinks of having the address, and who comes back to it."""

    rows: list[Observation]
    clock: int
    claims: list[tuple[str, int, int]] = field(default_factory=list)

    def holder(self, now: int) -> str | None:
        """The client that has the address in this second; `?` when nobody can tell."""
        holding = {client for client, since, until in self.claims if since <= now < until}
        return next(iter(holding)) if len(holding) == 1 else "?" if holding else None

    def read(self) -> _Slow:
        for client in {str(row.mac) for row in self.rows}:
            self._client(client)
        return self

    def _client(self, client: str) -> None:
        own = [row for row in self.rows if row.mac == client]
        acks = [row for row in own if row.kind == "ack"]
        since = last = None
        for row in acks:
            if last is not None and not self._goes_on(client, last, row):
                assert since is not None
                self.claims.append((client, since, self._end(client, last)))
                since = None
            since = row.time if since is None else since
            last = row
        if last is not None and since is not None:
            self.claims.append((client, since, self._end(client, last)))

    def _lease(self, row: Observation) -> int:
        assert row.seconds is not None
        return row.time + row.seconds * SECOND

    def _goes_on(self, client: str, last: Observation, row: Observation) -> bool:
        ended = any(
            each.mac == client and each.kind == "release" and last.time < each.time < row.time for each in self.rows
        )
        between = {
            each.server
            for each in self.rows
            if each.kind == "ack" and each.mac != client and last.time < each.time < row.time
        }
        return not ended and row.time <= self._lease(last) + self.clock and not between & {last.server, row.server}

    def _end(self, client: str, last: Observation) -> int:
        ends = [row.time for row in self.rows if row.mac == client and row.kind == "release" and row.time > last.time]
        others = [row.time for row in self.rows if row.mac != client and row.kind == "ack" and row.time > last.time]
        return min([self._lease(last), *ends[:1], *others[:1]])


ROWS = st.lists(
    st.tuples(
        st.integers(0, 300),
        st.sampled_from(["ack", "ack", "ack", "release"]),
        st.sampled_from([A, B, "00-00-5E-00-53-0C"]),
        st.sampled_from([10, 40, 100]),
        st.sampled_from(["one", "two", "three"]),
    ),
    max_size=14,
    unique_by=lambda row: row[0],
)


@given(ROWS, st.randoms(use_true_random=False))
def test_like_a_slow_reading_of_the_rules(rows: list[tuple[int, str, str, int, str]], rng: random.Random) -> None:
    observations = [seen(at, kind, mac, seconds, server=server) for at, kind, mac, seconds, server in sorted(rows)]
    terms = Terms(clock=0)
    slow = _Slow(observations, terms.clock).read()
    mixed = [*observations, *observations[:3]]
    rng.shuffle(mixed)
    found = spans(ADDRESS, mixed, terms)
    assert found == spans(ADDRESS, observations, terms)
    for second in range(420):
        assert _holder(found, second * SECOND) == slow.holder(second * SECOND), second


def _holder(found: list[Span], now: int) -> str | None:
    inside = [span for span in found if span.since <= now < span.until]
    assert len(inside) <= 1
    return None if not inside else inside[0].mac or "?"
