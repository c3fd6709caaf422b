"""Behaviours from end to end: the same records give the same alerts, however they are cut, read, killed or come."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from kept_alerts import kept, placeless
from killed_runs import kill

from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.examine import EVERYTHING, Window
from watchfloor.app.home import reading, writing
from watchfloor.app.pipeline import run as run_pipeline
from watchfloor.app.summary import Summary
from watchfloor.app.workers import Workers
from watchfloor.core.clock import to_microseconds
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import RuleSet
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.sources.files import plan, read
from watchfloor.store.behavior_tables import behavior, behavior_state
from watchfloor.store.tables import alert

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
START = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
DAYS = 30
LATENESS = 600_000_000
NEW = "Address that is new for the account"
RULES = f"""
title: {NEW}
name: new_address
id: 11111111-1111-4111-8111-111111111111
level: medium
logsource: {{product: linux, service: sshd}}
detection: {{sel: {{event.outcome: success}}, condition: sel}}
behavior: {{kind: first_seen, entity: [user.name], value: [source.ip], period: 3d, learning: 5d, prevalence: 1}}
---
title: Far more log-ins than usual
id: 22222222-2222-4222-8222-222222222222
level: low
logsource: {{product: linux, service: sshd}}
detection: {{sel: {{event.action: ssh_login}}, condition: sel}}
behavior: {{kind: volume, entity: [user.name], slot: 1d, period: 10d, learning: 5d, slots: 4, least: 12, factor: 1.5,
           deviations: 2}}
---
title: One address, many accounts
name: many_accounts
id: 33333333-3333-4333-8333-333333333333
level: high
logsource: {{product: linux, service: sshd}}
detection: {{sel: {{event.action: ssh_login}}, condition: sel}}
behavior: {{kind: spread, entity: [source.ip], target: [user.name], window: 20m, targets: 4, share: 0.5}}
---
title: Failed log-in
name: failed
level: low
logsource: {{product: linux, service: sshd}}
detection: {{sel: {{event.action: ssh_login, event.outcome: failure}}, condition: sel}}
---
title: New address after a failed log-in
level: critical
correlation:
  {{type: temporal_ordered, rules: [failed, new_address], group-by: [user.name], timespan: 12h, generate: true}}
"""


def log(seed: int = 1) -> list[str]:
    """The sshd log of some weeks in the order of time."""
    chance = random.Random(seed)
    users = ["ann", "bob", "eve", "joe", "kim", "lee"]
    events: list[tuple[dt.datetime, str, str, str]] = []
    for day in range(DAYS):
        for user in users:
            for _ in range(chance.choice([1, 2, 3, 3, 4] + [25] * (chance.random() < 0.1))):
                time = START + dt.timedelta(days=day, seconds=chance.randrange(86_400))
                address = chance.choice([f"10.0.0.{users.index(user)}"] * 12 + ["203.0.113.1", "203.0.113.2"])
                events.append((time, chance.choice(["Accepted"] * 3 + ["Failed"]), user, address))
        if chance.random() < 0.3:
            begin = START + dt.timedelta(days=day, seconds=chance.randrange(80_000))
            for number, user in enumerate(chance.sample(users, chance.choice([3, 4, 5]))):
                events.append((begin + dt.timedelta(minutes=5 * number), "Failed", user, "198.51.100.7"))
    return [
        f"{time:%Y-%m-%dT%H:%M:%SZ} web1 sshd[7]: {outcome} password for {user} from {address} port 40000 ssh2"
        for time, outcome, user, address in sorted(events)
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with rules, a log and a cache."""
    folder = tmp_path_factory.mktemp("behaviours")
    (folder / "rules").mkdir()
    (folder / "rules" / "rules.yml").write_text(RULES, "utf-8")
    (folder / "auth.log").write_text("".join(f"{line}\n" for line in log()), "utf-8")
    return folder


@pytest.fixture(scope="module")
def once(place: Path) -> list[dict[str, Any]]:
    """The alerts of the whole log in one batch."""
    result = run(place, [place / "auth.log"])
    assert result.rules.problems == ()
    assert len({found["rule"]["title"] for found in result.alerts}) == 5
    return result.alerts


def run(
    place: Path,
    paths: list[Path],
    home: Path | None = None,
    *,
    batch_size: int = 50_000,
    jobs: int = 1,
    window: Window = EVERYTHING,
) -> Result:
    settings = Settings(cache_dir=place / "cache", batch_size=batch_size, compact_files=64)
    request = Request([str(path) for path in paths], [place / "rules"], home=home, jobs=jobs, now=NOW, window=window)
    return analyze(request, settings)


@pytest.mark.parametrize(("batch_size", "jobs"), [(17, 1), (100, 1), (100_000, 1), (60, 2)])
def test_nothing_depends_on_batch_size_or_jobs(
    place: Path, once: list[dict[str, Any]], batch_size: int, jobs: int
) -> None:
    assert run(place, [place / "auth.log"], batch_size=batch_size, jobs=jobs).alerts == once


@pytest.mark.parametrize("order", [1, -1])
def test_one_file_and_its_records_in_several_give_the_same(
    place: Path, once: list[dict[str, Any]], tmp_path: Path, order: int
) -> None:
    assert placeless(run(place, pieces(tmp_path)[::order], batch_size=90).alerts) == placeless(once)


@pytest.mark.parametrize("order", [1, -1])
def test_pieces_one_run_after_the_other_give_the_same(
    place: Path, once: list[dict[str, Any]], tmp_path: Path, order: int
) -> None:
    home = tmp_path / "home"
    for path in pieces(tmp_path)[::order]:
        run(place, [path], home)
    assert placeless(kept(home)) == placeless(once)


def test_weeks_one_after_the_other_give_the_same_whatever_comes_first(
    place: Path, once: list[dict[str, Any]], tmp_path: Path
) -> None:
    home, lines = tmp_path / "home", log()
    third = len(lines) // 3
    for number, part in enumerate((lines[2 * third :], lines[:third], lines[third : 2 * third])):
        path = tmp_path / f"auth{number}.log"
        path.write_text("".join(f"{line}\n" for line in part), "utf-8")
        run(place, [path], home)
    assert placeless(kept(home)) == placeless(once)


def pieces(folder: Path) -> list[Path]:
    """The log's records, every third one in the same file."""
    paths = [folder / f"auth{number}.log" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_text("".join(f"{line}\n" for line in log()[number::3]), "utf-8")
    return paths


def test_a_second_run_into_the_same_home_changes_nothing(
    place: Path, once: list[dict[str, Any]], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    states = []
    for _ in range(2):
        assert run(place, [place / "auth.log"], home).alerts == once
        assert kept(home) == once
        with reading(home) as opened, opened.store.read() as connection:
            assert set(connection.execute(sa.select(alert.c.revision)).scalars()) == {1}
            states.append(connection.execute(sa.select(behavior_state)).all())
    assert states[0] == states[1]


def test_a_file_that_has_grown_adds_only_what_is_new(place: Path, once: list[dict[str, Any]], tmp_path: Path) -> None:
    home, path, lines = tmp_path / "home", tmp_path / "auth.log", log()
    for end in (100, 101, 250, len(lines)):
        path.write_text("".join(f"{line}\n" for line in lines[:end]), "utf-8")
        run(place, [path], home, batch_size=70)
    assert placeless(kept(home)) == placeless(once)


def test_a_new_behaviour_learns_from_stored_events_whenever_a_run_is_killed(
    place: Path, once: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The first run knows no behaviour; the second is killed half-way, the third finishes."""
    home, before = tmp_path / "home", tmp_path / "before"
    (before / "rules").mkdir(parents=True)
    (before / "rules" / "rules.yml").write_text("---".join(RULES.split("---")[3:4]), "utf-8")
    run(before, [place / "auth.log"], home)
    kill(place, home, "commit.inside:3", batch=BATCH, now=NOW)
    result = run(place, [place / "auth.log"], home)
    assert result.summary.learnt.events == 0, "the run that was killed had learnt already"
    assert result.alerts == once
    assert kept(home) == once


def test_what_a_new_behaviour_finds_in_the_past_is_stored_and_no_news_of_the_run(
    place: Path, once: list[dict[str, Any]], tmp_path: Path
) -> None:
    home, before, later = tmp_path / "home", tmp_path / "before", tmp_path / "later.log"
    (before / "rules").mkdir(parents=True)
    (before / "rules" / "rules.yml").write_text("---".join(RULES.split("---")[3:4]), "utf-8")
    run(before, [place / "auth.log"], home)
    later.write_text("2026-11-20T10:00:00Z web1 sshd[1]: Connection closed by 203.0.113.200 port 4000\n", "utf-8")
    result = run(place, [later], home)
    assert result.summary.learnt.events == len(log())
    assert result.alerts == []
    assert placeless(kept(home)) == placeless(once)


def test_what_behaviours_find_together_in_the_past_is_no_news_either(place: Path, tmp_path: Path) -> None:
    """A correlation of behaviours alone has all its matches when these have learnt from what is stored."""
    home, before, both, later = (tmp_path / name for name in ("home", "before", "both", "later.log"))
    named = "---".join(RULES.split("---")[:3])
    together = """
---
title: Both
id: 99999999-9999-4999-8999-999999999999
level: high
correlation: {type: event_count, rules: [new_address], group-by: [user.name], timespan: 20d, condition: {gte: 2}}
"""
    for folder, text in ((before, "---".join(RULES.split("---")[3:4])), (both, named + together)):
        (folder / "rules").mkdir(parents=True)
        (folder / "rules" / "rules.yml").write_text(text, "utf-8")
    later.write_text("2026-11-20T10:00:00Z web1 sshd[1]: Connection closed by 203.0.113.200 port 4000\n", "utf-8")
    run(before, [place / "auth.log"], home)
    assert run(both, [later], home).alerts == []
    assert "Both" in {each["rule"]["title"] for each in kept(home)}
    assert "Both" in {each["rule"]["title"] for each in run(both, [place / "auth.log"], home).alerts}


def test_a_changed_behaviour_learns_anew_from_what_is_stored(place: Path, tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    (other / "rules").mkdir(parents=True)
    (other / "rules" / "rules.yml").write_text(RULES.replace("learning: 5d, prevalence", "learning: 6d, prevalence"))
    run(place, [place / "auth.log"], home)
    result = run(other, [place / "auth.log"], home)
    assert NEW not in {problem.path for problem in result.summary.problems}
    assert result.summary.learnt.events == len(log())
    assert run(other, [place / "auth.log"], home).summary.learnt.events == 0
    assert result.alerts == run(other, [place / "auth.log"]).alerts


def test_a_behaviour_that_a_run_was_without_begins_anew_and_counts_everything_once(
    place: Path, once: list[dict[str, Any]], tmp_path: Path
) -> None:
    home, other, parts = tmp_path / "home", tmp_path / "other", pieces(tmp_path)
    (other / "rules").mkdir(parents=True)
    (other / "rules" / "rules.yml").write_text("---".join(RULES.split("---")[3:4]), "utf-8")
    run(place, parts[:1], home)
    run(other, parts[1:2], home)
    assert run(place, parts[2:], home).summary.learnt.events == len(log()[0::3] + log()[1::3])
    again = run(place, parts, home)
    assert (again.summary.problems, again.summary.learnt.events) == ([], 0)
    of_behaviours = [each for each in again.alerts if each["why"][0]["selection"] == "behavior"]
    expected = [each for each in once if each["why"][0]["selection"] == "behavior"]
    assert placeless(of_behaviours) == placeless(expected)


def test_a_window_tells_the_findings_inside_and_learns_from_all(place: Path, once: list[dict[str, Any]]) -> None:
    middle = START + dt.timedelta(days=15)
    found = run(place, [place / "auth.log"], window=Window(since=middle)).alerts
    of_behaviours = [each for each in once if each["why"][0]["selection"] == "behavior"]
    later = [each for each in of_behaviours if dt.datetime.fromisoformat(each["timestamp"]) >= middle]
    assert 0 < len(later) < len(of_behaviours)
    assert [each for each in found if each["why"][0]["selection"] == "behavior"] == later


def test_learning_is_told(place: Path, tmp_path: Path) -> None:
    path = tmp_path / "auth.log"
    path.write_text("".join(f"{line}\n" for line in log() if line < "2026-10-04"), "utf-8")
    result = run(place, [path])
    learning = {each.behavior.title: (each.entities, each.learning) for each in result.summary.learning}
    assert learning[NEW] == (6, 6)
    assert not [each for each in result.alerts if each["rule"]["title"] == NEW]


BATCH = 60


@pytest.mark.parametrize("failpoint", ["commit.before:2", "commit.inside:2", "commit.after:2", "commit.after:last"])
def test_a_killed_run_goes_on_where_it_stopped(
    place: Path, once: list[dict[str, Any]], tmp_path: Path, failpoint: str
) -> None:
    home, batches = tmp_path / "home", -(-len(log()) // BATCH)
    assert batches > 2
    kill(place, home, failpoint.replace("last", str(batches)), batch=BATCH, now=NOW)
    assert run(place, [place / "auth.log"], home, batch_size=45).alerts == once
    assert kept(home) == once


def shuffled(lines: list[str], chance: random.Random) -> list[str]:
    """Each record late by less than the lateness, and no record before all of its time."""
    late = LATENESS // 1_000_000 - 1
    arrivals = [
        (dt.datetime.fromisoformat(line[:20]) + dt.timedelta(seconds=chance.randint(0, late)), line) for line in lines
    ]
    return [line for _, line in sorted(arrivals)]


@pytest.mark.parametrize("seed", range(4))
def test_live_and_files_say_the_same(place: Path, once: list[dict[str, Any]], tmp_path: Path, seed: int) -> None:
    home, path, chance = tmp_path / "home", tmp_path / "auth.log", random.Random(seed)
    path.write_text("".join(f"{line}\n" for line in shuffled(log(), chance)), "utf-8")
    rules = RuleSet.load([place / "rules"])
    watermark = Watermark(lateness=LATENESS)
    watermark.advance({}, to_microseconds(NOW - dt.timedelta(days=1)))
    summary = Summary()
    with writing(home, 64) as opened:
        batches = read(plan([str(path)]), zone=dt.UTC, now=NOW, batch_size=chance.choice([7, 30, 100]), report=print)
        run_pipeline(batches, Workers(rules, (place / "rules",), place / "cache"), opened, summary, watermark)
    assert summary.problems == []
    assert placeless(kept(home)) == placeless(once)
    with reading(home) as opened, opened.store.read() as connection:
        # What is too old for any finding is forgotten.
        of = behavior.c.rule_id == "11111111-1111-4111-8111-111111111111"
        pruned = connection.execute(sa.select(behavior.c.pruned).where(of)).scalar_one()
        assert pruned >= to_microseconds(START + dt.timedelta(days=10))
