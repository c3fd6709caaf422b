"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from watchfloor.app.home import Home, reading, writing
from watchfloor.app.policies import load_policy
from watchfloor.app.rules import rule_context
from watchfloor.core.clock import moment
from watchfloor.core.settings import Settings
from watchfloor.detect.sigma import Context

HomeOption = Annotated[
    Path | None, typer.Option("--home", metavar="DIR", help="Folder of the store and the lake.", show_default=False)
]
ZoneOption = Annotated[str, typer.Option("--tz", metavar="TZ", help="Zone of times that carry none.")]
NowOption = Annotated[
    str,
    typer.Option(
        "--now", metavar="T", help="Moment that resolves dates without a year, for input without a file time."
    ),
]
ParserOption = Annotated[
    str,
    typer.Option("--parser", metavar="P", help="Try this parser first; an unknown name means detection by content."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines instead of a table.")]
RulesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules", metavar="DIR", help="Sigma rules, a file or a folder; may be given again.", show_default=False
    ),
]
PipelineOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--pipeline",
        metavar="FILE",
        help="Sigma processing pipeline (YAML) that rewrites rules; may be given again.",
        show_default=False,
    ),
]
PlaceholdersOption = Annotated[
    Path | None,
    typer.Option("--placeholders", metavar="FILE", help="Values of placeholders in rules (YAML: name: [a, b])."),
]
PolicyOption = Annotated[
    Path | None,
    typer.Option(
        "--policy",
        metavar="FILE",
        help="What is a violation here (YAML); by default policy.yml in the home.",
        show_default=False,
    ),
]
NoBuiltinOption = Annotated[bool, typer.Option("--no-builtin-rules", help="Leave the bundled rules out.")]

ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it; the account you are logged in with.")]
InventoryOption = Annotated[
    Path | None,
    typer.Option("--inventory", metavar="FILE", help="Hosts, networks and people (YAML or CSV).", show_default=False),
]


def optional_moment(text: str) -> dt.datetime | None:
    """The moment, or None for an empty option."""
    return moment(text) if text else None


def chosen_home(home: Path | None) -> Path:
    """The given home, or the one of the settings."""
    return home or Settings.from_environment().home


@contextmanager
def opened_for_writing(home: Path | None) -> Iterator[Home]:
    """The chosen home, which must exist, for its one writer.

    Raises:
        StoreError: there is none, or another process writes to it.
    """
    with reading(chosen_home(home)):
        pass
    with writing(chosen_home(home), Settings.from_environment().compact_files) as opened:
        yield opened


def chosen_context(pipelines: list[Path] | None, placeholders: Path | None, policy: Path | None) -> Context:
    """What the rules of a command without a home are compiled with: its options, and the policy of the usual home."""
    settings = Settings.from_environment()
    return rule_context(pipelines or [], placeholders, load_policy(settings, policy, settings.home))


def who(given: str) -> str:
    """The name that was given, or the account's."""
    return given or getpass.getuser()
