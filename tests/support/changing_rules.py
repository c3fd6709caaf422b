"""A home whose rules change: rules, a log of some days, and every way in which the rules may change."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kept_alerts import kept, placeless

from watchfloor.app.analyze import Listener, Request, Result, analyze
from watchfloor.app.examine import EVERYTHING, Window
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Context, RuleSet
from watchfloor.policy.policy import Policy

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


def of_rules(alerts: list[dict[str, Any]], rules: Rules) -> list[dict[str, Any]]:
    """Without the alerts of rules that there are no more, which stay."""
    return [each for each in alerts if any(each["rule"]["id"] in text for text in rules)]
