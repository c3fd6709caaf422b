"""The option `--timeline` and its profiles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from watchfloor.alerts.timeline import PROFILES
from watchfloor.app.analyze import Result
from watchfloor.app.home import Home
from watchfloor.app.timeline import FORMS, write_timeline
from watchfloor.cli.output import output_file
from watchfloor.core.errors import UsageError

TimelineOption = Annotated[
    Path | None,
    typer.Option(
        "--timeline",
        metavar="FILE.csv|.jsonl|.md",
        help="Write a row for each event of each alert, by time.",
        show_default=False,
    ),
]
ProfileOption = Annotated[
    str, typer.Option("--profile", metavar="NAME", help=f"Columns of the timeline: {', '.join(PROFILES)}.")
]
Writer = Callable[[Home, Result], None]


@contextmanager
def timeline_writer(path: Path | None, profile: str, level: str) -> Iterator[Writer]:
    """What writes the alerts of `level` and above to the file, which is opened before the work.

    Raises:
        UsageError: the form or the profile is unknown, or the file cannot be written.
    """
    chosen = PROFILES.get(profile)
    if chosen is None:
        raise UsageError("unknown profile", place=repr(profile), way_out=f"Give one of {', '.join(PROFILES)}")
    form = path.suffix.lower().removeprefix(".") if path is not None else ""
    if path is not None and form not in FORMS:
        raise UsageError("unknown form of a timeline", place=str(path), way_out=f"Let it end in .{', .'.join(FORMS)}")
    with output_file(path) as file:

        def write(home: Home, result: Result) -> None:
            if file is not None:
                write_timeline(home, result.at_least(level), chosen, form, file)

        yield write
