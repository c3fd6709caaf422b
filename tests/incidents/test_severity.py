"""How bad an incident is, and what made it so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from watchfloor.alerts.links import Link
from watchfloor.incidents.facts import HOUR, Fact
from watchfloor.incidents.grouping import group
from watchfloor.incidents.risk import Risk, assess
from watchfloor.incidents.weights import Weights

OUTSIDE = Link("ip", "203.0.113.7", "actor")
SERVER = Link("host", "web01", "target")
DENIED = Fact("a1", "r1", "Exploit", "high", (), HOUR, HOUR, 3, (OUTSIDE, SERVER), failed=True)
WORKED = replace(DENIED, failed=False)


def risk(*facts: Fact, **roles: str) -> Risk:
    def of(_: str, value: str) -> frozenset[str]:
        return frozenset({roles[value]}) if value in roles else frozenset()

    weights = Weights(facts, of)
    (only,) = group(facts, weights)
    return assess(only, weights)


@pytest.mark.parametrize(("level", "less"), [("critical", "high"), ("high", "medium")])
def test_what_somebody_outside_tried_in_vain_counts_one_level_less(level: str, less: str) -> None:
    found = risk(replace(DENIED, level=level))
    assert found.severity == less
    assert found.reasons == (f"Exploit ({level}, counts as {less}, since all of it failed or was denied)",)
    assert found.opens, "it is worth a look all the same"
    assert risk(replace(WORKED, level=level)).severity == level


def test_one_that_worked_beside_many_in_vain_counts_whole() -> None:
    found = risk(DENIED, replace(WORKED, id="a2", rule_id="r2", title="Shell", first=2 * HOUR, last=2 * HOUR))
    assert found.severity == "high"
    assert found.reasons == ("Shell (high)",)


@pytest.mark.parametrize(
    "actor",
    [
        Link("ip", "10.0.0.9", "actor"),
        Link("device", "02:00:00:00:00:01", "actor"),
        Link("host", "pc7", "actor"),
    ],
)
def test_who_is_denied_the_way_out_may_be_inside_all_the_same(actor: Link) -> None:
    assert risk(replace(DENIED, links=(actor, SERVER))).severity == "high"
    assert risk(replace(DENIED, links=(OUTSIDE, actor, SERVER))).severity == "high"
    assert risk(replace(DENIED, links=(SERVER,))).severity == "high", "nobody knows who it was"


def test_levels_below_high_say_of_attempts_what_they_are() -> None:
    assert risk(replace(DENIED, level="medium")).severity == "medium"


def test_a_server_makes_worse_what_reached_it() -> None:
    second = replace(DENIED, id="a2", rule_id="r2", first=2 * HOUR, last=2 * HOUR)
    assert risk(DENIED, second).severity == "medium"
    assert risk(DENIED, second, web01="server").severity == "high", "of what is denied only that it is much counts"
    assert risk(DENIED, replace(second, failed=False), web01="server").severity == "critical"
