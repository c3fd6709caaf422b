"""`watchfloor policy`: what this company calls a violation, and what a change of it would have meant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from watchfloor.alerts.listing import Wanted
from watchfloor.app.backtest import Change, Comparison, Example, Rehidden, columns, compare, rehidden_alerts
from watchfloor.app.exceptions import exception_roots
from watchfloor.app.home import reading
from watchfloor.app.policies import load_policy, policy_path
from watchfloor.app.rules import rule_context
from watchfloor.cli.options import (
    HomeOption,
    JsonOption,
    NoBuiltinOption,
    PipelineOption,
    PlaceholdersOption,
    PolicyOption,
    RulesOption,
    chosen_home,
    optional_moment,
)
from watchfloor.cli.output import json_line
from watchfloor.cli.ruleset import load, report_problems, why_blind
from watchfloor.cli.terminal import plain, print_columns, shorten
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import RuleSet
from watchfloor.lake.pages import pages
from watchfloor.policy.policy import Policy, read_policy, settings

app = typer.Typer(help="What is a violation here.", no_args_is_help=True, rich_markup_mode=None)
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A policy (YAML).")]
_ROOM = 90


@app.command("show")
def show_command(
    policy: PolicyOption = None,
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """The policy that is in force, and the rules that are blind without more in it."""
    environment = Settings.from_environment()
    path = policy_path(environment, policy, chosen_home(home))
    found = load_policy(environment, policy, chosen_home(home))
    loaded = load(rules, rule_context([], None, found), builtin=not no_builtin_rules)
    if as_json:
        sys.stdout.buffer.write(json_line(_as_json(path, found, loaded)))
        return 0
    console = Console(highlight=False)
    console.print(plain(str(path) if path else "no policy: nothing is said", "bold"))
    _print_policy(console, found)
    _print_blind(console, loaded)
    return 0


@app.command("check")
def check_command(
    file: FileArgument,
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    as_json: JsonOption = False,
) -> int:
    """Whether a file is a policy, and which rules it leaves blind."""
    found = read_policy(file)
    loaded = load(rules, rule_context([], None, found), builtin=not no_builtin_rules)
    if as_json:
        sys.stdout.buffer.write(json_line(_as_json(file, found, loaded)))
    else:
        console = Console(highlight=False)
        console.print(plain(f"{file} is a policy", "bold green"))
        _print_blind(console, loaded)
    return report_problems(loaded)


@app.command("preview")
def preview_command(
    file: FileArgument,
    policy: PolicyOption = None,
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    since: Annotated[
        str, typer.Option("--from", metavar="T", help="Events from this moment on (ISO 8601 or an age: 30d).")
    ] = "",
    until: Annotated[str, typer.Option("--to", metavar="T", help="Events before this moment.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """What a changed policy would have raised and spared over the events of a home; nothing is written."""
    place = chosen_home(home)
    now, changed = load_policy(Settings.from_environment(), policy, place), read_policy(file)
    folders = [*(rules or []), *exception_roots(place)]
    window = optional_moment(since), optional_moment(until)
    old, new = (
        load(folders, rule_context(pipeline or [], placeholders, each), builtin=not no_builtin_rules)
        for each in (now, changed)
    )
    with reading(place) as opened:
        past = pages(opened.lake, columns(old, new), since=window[0], until=window[1])
        found = compare(past, old, new)
        hiding = None
        if changed.maintenance != now.maintenance:
            with opened.store.read() as connection:
                hiding = rehidden_alerts(connection, Wanted(since=window[0], until=window[1]), now, changed)
    if as_json:
        sys.stdout.buffer.writelines(json_line(change_as_json(each)) for each in found.changes)
        if found.anew:
            anew = [{"id": rule.id, "title": rule.title} for rule in found.anew]
            sys.stdout.buffer.write(json_line({"learn_anew": anew}))
        if hiding is not None:
            sys.stdout.buffer.write(json_line(_rehidden_as_json(hiding)))
    else:
        console = Console(highlight=False)
        _print_comparison(console, found, new)
        if hiding is not None:
            _print_rehidden(console, hiding)
    return report_problems(new)


def _print_policy(console: Console, policy: Policy) -> None:
    rows = []
    for name, said in settings().items():
        value = getattr(policy, name)
        if value is None or (name == "maintenance" and not value):
            text, style = f"not said: {'rules that read it are blind' if said.blind else said.none}", "dim"
        elif not value:
            text, style = f"empty: {said.none}", ""
        elif name == "maintenance":
            text, style = ", ".join(each.name for each in value), ""
        else:
            text, style = ", ".join(policy.values(name)), ""
        count = "" if value is None else f"{len(value):,}"
        rows.append((plain(name, "bold"), plain(count), plain(shorten(text, _ROOM), style)))
    print_columns(console, ("setting", "values", "what it says"), rows)


def _print_blind(console: Console, rules: RuleSet) -> None:
    for rule in rules.blind:
        console.print(plain(f"  {rule.title}: {why_blind(rule)}", "yellow"), soft_wrap=True)
    if not rules.blind:
        console.print(plain("no rule is blind", "green"))


def _print_comparison(console: Console, found: Comparison, new: RuleSet) -> None:
    end = "" if found.whole else "; there were too many alerts to look at more"
    console.print(plain(f"{found.events:,} events looked at{end}", "bold"))
    if not found.changes:
        console.print(plain("no rule means anything else by this policy"))
    blind = _blind(new)
    still = [change for change in found.changes if not (change.before or change.after or change.rule.id in blind)]
    for change in found.changes:
        if change in still:
            continue
        note = f" ({blind[change.rule.id]})" if change.rule.id in blind else ""
        console.print()
        console.print(plain(f"{change.rule.title}{note}", "bold"), soft_wrap=True)
        console.print(
            plain(f"  {change.before:,} alerts become {change.after:,}: {change.new:,} new, {change.vanished:,} spared")
        )
        for sign, style, examples in (("+", "red", change.raised), ("-", "green", change.spared)):
            for example in examples:
                console.print(plain(f"  {sign} {example_line(example)}", style), soft_wrap=True)
    if still:
        titles = "; ".join(change.rule.title for change in still)
        console.print()
        console.print(plain(f"no alert before or after: {titles}", "dim"), soft_wrap=True)
    if found.anew:
        console.print()
        console.print(plain(learning_line(found), "yellow"), soft_wrap=True)


def _blind(rules: RuleSet) -> dict[str, str]:
    """Id of everything that is blind, correlations of blind rules among it, and why."""
    found = {rule.id: why_blind(rule) for rule in rules.blind}
    for correlation in rules.correlations:  # those that others refer to come first
        reason = next((found[member] for member in correlation.members if member in found), "")
        if reason:
            found[correlation.id] = reason
    return found


def _print_rehidden(console: Console, found: Rehidden) -> None:
    console.print()
    console.print(plain("Maintenance windows", "bold"))
    console.print(plain(f"  of the stored alerts {found.hidden:,} would be hidden, {found.shown:,} shown again"))
    for sign, style, examples in (("-", "green", found.newly), ("+", "red", found.again)):
        for title, example in examples:
            console.print(plain(f"  {sign} {example_line(example)}  {title}", style), soft_wrap=True)


def learning_line(found: Comparison) -> str:
    """What the next run lets learn anew, in one sentence."""
    titles = "; ".join(rule.title for rule in found.anew)
    return (
        f"the next run lets these learn anew from the stored events, and takes back what they would not raise: {titles}"
    )


def example_line(example: Example) -> str:
    """An example in one line: when, who, and where it is written."""
    who = "  ".join(f"{entity.kind} {entity.value}" for entity in example.entities)
    return f"{example.first.isoformat()[:19].replace('T', ' ')}  {who}  {example.place}"


def _example_as_json(each: Example) -> dict[str, Any]:
    return {
        "alert": each.id,
        "first": each.first,
        "entities": [{"kind": entity.kind, "value": entity.value} for entity in each.entities],
        "place": each.place,
    }


def _rehidden_as_json(found: Rehidden) -> dict[str, Any]:
    newly, again = (
        [{"rule": title, **_example_as_json(each)} for title, each in examples]
        for examples in (found.newly, found.again)
    )
    return {"maintenance": {"hidden": found.hidden, "shown": found.shown, "newly": newly, "again": again}}


def change_as_json(change: Change) -> dict[str, Any]:
    """What becomes of one rule's alerts, as JSON."""
    return {
        "rule": {"id": change.rule.id, "title": change.rule.title, "level": change.rule.level},
        "before": change.before,
        "after": change.after,
        "new": change.new,
        "vanished": change.vanished,
        "raised": list(map(_example_as_json, change.raised)),
        "spared": list(map(_example_as_json, change.spared)),
    }


def _as_json(path: Path | None, policy: Policy, rules: RuleSet) -> dict[str, Any]:
    return {
        "path": str(path) if path else None,
        "policy": policy.model_dump(mode="json", by_alias=True),
        "blind": [{"id": rule.id, "title": rule.title, "lists": rule.blind} for rule in rules.blind],
    }
