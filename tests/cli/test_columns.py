"""Aligned columns without a table around them."""

from __future__ import annotations

import io

from rich.console import Console

from watchfloor.cli.terminal import plain, print_columns


def _printed(rows: list[tuple[str, str]]) -> list[str]:
    console = Console(file=io.StringIO(), width=20, highlight=False)
    print_columns(console, ("a", "b"), [tuple(plain(cell) for cell in row) for row in rows])
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_columns_start_at_one_place() -> None:
    assert _printed([("long one", "x"), ("s", "y")]) == ["a         b", "long one  x", "s         y"]


def test_a_row_stays_on_its_line_however_wide_the_terminal_is() -> None:
    assert _printed([("a" * 30, "b" * 30)])[1] == "a" * 30 + "  " + "b" * 30


def test_wide_characters_take_two_cells() -> None:
    assert _printed([("日本", "x"), ("abcd", "y")])[1:] == ["日本  x", "abcd  y"]


def test_markup_and_control_characters_mean_nothing() -> None:
    assert _printed([("[bold]", "\x1b[31m")])[1] == "[bold]  \\x1b[31m"
