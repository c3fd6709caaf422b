"""Text from logs on its way to a terminal: no control character passes."""

from __future__ import annotations

import re

from rich.text import Text

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def safe(text: object) -> str:
    """The text with control, direction and invisible characters written as escapes."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], str(text))


def plain(text: object, style: str = "") -> Text:
    """Safe text for Rich: markup in it means nothing."""
    return Text(safe(text), style=style)


def shorten(text: str, width: int) -> str:
    """At most `width` characters, the end replaced by an ellipsis."""
    return text if len(text) <= width else f"{text[: width - 1]}…"
