"""`watchfloor parsers`: which record formats are understood."""

from __future__ import annotations

import sys

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from watchfloor.app.parsers import known_parsers
from watchfloor.cli.options import JsonOption
from watchfloor.cli.output import json_line
from watchfloor.cli.parsers_new import new_command
from watchfloor.cli.terminal import plain

app = typer.Typer(help="The record formats that are understood.", no_args_is_help=True)


@app.callback()
def parsers() -> None:
    """The record formats that are understood."""


@app.command("list")
def list_command(as_json: JsonOption = False) -> int:
    """Every parser, what it reads and the reference it follows."""
    found = known_parsers()
    if as_json:
        sys.stdout.buffer.writelines(json_line(parser) for parser in found)
        return 0
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for name in ("parser", "reads", "reference"):
        table.add_column(name, overflow="fold")
    for parser in found:
        table.add_row(plain(parser["name"]), plain(parser["reads"]), plain(parser["reference"], "dim"))
    Console(highlight=False).print(table)
    return 0


app.command("new")(new_command)
