"""What is wrong with one file, collected with a bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

MAX_PROBLEMS = 100
"""Most problems that one file lists; the others are counted."""
_LONGEST = 500


@dataclass(slots=True)
class Problems:
    """Arguments of `rules.RuleProblem` but for the path, as JSON can hold them."""

    listed: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0

    def report(self, reason: str, *, line: int | None = None, rule: str = "", runs: bool = False) -> None:
        """Take one problem."""
        if len(self.listed) < MAX_PROBLEMS:
            self.listed.append({"reason": reason[:_LONGEST], "line": line, "rule": rule[:200], "runs": runs})
        else:
            self.left_out += 1

    def finish(self) -> list[dict[str, Any]]:
        """All of them."""
        if self.left_out:
            reason = f"{self.left_out:,} more problems"
            self.listed.append({"reason": reason, "line": None, "rule": "", "runs": False})
            self.left_out = 0
        return self.listed
