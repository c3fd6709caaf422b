"""When Python looks for cyclic garbage.

Its collector goes through what is young again and again while a batch makes some hundred thousand short-lived objects,
none of them in cycles; that took 15 to 30 % of matching and 20 % of start-up. So it rests while modules, rules and
batches are worked on and runs between them, which bounds what a cycle can hold to one batch.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """No search for cyclic garbage in this process while the block runs; reference counting goes on as always."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def nothing_to_collect() -> None:
    """Say that the process ends: all it has goes with it, so that Python need not search it once more (0.2 s)."""
    gc.freeze()
