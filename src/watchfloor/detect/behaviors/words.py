"""Findings in plain words."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
from pydantic import BaseModel, BeforeValidator

from watchfloor.core.clock import from_microseconds
from watchfloor.detect.behaviors.spans import UNITS, short

_LONGEST = 200
_NAMES = {"s": "second", "m": "minute", "h": "hour", "d": "day"}


def values(text: str) -> list[str]:
    """The texts of an entity or value."""
    found: list[str] = orjson.loads(text) if text else []
    return found


def named(fields: Sequence[str], text: str) -> str:
    """Each field with its value; empty where there are none."""
    return ", ".join(f"{name} {value[:_LONGEST]!r}" for name, value in zip(fields, values(text), strict=False))


def written(value: object) -> str:
    """A parameter's value as its file writes it."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def default(model: type[BaseModel], name: str) -> str:
    """A parameter's default as a file would write it; empty where it must be given."""
    info = model.model_fields[name]
    if info.is_required():
        return ""
    span = any(isinstance(each, BeforeValidator) for each in info.metadata) and isinstance(info.default, int)
    return short(info.default) if span else written(info.default)


def moment(time: int) -> str:
    """A moment (microseconds since 1970) to the second, in UTC."""
    return f"{from_microseconds(time):%Y-%m-%d %H:%M:%S}Z"


def spelt(span: int) -> str:
    """A length of time in its largest whole unit."""
    unit = next((each for each in "dhm" if span and not span % UNITS[each]), "s")
    count = span // UNITS[unit]
    return f"{count:,} {_NAMES[unit]}{'' if count == 1 else 's'}"
