"""Rules that are new or have changed, over a home: it says what a fresh one says that analyses everything by them."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from kept_alerts import kept, placeless
from killed_runs import kill

from watchfloor.app import learning
from watchfloor.app.analyze import Listener, Request, Result, analyze
from watchfloor.app.examine import EVERYTHING, Window
from watchfloor.app.home import reading, writing
from watchfloor.app.incident_changes import change
from watchfloor.app.learning import Learnt
from watchfloor.app.pipeline import run as run_pipeline
from watchfloor.app.summary import Summary
from watchfloor.app.workers import Workers
from watchfloor.cli.alerts import show_command
from watchfloor.core.clock import to_microseconds
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Context, RuleSet
from watchfloor.detect.sigma.correlate.watermark import Watermark
from watchfloor.policy.policy import Policy
from watchfloor.sources.files import plan, read
from watchfloor.store.tables import alert, alert_revision, correlation, incident_alert

NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
START = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
DAYS = 12
LATENESS = 600_000_000
NOTHING = "2026-11-20T10:00:00Z web1 sshd[1]: Connection closed by 192.0.2.200 port 4000\n"

FAILED = """
title: Failed log-in
name: failed
id: 10000000-0000-4000-8000-000000000001
level: low
logsource: {product: linux, service: sshd}
detection: {sel: {event.action: ssh_login, event.outcome: failure}, condition: sel}
"""
FAILED_OUTSIDE = FAILED.replace(
    "condition: sel", "known: {'source.ip|expand|cidr': '%scanners%'}, condition: sel and not known"
)
FAILED_SAID = FAILED.replace(
    "condition: sel", "known: {'source.ip|expand|cidr': '%resolvers%'}, condition: sel and not known"
)
PASSED = """
title: Log-in
name: passed
id: 10000000-0000-4000-8000-000000000002
level: low
logsource: {product: linux, service: sshd}
detection: {sel: {event.action: ssh_login, event.outcome: success}, condition: sel}
"""
GUESSING = """
title: Many failed log-ins
name: guessing
id: 10000000-0000-4000-8000-000000000003
level: medium
correlation: {type: event_count, rules: [failed], group-by: [source.ip], timespan: 1h, condition: {gte: 4},
  generate: true}
"""
SPRAYING = """
title: Many accounts tried
id: 10000000-0000-4000-8000-000000000004
level: medium
correlation: {type: value_count, rules: [failed], group-by: [source.ip], timespan: 6h,
  condition: {gte: 4, field: user.name}, generate: true}
"""
IN_AFTER = """
title: A log-in after many failed ones
name: in_after
id: 10000000-0000-4000-8000-000000000005
level: high
correlation: {type: temporal_ordered, rules: [guessing, passed], group-by: [source.ip], timespan: 4h, generate: true}
"""
AGAIN = """
title: Log-ins after many failed ones, again
id: 10000000-0000-4000-8000-000000000006
level: high
correlation: {type: event_count, rules: [in_after], group-by: [source.ip], timespan: 5d, condition: {gte: 2},
  generate: true}
"""
NEW_ADDRESS = """
title: Address that is new for the account
name: new_address
id: 10000000-0000-4000-8000-000000000007
level: medium
logsource: {product: linux, service: sshd}
detection: {sel: {event.outcome: success}, condition: sel}
behavior: {kind: first_seen, entity: [user.name], value: [source.ip], period: 3d, learning: 2d, prevalence: 1}
"""
AFTER_FAILED = """
title: New address after a failed log-in
name: after_failed
id: 10000000-0000-4000-8000-000000000008
level: critical
correlation: {type: temporal_ordered, rules: [failed, new_address], group-by: [user.name], timespan: 12h,
  generate: true}
"""
NEW_ADDRESSES = """
title: Several new addresses
id: 10000000-0000-4000-8000-000000000009
level: high
correlation: {type: event_count, rules: [new_address], group-by: [user.name], timespan: 10d, condition: {gte: 2},
  generate: true}
"""
IN_AT_LAST = """
title: A log-in after a new address after a failed one
id: 10000000-0000-4000-8000-000000000010
level: high
correlation: {type: temporal, rules: [after_failed, passed], group-by: [user.name], timespan: 2d, generate: true}
"""
EXCEPTION = """
title: The scanner
logsource: {product: linux, service: sshd}
filter: {rules: [10000000-0000-4000-8000-000000000001, 10000000-0000-4000-8000-000000000007],
  allowed: {source.ip: 198.51.100.7}, condition: not allowed}
"""
SHORTER = GUESSING.replace("1h", "10m")
OLDER = NEW_ADDRESS.replace("period: 3d", "period: 30d")
OTHERS = [FAILED, PASSED, GUESSING, IN_AFTER, NEW_ADDRESS, AFTER_FAILED]
ALL = [FAILED, PASSED, GUESSING, SPRAYING, IN_AFTER, AGAIN, NEW_ADDRESS, AFTER_FAILED, NEW_ADDRESSES]

Rules = Sequence[str]


def log(seed: int = 1) -> list[str]:
    """The sshd log of some days in the order of time."""
    chance = random.Random(seed)
    users = ["ann", "bob", "eve", "joe", "kim"]
    events: list[tuple[dt.datetime, str, str, str]] = []
    for day in range(DAYS):
        for user in users:
            for _ in range(chance.choice([1, 2, 3])):
                time = START + dt.timedelta(days=day, seconds=chance.randrange(86_400))
                address = chance.choice([f"10.0.0.{users.index(user)}"] * 4 + ["203.0.113.1", "203.0.113.2"])
                events.append((time, chance.choice(["Accepted"] * 3 + ["Failed"]), user, address))
        begin = START + dt.timedelta(days=day, seconds=chance.randrange(80_000))
        address = chance.choice(["198.51.100.7", "203.0.113.1", "203.0.113.9"])
        for number in range(chance.choice([3, 5, 9])):
            time = begin + dt.timedelta(minutes=chance.choice([2, 9]) * number)
            outcome = "Accepted" if number > 3 and chance.random() < 0.3 else "Failed"
            events.append((time, outcome, chance.choice(users), address))
    return [
        f"{time:%Y-%m-%dT%H:%M:%SZ} web1 sshd[7]: {outcome} password for {user} from {address} port 40000 ssh2"
        for time, outcome, user, address in sorted(events)
    ]


class Place:
    """A folder with rules that change, and one log in pieces.

    Attributes:
        pieces: each some of the records; all of them together are the log.
        later: another log, which no rule is about.
    """

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.log = folder / "auth.log"
        self.later = folder / "later.log"
        self.later.write_text(NOTHING, "utf-8")
        write(self.log, log(seed))
        self.pieces = [folder / f"auth{number}.log" for number in range(3)]
        for number, path in enumerate(self.pieces):
            write(path, log(seed)[number::3])

    def run(
        self,
        rules: Rules,
        paths: Sequence[Path],
        home: Path | None = None,
        *,
        policy: Policy | None = None,
        batch_size: int = 50_000,
        jobs: int = 1,
        window: Window = EVERYTHING,
        listener: Listener | None = None,
    ) -> Result:
        self.rules(rules)
        settings = Settings(cache_dir=self.folder / "cache", batch_size=batch_size, compact_files=2)
        context = Context(policy=policy or Policy())
        named = [str(path) for path in paths]
        folders = [self.folder / "rules"]
        request = Request(named, folders, home=home, now=NOW, jobs=jobs, context=context, window=window)
        return analyze(request, settings, listener)

    def rules(self, rules: Rules) -> RuleSet:
        (self.folder / "rules").mkdir(exist_ok=True)
        (self.folder / "rules" / "rules.yml").write_text("---".join(rules), "utf-8")
        return RuleSet.load([self.folder / "rules"])

    def fresh(self, rules: Rules, paths: Sequence[Path], policy: Policy | None = None) -> list[dict[str, Any]]:
        """What a home says that knows nothing yet."""
        found = placeless(summed(self.run(rules, paths, policy=policy).alerts))
        assert found
        return found

    def told(self) -> list[dict[str, Any]]:
        """What the home says."""
        return placeless(summed(kept(self.home)))


def write(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def summed(alerts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of correlations and behaviours; stored alerts of plain rules stay as they are."""
    return [each for each in alerts if each["why"][0]["selection"] in ("correlation", "behavior")]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def changed(*changes: tuple[str, str], of: Rules = ALL) -> Rules:
    """The rules with some in the place of others."""
    replaced = dict(changes)
    assert replaced.keys() <= {*of}
    return [replaced.get(each, each) for each in of]


CHANGES: dict[str, tuple[Rules, Rules, set[str]]] = {
    "a new correlation": ([FAILED, PASSED], [FAILED, PASSED, SPRAYING], {"Many accounts tried"}),
    "nothing known before": ([PASSED], ALL, set()),
    "a changed one, and those above it": (
        ALL,
        changed((GUESSING, SHORTER)),
        {"Many failed log-ins", "A log-in after many failed ones", "Log-ins after many failed ones, again"},
    ),
    "a new one above one that stays": (
        [FAILED, PASSED, GUESSING],
        [FAILED, PASSED, GUESSING, IN_AFTER],
        {"A log-in after many failed ones"},
    ),
    "a changed rule": (
        ALL,
        changed((PASSED, PASSED.replace("condition: sel", "old: {user.name: ann}, condition: sel and not old"))),
        {"A log-in after many failed ones", "Log-ins after many failed ones, again"},
    ),
    "an exception more": (ALL, [*ALL, EXCEPTION], set()),
    "an exception less": ([*ALL, EXCEPTION], ALL, set()),
    "a changed behaviour, and those above it": (
        ALL,
        changed((NEW_ADDRESS, OLDER)),
        {"Address that is new for the account", "New address after a failed log-in", "Several new addresses"},
    ),
    "a new one above a behaviour that stays": (
        [FAILED, NEW_ADDRESS],
        [FAILED, NEW_ADDRESS, AFTER_FAILED],
        {"New address after a failed log-in"},
    ),
    "new ones above some that are made of others": (
        OTHERS,
        [*OTHERS, AGAIN, IN_AT_LAST],
        {"Log-ins after many failed ones, again", "A log-in after a new address after a failed one"},
    ),
    "other words of an alert": (
        ALL,
        changed((SPRAYING, SPRAYING.replace("gte: 4", "gt: 3"))),
        {"Many accounts tried"},
    ),
    "another group": (
        ALL,
        changed((SPRAYING, SPRAYING.replace("[source.ip]", "[host.hostname]"))),
        {"Many accounts tried"},
    ),
}


def test_who_waits_hears_how_far_it_is(place: Place) -> None:
    place.run([FAILED], [place.log], place.home)
    heard: list[int] = []
    place.run(ALL, [place.later], place.home, listener=Listener(learnt=heard.append))
    assert sum(heard) == len(log())


@pytest.mark.parametrize("change", CHANGES)
def test_old_rules_then_new_ones_are_the_new_ones_over_everything(place: Place, change: str) -> None:
    old, new, titles = CHANGES[change]
    place.run(old, [place.log], place.home)
    before = place.told()
    result = place.run(new, [place.later], place.home)
    learnt = result.summary.learnt
    assert (result.summary.problems, result.alerts) == ([], []), "what lies in the past is no news"
    assert learnt.events == len(log())
    assert {*learnt.behaviors, *learnt.correlations} == (titles or {*learnt.behaviors, *learnt.correlations})
    after = place.told()
    assert after == place.fresh(new, [place.log])
    ids = [{each["id"] for each in alerts} for alerts in (before, after)]
    assert (learnt.raised, learnt.withdrawn) == (len(ids[1] - ids[0]), len(ids[0] - ids[1]))
    assert after != before
    assert place.run(new, [place.later], place.home).summary.learnt == Learnt()
    assert place.told() == after


@pytest.mark.parametrize("seed", range(6))
def test_pieces_by_changing_rules_are_all_of_them_by_the_last_ones(tmp_path: Path, seed: int) -> None:
    """In any batches and processes, from any of the changes to any other, also through rules that lack some."""
    chance = random.Random(seed)
    place = Place(tmp_path, seed)
    states = [rules for old, new, _ in CHANGES.values() for rules in (old, new)]
    steps = [*chance.sample(states, 2), chance.choice([rules for rules in states if GUESSING in rules])]
    for rules, path in zip(steps, chance.sample(place.pieces, 3), strict=True):
        place.run(rules, [path], place.home, batch_size=chance.choice([20, 40, 1_000]), jobs=chance.choice([1, 1, 2]))
    assert of_rules(place.told(), steps[-1]) == place.fresh(steps[-1], place.pieces)


def of_rules(alerts: list[dict[str, Any]], rules: Rules) -> list[dict[str, Any]]:
    """Without the alerts of rules that there are no more, which stay."""
    return [each for each in alerts if any(each["rule"]["id"] in text for text in rules)]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        (FAILED_OUTSIDE, {"scanners": ["198.51.100.7"]}, {"scanners": ["203.0.113.0/24"]}),
        (FAILED_OUTSIDE, {}, {"scanners": ["198.51.100.7"]}),
        (FAILED_SAID, {}, {"resolvers": []}),
        (FAILED_SAID, {"resolvers": ["198.51.100.7"]}, {"resolvers": []}),
        (FAILED_SAID, {"resolvers": []}, {}),
    ],
)
def test_another_policy_counts_for_the_past(
    place: Place, rule: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Also one that says for the first time that nothing is on a list, and one that says nothing any more."""
    rules = changed((FAILED, rule))
    old, new = Policy.model_validate(before), Policy.model_validate(after)
    place.run(rules, [place.log], place.home, policy=old)
    learnt = place.run(rules, [place.later], place.home, policy=new).summary.learnt
    assert "Many failed log-ins" in learnt.correlations
    assert learnt.behaviors == ()
    assert place.told() == place.fresh(rules, [place.log], new)
    assert place.run(rules, [place.later], place.home, policy=new).summary.learnt == Learnt()


def test_what_has_not_changed_costs_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.run(ALL, [place.log], place.home)
    rewritten = changed((GUESSING, GUESSING.replace("level: medium", "level: high")))
    with monkeypatch.context() as patch:
        patch.delattr(learning, "pages")
        assert place.run(rewritten, [place.later], place.home).summary.learnt == Learnt()
    place.run([*ALL[:3], *ALL[4:]], [place.later], place.home)
    learnt = place.run(ALL, [place.later], place.home).summary.learnt
    assert (learnt.behaviors, learnt.correlations) == ((), ("Many accounts tried",)), "a run was without this one only"
    assert (learnt.raised, learnt.withdrawn) == (0, 0)


def test_a_new_one_over_what_is_known_reads_no_events(place: Place) -> None:
    """Firings and findings that are kept are all that it is made of."""
    place.run(ALL[:5] + ALL[6:8], [place.log], place.home)
    learnt = place.run(ALL, [place.later], place.home).summary.learnt
    assert (learnt.events, learnt.behaviors) == (0, ())
    assert learnt.correlations == ("Log-ins after many failed ones, again", "Several new addresses")
    assert learnt.raised > 0
    assert place.told() == place.fresh(ALL, [place.log])


def test_alerts_that_say_what_they_said_are_no_revision(place: Place) -> None:
    """The exception leaves out one address; alerts about others are the same."""
    place.run(ALL, [place.log], place.home)
    before = {each["id"]: each for each in kept(place.home)}
    place.run([*ALL, EXCEPTION], [place.later], place.home)
    after = {each["id"]: each for each in kept(place.home)}
    same = {each for each in before if after.get(each) == before[each]}
    assert 0 < len(same) < len(before)
    with reading(place.home) as opened, opened.store.read() as connection:
        revisions = {row.id: row.revision for row in connection.execute(sa.select(alert.c.id, alert.c.revision))}
        lines = connection.execute(sa.select(alert_revision.c.alert_id)).scalars().all()
    summed_up = {each["id"] for each in summed([*before.values()])}
    assert {revisions[each] for each in same} == {1}
    assert {revisions[each] for each in summed_up - same} == {2}
    assert sorted(lines) == sorted(itertools.chain.from_iterable([each] * revisions[each] for each in summed_up))


def test_one_that_keeps_quiet_now_takes_its_alerts_back(place: Place) -> None:
    """It changed, and serves only another one from now on; alerts of one that did not change stay."""
    loud = changed((AGAIN, AGAIN.replace("generate: true", "generate: false")))
    place.run(ALL, [place.log], place.home)
    quiet = changed((IN_AFTER, IN_AFTER.replace("4h", "3h")), of=loud)
    place.run(quiet, [place.later], place.home)
    assert place.told() == place.fresh(quiet, [place.log])


def test_an_alert_that_was_taken_back_is_told_as_that(place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    place.run(ALL, [place.log], place.home)
    before = {each["id"] for each in place.told()}
    place.run(changed((SPRAYING, SPRAYING.replace("gte: 4", "gte: 40"))), [place.later], place.home)
    gone = (before - {each["id"] for each in place.told()}).pop()
    with pytest.raises(UsageError, match=f"alert {gone} was taken back"):
        show_command(gone[:12], place.home)
    with pytest.raises(UsageError, match="no alerts start with"):
        show_command("%", place.home)
    assert capfd.readouterr().out == ""


def test_a_window_leaves_nothing_out_of_learning(place: Place) -> None:
    place.run([PASSED], [place.log], place.home)
    window = Window(since=START + dt.timedelta(days=DAYS // 2))
    assert place.run(ALL, [place.later], place.home, window=window).alerts == []
    assert place.told() == place.fresh(ALL, [place.log])


def test_alerts_from_before_what_is_stored_stay(place: Place) -> None:
    """Their events are gone, so that nothing contradicts them."""
    place.run(ALL, [place.log], place.home)
    with writing(place.home, 64) as opened, opened.store.transaction() as connection:
        own = alert.c.rule_title == "Many accounts tried"
        gone = connection.execute(sa.select(sa.func.min(alert.c.first_time)).where(own)).scalar_one()
        values = {"first_time": START - dt.timedelta(days=9), "last_time": START - dt.timedelta(days=9)}
        old = connection.execute(sa.update(alert).where(own, alert.c.first_time == gone).values(values)).rowcount
    rules = changed((SPRAYING, SPRAYING.replace("gte: 4", "gte: 40")))
    assert place.run(rules, [place.later], place.home).summary.learnt.withdrawn > 0
    assert old == 1
    assert [each["rule"]["title"] for each in place.told()].count("Many accounts tried") == 1


@pytest.mark.parametrize("failpoint", ["learning.inside", "commit.inside:2", "commit.after:1"])
def test_a_killed_run_has_learnt_everything_or_nothing(place: Place, failpoint: str) -> None:
    """By the rules of afterwards; whatever it read beside that is read again."""
    place.run(ALL, [place.log], place.home)
    new = changed((GUESSING, SHORTER), (NEW_ADDRESS, OLDER))
    place.rules(new)
    kill(place.folder, place.home, failpoint, batch=30, now=NOW)
    learnt = place.run(new, [place.later], place.home).summary.learnt
    assert learnt.events == (len(log()) if failpoint == "learning.inside" else 0)
    assert place.told() == place.fresh(new, [place.log])


def test_incidents_have_no_alerts_that_learning_took_back_while_the_run_goes_on(place: Place) -> None:
    grave = changed((SPRAYING, SPRAYING.replace("level: medium", "level: critical")))
    place.run(grave, [place.log], place.home)
    with reading(place.home) as opened, opened.store.read() as connection:
        held = set(connection.execute(sa.select(incident_alert.c.alert_id)).scalars())
    place.rules(changed((SPRAYING, SPRAYING.replace("gte: 4", "gte: 40"))))
    kill(place.folder, place.home, "commit.before", batch=30, now=NOW)
    with reading(place.home) as opened, opened.store.read() as connection:
        gone = set(connection.execute(sa.select(alert.c.id).where(alert.c.count == 0)).scalars())
        left = set(connection.execute(sa.select(incident_alert.c.alert_id)).scalars())
    assert gone & held
    assert not gone & left


@pytest.mark.parametrize("kind", ["close", "note", "assign"])
def test_what_people_have_judged_stays_as_they_saw_it(place: Place, kind: str) -> None:
    grave = changed((SPRAYING, SPRAYING.replace("level: medium", "level: critical")))
    place.run(grave, [place.log], place.home)
    with writing(place.home, 64) as opened:
        with opened.store.read() as connection:
            sprayed = sa.select(alert.c.id).where(alert.c.rule_title == "Many accounts tried")
            query = sa.select(incident_alert).where(incident_alert.c.alert_id.in_(sprayed))
            first = connection.execute(query.order_by(incident_alert.c.alert_id)).first()
        assert first is not None
        change(opened, first.incident_id, kind, value={"note": ""}.get(kind, "true-positive"), by="anna", note="seen")
    rules = changed((SPRAYING, SPRAYING.replace("gte: 4", "gte: 40")))
    learnt = place.run(rules, [place.later], place.home).summary.learnt
    stays = kind != "assign"
    assert (learnt.kept > 0) == stays
    assert learnt.withdrawn + learnt.kept > 0
    assert (first.alert_id in {each["id"] for each in place.told()}) == stays


# Live: what was final stays final, and nothing that the home knows is late.


def live(place: Place, rules: Rules, path: Path, batch_size: int) -> Summary:
    """Records of a file as they come; those that the home knows come again, as after a restart."""
    loaded = place.rules(rules)
    watermark = Watermark(lateness=LATENESS)
    watermark.advance({}, to_microseconds(NOW - dt.timedelta(days=1)))
    summary = Summary()
    with writing(place.home, 64) as opened:
        batches = read(plan([str(path)]), zone=dt.UTC, now=NOW, batch_size=batch_size, report=print)
        workers = Workers(loaded, (place.folder / "rules",), place.folder / "cache")
        run_pipeline(batches, workers, opened, summary, watermark)
    return summary


def shuffled(lines: Sequence[str], chance: random.Random) -> list[str]:
    """Each record late by less than the lateness."""
    late = LATENESS // 1_000_000 - 1
    return sorted(
        lines, key=lambda line: dt.datetime.fromisoformat(line[:20]) + dt.timedelta(seconds=chance.randint(0, late))
    )


@pytest.mark.parametrize("change", CHANGES)
def test_a_stream_that_goes_on_by_other_rules_says_what_files_say(place: Place, change: str) -> None:
    old, new, _ = CHANGES[change]
    chance = random.Random(change)
    lines, path = shuffled(log(), chance), place.folder / "stream.log"
    write(path, lines[: len(lines) * 2 // 3])
    assert live(place, old, path, 17).problems == []
    final = sealed(place.home) if any("correlation:" in text for text in old) else 0
    write(path, lines)
    summary = live(place, new, path, 23)
    assert summary.problems == []
    assert summary.learnt.events == len(lines) * 2 // 3
    assert placeless(summed(kept(place.home))) == place.fresh(new, [path])
    assert sealed(place.home) > final


@pytest.mark.parametrize("seed", range(3))
def test_a_stream_that_changes_its_rules_twice_says_what_files_say(tmp_path: Path, seed: int) -> None:
    """In between an `analyze` of the same file reads all of it again, in which nothing is late either."""
    chance = random.Random(seed)
    place = Place(tmp_path, seed)
    lines, path = shuffled(log(seed), chance), place.folder / "stream.log"
    states = [rules for old, new, _ in CHANGES.values() for rules in (old, new)]
    steps = [*chance.sample(states, 2), chance.choice([rules for rules in states if GUESSING in rules])]
    for number, rules in enumerate(steps, 1):
        write(path, lines[: len(lines) * number // 3])
        assert live(place, rules, path, chance.choice([20, 60])).problems == []
        if chance.random() < 0.5:
            assert place.run(rules, [path], place.home).summary.problems == []
    assert of_rules(place.told(), steps[-1]) == place.fresh(steps[-1], [path])


def sealed(home: Path) -> int:
    """Up to when all correlations are final."""
    with reading(home) as opened, opened.store.read() as connection:
        (moment,) = set(connection.execute(sa.select(correlation.c.settled).where(~correlation.c.absent)).scalars())
    assert isinstance(moment, int)
    return moment


def test_what_is_learnt_of_final_times_is_not_provisional(place: Place) -> None:
    lines = log()
    live(place, [FAILED, PASSED, GUESSING], place.log, 7)
    with reading(place.home) as opened, opened.store.read() as connection:
        confirmed = sealed(place.home)
    cold = Watermark(lateness=LATENESS)  # it has no moment yet, so nothing is confirmed by it
    summary = Summary()
    rules = place.rules([FAILED, PASSED, GUESSING, SPRAYING])
    with writing(place.home, 64) as opened:
        run_pipeline([], Workers(rules, (place.folder / "rules",), place.folder / "cache"), opened, summary, cold)
        with opened.store.read() as connection:
            own = alert.c.rule_title == "Many accounts tried"
            rows = connection.execute(sa.select(alert.c.last_time, alert.c.provisional).where(own)).all()
    assert (len(rows), summary.learnt.events) == (summary.learnt.raised, len(lines))
    assert rows
    assert all(row.provisional == (to_microseconds(row.last_time) > confirmed) for row in rows)
