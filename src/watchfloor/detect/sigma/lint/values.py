"""Checks of single values: wildcards, backslashes, regular expressions, keywords."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from watchfloor.detect.sigma.lint.subject import Found, Subject, Value

_SHORT = 3
_TIME_PARTS = frozenset({"minute", "hour", "day", "week", "month", "year"})
_EXTENSION = re.compile(r"(?<![\\\]])\.(?:exe|dll|ps1|bat|cmd|vbs|js|sys|tmp|txt|zip|docx?|xlsx?|lnk|hta|sh|py)\b")
_META = re.compile(r"[.^$*+?()\[\]{}|]|\\[A-Za-z0-9]")
_HALVED = re.compile(r"\\\\[^\\*?]")
_TWICE = re.compile(r"(?<!\\)\\\\(?![\\*?])")


def check_values(subject: Subject) -> Iterator[Found]:
    """Everything about the values of a rule."""
    windows = subject.entry["logsource"][0] == "windows"
    repeated: set[tuple[str | int, ...]] = set()
    for value in subject.values():
        for name in _of_value(value, windows=windows):
            yield name, subject.document.line_of(*value.path), _told(value)
        key = tuple(part for part in value.path if not isinstance(part, int))
        if key not in repeated:
            repeated.add(key)
            for name, told in _of_list(value):
                yield name, subject.document.line_of(*value.path), told


def _of_value(value: Value, *, windows: bool) -> Iterator[str]:
    text = value.value
    if _TIME_PARTS & set(value.modifiers):
        yield "time-part-in-utc"
    if not isinstance(text, str):
        return
    if "re" in value.modifiers:
        yield from _of_regex(text, value.modifiers, windows=windows)
        return
    if text and not text.strip("*") and value.field:
        yield "wildcard-only"
    if not text and value.field:
        yield "value-empty"
    if not value.field and "all" not in value.modifiers and 0 < len(text.strip("*")) <= _SHORT:
        yield "keyword-short"
    if _HALVED.match(text) and not {"contains", "endswith"} & set(value.modifiers):
        yield "network-path-halved"
    elif _TWICE.search(text):
        yield "backslash-escaped-twice"


def _of_regex(pattern: str, modifiers: tuple[str, ...], *, windows: bool) -> Iterator[str]:
    if not _META.search(pattern):
        yield "regex-is-text"
    if _EXTENSION.search(pattern):
        yield "regex-dot"
    if pattern.startswith(".*") or (pattern.endswith(".*") and not pattern.endswith("\\.*")):
        yield "regex-open-end"
    insensitive = {"i", "ignorecase"} & set(modifiers) or re.match(r"\(\?[a-z]*i", pattern)
    letters = re.sub(r"\\.|\[[^\]]*\]", "", pattern)
    if windows and not insensitive and re.search(r"[A-Za-z]{3}", letters):
        yield "regex-case"


def _of_list(value: Value) -> Iterator[tuple[str, str]]:
    if "all" in value.modifiers and len(value.siblings) == 1:
        yield "all-on-one-value", _told(value)
    seen: set[Any] = set()
    for each in value.siblings:
        known = each.lower() if isinstance(each, str) and not {"re", "cased"} & set(value.modifiers) else each
        if known in seen:
            yield "value-repeated", f"{value.field or 'keyword'}: {str(each)[:100]}"
        seen.add(known)


def _told(value: Value) -> str:
    return f"{value.field or 'keyword'}: {str(value.value)[:100]}"
