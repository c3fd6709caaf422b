"""`watchfloor policy`: what this company calls a violation, and what a change of it would have meant."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from watchfloor.app.backtest import Change, Comparison, Example, columns, compare
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
    now = load_policy(Settings.from_environment(), policy, place)
    folders = [*(rules or []), *exception_roots(place)]
    window = optional_moment(since), optional_moment(until)
    old, new = (
        load(folders, rule_context(pipeline or [], placeholders, each), builtin=not no_builtin_rules)
        for each in (now, read_policy(file))
    )
    with reading(place) as opened:
        past = pages(opened.lake, columns(old, new), since=window[0], until=window[1])
        found = compare(past, old, new)
    if as_json:
        sys.stdout.buffer.writelines(json_line(change_as_json(each)) for each in found.changes)
    else:
        _print_comparison(Console(highlight=False), found, new)
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
    for change in found.changes:
        now = next((rule for rule in new.rules if rule.id == change.rule.id), change.rule)
        note = f" ({why_blind(now)})" if now.blind else ""
        console.print()
        console.print(plain(f"{change.rule.title}{note}", "bold"), soft_wrap=True)
        console.print(
            plain(f"  {change.before:,} alerts become {change.after:,}: {change.new:,} new, {change.vanished:,} spared")
        )
        for sign, style, examples in (("+", "red", change.raised), ("-", "green", change.spared)):
            for example in examples:
                console.print(plain(f"  {sign} {example_line(example)}", style), soft_wrap=True)
    if found.untold:
        titles = "; ".join(rule.title for rule in found.untold)
        console.print(plain(f"not looked at, because they sum up many events: {titles}", "dim"), soft_wrap=True)


def example_line(example: Example) -> str:
    """An example in one line: when, who, and where it is written."""
    who = "  ".join(f"{entity.kind} {entity.value}" for entity in example.entities)
    return f"{example.first.isoformat()[:19].replace('T', ' ')}  {who}  {example.place}"


def change_as_json(change: Change) -> dict[str, Any]:
    """What becomes of one rule's alerts, as JSON."""

    def listed(examples: list[Example]) -> list[dict[str, Any]]:
        return [
            {
                "alert": each.id,
                "first": each.first,
                "entities": [{"kind": entity.kind, "value": entity.value} for entity in each.entities],
                "place": each.place,
            }
            for each in examples
        ]

    return {
        "rule": {"id": change.rule.id, "title": change.rule.title, "level": change.rule.level},
        "before": change.before,
        "after": change.after,
        "new": change.new,
        "vanished": change.vanished,
        "raised": listed(change.raised),
        "spared": listed(change.spared),
    }


def _as_json(path: Path | None, policy: Policy, rules: RuleSet) -> dict[str, Any]:
    return {
        "path": str(path) if path else None,
        "policy": policy.model_dump(mode="json", by_alias=True),
        "blind": [{"id": rule.id, "title": rule.title, "lists": rule.blind} for rule in rules.blind],
    }
