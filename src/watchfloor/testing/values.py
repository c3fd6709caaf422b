"""One item of a selection, `Field|modifier: value`, as a function of an event.

Modifiers: https://github.com/SigmaHQ/sigma-specification/blob/main/specification/sigma-appendix-modifiers.md.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from watchfloor.testing import patterns
from watchfloor.testing.expressions import search
from watchfloor.testing.patterns import Pattern, Placeholders, Wild, covers, fold, pattern_of, plain

View = Mapping[str, Sequence[str]]
"""An event: field -> its non-empty texts."""
Test = Callable[[View], bool]

KEYWORDS = "|keywords"
"""Where a view keeps the texts that values without a field are searched in; no field has such a name."""


@dataclass(frozen=True)
class Text:
    """A text with wildcards."""

    pattern: Pattern
    cased: bool = False


@dataclass(frozen=True)
class Expression:
    """A regular expression; with one of `starts` and `ends` it must begin or end the value."""

    pattern: str
    flags: str = ""
    starts: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Reference:
    """Another field; with both `starts` and `ends` its value may be anywhere."""

    field: str
    starts: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Comparison:
    """A number and how to compare with it, or the part of a time that must be it."""

    how: str
    number: float


@dataclass(frozen=True)
class Network:
    """Addresses with a common prefix."""

    text: str


@dataclass(frozen=True)
class Exists:
    """Whether the field has a value."""

    wanted: bool


Value = Text | Expression | Reference | Comparison | Network | Exists | float | bool | None

_TEXT_MODIFIERS: dict[str, Callable[[Pattern], list[Pattern]]] = {
    "contains": patterns.contains,
    "startswith": patterns.startswith,
    "endswith": patterns.endswith,
    "base64": patterns.base64,
    "base64offset": patterns.base64offset,
    "wide": patterns.utf16le,
    "utf16le": patterns.utf16le,
    "utf16be": patterns.utf16be,
    "utf16": patterns.utf16,
    "windash": patterns.windash,
}
_FLAGS = {"i": "i", "m": "m", "s": "s", "ignorecase": "i", "multiline": "m", "dotall": "s"}
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "lt": lambda found, wanted: found < wanted,
    "lte": lambda found, wanted: found <= wanted,
    "gt": lambda found, wanted: found > wanted,
    "gte": lambda found, wanted: found >= wanted,
}
_TIMES: dict[str, Callable[[dt.datetime], int]] = {
    "minute": lambda time: time.minute,
    "hour": lambda time: time.hour,
    "day": lambda time: time.day,
    "week": lambda time: time.isocalendar().week,
    "month": lambda time: time.month,
    "year": lambda time: time.year,
}


def item_test(key: str, raw: Any, placeholders: Placeholders) -> Test:
    """What one item of a selection asks of an event.

    Args:
        key: field and modifiers; without a field the texts of `KEYWORDS` are meant.
        raw: a value or a list of values, of which any will do (with `all`: all of them).
        placeholders: name -> values for `expand`.

    Raises:
        ValueError: a modifier is unknown or does not go with the value.
    """
    field, *modifiers = key.split("|")
    values = raw if isinstance(raw, list) else [raw]
    tests = [_value_test(field, modifiers, value, placeholders) for value in values or [None]]
    joined = all if "all" in modifiers else any
    negated = "neq" in modifiers
    return lambda event: joined(test(event) for test in tests) is not negated


def _value_test(field: str, modifiers: Sequence[str], raw: Any, placeholders: Placeholders) -> Test:
    values: list[Value] = [Text(pattern_of(raw)) if isinstance(raw, str) and "re" not in modifiers else raw]
    for modifier in modifiers:
        if modifier not in {"all", "neq"}:
            values = [new for value in values for new in _modified(value, modifier, placeholders)]
    if not field:
        values = [_keyword(value) for value in values]
    tests = [_test(value) for value in values]
    name = field or KEYWORDS
    return lambda event: any(test(event.get(name, ()), event) for test in tests)


def _modified(value: Any, modifier: str, placeholders: Placeholders) -> list[Value]:  # noqa: PLR0911 - one return per modifier
    if modifier == "re" and isinstance(value, str):
        return [Expression(value)]
    if isinstance(value, Text):
        return _modified_text(value, modifier, placeholders)
    if isinstance(value, Expression) and modifier == "expand":
        filled = patterns.expand(tuple(value.pattern), placeholders)
        return [replace(value, pattern="".join(_spelled(each) for each in found)) for found in filled]
    if isinstance(value, Expression) and modifier in _FLAGS:
        return [replace(value, flags=value.flags + _FLAGS[modifier])]
    if isinstance(value, (Expression, Reference)) and modifier in {"contains", "startswith", "endswith"}:
        if isinstance(value, Expression) and modifier == "contains":
            return [value]
        starts, ends = modifier != "endswith", modifier != "startswith"
        return [replace(value, starts=value.starts or starts, ends=value.ends or ends)]
    if isinstance(value, bool) and modifier == "exists":
        return [Exists(value)]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and modifier in _COMPARISONS | _TIMES:
        return [Comparison(modifier, value)]
    raise ValueError(f"the modifier {modifier!r} does not go with {value!r}")


def _spelled(each: str | Wild) -> str:
    return each.value if isinstance(each, Wild) else each


def _modified_text(value: Text, modifier: str, placeholders: Placeholders) -> list[Value]:
    if modifier == "cased":
        return [replace(value, cased=True)]
    if modifier == "cidr":
        return [Network(plain(value.pattern))]
    if modifier == "fieldref":
        return [Reference(plain(value.pattern))]
    if modifier == "expand":
        return [replace(value, pattern=found) for found in patterns.expand(value.pattern, placeholders)]
    if modifier in _TEXT_MODIFIERS:
        return [replace(value, pattern=found) for found in _TEXT_MODIFIERS[modifier](value.pattern)]
    raise ValueError(f"the modifier {modifier!r} does not go with a text")


def _keyword(value: Value) -> Value:
    """A value without a field: it may be anywhere in a text."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, (bool, int, float)):
        value = Text(tuple(str(value)))
    if isinstance(value, Text):
        return replace(value, pattern=(Wild.ANY, *value.pattern, Wild.ANY))
    raise ValueError(f"{value!r} needs a field")


def _test(value: Value) -> Callable[[Sequence[str], View], bool]:
    """What a value asks of a field's texts, of which any will do; the event is for what refers to another field."""
    if value is None or value == Text(()) or value == Text((), cased=True):
        return lambda texts, _: not texts
    if isinstance(value, Exists):
        wanted = value.wanted
        return lambda texts, _: bool(texts) is wanted
    if isinstance(value, Reference):
        other = value
        return lambda texts, event: any(_refers(other, one, two) for one in texts for two in event.get(other.field, ()))
    test = _text_test(value)
    return lambda texts, _: any(test(text) for text in texts)


def _text_test(value: Text | Expression | Comparison | Network | float | bool) -> Callable[[str], bool]:  # noqa: PLR0911 - one per type
    if isinstance(value, Text):
        return covers(value.pattern, cased=value.cased)
    if isinstance(value, Expression):
        both = value.starts and value.ends
        return search(value.pattern, value.flags, starts=value.starts and not both, ends=value.ends and not both)
    if isinstance(value, Network):
        network = ipaddress.ip_network(value.text)
        return lambda text: (found := _address(text)) is not None and found in network
    if isinstance(value, Comparison) and value.how in _TIMES:
        part, wanted = _TIMES[value.how], int(value.number)
        return lambda text: (time := _time(text)) is not None and part(time) == wanted
    if isinstance(value, Comparison):
        compare, limit = _COMPARISONS[value.how], value.number
        return lambda text: (found := number(text)) is not None and compare(found, limit)
    if isinstance(value, bool):
        spelled = str(value).lower()
        return lambda text: fold(text) == spelled
    return lambda text: number(text) == value


def _refers(reference: Reference, one: str, two: str) -> bool:
    one, two = fold(one), fold(two)
    if reference.starts and reference.ends:
        return two in one
    if reference.starts:
        return one.startswith(two)
    return one.endswith(two) if reference.ends else one == two


def number(text: str) -> float | None:
    """The number that a text spells, decimal or 0x-hexadecimal; at most 40 digits on a side, 32 hexadecimal ones."""
    if re.fullmatch(r"[+-]?[0-9]{1,40}", text):
        return int(text)
    if re.fullmatch(r"[+-]?[0-9]{1,40}\.[0-9]{1,40}", text):
        return float(text)
    return int(text, 16) if re.fullmatch(r"0[xX][0-9a-fA-F]{1,32}", text) else None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address without its zone; one of IPv4 that is mapped into IPv6 is taken as IPv4."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _time(text: str) -> dt.datetime | None:
    """A time of ISO 8601 in UTC, which is also meant where no offset is given."""
    try:
        found = dt.datetime.fromisoformat(text.strip())
        return found.astimezone(dt.UTC) if found.tzinfo else found
    except (ValueError, OverflowError):
        return None
