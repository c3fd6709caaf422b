"""The installed kinds of behaviours."""

from __future__ import annotations

import functools

from watchfloor.core.catalog import plugins
from watchfloor.detect.behaviors.plugin import Behavior


@functools.cache
def kinds() -> dict[str, Behavior]:
    """Every kind by its name, which is its file's."""
    found = plugins("watchfloor.detect.behaviors.kinds", "BEHAVIOR")
    return {name: each for name, each in found.items() if isinstance(each, Behavior)}
