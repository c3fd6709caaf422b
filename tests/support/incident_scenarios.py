"""Scenario files of incidents: alerts in short form, and how an analyst would group them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from watchfloor.alerts.links import Link
from watchfloor.incidents.facts import Decision, Fact, Group
from watchfloor.incidents.grouping import group
from watchfloor.incidents.resolve import Device, inside, resolved
from watchfloor.incidents.risk import assess
from watchfloor.incidents.weights import Weights

FOLDER = Path(__file__).parents[1] / "golden" / "incidents"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Scenario:
    """One file; `expected` are the names of the alerts of each incident, `ignored` those that are not scored.

    `limit` says why grouping cannot know what the analyst knows; empty where it must.
    """

    name: str
    facts: tuple[Fact, ...]
    roles: Mapping[tuple[str, str], frozenset[str]]
    decisions: tuple[Decision, ...]
    expected: tuple[frozenset[str], ...]
    ignored: frozenset[str]
    limit: str

    def roles_of(self, kind: str, value: str) -> frozenset[str]:
        """As the inventory would say."""
        return self.roles.get((kind, value), frozenset())

    def incidents(self, facts: Sequence[Fact] | None = None) -> list[Group]:
        """The groups that make incidents."""
        known = self.facts if facts is None else facts
        weights = Weights(known, self.roles_of)
        return [each for each in group(known, weights, self.decisions) if assess(each, weights).opens]

    def score(self) -> tuple[int, int, int]:
        """Pairs of alerts: found and expected, found, expected; an alert alone in its incident pairs with itself."""
        wanted = _pairs(self.expected, self.ignored)
        got = _pairs([frozenset(fact.id for fact in each.alerts) for each in self.incidents()], self.ignored)
        return len(wanted & got), len(got), len(wanted)


def scenario(path: Path) -> Scenario:
    """Read one file."""
    content = yaml.safe_load(path.read_text())
    modulo = content.get("modulo", 1_000_000)
    facts = [fact for name, given in content["alerts"].items() for fact in _facts(name, given, modulo)]
    names = [fact.id for fact in facts]
    leases = content.get("leases", [])

    devices = {
        (address, time): Device(lease["mac"])
        for address, time in inside((fact.links, fact.first) for fact in facts)
        for lease in leases
        if lease["ip"] == address and _time(lease["from"]) <= time < _time(lease["until"])
    }
    groups = content["incidents"]
    ignored = [entry[:-1] for entries in groups for entry in entries if entry.endswith("?")]
    return Scenario(
        path.stem,
        tuple(resolved(facts, devices)),
        {tuple(key.split()): frozenset(roles) for key, roles in content.get("roles", {}).items()},
        tuple(
            Decision(number, each["kind"], frozenset(each["left"]), frozenset(each.get("right", [])))
            for number, each in enumerate(content.get("decisions", []), start=1)
        ),
        tuple(frozenset(_named(entries, names)) for entries in groups),
        frozenset(name for entry in ignored for name in names if name == entry or name.startswith(f"{entry}#")),
        content.get("limit", ""),
    )


def scenarios() -> list[Scenario]:
    """Every file."""
    return [scenario(path) for path in sorted(FOLDER.glob("*.yml"))]


def _facts(name: str, given: Mapping[str, Any], modulo: int) -> Iterator[Fact]:
    start = _time(given["at"])
    every = given.get("every", "0s")
    step = int(every[:-1]) * _UNITS[every[-1]] * 1_000_000
    for number in range(given.get("times", 1)):
        links = tuple(
            _link(text.replace("{n}", str(number)).replace("{m}", str(number % modulo)), side)
            for side in ("actor", "target")
            for text in given.get(side, [])
        )
        at = start + number * step
        alert = f"{name}#{number}" if "times" in given else name
        tags = (f"attack.{given['tactic']}",) if "tactic" in given else ()
        yield Fact(alert, given["rule"], given["rule"], given["level"], tags, at, at, 1, links)


def _link(text: str, side: str) -> Link:
    kind, value = text.split()
    return Link(kind, value, side)


def _named(entries: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    for entry in entries:
        if entry.endswith("*"):
            yield from (name for name in names if name.startswith(f"{entry[:-1]}#"))
        elif not entry.endswith("?"):
            assert entry in names, entry
            yield entry


def _time(text: Any) -> int:
    moment = text if isinstance(text, dt.datetime) else dt.datetime.fromisoformat(str(text))
    return int(moment.replace(tzinfo=dt.UTC).timestamp() * 1_000_000)


def _pairs(groups: Sequence[frozenset[str]], ignored: frozenset[str]) -> set[tuple[str, str]]:
    return {
        pair for members in groups for pair in itertools.combinations_with_replacement(sorted(members - ignored), 2)
    }
