"""Text from logs on its way to a terminal: no control character passes."""

from __future__ import annotations

from rich.text import Text


def safe(text: object) -> str:
    """The text with control, direction and invisible characters written as escapes."""
    shown = str(text)
    if shown.isprintable():
        return shown
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in shown)


def plain(text: object, style: str = "") -> Text:
    """Safe text for Rich: markup in it means nothing."""
    return Text(safe(text), style=style)


def shorten(text: str, width: int) -> str:
    """At most `width` characters, the end replaced by an ellipsis."""
    return text if len(text) <= width else f"{text[: width - 1]}…"
