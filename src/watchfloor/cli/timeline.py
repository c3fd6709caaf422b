"""The option `--timeline` and its profiles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from watchfloor.alerts.timeline import PROFILES, Profile
from watchfloor.app.home import Home
from watchfloor.app.timeline import FORMS, Alerts, write_timeline
from watchfloor.cli.output import output_file
from watchfloor.core.errors import UsageError
from watchfloor.hunting.span import ALWAYS, Span

TimelineOption = Annotated[
    Path | None,
    typer.Option(
        "--timeline",
        metavar="FILE.csv|.jsonl|.md",
        help="Write a row for each event of each alert, by time.",
        show_default=False,
    ),
]
FileArgument = Annotated[
    Path, typer.Argument(metavar="FILE.csv|.jsonl|.md", help="File to write; its ending decides about the form.")
]
ProfileOption = Annotated[
    str, typer.Option("--profile", metavar="NAME", help=f"Columns of the timeline: {', '.join(PROFILES)}.")
]


@dataclass(frozen=True, slots=True)
class TimelineFile:
    """An open file for a timeline; None for nothing to write."""

    file: BinaryIO | None
    form: str
    profile: Profile

    def write(self, home: Home, alerts: Alerts, span: Span = ALWAYS) -> int:
        """Write the timeline of some alerts of a home; the number of its rows."""
        if self.file is None:
            return 0
        return write_timeline(home, alerts, self.profile, self.form, self.file, span)


@contextmanager
def timeline_file(path: Path | None, profile: str) -> Iterator[TimelineFile]:
    """The file for a timeline, opened before the work.

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
        yield TimelineFile(file, form, chosen)
