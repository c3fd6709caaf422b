"""The progress bar: bytes read, rate and time left on a terminal, silence in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from watchfloor.app.analyze import Listener
from watchfloor.app.recognition import Recognised
from watchfloor.cli.terminal import plain, size
from watchfloor.sources.files import Inventory

_FORMATS = 8
"""Formats that a first look names."""


@contextmanager
def counting_bar(console: Console, description: str) -> Iterator[Callable[[int, int], None] | None]:
    """Draws, while the block runs, how many of how many things are done; None where there is no terminal."""
    if not console.is_terminal:
        yield None
        return
    columns = (SpinnerColumn(), TextColumn(description), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def progress_bar(console: Console) -> Iterator[Listener]:
    """A listener that draws on the console (standard error) while the block runs."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("loading rules", total=None)

        reading, events = "", 0

        def planned(inventory: Inventory) -> None:
            nonlocal reading
            files = len(inventory.files)
            reading = f"reading {files:,} file{'s' if files != 1 else ''}"
            progress.update(task, description=reading, total=inventory.total_bytes or None)

        def learnt(count: int) -> None:
            nonlocal events
            events += count
            progress.update(task, description=f"new rules learn from {events:,} stored events")

        def advanced(size: int) -> None:
            progress.update(task, description=reading, advance=size)

        def loaded(done: int, total: int) -> None:
            progress.update(task, description=f"loading rules {done:,}/{total:,}")

        if not console.is_terminal:
            yield Listener(planned=planned, learnt=learnt, advanced=advanced)
            return
        yield Listener(loaded, planned, learnt, advanced, lambda found: first_look(console, found))


def first_look(console: Console, found: Recognised) -> None:
    """Say what the input is, before it is read."""
    if not found.formats:
        return
    files = f"{found.files:,} file{'' if found.files == 1 else 's'}"
    looked = "" if found.looked_at == found.files else f", {found.looked_at:,} looked at"
    names = [f"{name} ×{count:,}" if count > 1 else name for name, count in found.formats.most_common()]
    more = f" and {len(names) - _FORMATS:,} more" if len(names) > _FORMATS else ""
    console.print(plain(f"{files}, {size(found.bytes)}{looked}: {', '.join(names[:_FORMATS])}{more}"))
    span = ""
    if found.first is not None and found.last is not None:
        span = f"about {found.first:%Y-%m-%d %H:%M} to {found.last:%Y-%m-%d %H:%M} UTC  ·  "
    data = f"{found.with_data:,} of {found.rules:,} rules will have data" if found.rules else ""
    console.print(plain(f"{span}{data}".removesuffix("  ·  "), "dim"))
