"""What the rules about places and log-ins make of a log-in, a failed one and a log-out at each gateway.

Each row of `gateways.yml` is one way into one gateway, by name:

- `logged_in`, `failed`, `logged_out`: a record of each, as the gateway writes it, or a list of the records that it
  writes then; `failed` or `logged_out` may be missing where its manufacturer documents none, or none that tells user
  and address. The user is `jdoe` in all, and 203.0.113.61 the address that the client comes from.
- `seen_as`: which selections hold for the log-in: `log-in` (`success`, as the category is authentication), `session`
  (the action is one that `session` lists), or both; `administrator`, where it is a log-in to the gateway itself.

A gateway that begins to be parsed is one more row. Countries and networks of addresses are put in here, so that only
parsers and rules are tested.
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
from watchfloor.detect.sigma import Context, Rule, RuleSet
from watchfloor.detect.sigma.trace import trace
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
def rules() -> dict[str, tuple[Rule, RuleSet]]:
    """The rules by their name, else by their file's; a behaviour as what chooses its events."""
    policy = Policy(allowed_countries=("NL",), vpn_networks=("198.51.100.0/24",), vpn_systems=(64511,))
    paths = [content("rules") / file for file in FILES]
    loaded = RuleSet.load(paths, context=Context(policy=policy))
    assert loaded.problems == ()
    chosen = [*loaded.rules, *(each.selection for each in loaded.behaviors)]
    named = [(rule.path.stem if rule.name not in NAMED else rule.name, rule) for rule in chosen]
    return {name: (rule, RuleSet((rule,), (), loaded.fields)) for name, rule in named}


def parsed(records: str | list[str]) -> EventBatch:
    """The events of a gateway, with what is known of the address that clients come from."""
    source = Source("s", "gateway.log", reference=dt.datetime(2026, 11, 26, tzinfo=dt.UTC))
    raw = [records] if isinstance(records, str) else records
    table = parse_records(RawBatch.of(source, raw), wanted=frozenset(declared())).table
    addresses = table["source.ip"] if "source.ip" in table.column_names else pa.nulls(len(table), pa.string())
    theirs = pc.equal(addresses, ADDRESS)
    for name, value in KNOWN.items():
        if name in table.column_names:
            table = table.drop_columns([name])
        kind = arrow_type(name)
        table = table.append_column(name, pc.if_else(theirs, pa.scalar(value, kind), pa.scalar(None, kind)))
    return EventBatch(table)


def holding(rules: dict[str, tuple[Rule, RuleSet]], events: EventBatch) -> set[str]:
    """The rules whose condition holds for one of the events."""
    found = set()
    for name, (rule, alone) in rules.items():
        steps = [each.condition for each in trace(alone, rule, events) if not each.outside]
        found.update([name] if any(step is not None and step.true for step in steps) else [])
    return found


def rows(events: EventBatch) -> list[dict[str, Any]]:
    return list(events.rows())


def having(what: str) -> list[str]:
    return sorted(name for name, row in GATEWAYS.items() if what in row)


@pytest.mark.parametrize("name", having("logged_in"))
def test_a_log_in_is_seen_with_its_user_and_place(name: str, rules: dict[str, tuple[Rule, RuleSet]]) -> None:
    events = parsed(GATEWAYS[name]["logged_in"])
    seen_as = GATEWAYS[name]["seen_as"]
    assert holding(rules, events) == set().union(*(SEEN[each] for each in seen_as))
    assert {"user.name": USER, "source.ip": ADDRESS, "event.outcome": "success"}.items() <= rows(events)[-1].items()


@pytest.mark.parametrize("name", having("failed"))
def test_a_failed_log_in_is_one(name: str, rules: dict[str, tuple[Rule, RuleSet]]) -> None:
    events = parsed(GATEWAYS[name]["failed"])
    assert holding(rules, events) == {FAILED}
    (event,) = [each for each in rows(events) if each.get("event.outcome") == "failure"]
    assert (event["user.name"], event["source.ip"]) == (USER, ADDRESS)


@pytest.mark.parametrize("name", having("logged_out"))
def test_a_log_out_is_no_log_in(name: str, rules: dict[str, tuple[Rule, RuleSet]]) -> None:
    events = parsed(GATEWAYS[name]["logged_out"])
    assert holding(rules, events) == set()
    assert all("end" in (each.get("event.type") or ()) for each in rows(events)), rows(events)
