"""How pySigma may work here: RE2 tries patterns without a word on standard error, nothing external is allowed."""

from __future__ import annotations

import re
from typing import Any

import re2
from sigma.policy import SigmaPolicy
from sigma.policy.regex_engine import RegexEngine

_FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s"}


class QuietEngine(RegexEngine):
    """RE2, which would otherwise log the patterns that it refuses, whatever they contain."""

    def compile(self, pattern: str, flags: int = 0) -> Any:
        """The compiled pattern.

        Raises:
            re2.error: it is no pattern, or too large.
        """
        prefix = "".join(letter for flag, letter in _FLAGS.items() if flags & flag)
        options = re2.Options()
        options.log_errors = False
        return re2.compile(f"(?{prefix}){pattern}" if prefix else pattern, options)

    @property
    def error(self) -> type[Exception]:
        """What `compile` raises."""
        return re2.error  # type: ignore[no-any-return]


POLICY = SigmaPolicy(regex_engine=QuietEngine())
