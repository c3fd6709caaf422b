"""What behaviours say of clocks that are not set or ahead, of a full store, and of what is known already."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.core.clock import utc_now
from watchfloor.core.settings import Settings
from watchfloor.detect.behaviors import state

RULES = """
title: New address
name: new_address
id: 11111111-1111-4111-8111-111111111111
level: low
logsource: {product: linux, service: sshd}
detection: {sel: {event.outcome: success}, condition: sel}
behavior: {kind: first_seen, entity: [user.name], value: [source.ip], learning: 14d}
---
title: Many hosts
name: many_hosts
id: 22222222-2222-4222-8222-222222222222
level: low
logsource: {product: linux, service: sshd}
detection: {sel: {event.outcome: success}, condition: sel}
behavior: {kind: spread, entity: [user.name], target: [source.ip], targets: 3}
---
title: Both
id: 33333333-3333-4333-8333-333333333333
level: high
correlation: {type: temporal, rules: [new_address, many_hosts], group-by: [user.name], timespan: 1h}
"""
TODAY = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)


def line(time: dt.datetime | str, address: str, user: str = "ann") -> str:
    text = time if isinstance(time, str) else f"{time:%Y-%m-%dT%H:%M:%SZ}"
    return f"{text} web1 sshd[7]: Accepted password for {user} from {address} port 40000 ssh2"


def run(place: Path, lines: list[str], rules: str = RULES, home: Path | None = None) -> Result:
    (place / "rules.yml").write_text(rules, "utf-8")
    (place / "auth.log").write_text("".join(f"{each}\n" for each in lines), "utf-8")
    request = Request([str(place / "auth.log")], [place / "rules.yml"], home)
    return analyze(request, Settings(cache_dir=place / "cache"))


def told(result: Result) -> list[tuple[str, str]]:
    return [(alert["rule"]["title"], alert["timestamp"][:10]) for alert in result.alerts]


NEW = RULES.split("---", maxsplit=1)[0]


@pytest.mark.parametrize("unset", ["1970-01-01T00:00:07Z", "1980-01-06T00:00:01Z", "2000-01-01T00:10:00Z"])
@pytest.mark.parametrize("first", [True, False])
def test_a_clock_that_is_not_set_ends_no_learning(tmp_path: Path, unset: str, first: bool) -> None:
    """Without it, every address of the first day would be new."""
    lines = [line(dt.datetime(2026, 3, day, tzinfo=dt.UTC), "10.0.0.1") for day in range(1, 9)]
    lines.append(line("2026-03-09T00:00:00Z", "10.0.0.2"))
    lines.append(line("2026-03-20T00:00:00Z", "10.0.0.3"))
    lines.insert(0 if first else len(lines), line(unset, "10.0.0.9"))
    assert told(run(tmp_path, lines, NEW)) == [("New address", "2026-03-20")]


def test_where_all_clocks_show_so_nothing_is_left_out(tmp_path: Path) -> None:
    lines = [line(dt.datetime(1999, 3, day, tzinfo=dt.UTC), "10.0.0.1") for day in range(1, 20)]
    lines.append(line("1999-03-20T00:00:00Z", "10.0.0.2"))
    assert told(run(tmp_path, lines, NEW)) == [("New address", "1999-03-20")]


def test_a_clock_that_is_ahead_ends_no_learning(tmp_path: Path) -> None:
    lines = [line(TODAY - dt.timedelta(days=2), "10.0.0.1"), line("2100-01-01T00:00:00Z", "10.0.0.1", "bob")]
    (learning,) = run(tmp_path, lines, NEW).summary.learning
    assert (learning.entities, learning.learning) == (2, 2)


def test_what_a_behaviour_that_learns_nothing_had_to_refuse_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "MOST_ROWS", 5)
    lines = [line("2026-03-01T00:00:00Z", f"10.0.0.{number}") for number in range(8)]
    (learning,) = run(tmp_path, lines, RULES.split("---")[1]).summary.learning
    assert (learning.behavior.title, learning.refused) == ("Many hosts", 3)


def test_a_correlation_of_behaviours_alone_is_told_again_when_its_records_are(tmp_path: Path) -> None:
    lines = [line(dt.datetime(2026, 3, day, tzinfo=dt.UTC), "10.0.0.1") for day in range(1, 16)]
    lines += [line("2026-03-20T00:00:00Z", f"10.0.0.{number}") for number in range(5)]
    found: list[dict[str, Any]] = run(tmp_path, lines, home=tmp_path / "home").alerts
    assert [alert["rule"]["title"] for alert in found] == ["Both"]
    assert run(tmp_path, lines, home=tmp_path / "home").alerts == found
