"""How well behaviours find what is planted in simulated weeks, and how often they cry wolf.

usage: python benchmarks/behaviors.py [--users N] [--hosts N] [--days N] [--seed N]… [--rules DIR]… [--without-cases]
           [--cloud-mail] [--cities]

Each day of `watchfloor.testing.simulation` is enriched, observed and kept in a store on disk as in `analyze`, in
batches of about 50,000 events; a day is in memory at a time. At the end the behaviours are settled and their alerts
compared with what was planted. Prints per kind of case the recall by each parameter and of how many cases any bundled
behaviour raises an alert, whether it is to find that kind or not, per rule the false alarms per
1,000 people a week and per 1,000 hosts a day (those that say that nothing is known of the past yet are also counted by
themselves), and what it cost. Several seeds are added up. The cases and the
background are documented in docs/reference/behaviour-scenarios.md. `behavior_rules` are behaviours of the benchmark's
own for kinds of cases that no bundled one reads.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from watchfloor.alerts.record import stored_alerts
from watchfloor.app.behaving import Behaving
from watchfloor.app.correlating import Correlating
from watchfloor.app.examine import EVERYTHING, Examined, detected
from watchfloor.app.home import Home, writing
from watchfloor.app.rules import rule_roots
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Detector, RuleSet
from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Knowledge
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch, Source
from watchfloor.testing.simulation.cases import Case
from watchfloor.testing.simulation.scenario import Scenario
from watchfloor.testing.simulation.scoring import Finding, Recall, Score, score

KINDS = {
    "impossible_travel": ("impossible_travel",),
    "first_country": ("first_seen",),
    "first_asn": ("first_seen",),
    "beacon": ("periodicity",),
    "exfiltration": ("volume",),
    "recipients": ("volume", "spread"),
    "scan": ("spread",),
}
"""Kind of case -> the kinds of behaviours that are to find it."""
NOTHING = pa.table({})
"""What behaviours do not read of a batch."""
OWN = Path(__file__).parent / "behavior_rules"
"""Behaviours over what is planted where the bundled ones read other logs."""


def main() -> None:
    """Simulate, observe, settle, compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--hosts", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, action="append", default=[])
    parser.add_argument("--rules", type=Path, action="append", default=[], help="more behaviours than the bundled ones")
    parser.add_argument("--without-cases", action="store_true", help="plant nothing: every alert is false")
    parser.add_argument("--cloud-mail", action="store_true", help="log-ins to the mail are sign-ins that name devices")
    parser.add_argument("--cities", action="store_true", help="people live in towns, and sign-ins say which")
    parser.add_argument("--examples", type=int, default=8, help="entities of false alarms that are named, per rule")
    options = parser.parse_args()
    os.nice(10)
    rules = RuleSet.load(rule_roots([OWN, *options.rules], builtin=True), cache_dir=Settings().cache_dir)
    apart = {each.title for each in rules.behaviors if each.id in rules.silent or each.path.is_relative_to(OWN)}
    rules = rules.observing(lambda _: True)
    recall: dict[tuple[str, str, str], Recall] = {}
    false: Counter[str] = Counter()
    right: Counter[str] = Counter()
    learning: Counter[str] = Counter()
    for seed in options.seed or [1]:
        scenario = Scenario(
            seed,
            users=options.users,
            hosts=options.hosts,
            days=options.days,
            cases=not options.without_cases,
            cloud_mail=options.cloud_mail,
            cities=options.cities,
        )
        result = measured(scenario, rules, apart)
        add(recall, result)
        false.update({rule: len(found) for rule, found in result.false.items()})
        learning.update({rule: sum(each.learning for each in found) for rule, found in result.false.items()})
        right.update({rule: len(found) for rule, found in result.right.items()})
        for rule, found in sorted(result.false.items()):
            about = Counter(" ".join(sorted(finding.entities)[:3]) for finding in found)
            shown = ", ".join(f"{entity} x{times}" for entity, times in about.most_common(options.examples))
            print(f"  seed {seed} false {rule}: {len(about)} entities; {shown}")
        for case in result.missed:
            print(f"  seed {seed} missed {case.kind} {case.entity} {dict(case.parameters)}{also(case, result)}")
    rounds = max(len(options.seed), 1)
    show(recall)
    rates = f"{'/1,000 people a week':>21} {'/1,000 hosts a day':>19}"
    print(f"\n{'rule':58} {'right':>6} {'false':>6} {'of which learning':>18} {rates}")
    for rule in sorted({*false, *right}):
        people = false[rule] / (rounds * options.users / 1000 * options.days / 7)
        hosts = false[rule] / (rounds * options.hosts / 1000 * options.days)
        print(f"{rule[:58]:58} {right[rule]:6} {false[rule]:6} {learning[rule]:18} {people:21.2f} {hosts:19.2f}")


def measured(scenario: Scenario, rules: RuleSet, apart: Collection[str] = ()) -> Score:
    """The alerts of a scenario's days, compared with its cases; rules that are `apart` tell nobody of any."""
    start, enriching, observing, keeping, events = time.process_time(), 0.0, 0.0, 0.0, 0
    detector, knowledge = Detector(rules), Knowledge(scenario.inventory())
    with writing(None, 10**9) as home:
        with home.store.transaction() as connection:
            behaving = Behaving.over(connection, rules, Correlating.over(connection, rules).correlator)
        for batch in batches(scenario):
            at = time.process_time()
            enriched = enrich(batch, knowledge)
            enriching += time.process_time() - at
            at = time.process_time()
            seen, found = detected(enriched, detector, EVERYTHING)
            observing += time.process_time() - at
            at = time.process_time()
            done = Examined(
                raw=raw_of(batch),
                events=seen,
                alerts=[],
                matches=found.matches,
                observations=found.observations,
                parts=NOTHING,
                leases=NOTHING,
                accounts=NOTHING,
                firings=0,
                spent={},
            )
            with home.store.transaction() as connection:
                behaving.take(connection, done, {})
            keeping += time.process_time() - at
            events += len(batch)
        at = time.process_time()
        with home.store.transaction() as connection:
            ids = behaving.settle(connection)
        settling = time.process_time() - at
        findings = [*said(home, ids, {rule.title: rule.level for rule in rules.behaviors})]
    million = max(events, 1) / 1e6
    print(
        f"{events:,} events, CPU µs per event: enrich {enriching / million:.2f}, select and observe "
        f"{observing / million:.2f}, keep {keeping / million:.2f}, settle {settling / million:.2f}; whole run "
        f"{time.process_time() - start:.0f} s, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB"
    )
    by_kind: dict[str, set[str]] = defaultdict(set)
    for rule in rules.behaviors:
        by_kind[rule.kind].add(rule.title)
    answers: Mapping[str, frozenset[str]] = {
        kind: frozenset(title for each in behaviors for title in by_kind[each]) for kind, behaviors in KINDS.items()
    }
    return score(scenario.cases, findings, answers, apart=apart)


def batches(scenario: Scenario) -> Iterator[EventBatch]:
    """The events of all days."""
    for day in range(scenario.days):
        yield from scenario.day(day)


def raw_of(batch: EventBatch) -> RawBatch:
    """Where the events would have come from: a source per day, whose records are without text."""
    table = batch.table
    path = table["log.file.path"][0].as_py()
    size = len(batch)
    lines = table["log.line"].combine_chunks()
    empty = pa.array([""] * size, pa.string())
    return RawBatch((Source(path, path),), pa.array([0] * size, pa.int32()), lines, empty, pa.nulls(size, pa.string()))


def said(home: Home, ids: set[str], levels: Mapping[str, str]) -> Iterator[Finding]:
    """The alerts as findings; one that is below its rule's level says that too little is known of the past."""
    with home.store.read() as connection:
        for alert in stored_alerts(connection, ids):
            entities = frozenset(str(entity["value"]) for entity in alert["entities"])
            first, last = (micro(alert[name]) for name in ("timestamp", "last_timestamp"))
            title, level = (alert["rule"][name] for name in ("title", "level"))
            yield Finding(title, entities, first, last, learning=level != levels[title])


def micro(text: str) -> int:
    """A time of an alert in microseconds since 1970."""
    return int(dt.datetime.fromisoformat(text).timestamp() * 1e6)


def also(case: Case, result: Score) -> str:
    """What other rules say of a case that was missed by those that are to find it."""
    told = [rule for rule, found in result.right.items() if any(case.entity.lower() in each.entities for each in found)]
    return f"; told by: {', '.join(sorted(told))}" if told else ""


def add(total: dict[tuple[str, str, str], Recall], result: Score) -> None:
    """Add one seed's recall to the others'."""
    for kind, groups in result.recall.items():
        for (name, value), each in groups.items():
            known = total.get((kind, name, value), Recall(0, 0))
            total[kind, name, value] = Recall(known.found + each.found, known.cases + each.cases)


def show(recall: Mapping[tuple[str, str, str], Recall]) -> None:
    """Print a line per kind, and one per parameter with all of its values."""
    lines: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (kind, name, value), each in recall.items():
        lines[kind, name].append(f"{value + ': ' if value else ''}{each.found}/{each.cases}")
    for (kind, name), shown in lines.items():
        print(f"{kind if not name else '':18} {name:17} {'   '.join(shown)}")


if __name__ == "__main__":
    main()
