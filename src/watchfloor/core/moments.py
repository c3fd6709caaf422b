"""Moments as expressions over their text."""

from __future__ import annotations

import datetime as dt


def before(end: dt.datetime) -> str:
    """A regular expression that ISO 8601 texts in UTC have whose moment is before the end, cut to seconds.

    Texts of that form sort as their moments do. One is less when it has a lesser digit at some place and the end's own
    characters in front of it.
    """
    text = end.astimezone(dt.UTC).isoformat(timespec="seconds").partition("+")[0]
    parts = [f"{text[:at]}{_less(digit)}" for at, digit in enumerate(text) if digit.isdigit() and digit != "0"]
    return f"^(?:{'|'.join(parts)})"


def _less(digit: str) -> str:
    return "0" if digit == "1" else f"[0-{int(digit) - 1}]"
