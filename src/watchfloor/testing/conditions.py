"""The condition language of Sigma: `and`, `or`, `not`, parentheses, `1 of`, `any of`, `all of`, `them`.

`not` binds most, then `and`, then `or`
(https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-rules-specification.md#condition).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase

Holds = Callable[[str], bool]
"""Whether the named selection (or rule, in a correlation) is true."""

_TOKEN = re.compile(r"[()]|[^\s()]+")
_NAME = re.compile(r"[A-Za-z0-9_-]+")


class Condition:
    """A parsed condition.

    Args:
        text: as in the rule.
        names: everything that may be named, in order.

    Attributes:
        plain: names that stand outside any `not`, in the order in which they come first.
        negated: names that stand inside an odd number of `not`.
        affirmed: names that stand inside an even number of `not`, or none.

    Raises:
        ValueError: the text is no condition, or it names what does not exist.
    """

    def __init__(self, text: str, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._tokens = _TOKEN.findall(text)
        self.plain: list[str] = []
        self.negated: set[str] = set()
        self.affirmed: set[str] = set()
        self._depth = 0
        self._root = self._any()
        if self._tokens:
            raise ValueError(f"{self._tokens[0]!r} is one too many in {text!r}")

    def holds(self, holds: Holds) -> bool:
        """Whether the condition is true, given what is."""
        return self._root(holds)

    def _any(self) -> Callable[[Holds], bool]:
        parts = [self._all()]
        while self._next("or"):
            parts.append(self._all())
        return lambda holds: any(part(holds) for part in parts)

    def _all(self) -> Callable[[Holds], bool]:
        parts = [self._not()]
        while self._next("and"):
            parts.append(self._not())
        return lambda holds: all(part(holds) for part in parts)

    def _not(self) -> Callable[[Holds], bool]:
        if not self._next("not"):
            return self._one()
        self._depth += 1
        inner = self._not()
        self._depth -= 1
        return lambda holds: not inner(holds)

    def _one(self) -> Callable[[Holds], bool]:
        if self._next("("):
            inner = self._any()
            if not self._next(")"):
                raise ValueError("a parenthesis is not closed")
            return inner
        if not self._tokens:
            raise ValueError("the condition ends too early")
        name = self._tokens.pop(0)
        if name in {"1", "any", "all"} and self._next("of"):
            return self._of(all if name == "all" else any)
        if name not in self._names or not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} does not exist")
        self._named(name)
        return lambda holds: holds(name)

    def _of(self, joined: Callable[[Iterator[bool]], bool]) -> Callable[[Holds], bool]:
        pattern = self._tokens.pop(0) if self._tokens else ""
        # Names that begin with an underscore take part only where the pattern begins with one.
        found = [
            name
            for name in self._names
            if (pattern == "them" or fnmatchcase(name, pattern)) and (pattern[:1] == "_" or name[:1] != "_")
        ]
        if not found:
            raise ValueError(f"{pattern!r} stands for nothing")
        for name in found:
            self._named(name)
        return lambda holds: joined(holds(name) for name in found)

    def _named(self, name: str) -> None:
        if self._depth == 0 and name not in self.plain:
            self.plain.append(name)
        (self.negated if self._depth % 2 else self.affirmed).add(name)

    def _next(self, word: str) -> bool:
        if self._tokens[:1] != [word]:
            return False
        self._tokens.pop(0)
        return True
