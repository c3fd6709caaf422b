"""The `watchfloor` command: every sub-command, and the one place where errors become exit codes."""

from __future__ import annotations

import sys

import click
import typer

from watchfloor.cli import analyze, parse, parsers, rules, search
from watchfloor.cli.terminal import safe
from watchfloor.core.errors import WatchfloorError

DONE, INCOMPLETE, FAILED, ALERTED = 0, 1, 2, 3
"""Exit codes: done; done but some input could not be read; usage or total failure; --fail-on was met."""

app = typer.Typer(
    name="watchfloor",
    help="A security operations center in one package, one that proves it can see.",
    no_args_is_help=True,
    add_completion=False,
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
        code = app(standalone_mode=False)
    except WatchfloorError as error:
        sys.stderr.write(f"watchfloor: {safe(error)}\n")
        code = FAILED
    except click.ClickException as error:
        error.show()
        code = FAILED
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("watchfloor: stopped\n")
        code = FAILED
    except BrokenPipeError:
        sys.stderr.close()
        code = DONE
    sys.exit(code if isinstance(code, int) else DONE)
