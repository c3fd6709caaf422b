"""Rules that are new or have changed, over a home: it says what a fresh one says that analyses everything by them."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from changing_rules import (
    AGAIN,
    ALL,
    CHANGES,
    DAYS,
    EXCEPTION,
    FAILED,
    FAILED_OUTSIDE,
    FAILED_SAID,
    GUESSING,
    IN_AFTER,
    NEW_ADDRESS,
    NOW,
    OLDER,
    PASSED,
    SHORTER,
    SPRAYING,
    START,
    Place,
    changed,
    log,
    of_rules,
    summed,
)
from kept_alerts import kept
from killed_runs import kill

from watchfloor.app import learning
from watchfloor.app.analyze import Listener
from watchfloor.app.examine import Window
from watchfloor.app.home import reading, writing
from watchfloor.app.incident_changes import change
from watchfloor.app.learning import Learnt
from watchfloor.cli.alerts import show_command
from watchfloor.core.errors import UsageError
from watchfloor.policy.policy import Policy
from watchfloor.store.tables import alert, alert_revision, incident_alert


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


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
