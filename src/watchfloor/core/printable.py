"""Text from logs on its way to something that people look at."""

from __future__ import annotations

BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that show nothing, although Unicode calls them printable."""


def safe(text: object) -> str:
    """The text with control, direction and invisible characters written as escapes."""
    shown = str(text)
    if shown.isprintable() and BLANK.isdisjoint(shown):
        return shown
    return "".join(each if each.isprintable() and each not in BLANK else ascii(each)[1:-1] for each in shown)


def shorten(text: str, width: int) -> str:
    """At most `width` characters, the end replaced by an ellipsis."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def size(count: float) -> str:
    """A number of bytes, as people write it."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} GB"


def percent(part: int, whole: int) -> str:
    """A share that is never rounded up to 100 % or down to 0 %."""
    if part == whole:
        return "100 %"
    return "< 0.1 %" if 0 < part * 1000 < whole else f"{part * 1000 // whole / 10:.1f} %"
