"""What kept an input, or a part of it, from being read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One input with trouble; its text is one clear line.

    Attributes:
        path: the input, as the user knows it.
        what: what happened, in one clause.
        way_out: what can be done about it; empty when nothing sensible can be said.
    """

    path: str
    what: str
    way_out: str = ""

    def __str__(self) -> str:
        return f"{self.path}: {self.what}{f'. {self.way_out}' if self.way_out else ''}"
