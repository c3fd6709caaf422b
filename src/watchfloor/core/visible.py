"""Text from logs on its way to people: control, direction and invisible characters become visible."""

from __future__ import annotations

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that show nothing, although Unicode calls them printable."""


def safe(text: object) -> str:
    """The text with control, direction and invisible characters written as escapes."""
    shown = str(text)
    if shown.isprintable() and _BLANK.isdisjoint(shown):
        return shown
    return "".join(each if each.isprintable() and each not in _BLANK else ascii(each)[1:-1] for each in shown)
