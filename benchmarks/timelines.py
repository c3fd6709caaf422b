"""Times the rows of timelines and shows that their number does not change the memory they need.

usage: python benchmarks/timelines.py [--events N]

Made-up requests for a secret file that a web server answers, from a thousand addresses, one a second: every event is
in an alert. Prints JSON lines: for each profile and form its rows, µs of CPU per row, and the peak memory of the
process so far in MB; the first line has the peak before any timeline.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from watchfloor.alerts.timeline import PROFILES
from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.home import Home
from watchfloor.app.rules import rule_roots
from watchfloor.app.timeline import write_timeline
from watchfloor.core.settings import Settings

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
WRITTEN = (("minimal", "jsonl"), ("standard", "csv"), ("verbose", "csv"), ("all", "jsonl"), ("all", "csv"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "access.log"
        with log.open("w") as file:
            file.writelines(requests(options.events))
        request = Request([str(log)], rule_roots([], builtin=True), jobs=1)
        analyze(request, Settings(cache_dir=Path(folder) / "cache"), finish=measured)


def requests(count: int) -> Iterator[str]:
    chance = random.Random(7)
    for second in range(count):
        address = f"203.0.{chance.randrange(4)}.{chance.randrange(250)}"
        stamp = f"{START + dt.timedelta(seconds=second):%d/%b/%Y:%H:%M:%S +0000}"
        size, client = chance.randrange(100, 9_000), chance.randrange(9)
        yield f'{address} - - [{stamp}] "GET /.env HTTP/1.1" 200 {size} "-" "curl/8.{client}"\n'


def measured(home: Home, result: Result) -> None:
    say(alerts=len(result.alerts), peak_mb=peak())
    for name, form in WRITTEN:
        with tempfile.TemporaryFile() as file:
            at = time.process_time()
            rows = write_timeline(home, result.alerts, PROFILES[name], form, file)
            spent = time.process_time() - at
            size = file.seek(0, io.SEEK_END)
        say(
            profile=name,
            form=form,
            rows=rows,
            mb=round(size / 1e6, 1),
            us_per_row=round(spent / rows * 1e6),
            peak_mb=peak(),
        )


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def say(**found: object) -> None:
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
