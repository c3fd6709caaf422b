"""Correlations from end to end: the same records give the same alerts, however they are cut, read, killed or come."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from kept_alerts import kept, placeless
from killed_runs import kill

from watchfloor.alerts.correlated import CorrelatedAlerts
from watchfloor.alerts.record import stored_alerts
from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.correlating import Correlating
from watchfloor.app.home import reading
from watchfloor.core.clock import to_microseconds
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.detect.sigma.correlate.engine import Correlator
from watchfloor.detect.sigma.correlate.evidence import Evidence
from watchfloor.detect.sigma.correlate.rules import SECOND
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.records import RawBatch, Source
from watchfloor.store.tables import alert, metadata

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
RULES = """
title: Failed log-in over SSH
name: failed
level: low
logsource: {product: linux, service: sshd}
detection: {sel: {event.action: ssh_login, event.outcome: failure}, condition: sel}
---
title: Log-in over SSH
name: passed
level: low
logsource: {product: linux, service: sshd}
detection: {sel: {event.action: ssh_login, event.outcome: success}, condition: sel}
---
title: Many failed log-ins
name: guessing
level: medium
correlation: {type: event_count, rules: failed, group-by: source.ip, timespan: 5m, condition: {gte: 5}, generate: true}
---
title: Many accounts tried
name: spraying
level: medium
correlation:
  {type: value_count, rules: failed, group-by: source.ip, timespan: 1h, condition: {gte: 4, field: user.name}}
---
title: A log-in after many failed ones
level: high
correlation: {type: temporal_ordered, rules: [guessing, passed], group-by: source.ip, timespan: 30m}
---
title: No log-in after the failed ones
level: low
correlation:
  {type: temporal, rules: [failed, passed], group-by: user.name, timespan: 2h, condition: failed and not passed}
---
title: Low ports on average
level: low
correlation:
  {type: value_avg, rules: [failed, passed], group-by: [source.ip, user.name], timespan: 1d,
   condition: {lt: 20000, field: source.port}}
"""


def day(seed: int = 1, attempts: int = 40) -> list[str]:
    """The sshd log of one day: single log-ins, and many after each other."""
    chance = random.Random(seed)
    start = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    lines = []
    for second in chance.choices(range(0, 80_000, 7), k=attempts):
        address, users = f"203.0.113.{chance.randint(1, 3)}", chance.choices(["root", "Root", "ann", "bob", "eve"], k=2)
        for later in range(chance.choice([1, 1, 1, 9])):
            time = start + dt.timedelta(seconds=second + 11 * later)
            outcome = chance.choice(["Failed"] * 6 + ["Accepted"])
            port = chance.randint(1_024, 40_000)
            lines.append(
                f"{time:%b %d %H:%M:%S} web01 sshd[7]: {outcome} password for {chance.choice(users)}"
                f" from {address} port {port} ssh2"
            )
    return sorted(lines)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with rules, a log and a cache."""
    folder = tmp_path_factory.mktemp("correlations")
    (folder / "rules").mkdir()
    (folder / "rules" / "rules.yml").write_text(RULES, "utf-8")
    (folder / "auth.log").write_text("".join(f"{line}\n" for line in day()), "utf-8")
    return folder


@pytest.fixture(scope="module")
def once(place: Path) -> list[dict[str, Any]]:
    """The alerts of the whole log in one batch."""
    result = run(place, [place / "auth.log"])
    assert result.rules.problems == ()
    assert len({found["rule"]["title"] for found in result.alerts}) == 5
    return result.alerts


def run(place: Path, paths: list[Path], home: Path | None = None, *, batch_size: int = 50_000, jobs: int = 1) -> Result:
    settings = Settings(cache_dir=place / "cache", batch_size=batch_size, compact_files=64)
    request = Request([str(path) for path in paths], [place / "rules"], home=home, jobs=jobs, now=NOW)
    return analyze(request, settings)


@pytest.mark.parametrize(("batch_size", "jobs"), [(1, 1), (13, 1), (100_000, 1), (20, 2), (50, 3), (7, 4)])
def test_nothing_depends_on_batch_size_or_jobs(
    place: Path, once: list[dict[str, Any]], batch_size: int, jobs: int
) -> None:
    assert run(place, [place / "auth.log"], batch_size=batch_size, jobs=jobs).alerts == once


@pytest.mark.parametrize("order", [1, -1])
def test_one_file_and_its_records_in_several_give_the_same(
    place: Path, once: list[dict[str, Any]], tmp_path: Path, order: int
) -> None:
    paths = pieces(tmp_path)[::order]
    assert placeless(run(place, paths, batch_size=30).alerts) == placeless(once)


def test_pieces_one_run_after_the_other_give_the_same(place: Path, once: list[dict[str, Any]], tmp_path: Path) -> None:
    home = tmp_path / "home"
    for path in pieces(tmp_path):
        run(place, [path], home)
    assert placeless(kept(home)) == placeless(once)


def pieces(folder: Path) -> list[Path]:
    """The day's records, every third one in the same file."""
    paths = [folder / f"auth{number}.log" for number in range(3)]
    for number, path in enumerate(paths):
        path.write_text("".join(f"{line}\n" for line in day()[number::3]), "utf-8")
    return paths


def test_a_second_run_into_the_same_home_changes_nothing(
    place: Path, once: list[dict[str, Any]], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    for _ in range(2):
        assert run(place, [place / "auth.log"], home).alerts == once
        assert kept(home) == once
        with reading(home) as opened, opened.store.read() as connection:
            assert set(connection.execute(sa.select(alert.c.revision)).scalars()) == {1}


BATCH = 40


def changed(place: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """Another place whose rules say something else."""
    (folder / "rules").mkdir(parents=True)
    text = RULES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "rules" / "rules.yml").write_text(text, "utf-8")
    (folder / "auth.log").write_text((place / "auth.log").read_text("utf-8"), "utf-8")
    return folder


def test_a_changed_definition_learns_what_was_analysed_before(place: Path, tmp_path: Path) -> None:
    first, *rest = pieces(place)
    home = tmp_path / "home"
    assert run(place, [first], home).summary.learnt.events == 0
    other = changed(place, tmp_path / "other", ("timespan: 30m", "timespan: 29m"))
    summary = run(other, rest, home).summary
    assert (summary.problems, summary.learnt.events) == ([], len(day()[0::3]))
    assert summary.learnt.correlations == ("A log-in after many failed ones",)
    assert placeless(kept(home)) == placeless(run(other, [other / "auth.log"]).alerts)


def test_alerts_in_a_home_have_the_level_that_their_rules_have_now(place: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(place, [place / "auth.log"], home)
    other = changed(place, tmp_path / "other", ("level: high", "level: critical"), ("Low ports", "Lowest ports"))
    found = {each["rule"]["title"]: each["rule"]["level"] for each in run(other, [other / "auth.log"], home).alerts}
    assert found["A log-in after many failed ones"] == "critical"
    assert "Lowest ports on average" in found
    assert "Low ports on average" not in found


@pytest.mark.parametrize("failpoint", ["commit.before:2", "commit.inside:2", "commit.after:2", "commit.after:last"])
def test_a_killed_run_goes_on_where_it_stopped(
    place: Path, once: list[dict[str, Any]], tmp_path: Path, failpoint: str
) -> None:
    home, batches = tmp_path / "home", -(-len(day()) // BATCH)
    assert batches > 2
    kill(place, home, failpoint.replace("last", str(batches)), batch=BATCH, now=NOW)
    assert run(place, [place / "auth.log"], home).alerts == once
    assert kept(home) == once


def test_what_a_killed_run_took_in_is_judged_by_the_next_whatever_it_reads(
    place: Path, once: list[dict[str, Any]], tmp_path: Path
) -> None:
    """The last batch was committed; only judging was left."""
    home, other = tmp_path / "home", tmp_path / "other.log"
    other.write_text("Nov 25 01:00:00 web01 sshd[7]: Server listening on 0.0.0.0 port 22.\n")
    kill(place, home, f"commit.after:{-(-len(day()) // BATCH)}", batch=BATCH, now=NOW)
    run(place, [other], home)
    assert kept(home) == once


# Live: matches of one day come late by up to the lateness, in batches of any size.


class Live:
    """Correlating over a store in memory, without a lake."""

    def __init__(self, connection: sa.Connection, rules: RuleSet) -> None:
        self.connection = connection
        correlator = Correlator(rules.correlations)
        correlator.open(connection)
        alerts = CorrelatedAlerts(rules, Evidence(rules.correlations, correlator.numbers), final=False)
        watermark = Watermark(lateness=LATENESS)
        watermark.advance({}, to_microseconds(NOW - dt.timedelta(days=1)))
        self.correlating = Correlating(correlator, alerts, watermark, lambda: NOW)

    def take(self, matches: pa.Table) -> None:
        youngest = {"source": int(max(matches["time"].to_pylist()))}
        self.correlating.take(self.connection, matches, youngest)

    def alerts(self) -> list[dict[str, Any]]:
        ids = self.connection.execute(sa.select(alert.c.id)).scalars().all()
        return list(stored_alerts(self.connection, ids))


LATENESS = 600 * SECOND


@pytest.fixture(scope="module")
def stream(place: Path) -> tuple[RuleSet, pa.Table]:
    """The rules, and the matches of the day's events."""
    rules = RuleSet.load([place / "rules"])
    raw = RawBatch.of(Source("auth", "auth.log", reference=NOW), day(), 0)
    return rules, Detector(rules).detect(parse_records(raw, wanted=rules.fields)).matches


def live(rules: RuleSet, batches: list[pa.Table]) -> tuple[list[dict[str, Any]], int]:
    """Alerts and how many matches came too late."""
    store = sa.create_engine("sqlite://")
    with store.begin() as connection:
        metadata.create_all(connection)
        found = Live(connection, rules)
        for matches in batches:
            found.take(matches)
        assert found.correlating.watermark is not None
        # A day later nothing is waited for any more.
        found.correlating.now = lambda: NOW + dt.timedelta(days=1)
        found.correlating.take(connection, batches[0].slice(0, 0), {})
        provisional = connection.execute(sa.select(alert.c.id).where(alert.c.provisional, alert.c.count > 0)).all()
        assert provisional == []
        alerts = found.alerts()
    store.dispose()
    return alerts, found.correlating.late


def shuffled(matches: pa.Table, chance: random.Random) -> list[pa.Table]:
    """Batches of one to all events, each event late by at most the lateness."""
    delays: dict[str, int] = {}
    arrivals = [
        (time + delays.setdefault(event, chance.choice([0, LATENESS, chance.randint(0, LATENESS)])), event)
        for time, event in zip(matches["time"].to_pylist(), matches["event_id"].to_pylist(), strict=True)
    ]
    order = sorted(range(len(arrivals)), key=arrivals.__getitem__)
    size = chance.choice([10] + [100, 200, len(order)] * 10)
    taken = matches.take(pa.array(order))
    return [taken.slice(start, size) for start in range(0, len(order), size)]


def test_200_shuffles_within_the_lateness_give_one_result(stream: tuple[RuleSet, pa.Table]) -> None:
    rules, matches = stream
    expected, _ = live(rules, [matches])
    assert len({found["rule"]["title"] for found in expected}) == 4
    for seed in range(200):
        alerts, late = live(rules, shuffled(matches, random.Random(seed)))
        assert late == 0
        assert alerts == expected, seed


def test_live_and_analyze_say_the_same(stream: tuple[RuleSet, pa.Table], once: list[dict[str, Any]]) -> None:
    rules, matches = stream
    alerts, _ = live(rules, shuffled(matches, random.Random(0)))
    correlated = [each for each in once if each["why"][0]["selection"] == "correlation"]
    assert placeless(alerts) == placeless(correlated)


def test_an_event_later_than_the_watermark_is_counted_and_changes_nothing(stream: tuple[RuleSet, pa.Table]) -> None:
    rules, matches = stream
    ordered = matches.sort_by("time")
    expected, _ = live(rules, [ordered])
    first = ordered.filter(pa.compute.equal(ordered["event_id"], ordered["event_id"][0]))
    moved = first.set_column(
        first.schema.get_field_index("event_id"), "event_id", pa.array(["another"] * len(first), pa.string())
    )
    last = int(ordered["time"][-1].as_py())
    for time, late in ((last - LATENESS - 1, len(moved)), (last - LATENESS, 0)):
        times = pa.array([time] * len(moved), pa.int64())
        batch = moved.set_column(moved.schema.get_field_index("time"), "time", times)
        alerts, counted = live(rules, [ordered, batch])
        assert counted == late
        assert (alerts == expected) is bool(late)


def test_an_alert_is_raised_at_once_revised_and_confirmed(place: Path) -> None:
    rules = RuleSet.load([place / "rules"])
    detector = Detector(rules)
    line = "Nov 25 10:00:{:02} web01 sshd[7]: Failed password for {} from 203.0.113.9 port 40000 ssh2"
    log = [line.format(second, user) for second, user in enumerate(("bob", "ann", "eve", "joe", "eve", "ida", "eve"))]

    def matches(number: int) -> pa.Table:
        raw = RawBatch.of(Source("auth", "auth.log", reference=NOW), [log[number]], number)
        return detector.detect(parse_records(raw, wanted=rules.fields)).matches

    row = sa.select(alert.c.count, alert.c.revision, alert.c.provisional, alert.c.last_time).where(
        alert.c.rule_title == "Many accounts tried"
    )
    states = []
    store = sa.create_engine("sqlite://")
    with store.begin() as connection:
        metadata.create_all(connection)
        found = Live(connection, rules)
        for number in (1, 2, 3, 4, 5, 0, 6):
            found.take(matches(number))
            states.append([(*each[:3], each[3].second) for each in connection.execute(row)])
        # Exactly the lateness later the deciding event may still be preceded by another one.
        end = to_microseconds(dt.datetime(2026, 11, 25, 10, 0, 3, tzinfo=dt.UTC)) + LATENESS
        for later in (0, 1):
            found.correlating.take(connection, matches(0).slice(0, 0), {"source": end + later})
            states.append([(*each[:3], each[3].second) for each in connection.execute(row)])
    store.dispose()
    assert states[:4] == [[], [], [], []]
    assert states[4:] == [
        [(5, 1, True, 5)],
        [(4, 2, True, 3)],
        [(4, 2, True, 3)],
        [(4, 2, True, 3)],
        [(4, 2, False, 3)],
    ]
