"""The `watchfloor` command: every sub-command, and the one place where errors become exit codes."""

from __future__ import annotations

import sys

import typer

from watchfloor.cli import analyze, parse, parsers, rules, search
from watchfloor.cli.terminal import safe
from watchfloor.core.errors import WatchfloorError

FAILED = 2
"""Exit code of a total failure; the others are 0 done, 1 done but some input could not be read, 3 --fail-on was met."""


def _finish(code: int, **_: object) -> None:
    """A command's result is its exit code."""
    raise typer.Exit(code)


app = typer.Typer(
    name="watchfloor",
    help="A security operations center in one package, one that proves it can see.",
    no_args_is_help=True,
    add_completion=False,
    result_callback=_finish,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("analyze")(analyze.analyze_command)
app.command("demo")(analyze.demo_command)
app.command("parse")(parse.parse_command)
app.command("search")(search.search_command)
app.command("sql")(search.sql_command)
app.add_typer(rules.app, name="rules")
app.add_typer(parsers.app, name="parsers")


def main() -> None:
    """Entry point of the `watchfloor` script."""
    try:
        app()
    except WatchfloorError as error:
        sys.stderr.write(f"watchfloor: {safe(error)}\n")
        sys.exit(FAILED)
