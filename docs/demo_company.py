"""The page of the reference about the demo's company, from its code: what its people do, and what is planted."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from watchfloor.testing.company import life
from watchfloor.testing.company.companies import brunnhof
from watchfloor.testing.company.world import World

HEAD = """# The company of the demo

`watchfloor demo` writes a week of a company that does not exist, as the raw logs that its servers would have written,
and analyses them as it would yours.

{about}

What is benign follows what is known of real networks and not what any rule looks for; figures are assumptions. The same
seed gives the same bytes, and without the attacks exactly their lines are missing. Addresses outside are drawn at
random from ranges of real operators, so that they have a country; nothing is said about those who have them.

```sh
watchfloor demo --to week                 keep logs, inventory.yml, policy.yml and attacks.yml in a new folder
watchfloor demo --check                   compare what was found with what was planted; exit code 1 where it differs
watchfloor demo --no-attacks --seed 7     another week, in which nothing should be found
```

Rules are judged by the lines that are evidence of each step (`attacks.yml`: file, lines from 0): every step of which an
alert is expected must be in the one incident of its attack, in order; attacks at the same time stay apart; what is
announced or gets nowhere stays low; nothing else is high, in an incident, or medium more than five times a day.

Wording and layout of lines are those of the servers named, run for the golden samples of the parsers; what Windows,
the FortiGate, Suricata and Microsoft's cloud write follows their vendors' documentation, named in
`testing/company/products`.
NXLog's `Message` is its first sentence only.

## What is planted

| step | when | what happens | technique | about | alert expected |
|---|---|---|---|---|---|
"""
LIFE = """
## What goes on without any attack

Functions of `watchfloor.testing.company.life` and their parameters; `companies/brunnhof.py` has the values.

| function | parameters | what it models |
|---|---|---|
"""
FOUND = """
## What was found

The company was written before anything was run on it. The first run, with the rules as they were, is kept here as a
measure of what rules do on a network that they were not made for. What came after was mended with this week in sight;
`--seed` gives others.

| | first run | after mending |
|---|---|---|
| failed attack | medium: many accounts tried over SSH | low |
| penetration test | low | low |
| mailbox | no incident; log-in and bounces medium, impossible journeys low | one incident, in order |
| shop | two incidents: the job that keeps the way open was one of its own | one incident, in order |
| workstation | two incidents; contacts with the control server in neither | one incident, in order |
| high without an attack | the directory's synchronisation, 8 times | none |
| medium without an attack | software deployment, 27 times; the vulnerability scanner, once | none |

Mended were kinds of faults: log-ins by service accounts are judged by where they come from, too; an account that
synchronises the directory has a role; an address and a name of one listed machine are one; a mailbox that is opened
from a country that the policy does not allow and then sends needs no history to be told; guesses from outside that get
nowhere are low. One fault was the company's: with other seeds the workstation could be attacked on a day on which
nobody had switched it on.
"""


def demo_company_page() -> str:
    """What the company is, what is planted in its week, and what else goes on."""
    about = inspect.getdoc(brunnhof) or ""
    return HEAD.format(about=about) + "".join(_planted()) + FOUND + LIFE + "".join(_life())


def _planted() -> Iterator[str]:
    zone = ZoneInfo(brunnhof.ZONE)
    for attack in brunnhof.attacks(brunnhof.world(1)):
        expected = "one incident" if attack.expected == "incident" else "nothing above low"
        yield f"| **{attack.id}** | | **{attack.title}** | | | **{expected}** |\n"
        for step in attack.steps:
            at = dt.datetime.fromtimestamp(step.at / 1_000_000, zone).strftime("%a %H:%M")
            about = ", ".join(f"`{each}`" for each in step.entities)
            told = "yes" if step.told and attack.expected == "incident" else ""
            yield f"| `{step.id}` | {at} | {step.what} | {step.technique} | {about} | {told} |\n"


def _life() -> Iterator[str]:
    for module in pkgutil.iter_modules(life.__path__):
        found = importlib.import_module(f"{life.__name__}.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            arguments = inspect.signature(function).parameters
            first = next(iter(arguments.values()), None)
            matter = (
                function.__module__ == found.__name__
                and first is not None
                and first.annotation == World.__name__
                and function.__annotations__["return"] == "None"
            )
            keywords = [f"`{each.name}`" for each in arguments.values() if each.kind is each.KEYWORD_ONLY]
            if matter and not name.startswith("_") and "random" not in arguments:
                what = " ".join((inspect.getdoc(function) or "").split())
                yield f"| `{module.name}.{name}` | {', '.join(keywords)} | {what} |\n"
