"""The `watchfloor` command: every sub-command, and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import importlib
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from watchfloor.cli.terminal import safe
from watchfloor.core.collection import collection_paused, nothing_to_collect
from watchfloor.core.errors import WatchfloorError

FAILED = 2
"""Exit code of a total failure; the others are 0 done, 1 done but some input could not be read, 3 --fail-on was met."""
COMMANDS = {
    "analyze": "analyze:analyze_command",
    "demo": "analyze:demo_command",
    "parse": "parse:parse_command",
    "search": "search:search_command",
    "sql": "search:sql_command",
    "assets": "assets:app",
    "rules": "rules:app",
    "parsers": "parsers:app",
    "sources": "sources:app",
    "alerts": "alerts:app",
    "policy": "policy:app",
    "incidents": "incidents:app",
    "stats": "stats:app",
    "audit": "audit:audit_command",
}
"""Name -> module of this package, and in it the function or the group of sub-commands."""


class _OnDemand(TyperGroup):
    """Imports a command's module when the command is asked for, since no command needs what all of them do."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Click's signature
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Click's signature
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.commands[cmd_name] = _loaded(cmd_name)
        return self.commands.get(cmd_name)


def _loaded(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    with collection_paused():
        found = getattr(importlib.import_module(f"watchfloor.cli.{module}"), attribute)
    alone = typer.Typer(rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return typer.main.get_group(alone).commands[name]


def _finish(code: int, **_: object) -> None:
    """A command's result is its exit code."""
    raise typer.Exit(code)


app = typer.Typer(
    name="watchfloor",
    cls=_OnDemand,
    no_args_is_help=True,
    add_completion=False,
    result_callback=_finish,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def watchfloor() -> None:
    """A security operations center in one package, one that proves it can see."""


def main() -> None:
    """Entry point of the `watchfloor` script."""
    try:
        app()
    except WatchfloorError as error:
        sys.stderr.writelines(f"watchfloor: {safe(line)}\n" for line in error.told())
        sys.exit(FAILED)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.stderr.write(f"watchfloor: the output cannot be written: {error.strerror}\n")
        sys.exit(FAILED)
    finally:
        nothing_to_collect()
