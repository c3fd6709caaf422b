"""Text from logs on its way to something that people look at."""

from __future__ import annotations


def safe(text: object) -> str:
    """The text with control, direction and invisible characters written as escapes."""
    shown = str(text)
    if shown.isprintable():
        return shown
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in shown)


def shorten(text: str, width: int) -> str:
    """At most `width` characters, the end replaced by an ellipsis."""
    return text if len(text) <= width else f"{text[: width - 1]}…"
