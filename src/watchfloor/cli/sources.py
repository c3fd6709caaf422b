"""`watchfloor sources`: how well a source is understood."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from watchfloor.app.source_test import FAILED, MESSAGE, SourceTest, Unknown, as_json, run_source_test
from watchfloor.cli.options import JsonOption, NowOption, ParserOption, ZoneOption, optional_moment
from watchfloor.cli.output import json_line
from watchfloor.cli.terminal import plain, safe, shorten
from watchfloor.core.clock import time_zone
from watchfloor.core.printable import percent
from watchfloor.core.settings import Settings
from watchfloor.parsers.near import Near

app = typer.Typer(help="How well a source is understood.", no_args_is_help=True)
_NOTHING_READ = 2
"""Exit code of a total failure."""
_REASONS = 5
_DATED = 110
"""Columns of a terminal that has room for the first and the last time, too."""
_KINDS = {FAILED: "no parser", MESSAGE: "unknown message of"}


@app.callback()
def sources() -> None:
    """How well a source is understood."""


@app.command("test")
def test_command(
    files: Annotated[list[str], typer.Argument(metavar="FILE…|-", help="As for analyze.")],
    parser: ParserOption = "",
    tz: ZoneOption = "UTC",
    now: NowOption = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=0, help="Shapes of unknown records shown.")] = 20,
    as_json_lines: JsonOption = False,
) -> int:
    """Tell which parser takes which records, and for unknown ones their shapes and where the nearest pattern ends."""
    stdin = sys.stdin.buffer if "-" in files else None
    batch_size = Settings.from_environment().batch_size
    test = run_source_test(files, stdin, time_zone(tz), optional_moment(now), parser, batch_size)
    unknown, further = test.unknown(parser, limit)
    if as_json_lines:
        sys.stdout.buffer.writelines(json_line(each) for each in as_json(test, unknown, further))
        sys.stdout.buffer.flush()
    else:
        _show(Console(highlight=False), test, unknown, further)
    for problem in test.problems:
        sys.stderr.write(f"watchfloor: {safe(problem)}\n")
    if test.problems and not test.records:
        return _NOTHING_READ
    return 1 if test.failed or test.problems else 0


def _show(console: Console, test: SourceTest, unknown: Sequence[Unknown], further: int) -> None:
    parsed = f"{percent(test.records - test.failed, test.records)} parsed" if test.records else "nothing to parse"
    console.print(plain(f"{test.records:,} record{'' if test.records == 1 else 's'}, {parsed}", "bold"))
    if test.datasets:
        console.print(Padding(_datasets(test, console.width), (1, 0, 0, 0)))
    for reason, count in test.failures.most_common(_REASONS):
        console.print(plain(f"  ! {count:,} not parsed: {shorten(reason, 120)}", "red"))
    if unknown:
        console.print(plain("Unknown records by shape, the most frequent first", "bold"))
    for each in unknown:
        console.print(_shape(each, test.records, console.width), soft_wrap=True)
    if further:
        console.print(plain(f"… and {further:,} more shapes: show them with --limit", "dim"))
    if test.clusters.other:
        console.print(plain(f"… and {test.clusters.other:,} records of shapes too many to count", "dim"))


def _datasets(test: SourceTest, width: int) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("dataset", overflow="fold")
    for name in ("records", "own time", "category", "unknown", "fields"):
        table.add_column(name, justify="right", no_wrap=True)
    dated = width >= _DATED
    for name in ("first", "last") if dated else ():
        table.add_column(name, no_wrap=True)
    for each in sorted(test.datasets.values(), key=lambda each: (-each.records, each.name)):
        table.add_row(
            plain(each.name),
            f"{each.records:,}",
            _share(each.timed, each.records),
            _share(each.categorised, each.records),
            Text(f"{each.unknown:,}", style="yellow" if each.unknown else "dim"),
            f"{len(each.fields):,}",
            *((_moment(each.first), _moment(each.last)) if dated else ()),
        )
    return table


def _shape(unknown: Unknown, records: int, width: int) -> RenderableType:
    source = " ".join(each for each in (unknown.dataset, unknown.program and f"({unknown.program})") if each)
    head = Text.assemble(
        (f"{unknown.count:>9,}  {percent(unknown.count, records):>7}  ", "bold"),
        safe(f"{_KINDS.get(unknown.kind, 'format unknown,')} {source}".rstrip()),
    )
    room = max(width - 13, 40)
    path, number = unknown.place
    lines = [
        head,
        plain(f"           {shorten(safe(unknown.shape), room)}", "cyan"),
        plain(f"           {path}:{number}  {shorten(safe(unknown.example), room)}", "dim"),
    ]
    lines.extend(Text(f"           {_near(near, unknown.example)}", style="yellow") for near in unknown.near[:1])
    return Group(*lines)


def _near(near: Near, example: str) -> str:
    if near.reason:
        return safe(f"{near.parser}: {near.reason}" if near.parser else near.reason)
    which = f"pattern {near.pattern}" if near.pattern else "sieve"
    end = shorten(safe(example[max(near.position - 24, 0) : near.position])[-24:], 24)
    rest = f"then wants “{shorten(near.item, 48)}”" if near.item else "and ends there"
    group = f" ({near.group})" if near.group else ""
    return f"nearest: {near.parser} {which} fits {near.position:,} characters, to “{end}”, {safe(rest)}{safe(group)}"


def _share(part: int, whole: int) -> Text:
    style = "green" if part == whole else "yellow" if part else "red"
    return Text(percent(part, whole), style=style)


def _moment(moment: dt.datetime | None) -> Text:
    return Text(moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "–", style="" if moment else "dim")
