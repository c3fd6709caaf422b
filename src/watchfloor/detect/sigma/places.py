"""Where in a document an error of pySigma belongs: its errors name no line, but their class tells which key."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sigma.exceptions import (
    SigmaConditionError,
    SigmaError,
    SigmaFilterConditionError,
    SigmaFilterRuleReferenceError,
    SigmaLogsourceError,
    SigmaValueError,
)
from sigma.rule import SigmaDetection, SigmaDetectionItem

from watchfloor.core.documents import Document
from watchfloor.detect.sigma.bounds import Path
from watchfloor.detect.sigma.policy import POLICY

_KEYS = {"identifier": "id", "tag": "tags"}
_PATHS: dict[type[SigmaError], Path] = {
    SigmaConditionError: ("condition",),
    SigmaFilterConditionError: ("condition",),
    SigmaFilterRuleReferenceError: ("rules",),
}


def line_of(error: Exception, document: Document, section: str = "detection") -> int:
    """The line of the key that an error is about, of the rule's first line where that cannot be told."""
    for class_, path in _PATHS.items():
        if isinstance(error, class_):
            return document.line_of(section, *path)
    if isinstance(error, SigmaLogsourceError):
        return document.line_of("logsource")
    found = re.fullmatch(r"Sigma(\w+)Error", type(error).__name__)
    key = found[1].lower() if found else ""
    key = _KEYS.get(key, key)
    if key in document.content and key not in {"detection", "filter"}:
        return document.line_of(key)
    detection = document.content.get(section)
    if isinstance(detection, dict):
        path = _failing(detection, (section,))
        # Tags are the only metadata whose errors have the class of those of values.
        return (
            document.line_of("tags")
            if isinstance(error, SigmaValueError) and len(path) == 1
            else document.line_of(*path)
        )
    return document.line_of(section)


def _failing(detection: dict[Any, Any], path: Path) -> Path:
    """The keys that lead to the first value that pySigma refuses."""
    for name, definition in detection.items():
        if name not in {"condition", "rules"} and _fails(SigmaDetection.from_definition, definition):
            return _failing_part(definition, (*path, name))
    return path


def _failing_part(definition: Any, path: Path) -> Path:
    if isinstance(definition, list):
        for position, part in enumerate(definition):
            if _fails(SigmaDetection.from_definition, part):
                return _failing_part(part, (*path, position))
    elif isinstance(definition, dict):
        for key, value in definition.items():
            if _fails(SigmaDetectionItem.from_mapping, key, value):
                values = value if isinstance(value, list) else []
                for position, part in enumerate(values):
                    if _fails(SigmaDetectionItem.from_mapping, key, part):
                        return (*path, key, position)
                return (*path, key)
    return path


def _fails(build: Callable[..., Any], *arguments: Any) -> bool:
    try:
        build(*arguments, policy=POLICY)
    except (SigmaError, TypeError, AttributeError, ValueError, RecursionError):
        return True
    return False
