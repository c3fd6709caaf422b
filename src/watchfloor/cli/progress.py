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
from watchfloor.sources.files import Inventory


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

        def planned(inventory: Inventory) -> None:
            files = len(inventory.files)
            description = f"reading {files:,} file{'s' if files != 1 else ''}"
            progress.update(task, description=description, total=inventory.total_bytes or None)

        def advanced(size: int) -> None:
            progress.advance(task, size)

        def loaded(done: int, total: int) -> None:
            progress.update(task, description=f"loading rules {done:,}/{total:,}")

        yield Listener(loaded if console.is_terminal else None, planned, advanced)
