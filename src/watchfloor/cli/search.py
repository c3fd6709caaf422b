"""`watchfloor search` and `watchfloor sql`: look into a home, also while another process writes to it."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from watchfloor.app.home import reading
from watchfloor.cli.options import HomeOption, JsonOption, chosen_home, optional_moment
from watchfloor.cli.output import json_line
from watchfloor.cli.terminal import plain, safe, shorten
from watchfloor.lake.search import search
from watchfloor.lake.sql import sql

_COLUMNS = ("event.dataset", "event.action", "host.name", "user.name", "source.ip")


def search_command(
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="Lucene syntax: user.name:root AND NOT source.ip:10.0.0.0/8")
    ],
    since: Annotated[
        str, typer.Option("--from", metavar="T", help="Events from this moment on (ISO 8601 or an age: 24h).")
    ] = "",
    until: Annotated[str, typer.Option("--to", metavar="T", help="Events before this moment.")] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most this many, newest first.")] = 200,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Find events, newest first."""
    with reading(chosen_home(home)) as opened:
        found = search(opened.lake, query, since=optional_moment(since), until=optional_moment(until), limit=limit)
    for note in found.notes:
        sys.stderr.write(f"watchfloor: {safe(note)}\n")
    if as_json:
        sys.stdout.buffer.writelines(json_line(event) for event in found.events)
        return 0
    console = Console(highlight=False)
    for event in found.events:
        console.print(_line(event, console.width))
    console.print(plain(f"{len(found.events):,} events", "dim"))
    return 0


def sql_command(
    text: Annotated[
        str, typer.Argument(metavar="SELECT", help="One SELECT over the view events; names with _ for the dots.")
    ],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Run one SELECT of DuckDB's SQL over the events."""
    with reading(chosen_home(home)) as opened:
        result = sql(opened.lake, text)
    if result.cut:
        sys.stderr.write(f"watchfloor: only the first {len(result.rows):,} rows are shown; ask for less with LIMIT\n")
    if as_json:
        for row in result.rows:
            sys.stdout.buffer.write(json_line(dict(zip(result.columns, row, strict=True))))
        return 0
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name in result.columns:
        table.add_column(plain(name), overflow="fold")
    for row in result.rows:
        table.add_row(*("" if value is None else plain(value) for value in row))
    Console(highlight=False).print(table)
    return 0


def _line(event: dict[str, Any], width: int) -> Any:
    parts = [safe(event.get("@timestamp", ""))[:19], *(safe(event[name]) for name in _COLUMNS if event.get(name))]
    text = "  ".join(parts)
    room = max(width - len(text) - 3, 0)
    original = shorten(safe(event.get("event.original", "")), room) if room else ""
    line = plain(text)
    line.append(f"  {original}", "dim")
    return line
