"""What a correlation's group is called: addresses, users and hosts, however many correlations are in between."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml

from watchfloor.alerts.entities import kinds_of_group
from watchfloor.alerts.suppression import Suppressions
from watchfloor.app.rules import content
from watchfloor.detect.sigma import RuleSet
from watchfloor.policy.policy import Policy


def _rule(name: str) -> dict[str, Any]:
    return {
        "title": name,
        "name": name,
        "logsource": {"category": "authentication"},
        "detection": {"found": {"event.action": name}, "condition": "found"},
    }


def _counted(
    name: str, *members: str, by: list[str], aliases: dict[str, dict[str, str]] | None = None
) -> dict[str, Any]:
    definition = {"type": "event_count", "rules": list(members), "group-by": by, "timespan": "1h"}
    named = {"aliases": aliases} if aliases else {}
    return {"title": name, "name": name, "correlation": {**definition, "condition": {"gte": 2}, **named}}


def _kinds(folder: Path, *documents: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    path = folder / "rules.yml"
    path.write_text(yaml.safe_dump_all(documents), "utf-8")
    rules = RuleSet.load([path])
    assert not rules.problems
    return {each.name: kinds_of_group(rules, each) for each in rules.correlations}


def test_a_correlation_of_correlations_is_about_what_these_are_about(tmp_path: Path) -> None:
    both = {"who": {"tried": "user.name", "entered": "user.target.name"}}
    found = _kinds(
        tmp_path,
        _rule("tried"),
        _rule("entered"),
        _counted("often", "tried", by=["source.ip", "user.name"]),
        _counted("for_one", "tried", "entered", by=["who", "source.ip"], aliases=both),
        _counted("above", "often", "for_one", by=["source.ip"]),
        _counted(
            "renamed", "for_one", "often", by=["account"], aliases={"account": {"for_one": "who", "often": "user.name"}}
        ),
        _counted("on_top", "above", by=["source.ip"]),
    )
    assert found == {
        "often": ("ip", "user"),
        "for_one": ("user", "ip"),
        "above": ("ip",),
        "renamed": ("user",),
        "on_top": ("ip",),
    }


def test_what_nothing_is_known_of_keeps_its_name(tmp_path: Path) -> None:
    found = _kinds(
        tmp_path,
        _rule("tried"),
        _counted("often", "tried", by=["event.code"]),
        _counted("above", "often", by=["event.code"]),
    )
    assert found == {"often": ("event.code",), "above": ("event.code",)}


def test_bundled_correlations_are_about_addresses_where_they_group_by_them() -> None:
    rules = RuleSet.load([content("rules")])
    grouped = [each for each in rules.correlations if "source.ip" in each.group_by]
    assert len(grouped) > 20
    for each in grouped:
        kinds = dict(zip(each.group_by, kinds_of_group(rules, each), strict=True))
        assert kinds["source.ip"] == "ip", each.title


def test_an_announced_test_hides_what_correlations_of_correlations_say_of_its_address() -> None:
    rules = RuleSet.load([content("rules/windows/password_spray_succeeded.yml")])
    (spray,) = [each for each in rules.correlations if each.id not in rules.silent]
    window = {"name": "test", "networks": ["10.9.8.7"], "from": "2026-03-01", "until": "2026-03-02"}
    hidden = Suppressions((), Policy.model_validate({"maintenance": [window]}))

    def shown(address: str, hour: int) -> bool:
        entities = [{"kind": kind, "value": address} for kind in kinds_of_group(rules, spray)]
        moment = dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour)
        return hidden.of(spray.id, entities, moment, moment) is None

    assert not shown("10.9.8.7", 12)
    assert shown("10.9.8.8", 12)
    assert shown("10.9.8.7", 36)
