"""`watchfloor analyze` and `watchfloor demo`: files in, alerts out."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from watchfloor.alerts.levels import parse_level, rank
from watchfloor.app.analyze import Request, Result, analyze
from watchfloor.app.demo import bundled_company, company_week, planted, week_request
from watchfloor.app.examine import Window
from watchfloor.app.exceptions import exception_roots
from watchfloor.app.home import Home
from watchfloor.app.levels import load_levels
from watchfloor.app.policies import load_policy
from watchfloor.app.rules import rule_context, rule_roots
from watchfloor.cli.demo_screen import show_score
from watchfloor.cli.options import (
    HomeOption,
    InventoryOption,
    JsonOption,
    NoBuiltinOption,
    NowOption,
    ParserOption,
    PipelineOption,
    PlaceholdersOption,
    PolicyOption,
    RulesOption,
    ZoneOption,
    optional_moment,
)
from watchfloor.cli.output import json_line, output_file
from watchfloor.cli.progress import progress_bar
from watchfloor.cli.screen import show
from watchfloor.cli.terminal import safe
from watchfloor.cli.timeline import ProfileOption, TimelineFile, TimelineOption, timeline_file
from watchfloor.core.clock import time_zone
from watchfloor.core.settings import Settings
from watchfloor.testing.company.score import score

LevelOption = Annotated[
    str, typer.Option("--level", metavar="L", help="Lowest level that is listed and written.", show_default=False)
]
AlertsOption = Annotated[
    Path | None, typer.Option("--alerts", metavar="FILE.jsonl", help="Write the alerts, one JSON object per line.")
]
IncidentsOption = Annotated[
    Path | None,
    typer.Option("--incidents", metavar="FILE.jsonl", help="Write the incidents, one JSON object per line."),
]
ReportOption = Annotated[
    Path | None, typer.Option("--report", metavar="FILE.html", help="Write a report: one page for a browser or paper.")
]
LevelsOption = Annotated[
    Path | None,
    typer.Option(
        "--levels",
        metavar="FILE",
        help="Levels of rules here (YAML: rule id: level); by default levels.yml in the home.",
        show_default=False,
    ),
]
FailOption = Annotated[
    str,
    typer.Option(
        "--fail-on", metavar="LEVEL", help="Exit with 3 when this input makes an alert of this level or above."
    ),
]


def analyze_command(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH…", help="Files, folders, globs, archives; - reads standard input.")
    ],
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    pipeline: PipelineOption = None,
    placeholders: PlaceholdersOption = None,
    policy: PolicyOption = None,
    parser: ParserOption = "",
    tz: ZoneOption = "UTC",
    now: NowOption = "",
    since: Annotated[
        str, typer.Option("--since", metavar="T", help="Match events from this moment on (ISO 8601 or an age: 7d).")
    ] = "",
    until: Annotated[str, typer.Option("--until", metavar="T", help="Match events before this moment.")] = "",
    level: LevelOption = "informational",
    alerts: AlertsOption = None,
    incidents: IncidentsOption = None,
    report: ReportOption = None,
    timeline: TimelineOption = None,
    profile: ProfileOption = "standard",
    levels: LevelsOption = None,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=0, help="Processes; 0 chooses by the size of the input.")
    ] = 0,
    home: HomeOption = None,
    inventory: InventoryOption = None,
    fail_on: FailOption = "",
    as_json: JsonOption = False,
) -> int:
    """Read logs, detect, and show what was found. Without --home nothing is kept."""
    chosen = load_policy(Settings.from_environment(), policy, home)
    lowest, failing = parse_level(level), parse_level(fail_on) if fail_on else ""
    request = Request(
        paths=paths,
        rule_roots=(*rule_roots(rules or [], builtin=not no_builtin_rules), *exception_roots(home)),
        home=home,
        zone=time_zone(tz),
        now=optional_moment(now),
        parser=parser,
        window=Window(optional_moment(since), optional_moment(until)),
        context=rule_context(pipeline or [], placeholders, chosen, load_levels(levels, home)),
        policy=chosen,
        policy_file=policy,
        jobs=jobs,
        stdin=sys.stdin.buffer if "-" in paths else None,
        whole_incidents=incidents is not None,
        report=None if report is None else lowest,
        inventory=inventory,
    )
    with timeline_file(timeline, profile) as rows:
        return _analyzed(request, lowest, (alerts, incidents, report), failing, rows, as_json=as_json)[1]


def demo_command(
    alerts: AlertsOption = None,
    incidents: IncidentsOption = None,
    report: ReportOption = None,
    timeline: TimelineOption = None,
    profile: ProfileOption = "standard",
    home: HomeOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Keep the logs, inventory, policy and attacks in this new folder."),
    ] = None,
    company: Annotated[
        str,
        typer.Option("--company", metavar="NAME", help="Whose week: brunnhof, or marlowe, which has other products."),
    ] = "brunnhof",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another week of the same company.")] = 1,
    no_attacks: Annotated[bool, typer.Option("--no-attacks", help="The week without what was planted.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Compare with what was planted; exit with 1 where it differs.")
    ] = False,
) -> int:
    """Write a week of a small company, attacks among it, and analyse it."""
    chosen = bundled_company(company)
    with (
        company_week(chosen, to, seed=seed, attacks=not no_attacks) as week,
        timeline_file(timeline, profile) as rows,
    ):
        request = week_request(week, home, whole_incidents=check or incidents is not None)
        request = replace(request, report=None if report is None else "informational", called="watchfloor demo")
        result, code = _analyzed(request, "informational", (alerts, incidents, report), "", rows, as_json=False)
        if check:
            scored = score(planted(week), result.alerts, result.incidents)
            show_score(Console(highlight=False), scored)
            return code or int(not scored.right)
    return code


def _analyzed(
    request: Request,
    level: str,
    files: tuple[Path | None, Path | None, Path | None],
    fail_on: str,
    timeline: TimelineFile,
    *,
    as_json: bool,
) -> tuple[Result, int]:
    def finish(home: Home, result: Result) -> None:
        timeline.write(home, result.at_least(level))

    with output_file(files[0]) as alerts, output_file(files[1]) as incidents, output_file(files[2]) as report:
        with progress_bar(Console(stderr=True)) as listener:
            result = analyze(request, Settings.from_environment(), listener, finish)
        if alerts is not None:
            alerts.writelines(json_line(alert) for alert in result.at_least(level))
        if incidents is not None:
            incidents.writelines(json_line(incident) for incident in result.incidents)
        if report is not None:
            report.write(result.report)
    if as_json:
        sys.stdout.buffer.writelines(json_line(alert) for alert in result.at_least(level))
        _report_problems(result)
    else:
        show(Console(highlight=False), result, level)
    return result, _exit_code(result, fail_on)


def _report_problems(result: Result) -> None:
    for note in result.notes:
        sys.stderr.write(f"watchfloor: {safe(note)}\n")
    for rule in result.unknown_levels:
        sys.stderr.write(f"watchfloor: a level is given to {safe(rule)}, which no loaded rule has as its id\n")
    for problem in result.summary.problems:
        sys.stderr.write(f"watchfloor: {safe(problem)}\n")
    for reason, count in result.summary.errors.most_common():
        sys.stderr.write(f"watchfloor: {count} records kept unparsed: {safe(reason)}\n")


def _exit_code(result: Result, fail_on: str) -> int:
    if fail_on and any(rank(alert["rule"]["level"]) >= rank(fail_on) for alert in result.alerts):
        return 3
    if result.summary.complete:
        return 0
    return 1 if result.summary.records else 2
