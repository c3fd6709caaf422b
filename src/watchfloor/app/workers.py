"""Parses and matches batches, in this process or in several, and gives the results back in order."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from watchfloor.app.examine import EVERYTHING, Examined, Window, examine
from watchfloor.app.rules import load_rules
from watchfloor.detect.sigma import Context, Detector, RuleSet
from watchfloor.enrich.plugin import Knowledge
from watchfloor.schema.records import RawBatch

_AHEAD = 2
"""Batches waiting per process: enough to keep each busy, few enough to bound memory."""


@dataclass(frozen=True, slots=True)
class Workers:
    """How batches are examined.

    Attributes:
        rules: the loaded rules.
        roots: where they came from, for other processes to load them again from the cache.
        cache_dir: folder of compiled rules.
        jobs: processes; 1 means this one.
        window: moments that are matched.
        context: what the rules are compiled with.
        knowledge: what events are enriched by.
    """

    rules: RuleSet
    roots: tuple[Path, ...]
    cache_dir: Path
    jobs: int = 1
    window: Window = EVERYTHING
    context: Context = field(default_factory=Context)
    knowledge: Knowledge = field(default_factory=Knowledge)

    def examine(self, batches: Iterable[RawBatch]) -> Iterator[Examined]:
        """The examined batches in the order they came, whatever the number of processes."""
        if self.jobs == 1:
            detector = Detector(self.rules)
            for raw in batches:
                yield examine(raw, detector, self.rules.fields, self.window, self.knowledge)
            return
        context = multiprocessing.get_context("spawn")
        arguments = (self.roots, self.cache_dir, self.context, self.window, self.knowledge)
        with ProcessPoolExecutor(self.jobs, context, initializer=_start, initargs=arguments) as pool:
            waiting: deque[Future[Examined]] = deque()
            for raw in batches:
                waiting.append(pool.submit(_examine, raw))
                if len(waiting) > self.jobs * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()


class _Process:
    """What one worker process keeps between batches."""

    rules: RuleSet
    detector: Detector
    window: Window
    knowledge: Knowledge


def _start(roots: tuple[Path, ...], cache_dir: Path, context: Context, window: Window, knowledge: Knowledge) -> None:
    _Process.rules = load_rules(roots, cache_dir, context)
    _Process.detector = Detector(_Process.rules)
    _Process.window = window
    _Process.knowledge = knowledge


def _examine(raw: RawBatch) -> Examined:
    return examine(raw, _Process.detector, _Process.rules.fields, _Process.window, _Process.knowledge)
