"""What one rule file may cost: estimated before anything expensive looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from watchfloor.core.errors import RuleError

MAX_VALUES = 50_000
"""Most values of one file's rules, after modifiers have expanded them; the largest rule of SigmaHQ has 1,500."""
MAX_TEXT = 65_536
"""Longest value in characters."""
MAX_REGEX = 2_000_000
"""Most size of one file's regular expressions: their length, times what their counted repetitions multiply."""
MAX_SELECTIONS = 1_000
"""Most selections of one rule."""
MAX_PATTERNS = 20_000
"""Most selections that the patterns of a condition (`1 of x*`) are compared with."""
MAX_ENTRIES = 1_000
"""Most tags, references and the like of one rule."""
MAX_CONDITION = 8_192
"""Longest condition in characters."""

_WINDOWS_DASH = re.compile(r"\B[-/]\b")
_SMALLEST_REGEX = 64
_OF = re.compile(r"\bof\b")
_PLACEHOLDER = re.compile(r"%([^%\\]+)%")
_COUNTED = re.compile(r"\{(\d{0,4}),?(\d{0,4})\}")

Path = tuple[str | int, ...]


class PlacedError(RuleError):
    """A rule error that knows the keys which lead to its place in the document."""

    def __init__(self, thing: str, path: Path) -> None:
        super().__init__(thing)
        self.path = path


class Budget:
    """What the rules of one file may still use."""

    def __init__(self, placeholders: Mapping[str, Sequence[str]]) -> None:
        self._placeholders = placeholders
        self.values = MAX_VALUES
        self.regex = MAX_REGEX

    def charge(self, section: str, content: Mapping[Any, Any]) -> None:
        """Take the cost of a rule or filter off, whose detection is in `section`.

        Raises:
            PlacedError: it costs more than is left, or some part of it is too large.
        """
        for key, value in content.items():
            if isinstance(value, list) and len(value) > MAX_ENTRIES:
                raise PlacedError(f"more than {MAX_ENTRIES:,} entries", (str(key),))
        detection = content.get(section)
        if not isinstance(detection, dict):
            return
        rules = detection.get("rules") if section == "filter" else None
        if isinstance(rules, list) and len(rules) > MAX_ENTRIES:
            raise PlacedError(f"more than {MAX_ENTRIES:,} rules", (section, "rules"))
        if len(detection) > MAX_SELECTIONS:
            raise PlacedError(f"more than {MAX_SELECTIONS:,} selections", (section,))
        _check_condition(section, detection.get("condition"), len(detection))
        for name, definition in detection.items():
            if not isinstance(name, str):
                raise PlacedError(f"a selection's name must be a text, not {name!r}", (section,))
            if name != "condition":
                for path, key, value in _values(definition, (section, name)):
                    self._charge_value(path, key, value)

    def _charge_value(self, path: Path, key: Any, value: Any) -> None:
        if key is not None and not isinstance(key, str):
            raise PlacedError(f"a field's name must be a text, not {key!r}", path[:-1])
        modifiers = key.split("|")[1:] if key else []
        text = value if isinstance(value, str) else ""
        if len(text) > MAX_TEXT:
            raise PlacedError(f"a value longer than {MAX_TEXT:,} characters", path)
        if "re" in modifiers:
            self.regex -= max(len(text), _SMALLEST_REGEX) * _repetitions(text)
            if self.regex < 0:
                raise PlacedError("the file's regular expressions are too large together", path)
        self.values -= self._expanded(text, modifiers)
        if self.values < 0:
            raise PlacedError(f"more than {MAX_VALUES:,} values in the file", path)

    def _expanded(self, text: str, modifiers: Sequence[str]) -> int:
        """At most how many values the modifiers make of one."""
        count = 3 if "base64offset" in modifiers else 1
        if "windash" in modifiers:
            count *= 5 ** min(len(_WINDOWS_DASH.findall(text)), 3)
        if "expand" in modifiers:
            for name in _PLACEHOLDER.findall(text):
                count = min(count * max(len(self._placeholders.get(name, ())), 1), MAX_VALUES + 1)
        return count


def _values(definition: Any, path: Path) -> Iterator[tuple[Path, Any, Any]]:
    """Every value of a selection in order: the keys that lead to it, the last key, the value."""
    stack: list[tuple[Any, Any, Path]] = [(None, definition, path)]
    while stack:
        key, found, place = stack.pop()
        if isinstance(found, dict):
            stack.extend((name, value, (*place, str(name))) for name, value in reversed(found.items()))
        elif isinstance(found, list):
            stack.extend((key, found[position], (*place, position)) for position in reversed(range(len(found))))
        else:
            yield place, key, found


def _check_condition(section: str, condition: Any, selections: int) -> None:
    texts = condition if isinstance(condition, list) else [condition]
    if any(not isinstance(text, str) for text in texts if text is not None):
        raise PlacedError("a condition must be a text", (section, "condition"))
    if sum(len(text) for text in texts if text) > MAX_CONDITION:
        raise PlacedError(f"condition longer than {MAX_CONDITION:,} characters", (section, "condition"))
    if sum(len(_OF.findall(text)) for text in texts if text) * selections > MAX_PATTERNS:
        raise PlacedError("too many patterns of selections in the condition", (section, "condition"))


def _repetitions(pattern: str) -> int:
    """At most what counted repetitions multiply a pattern by; the engine refuses more than 1,000."""
    product = 1
    for low, high in _COUNTED.findall(pattern):
        product = min(product * max(int(high or 0), int(low or 0), 1), 1_000)
    return product
