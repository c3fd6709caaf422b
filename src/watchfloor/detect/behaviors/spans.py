"""Lengths of time in parameters, as Sigma writes its timespans: a number and s, m, h, d or w."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator

from watchfloor.detect.behaviors.plugin import DAY, HOUR, MINUTE, SECOND

UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
MOST = 400 * DAY
"""Longest span."""
_SPAN = re.compile(r"(\d{1,7})([smhdw])", re.ASCII)


def _microseconds(value: object) -> int:
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("not a span of time such as 90s, 15m, 12h, 30d or 2w")
    span = int(found[1]) * UNITS[found[2]]
    if span > MOST:
        raise ValueError(f"longer than {MOST // DAY} days")
    return span


Span = Annotated[int, BeforeValidator(_microseconds)]
"""Microseconds, written as a text such as `30d`."""
