"""Formats whose values have names: JSON objects, `key=value` pairs, tables under a header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from watchfloor.app.suggest.groups import field_of, plain
from watchfloor.app.suggest.literals import escaped
from watchfloor.parsers._json import decode
from watchfloor.parsers._mapping import Target, spread
from watchfloor.parsers._pairs import all_pairs, rows
from watchfloor.parsers.generic._names import TIMES

_MOST_FIELDS, _LONGEST_NAME, _MOST_KEYS = 120, 100, 6
_KINDS = frozenset({"type", "source", "product", "vendor", "logger", "app", "application", "service", "kind", "module"})
"""Names under which a record says of what format it is."""
_SEPARATORS = ",;\t|"
_FEWEST_PAIRS = 3
_USUAL = frozenset(map(plain, TIMES)) | {"message", "msg", "level", "host", "hostname", "severity"}
_TIMES = {plain(name): f"@time{at}" for at, name in reversed([*enumerate(TIMES)])}


def objects(texts: Sequence[str]) -> list[dict[str, Any] | None]:
    """Each text as an object, None where it is none."""
    return [_decoded(text) for text in texts]


def _decoded(text: str) -> dict[str, Any] | None:
    try:
        return decode(text) if text.lstrip()[:1] in {"{", "[", "@"} else None
    except ValueError:
        return None


def pairs(texts: Sequence[str]) -> list[dict[str, str] | None]:
    """Each line's pairs, None where they are few or little of the line."""
    return [found if _is_pairs(text, found) else None for text, found in zip(texts, all_pairs(texts), strict=True)]


def _is_pairs(text: str, found: Mapping[str, str]) -> bool:
    held = sum(map(len, found)) + sum(map(len, found.values())) + 2 * len(found)
    return len(found) >= _FEWEST_PAIRS and 2 * held > len(text)


def fields(records: Sequence[Mapping[str, Any]]) -> dict[str, Target]:
    """The names that occur and the fields that they usually mean, in the order in which they occur."""
    names = dict.fromkeys(name for record in records for name, _ in spread(record))
    found: dict[str, Target] = {}
    for name in list(names)[:_MOST_FIELDS]:
        target = _TIMES.get(plain(name)) or field_of(name)
        if target and len(name) <= _LONGEST_NAME:
            found[name] = target
    return found


def keys_of(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names that every record has, those that say most first."""
    shared = [name for name in records[0] if all(name in record for record in records)]
    shared = [name for name in shared if len(name) <= _LONGEST_NAME]
    own = [name for name in shared if plain(name) not in _USUAL]
    return (own if len(own) > 1 else shared)[:_MOST_KEYS]


def kind_of(records: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> tuple[str, str] | None:
    """A name that says of what format a record is, and the text that all records have there."""
    for name in keys:
        value = records[0].get(name)
        named = plain(name) in _KINDS and isinstance(value, str) and len(value) <= _LONGEST_NAME
        if named and all(record.get(name) == value for record in records):
            return name, str(value)
    return None


def sieve(texts: Sequence[str], keys: Sequence[str]) -> str:
    """A regex that all lines of pairs fit: the first name, or one that all of them have."""
    first = re.match(r"[\w.@/-]{1,64}=", texts[0])
    if first and all(text.startswith(first[0]) for text in texts):
        second = next((key for key in keys if f"{key}=" != first[0]), "")
        return rf"^{escaped(first[0])}.*\b{escaped(second)}=" if _word(second) else f"^{escaped(first[0])}"
    words = [key for key in keys if _word(key)]
    return "^" + "".join(rf".*\b{escaped(key)}=" for key in words[:1]) if words else "^[^=]*="


def _word(key: str) -> bool:
    return bool(re.fullmatch(r"\w+", key, re.ASCII))


def columns_of(header: str) -> tuple[list[str], str] | None:
    """(names, separator) of a header of one line that names columns."""
    line = header.lstrip("\ufeff").strip()
    if not line or "\n" in line or line.startswith("#"):
        return None
    separator = max(_SEPARATORS, key=line.count)
    names = [re.sub(r"\s+", "_", name.strip().strip('"')) for name in rows([line], separator)[0]]
    return (names, separator) if len(names) > 1 and all(names) else None
