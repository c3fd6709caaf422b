"""Log files in the making, and which of their lines are evidence of which step of an attack."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from watchfloor.testing.company.clock import SECOND, Clock


def chance(seed: int, name: str) -> Random:
    """Chance of one matter, whatever else was drawn before; the same for the same seed and name."""
    return Random(f"{seed}:{name}")  # noqa: S311  # a simulation


@dataclass(slots=True)
class Log:
    """One file of one machine.

    Attributes:
        path: below the folder of the week.
        clock: the machine's.
        trail: says which step is going on.
        silent: spans of moments in which nothing arrived at the collector; such lines are lost.
        late: spans of moments whose lines arrived only at a third moment, behind whatever was there by then.
        header: lines that the file begins with.
        lines: moment, text and step ("" for benign life) of each line.
    """

    path: str
    clock: Clock
    trail: Trail
    silent: tuple[tuple[int, int], ...] = ()
    late: tuple[tuple[int, int, int], ...] = ()
    header: tuple[str, ...] = ()
    lines: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, at: int, text: str) -> None:
        """A line that the machine writes at this moment."""
        if not any(start <= at < end for start, end in self.silent):
            self.lines.append((at, text, self.trail.step))

    def arrival(self, at: int) -> int:
        """When a line of this moment came to where logs are kept."""
        return next((arrived for start, end, arrived in self.late if start <= at < end), at)


class Trail:
    """All logs of a week, and the step of an attack whose lines are written just now."""

    def __init__(self) -> None:
        """No logs yet, nothing going on."""
        self.step = ""
        self.logs: dict[str, Log] = {}

    def log(
        self,
        path: str,
        clock: Clock,
        silent: tuple[tuple[int, int], ...] = (),
        late: tuple[tuple[int, int, int], ...] = (),
        header: tuple[str, ...] = (),
    ) -> Log:
        """The log of this path, made on first asking."""
        if path not in self.logs:
            self.logs[path] = Log(path, clock, self, silent, late, header)
        return self.logs[path]

    @contextmanager
    def during(self, step: str) -> Iterator[None]:
        """Everything written inside is evidence of this step."""
        before, self.step = self.step, step
        try:
            yield
        finally:
            self.step = before

    def write(self, folder: Path, start: int, end: int) -> tuple[int, dict[str, list[tuple[str, int, int]]]]:
        """Write all logs, each by time of arrival, without what lies outside the week.

        Returns:
            How many lines there are below headers, and step -> file, line from 0, and moment of each line that is its evidence.
        """
        count, evidence = 0, dict[str, list[tuple[str, int, int]]]()
        for path, log in sorted(self.logs.items()):
            kept = sorted(
                (line for line in log.lines if start <= line[0] < end), key=lambda line: (log.arrival(line[0]), line[0])
            )
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with (folder / path).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(f"{text}\n" for text in log.header)
                file.writelines(f"{text}\n" for _, text, _ in kept)
            # Dates without a year are read by the file's time.
            os.utime(folder / path, (end // SECOND, end // SECOND))
            for number, (at, _, step) in enumerate(kept, len(log.header)):
                if step:
                    evidence.setdefault(step, []).append((path, number, at))
            count += len(kept)
        return count, evidence
