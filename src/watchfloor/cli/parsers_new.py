"""`watchfloor parsers new`: a parser suggested by samples."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from watchfloor.app.suggest.files import write
from watchfloor.app.suggest.samples import samples
from watchfloor.app.suggest.source import PLACEHOLDER
from watchfloor.app.suggest.suggestion import Suggestion, default_name, suggest
from watchfloor.cli.options import JsonOption
from watchfloor.cli.output import json_line
from watchfloor.cli.terminal import plain, safe
from watchfloor.core.printable import percent
from watchfloor.core.settings import Settings

_SHOWN = 40
_NEXT = (
    f"replace {PLACEHOLDER} and the docstring, name the groups that start with _, fill in the categories, "
    "and take what is private out of the samples"
)


def new_command(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="Sample records of one format.")],
    name: Annotated[
        str, typer.Option("--name", metavar="FAMILY.FORMAT", help="Name of the parser; by the file's name by default.")
    ] = "",
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="DIR", help="Write the parser and its golden test into this checkout.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Suggest a parser by samples, try it on them, and print its file or write it with a golden test."""
    given = samples(file, sys.stdin.buffer if file == "-" else None, Settings.from_environment().batch_size)
    found = suggest(name or default_name(file), given)
    written = write(found, into) if into else []
    if as_json:
        sys.stdout.buffer.write(json_line(_as_json(found, written)))
        sys.stdout.buffer.flush()
    else:
        if not written:
            sys.stdout.write(found.text)
            sys.stdout.flush()
        _report(Console(stderr=True, highlight=False), found, written)
    for problem in given.problems:
        sys.stderr.write(f"watchfloor: {safe(problem)}\n")
    return 1 if found.trial.taken < found.trial.samples or given.problems else 0


def _report(console: Console, found: Suggestion, written: list[Path]) -> None:
    trial = found.trial
    share = percent(trial.taken, trial.samples)
    lines = [
        plain(f"{found.name}: a {found.kind} that takes {trial.taken:,} of {trial.samples:,} samples, {share}", "bold")
    ]
    for dataset, count in trial.others.most_common():
        whose = f"they are {dataset}" if dataset else "no parser takes them"
        lines.append(plain(f"  ! {count:,} not: {whose}", "yellow"))
    if trial.taken:
        lines.append(plain(f"  time of its own: {percent(trial.timed, trial.taken)}", "" if trial.timed else "yellow"))
    shown = [f"{name} {percent(count, trial.taken)}" for name, count in sorted(trial.fields.items())[:_SHOWN]]
    lines.append(plain(f"  fields: {', '.join(shown) or 'none'}", "dim"))
    lines.extend(plain(f"  written: {path}") for path in written)
    lines.append(plain(f"  next: {_NEXT}"))
    for line in lines:
        console.print(line, soft_wrap=True)


def _as_json(found: Suggestion, written: list[Path]) -> dict[str, object]:
    trial = found.trial
    return {
        "name": found.name,
        "kind": found.kind,
        "samples": trial.samples,
        "taken": trial.taken,
        "timed": trial.timed,
        "others": dict(trial.others.most_common()),
        "fields": dict(sorted(trial.fields.items())),
        "written": [str(path) for path in written],
        "text": found.text,
    }
