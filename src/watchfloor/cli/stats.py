"""`watchfloor stats`: log-ons, kinds of events, and the pivots of alerts, over files or over a home."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.text import Text

from watchfloor.alerts.levels import parse_level
from watchfloor.alerts.timeline import cell
from watchfloor.app.analyze import Request
from watchfloor.app.home import Home
from watchfloor.app.levels import load_levels
from watchfloor.app.policies import load_policy
from watchfloor.app.rules import rule_context, rule_roots
from watchfloor.app.statistics import by_kind, of_files, of_home, pivots_of
from watchfloor.cli.options import (
    HomeOption,
    JsonOption,
    NoBuiltinOption,
    NowOption,
    ParserOption,
    RulesOption,
    ZoneOption,
    chosen_home,
    optional_moment,
)
from watchfloor.cli.output import json_line, output_file
from watchfloor.cli.progress import progress_bar
from watchfloor.cli.styles import STYLES
from watchfloor.cli.terminal import plain, print_columns, safe, shorten
from watchfloor.core.clock import time_zone
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings
from watchfloor.hunting.activity import MOST as MOST_KINDS
from watchfloor.hunting.activity import Kind, activity
from watchfloor.hunting.logons import MOST as MOST_LOGONS
from watchfloor.hunting.logons import Logons, logons
from watchfloor.hunting.pivots import Pivot
from watchfloor.hunting.span import Span

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Log-ons, kinds of events, and what alerts have in common."
)
PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH…", help="As for analyze; without any, the events of the home."),
]
SinceOption = Annotated[
    str, typer.Option("--from", metavar="T", help="Events from this moment on (ISO 8601 or an age: 24h).")
]
UntilOption = Annotated[str, typer.Option("--to", metavar="T", help="Events before this moment.")]
LimitOption = Annotated[
    int, typer.Option("--limit", metavar="N", min=1, help="At most this many on the screen; --json gives all.")
]
_T = TypeVar("_T")
_WIDE = 110
"""Columns of a terminal from which on there is room for the earliest moment."""
_UNBOUND = 1_000
"""Columns that a pipe is taken to have: nothing is cut there."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is looked at."""

    paths: Sequence[str] | None
    home: Path | None
    tz: str
    now: str
    parser: str
    rule_roots: tuple[Path, ...] = ()

    def answer(self, ask: Callable[[Home], _T]) -> tuple[_T, int]:
        """What the files or the home say, and the exit code."""
        if not self.paths:
            return of_home(chosen_home(self.home), ask), 0
        if self.home is not None:
            raise UsageError("files or a home, not both", way_out="Fill the home first: watchfloor analyze … --home")
        settings = Settings.from_environment()
        policy = load_policy(settings, None, settings.home)
        request = Request(
            paths=self.paths,
            rule_roots=self.rule_roots,
            zone=time_zone(self.tz),
            now=optional_moment(self.now),
            parser=self.parser,
            context=rule_context([], None, policy, load_levels(None, settings.home)),
            policy=policy,
            stdin=sys.stdin.buffer if "-" in self.paths else None,
        )
        with progress_bar(Console(stderr=True)) as listener:
            answer, result = of_files(request, settings, listener, ask)
        for problem in result.summary.problems:
            sys.stderr.write(f"watchfloor: {safe(problem)}\n")
        for reason, count in result.summary.errors.most_common():
            sys.stderr.write(f"watchfloor: {count} records kept unparsed: {safe(reason)}\n")
        if result.summary.complete:
            return answer, 0
        return answer, 1 if result.summary.records else 2


@app.command("logons")
def logons_command(
    paths: PathsArgument = None,
    since: SinceOption = "",
    until: UntilOption = "",
    limit: LimitOption = 50,
    parser: ParserOption = "",
    tz: ZoneOption = "UTC",
    now: NowOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Who logged in or failed to, from where, at what, how often; those with most failures first."""
    span = Span(optional_moment(since), optional_moment(until))
    found, code = _Asked(paths, home, tz, now, parser).answer(lambda opened: logons(opened.lake, span))
    names = ("User", "Source", "Host", "Type", "OK", "Failed", "First", "Last")
    _print(found, limit, _logon_row, names, as_json, most=MOST_LOGONS)
    return code


@app.command("events")
def events_command(
    paths: PathsArgument = None,
    since: SinceOption = "",
    until: UntilOption = "",
    limit: LimitOption = 50,
    parser: ParserOption = "",
    tz: ZoneOption = "UTC",
    now: NowOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """How many events of which kind there are; the most frequent first."""
    span = Span(optional_moment(since), optional_moment(until))
    found, code = _Asked(paths, home, tz, now, parser).answer(lambda opened: activity(opened.lake, span))
    names = ("Events", "Share", "Source", "Code", "Meaning", "First", "Last")
    _print(found, limit, _kind_row, names, as_json, most=MOST_KINDS)
    return code


@app.command("pivots")
def pivots_command(
    paths: PathsArgument = None,
    level: Annotated[
        str, typer.Option("--level", metavar="L", help="Lowest level of the alerts that are looked at.")
    ] = "medium",
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="DIR", help="Write one CSV file per kind there.", show_default=False),
    ] = None,
    since: SinceOption = "",
    until: UntilOption = "",
    limit: LimitOption = 50,
    rules: RulesOption = None,
    no_builtin_rules: NoBuiltinOption = False,
    parser: ParserOption = "",
    tz: ZoneOption = "UTC",
    now: NowOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """The users, hosts, addresses, domains, hashes and processes of alerts, to look for elsewhere."""
    lowest, span = parse_level(level), Span(optional_moment(since), optional_moment(until))
    asked = _Asked(paths, home, tz, now, parser, rule_roots(rules or [], builtin=not no_builtin_rules))
    if output is not None:
        _make(output)
    found, code = asked.answer(lambda opened: pivots_of(opened, lowest, span))
    if output is not None:
        for kind, own in by_kind(found).items():
            _write(output / f"{kind}.csv", own)
    _print(found, limit, _pivot_row, ("Kind", "Value", "Level", "Alerts", "Events", "First", "Last"), as_json)
    return code


def _print(
    found: Sequence[_T],
    limit: int,
    row: Callable[[_T, int], list[Text]],
    names: tuple[str, ...],
    as_json: bool,
    *,
    most: int = sys.maxsize,
) -> None:
    if len(found) >= most:
        sys.stderr.write(f"watchfloor: only the first {most:,} are looked at; ask for less with --from and --to\n")
    if as_json:
        sys.stdout.buffer.writelines(json_line(_as_json(each)) for each in found)
        return
    console = Console(highlight=False)
    if not found:
        console.print(plain("Nothing found.", "dim"))
        return
    width = console.width if console.is_terminal else _UNBOUND
    rows = [row(each, width) for each in found[:limit]]
    if width < _WIDE:  # the earliest moment, beside the latest, is what one misses least
        names, rows = (*names[:-2], names[-1]), [[*cells[:-2], cells[-1]] for cells in rows]
    print_columns(console, names, rows)
    if len(found) > limit:
        console.print(plain(f"… and {len(found) - limit:,} more: --limit N or --json", "dim"))


def _as_json(found: Any) -> dict[str, Any]:
    row = asdict(found)
    return {**row, "alerts": len(row["alerts"])} if isinstance(found, Pivot) else row


def _logon_row(found: Logons, width: int) -> list[Text]:
    free = width - (66 if width >= _WIDE else 48)
    address = max(free * 2 // 5, 15)
    rooms = ((found.user, (free - address) // 2), (found.source, address), (found.host, (free - address) // 2))
    names = [plain(shorten(safe(each or "–"), max(room, 8))) for each, room in rooms]
    kind = plain(shorten(safe(found.type), 13))
    failures = plain(f"{found.failures:,}", "red" if found.failures else "dim")
    return [*names, kind, plain(f"{found.successes:,}"), failures, _moment(found.first), _moment(found.last)]


def _kind_row(found: Kind, width: int) -> list[Text]:
    source = found.channel or found.provider or found.dataset or "(not recognised)"
    free = width - (66 if width >= _WIDE else 48)
    return [
        plain(f"{found.events:>9,}"),
        plain(f"{100 * found.share:5.1f} %"),
        plain(shorten(safe(source), max(free // 2, 14))),
        plain(shorten(safe(found.code or "–"), 10)),
        plain(shorten(safe(found.meaning or "–"), max(free // 2, 14))),
        _moment(found.first),
        _moment(found.last),
    ]


def _pivot_row(found: Pivot, width: int) -> list[Text]:
    return [
        plain(found.kind),
        plain(shorten(safe(found.value), max(width - (78 if width >= _WIDE else 60), 16))),
        plain(found.level or "none", STYLES.get(found.level, "")),
        plain(f"{len(found.alerts):,}"),
        plain(f"{found.events:,}"),
        _moment(found.first),
        _moment(found.last),
    ]


def _moment(moment: Any) -> Text:
    return plain(f"{moment:%Y-%m-%d %H:%M}", "dim")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot be created: {error.strerror}", place=str(folder)) from error


def _write(path: Path, found: Sequence[Pivot]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("value", "level", "alerts", "events", "first", "last"))
    for each in found:
        row = (each.value, each.level, len(each.alerts), each.events, each.first, each.last)
        writer.writerow(map(cell, row))
    with output_file(path) as file:
        if file is not None:
            file.write(text.getvalue().encode())
