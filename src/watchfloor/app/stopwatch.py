"""Time of the clock on the wall and of the processors, from one lap to the next."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of wall clock, and of CPU over all threads of the process."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)


class Stopwatch:
    """Runs from when it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def lap(self) -> Spent:
        """What was spent since the last lap, or since the start."""
        wall, cpu = time.perf_counter(), time.process_time()
        spent = Spent(wall - self._wall, cpu - self._cpu)
        self._wall, self._cpu = wall, cpu
        return spent
