"""Pages of the reference about the demo's companies, from their code: what their people do, and what is planted."""

from __future__ import annotations

import ast
import datetime as dt
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from watchfloor.testing.company import life
from watchfloor.testing.company.companies import brunnhof, marlowe
from watchfloor.testing.company.companies.plan import Company

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

[Marlowe](demo-company-marlowe.md) is another company, with other products.
"""
MARLOWE_HEAD = """# The second company of the demo

`watchfloor demo --company marlowe` writes and analyses the week of a company for which no rule was made. It is made as
[the first one](demo-company.md) is, and judged as it is.

{about}

Lines are those of the servers named where they could be run, and else follow their vendors' documentation, named in
`testing/company/products`.
"""
PLANTED = """
## What is planted

| step | when | what happens | technique | about | alert expected |
|---|---|---|---|---|---|
"""
LIFE = """
## What goes on without any attack

Functions of `watchfloor.testing.company.life` and their parameters; `companies/{name}` has the values.

| function | parameters | what it models |
|---|---|---|
"""
BRUNNHOF_FOUND = """
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


MARLOWE_FOUND = """
## What was found

The rules were frozen before this company was written; its life and its attacks were written without a look at them.

| | first run | after mending |
|---|---|---|
| failed | low | low |
| pentest | high, an incident: a password that its spray found | low |
| webmail | one incident, every step told, at medium and not in order | one incident, in order |
| tracking | nothing above low | one incident, in order |
| laptop | two incidents; four of ten steps told | one incident, in order |
| high without an attack | none | none |
| medium without an attack | one a day: a partner's program that logs in from India | none |

The first run ended with an error before it found anything: two findings of one day named the same address. With that
mended and no rule changed, it gave the left column.

Mended were kinds of faults again. Rules knew the ids of Debian's web server, folders and commands in query strings, and
so missed an application server behind a balancer; nothing looked at a service's account that opens a tunnel or logs in
from its own machine, at pasted commands, at certificates in somebody else's name, or at commands by remoting and WMI.
What is announced was hushed for rules about events and not for correlations of correlations. Faults of the company were
log-on ids of child processes, the names that auditd adds to ids, and a partner's address that its registry places
elsewhere.

The weeks of seeds 2 and 3 and the week without attacks are as they should be, too.
"""


def brunnhof_page() -> str:
    """The first company: what it is, what is planted in its week, what was found, and what else goes on."""
    return _page(brunnhof.COMPANY, HEAD.format(about=inspect.getdoc(brunnhof)), BRUNNHOF_FOUND)


def marlowe_page() -> str:
    """The same of the second."""
    return _page(marlowe.COMPANY, MARLOWE_HEAD.format(about=inspect.getdoc(marlowe)), MARLOWE_FOUND)


def _page(company: Company, head: str, found: str) -> str:
    planted, usual = "".join(_planted(company)), "".join(_life(company))
    return head + PLANTED + planted + found + LIFE.format(name=company.name) + usual


def _planted(company: Company) -> Iterator[str]:
    zone = ZoneInfo(company.zone)
    for attack in company.attacks(company.world(1)):
        expected = "one incident" if attack.expected == "incident" else "nothing above low"
        yield f"| **{attack.id}** | | **{attack.title}** | | | **{expected}** |\n"
        for step in attack.steps:
            at = dt.datetime.fromtimestamp(step.at / 1_000_000, zone).strftime("%a %H:%M")
            about = ", ".join(f"`{each}`" for each in step.entities)
            told = "yes" if step.told and attack.expected == "incident" else ""
            yield f"| `{step.id}` | {at} | {step.what} | {step.technique} | {about} | {told} |\n"


def _life(company: Company) -> Iterator[str]:
    for module, name in sorted(_called(company)):
        function = getattr(importlib.import_module(f"{life.__name__}.{module}"), name)
        arguments = inspect.signature(function).parameters.values()
        keywords = [f"`{each.name}`" for each in arguments if each.kind is each.KEYWORD_ONLY]
        what = " ".join((inspect.getdoc(function) or "").split())
        yield f"| `{module}.{name}` | {', '.join(keywords)} | {what} |\n"


def _called(company: Company) -> set[tuple[str, str]]:
    """Module and name of the functions of life that the company calls on its world, by its source."""
    tree = ast.parse(Path(company.life.__code__.co_filename).read_text("utf-8"))
    calls = {ast.unparse(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call) and _on_world(each)}
    modules = {each.name for each in pkgutil.iter_modules(life.__path__)}
    return {(module, name) for module, _, name in (each.partition(".") for each in calls) if module in modules}


def _on_world(call: ast.Call) -> bool:
    return bool(call.args) and ast.unparse(call.args[0]) == "there"
