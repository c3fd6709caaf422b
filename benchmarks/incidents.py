"""Incidents: how well the scenario files are grouped, and what grouping many alerts costs in CPU time and memory.

    python benchmarks/incidents.py [--alerts 100000] [--hosts 2000] [--seed 1]

Precision and recall are of pairs of alerts in one incident, an alert alone in one pairing with itself. The many are a
company's alerts over 30 days: most are alone or in storms of one rule, some are attacks that walk from host to host.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from watchfloor.alerts.links import Link
from watchfloor.incidents.facts import DAY, Fact
from watchfloor.incidents.grouping import group
from watchfloor.incidents.risk import assess
from watchfloor.incidents.weights import Weights

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from incident_scenarios import scenarios

_LEVELS = ("informational", "low", "low", "low", "medium", "medium", "high", "critical")
_TACTICS = ("initial-access", "execution", "persistence", "credential-access", "lateral-movement", "exfiltration")


def _roles(kind: str, value: str) -> frozenset[str]:
    return frozenset({"domain_controller"}) if (kind, value) == ("host", "h0") else frozenset()


def _alerts(count: int, hosts: int, chance: random.Random) -> Iterator[Fact]:
    for number in range(count):
        host = int(hosts * chance.random() ** 3)
        links = [Link("host", f"h{host}", "target"), Link("ip", f"10.0.{host >> 8}.{host & 255}", "actor")]
        if chance.random() < 0.7:
            links.append(Link("user", f"u{host if chance.random() < 0.9 else chance.randrange(hosts)}", "actor"))
        if chance.random() < 0.3:
            links.append(Link("ip", f"203.{chance.randrange(90)}.{chance.randrange(250)}.7", "actor"))
        if chance.random() < 0.2:
            links.append(Link("domain", f"d{int(5000 * chance.random() ** 2)}.example", "target"))
        at = chance.randrange(30 * DAY)
        rule = f"r{int(300 * chance.random() ** 2)}"
        tags = (f"attack.{chance.choice(_TACTICS)}",)
        yield Fact(f"a{number}", rule, rule, chance.choice(_LEVELS), tags, at, at + 60_000_000, 1, tuple(links))


def _score() -> None:
    both = found = wanted = 0
    for each in scenarios():
        one, two, three = each.score()
        limit = "  known limit" if each.limit else ""
        print(f"{each.name:40} precision {_share(one, two)}  recall {_share(one, three)}{limit}")
        both, found, wanted = both + one, found + two, wanted + three
    print(f"{'all pairs':40} precision {_share(both, found)}  recall {_share(both, wanted)}")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:6.1%}" if whole else "  none"


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--hosts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    _score()
    for count in (given.alerts // 4, given.alerts // 2, given.alerts):
        facts = list(_alerts(count, given.hosts, random.Random(given.seed)))
        start = time.process_time()
        weights = Weights(facts, _roles)
        found = group(facts, weights)
        opened = sum(assess(each, weights).opens for each in found)
        seconds = time.process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        largest = max(len(each.alerts) for each in found)
        print(
            f"{count:>8,} alerts  {len(found):>7,} groups  {opened:>6,} incidents  largest {largest:>6,}"
            f"  {seconds:6.1f} CPU s  peak {peak:,} MB"
        )


if __name__ == "__main__":
    main()
