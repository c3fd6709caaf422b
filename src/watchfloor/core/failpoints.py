"""Named places where a test can stop the process, as a power cut would.

`WATCHFLOOR_FAILPOINT=NAME` or `NAME:N` makes the process kill itself (SIGKILL) the N-th time it reaches that place
(first time by default). Without the variable a failpoint costs one dictionary look-up.
"""

from __future__ import annotations

import os
import signal

_reached: dict[str, int] = {}


def failpoint(name: str) -> None:
    """Die here by SIGKILL when the environment names this place and its count is reached."""
    wanted = os.environ.get("WATCHFLOOR_FAILPOINT")
    if not wanted:
        return
    place, _, nth = wanted.partition(":")
    if place != name:
        return
    _reached[name] = _reached.get(name, 0) + 1
    if _reached[name] >= int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
