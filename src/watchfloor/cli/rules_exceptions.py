"""`watchfloor rules exception` and `rules exceptions`: what a rule leaves out, until when, and who answers for it."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from watchfloor.app.backtest import Comparison, columns, compare
from watchfloor.app.exceptions import Known, Wanted, exception_roots, filter_of, known, make, remove, tried
from watchfloor.app.home import reading
from watchfloor.app.policies import load_policy
from watchfloor.app.rule_details import find_rule
from watchfloor.app.rules import rule_context
from watchfloor.app.suppressions import endless
from watchfloor.cli.options import (
    ByOption,
    HomeOption,
    JsonOption,
    NoBuiltinOption,
    PipelineOption,
    PlaceholdersOption,
    PolicyOption,
    RulesOption,
    chosen_home,
    opened_for_writing,
    who,
)
from watchfloor.cli.output import json_line
from watchfloor.cli.policy import change_as_json, example_line, learning_line
from watchfloor.cli.rules_show import RuleArgument, with_file
from watchfloor.cli.ruleset import load
from watchfloor.cli.terminal import plain, print_columns, safe, shorten
from watchfloor.core.clock import ahead, utc_now
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Context, Correlation, Rule, RuleSet
from watchfloor.lake.pages import pages

_SHOWN = 8


def exception_command(
    rule: RuleArgument,
    field: Annotated[
        list[str], typer.Option("--field", metavar="F", help="A field of its events; again with a value each for more.")
    ],
    value: Annotated[list[str], typer.Option("--value", metavar="V", help="The field's value, taken as it stands.")],
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="T",
            help="Events from this moment on fire the rule again (ISO 8601, or 30d from now on).",
        ),
    ],
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help="Who answers for it.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is right.")],
    only_preview: Annotated[bool, typer.Option("--preview", help="Only show what it would leave out.")] = False,
    by: ByOption = "",
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    policy: PolicyOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Leave events out of a rule until a date: a Sigma filter in the home, shown first against its past."""
    place = chosen_home(home)
    folders = [*with_file(rule, rules), *exception_roots(place)]
    context = rule_context(pipeline or [], placeholders, load_policy(Settings.from_environment(), policy, place))
    old = load(folders, context, builtin=not no_builtin_rules)
    found = find_rule(old, rule)
    if isinstance(found, Correlation):
        raise UsageError(
            "exceptions are not for correlations", way_out="Except events from a rule it refers to, or suppress alerts"
        )
    now = utc_now()
    content = filter_of(
        Wanted(found, _paired(field, value), ahead(until, now).replace(microsecond=0), owner, reason, who(by))
    )
    with tried(content) as path:
        compared = _compared(place, old, _with(folders, path, context, builtin=not no_builtin_rules))
    file = ""
    if not only_preview:
        with opened_for_writing(home) as opened:
            file = str(make(opened, content))
    if as_json:
        changes = [change_as_json(each) for each in compared.changes]
        sys.stdout.buffer.write(json_line({"id": content["id"] if file else None, "file": file, "changes": changes}))
    else:
        warning = endless(dt.datetime.fromisoformat(content["expires"]), now)
        _print(Console(highlight=False), compared, file, warning)
    return 0


def exceptions_command(home: HomeOption = None, as_json: JsonOption = False) -> int:
    """Every exception of a home; those whose time is over are marked."""
    with reading(chosen_home(home)) as opened:
        found = known(opened.path)
    now = utc_now()
    if as_json:
        sys.stdout.buffer.writelines(json_line(_as_json(each, now)) for each in found)
        return 1 if any(each.problem for each in found) else 0
    console = Console(highlight=False)
    rows = [
        [
            plain(each.until.astimezone(dt.UTC).isoformat()[:16].replace("T", " ") if each.until else "–"),
            plain(_state(each, now)),
            plain(each.owner),
            plain(each.rule[:_SHOWN]),
            plain(shorten(safe(each.values), 60)),
            plain(shorten(safe(each.reason), 60)),
            plain(each.path.name),
        ]
        for each in found
        if not each.problem
    ]
    if rows:
        print_columns(console, ("Until (UTC)", "State", "Owner", "Rule", "Leaves out", "Reason", "File"), rows)
    elif not found:
        console.print(plain("No exceptions.", "dim"))
    for each in found:
        if each.problem:
            console.print(Text.assemble(("  ! ", "red"), safe(each.problem)))
    return 1 if any(each.problem for each in found) else 0


def end_exception_command(
    exception: Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id, or the name of its file.")],
    by: ByOption = "",
    home: HomeOption = None,
) -> int:
    """Take an exception out before its end: logs that are read from now on fire the rule.

    Behaviours and correlations over it learn anew from the stored events when the next run begins.
    """
    with opened_for_writing(home) as opened:
        gone = remove(opened, exception, who(by))
    left_out = f", which left out {safe(gone.values)}" if gone.values else ""
    Console(highlight=False).print(plain(f"{gone.path.name} is gone{left_out}"), soft_wrap=True)
    return 0


def _paired(fields: Sequence[str], values: Sequence[str]) -> dict[str, list[str]]:
    """Field -> its values; the first field goes with the first value."""
    if len(fields) != len(values):
        raise UsageError(f"{len(fields)} fields and {len(values)} values", way_out="Give --value after each --field")
    found: dict[str, list[str]] = {}
    for field, value in zip(fields, values, strict=True):
        found.setdefault(field, []).append(value)
    return found


def _with(folders: Sequence[Path], path: Path, context: Context, *, builtin: bool) -> RuleSet:
    loaded = load([*folders, path], context, builtin=builtin)
    for problem in loaded.problems:
        if problem.path == path:
            raise UsageError(problem.reason, place="the exception")
    return loaded


def _compared(place: Path, old: RuleSet, new: RuleSet) -> Comparison:
    with reading(place) as opened:
        return compare(pages(opened.lake, columns(old, new)), old, new)


def _print(console: Console, found: Comparison, file: str, warning: str) -> None:
    verb = "leaves" if file else "would leave"
    for change in found.changes:
        console.print(plain(f"it {verb} out {change.vanished:,} of {change.before:,} alerts of {change.rule.title}"))
        for example in change.spared:
            console.print(plain(f"  - {example_line(example)}", "green"), soft_wrap=True)
        if change.before and change.vanished == change.before:
            console.print(Text.assemble(("  ! ", "yellow"), "no alert of the rule would be left"))
    if warning:
        console.print(Text.assemble(("  ! ", "yellow"), warning))
    if file:
        stay = any(isinstance(change.rule, Rule) for change in found.changes)
        what = "; the rule's alerts that are stored stay: see watchfloor alerts suppress" if stay else ""
        console.print(plain(f"written to {file}{what}", "dim"), soft_wrap=True)
    if found.anew:
        console.print(plain(learning_line(found), "yellow"), soft_wrap=True)


def _state(each: Known, now: dt.datetime) -> str:
    if each.until is None:
        return "no end"
    return "over" if each.until <= now else "active"


def _as_json(each: Known, now: dt.datetime) -> dict[str, object]:
    return {
        "id": each.id,
        "rule": each.rule,
        "values": each.values,
        "until": each.until,
        "state": _state(each, now),
        "owner": each.owner,
        "reason": each.reason,
        "file": str(each.path),
        "problem": each.problem,
    }
