"""What the rules about places and log-ins make of a log-in, a failed one and a log-out at each gateway.

Each row of `gateways.yml` is one way into one gateway, by name:

- `logged_in`, `failed`, `logged_out`: a record of each, as the gateway writes it, or a list of the records that it
  writes then; `failed` or `logged_out` may be missing where its manufacturer documents none, or none that tells the
  address. The user is `jdoe` in all, and 203.0.113.61 the address that the client comes from.
- `unnamed`: true where a failed log-in names no user.
- `seen_as`: `session`, where its action is one that rules list as a VPN session's, else `log-in`; both, where a record
  of each is written; `administrator`, where it is a log-in to the gateway itself.
- `blanks`: false where the gateway lets no blank stand in a name.

A gateway that begins to be parsed is one more row. One that no rule sees may lack in the datasets of the category
authentication in `schema/sigma_fields.yml`, or in the selection `gateway` of `firewall/log_in_guessed.yml`. Countries
and networks of addresses are put in here, so that only parsers and rules are tested.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import yaml

from watchfloor.app.rules import content
from watchfloor.detect.sigma import Context, Detector, RuleSet
from watchfloor.parsers.dispatch import parse_records
from watchfloor.policy.policy import Policy
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type, declared
from watchfloor.schema.records import RawBatch, Source

GATEWAYS: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("gateways.yml").read_text("utf-8"))
ADDRESS = "203.0.113.61"
USER = "jdoe"
KNOWN = {
    "source.geo.country_iso_code": "SG",
    "source.as.number": 64500,
    "source.as.organization.name": "Example Hosting",
}
FAILED = "gateway_log_in_failed"
PLACES = frozenset({"impossible_travel", "login_from_country_not_allowed", "log_in_from_new_hosting_network"})
SEEN = {
    "log-in": PLACES | {"log_in_from_new_country", "gateway_log_in"},
    "session": PLACES | {"vpn_from_new_country", "vpn_session_opened", "gateway_log_in"},
    "administrator": {"administrator_from_outside", "administrator_from_new_address"},
}
NAMED = frozenset({FAILED, "gateway_log_in", "vpn_session_opened"})
FILES = (
    *(f"identity/{name}.yml" for name in sorted(PLACES)),
    "identity/log_in_from_new_country.yml",
    "firewall/administrator_from_new_address.yml",
    "firewall/administrator_from_outside.yml",
    "firewall/log_in_guessed.yml",
    "firewall/vpn_from_new_country.yml",
    "firewall/vpn_from_two_countries.yml",
)


@pytest.fixture(scope="module")
def detector() -> Detector:
    """The rules, each by itself; a behaviour as what chooses its events."""
    policy = Policy(allowed_countries=("NL",), vpn_networks=("198.51.100.0/24",), vpn_systems=(64511,))
    loaded = RuleSet.load([content("rules") / file for file in FILES], context=Context(policy=policy))
    assert loaded.problems == ()
    return Detector(RuleSet((*loaded.rules, *(each.selection for each in loaded.behaviors)), (), loaded.fields))


def listed(records: str | list[str]) -> list[str]:
    return [records] if isinstance(records, str) else records


def parsed(records: str | list[str]) -> EventBatch:
    """The events of a gateway, with what is known of the address that clients come from."""
    source = Source("s", "gateway.log", reference=dt.datetime(2026, 11, 26, tzinfo=dt.UTC))
    table = parse_records(RawBatch.of(source, listed(records)), wanted=frozenset(declared())).table
    addresses = table["source.ip"] if "source.ip" in table.column_names else pa.nulls(len(table), pa.string())
    theirs = pc.equal(addresses, ADDRESS)
    for name, value in KNOWN.items():
        if name in table.column_names:
            table = table.drop_columns([name])
        kind = arrow_type(name)
        table = table.append_column(name, pc.if_else(theirs, pa.scalar(value, kind), pa.scalar(None, kind)))
    return EventBatch(table)


def holding(detector: Detector, events: EventBatch) -> list[set[str]]:
    """For each event the rules whose condition holds, by their name, else by their file's."""
    found: list[set[str]] = [set() for _ in range(len(events))]
    for firing in detector.match(events):
        found[firing.row].add(firing.rule.name if firing.rule.name in NAMED else firing.rule.path.stem)
    return found


def rows(events: EventBatch) -> list[dict[str, Any]]:
    return list(events.rows())


def having(what: str) -> list[str]:
    return sorted(name for name, row in GATEWAYS.items() if what in row)


@pytest.mark.parametrize("name", having("logged_in"))
def test_a_log_in_is_seen_with_its_user_and_place(name: str, detector: Detector) -> None:
    events = parsed(GATEWAYS[name]["logged_in"])
    seen_as = GATEWAYS[name]["seen_as"]
    assert set().union(*holding(detector, events)) == set().union(*(SEEN[each] for each in seen_as))
    assert {"user.name": USER, "source.ip": ADDRESS, "event.outcome": "success"}.items() <= rows(events)[-1].items()


@pytest.mark.parametrize("name", having("failed"))
def test_a_failed_log_in_is_one(name: str, detector: Detector) -> None:
    events = parsed(GATEWAYS[name]["failed"])
    assert set().union(*holding(detector, events)) == {FAILED}
    (event,) = [each for each in rows(events) if each.get("event.outcome") == "failure"]
    user = None if GATEWAYS[name].get("unnamed") else USER
    assert (event.get("user.name"), event["source.ip"]) == (user, ADDRESS)


@pytest.mark.parametrize("name", having("logged_out"))
def test_a_log_out_is_no_log_in(name: str, detector: Detector) -> None:
    events = parsed(GATEWAYS[name]["logged_out"])
    assert not any(holding(detector, events))
    assert all("end" in (each.get("event.type") or ()) for each in rows(events)), rows(events)


NAMES = ("drop", "failed", "logged_out", "logout", "success", "x from 192.0.2.99 logged out", "x login failed")


@pytest.mark.parametrize("user", NAMES)
def test_names_that_read_like_messages_change_nothing(user: str, detector: Detector) -> None:
    given, renamed = [], []
    for row in GATEWAYS.values():
        name = user if row.get("blanks", True) else user.replace(" ", "_")
        records = [each for what in ("logged_in", "failed", "logged_out") for each in listed(row.get(what, []))]
        given += records
        renamed += [each.replace(USER, name) for each in records]
    plain, odd = (holding(detector, parsed(records)) for records in (given, renamed))
    assert [record for record, one, other in zip(renamed, plain, odd, strict=True) if one != other] == []
