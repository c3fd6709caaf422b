"""Text from logs on its way to a terminal: no control character passes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from watchfloor.core.printable import safe, shorten, size

__all__ = ["plain", "print_columns", "safe", "shorten", "size"]


def plain(text: object, style: str = "") -> Text:
    """Safe text for Rich: markup in it means nothing."""
    return Text(safe(text), style=style)


def print_columns(console: Console, names: Sequence[str], rows: Sequence[Sequence[Text]]) -> None:
    """Aligned columns, each row on one line of its own; for thousands of rows, where Rich's table takes seconds."""
    heads = [Text(name, style="bold") for name in names]
    widths = [max(cell.cell_len for cell in column) for column in zip(heads, *rows, strict=True)]
    lines = Text()
    for number, row in enumerate((heads, *rows)):
        lines.append("\n" if number else "")
        for cell, width in zip(row[:-1], widths, strict=False):
            lines.append_text(cell).append(" " * (width - cell.cell_len + 2))
        lines.append_text(row[-1])
    console.print(lines, soft_wrap=True)
