"""Asks who had an address: a simulated month of DHCP, how many answers are right, and what they cost.

usage: python benchmarks/devices.py [--addresses N] [--days N] [--questions N] [--seed N]

The month (src/watchfloor/testing/simulation/dhcp.py) has three sites with failover pairs of ISC dhcpd, Kea and Windows:
addresses that many devices use one after the other, renewals, conflicts, servers that fail, clocks that disagree, logs
that come late. The lines are read in the order in which they arrive. Each question is asked twice: with the lease times
of the networks set, as the guide says, and without. wrong: another device, or one where nobody had the address; missed:
unknown, but the log tells; unknown: nobody can tell; name: the right device under another name.
Times are CPU seconds of the process.
"""

from __future__ import annotations

import argparse
import time

from watchfloor.assets import leases
from watchfloor.assets.holders import Terms
from watchfloor.store.engine import in_memory
from watchfloor.testing.simulation.dhcp import month
from watchfloor.testing.simulation.dhcp_answers import answered, events_of, score, terms_of

VERDICTS = ("right", "unknown", "missed", "wrong", "name")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("addresses", 1000), ("days", 30), ("questions", 100_000), ("seed", 1)):
        arguments.add_argument(f"--{name}", type=int, default=default)
    given = arguments.parse_args()
    simulated = month(given.seed, addresses=given.addresses, days=given.days)
    questions = simulated.questions(given.questions, given.seed)
    observing = keeping = 0.0
    events = rows = 0
    with in_memory() as connection:
        for batch in events_of(simulated):
            start = time.process_time()
            observed = leases.observe(batch)
            between = time.process_time()
            leases.keep(connection, observed)
            keeping += time.process_time() - between
            observing += between - start
            events += len(batch)
            rows += observed.num_rows
        print(f"{events:,} events, {rows:,} observations")
        print(f"observe {observing / events * 1e6:.2f} µs per event")
        print(f"keep {keeping / rows * 1e6:.1f} µs per observation")
        for title, terms in (("lease times set", terms_of(simulated)), ("not set", Terms())):
            start = time.process_time()
            answers = answered(connection, questions, terms)
            cost = time.process_time() - start
            found = score(questions, answers)
            told = "  ".join(f"{verdict} {found[verdict]:,}" for verdict in VERDICTS)
            print(f"{title:16} {told}  ·  {cost:.2f} s, {cost / len(questions) * 1e6:.1f} µs per question")
        start = time.process_time()
        for question in questions[:200]:
            answered(connection, [question], terms_of(simulated))
        print(f"one question alone: {(time.process_time() - start) / 200 * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
