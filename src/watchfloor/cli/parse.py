"""`watchfloor parse`: raw records in, flat ECS out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from watchfloor.app.parse import parse_cases, parse_paths
from watchfloor.cli.options import NowOption, ParserOption, ZoneOption, optional_moment
from watchfloor.cli.output import json_line
from watchfloor.cli.terminal import safe
from watchfloor.core.clock import time_zone
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings


def parse_command(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="[PATH…|-]", help="As for analyze; standard input by default.")
    ] = None,
    parser: ParserOption = "",
    tz: ZoneOption = "UTC",
    now: NowOption = "",
    cases: Annotated[
        bool,
        typer.Option(
            "--cases", help='Read JSON lines {"raw": …, "tz": …?, "parser": …?}; one event per line, in order.'
        ),
    ] = False,
) -> int:
    """Print each record as one flat ECS event per line."""
    zone, moment = time_zone(tz), optional_moment(now)
    batch_size = Settings.from_environment().batch_size
    given = paths or ["-"]
    if cases:
        failed = _print(parse_cases(_lines(given), zone, moment, parser, batch_size))
        return 1 if failed else 0
    stream = parse_paths(given, sys.stdin.buffer if "-" in given else None, zone, moment, parser, batch_size)
    failed = _print(stream.events)
    for problem in stream.problems:
        sys.stderr.write(f"watchfloor: {safe(problem)}\n")
    return 1 if failed or stream.problems else 0


def _print(events: Iterator[dict[str, object]]) -> int:
    """Write every event; the number of those that no parser understood."""
    failed = 0
    out = sys.stdout.buffer
    for event in events:
        failed += event.get("event.kind") == "pipeline_error"
        out.write(json_line(event))
    out.flush()
    return failed


def _lines(paths: list[str]) -> Iterator[bytes]:
    for path in paths:
        if path == "-":
            yield from sys.stdin.buffer
            continue
        try:
            with Path(path).open("rb") as file:
                yield from file
        except OSError as error:
            raise UsageError(f"cannot be read: {error.strerror}", place=path) from error
