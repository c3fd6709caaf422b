"""Lengths of time in parameters, as Sigma writes its timespans: a number and s, m, h, d or w."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

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


def short(span: int) -> str:
    """A span as parameters write it, in its largest whole unit."""
    unit = next((each for each in "wdhm" if span and not span % UNITS[each]), "s")
    return f"{span // UNITS[unit]}{unit}"


Span = Annotated[int, BeforeValidator(_microseconds), PlainSerializer(short)]
"""Microseconds, written as a text such as `30d`."""
