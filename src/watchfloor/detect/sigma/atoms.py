"""Atoms: the single tests that conditions are made of, as values and as functions of one text.

An atom is a tuple (kind, argument, ...):

    text, cased, part, ...      the whole value; a part is a text, 1 for `*` or 2 for `?`
    number, n                   a number, decimal or 0x-hexadecimal in the event
    compare, op, n              lt, lte, gt, gte or neq
    bool, b                     `true` or `false` in any case
    re, pattern, flags          a search; RE2 syntax, flags from i, m, s
    cidr, network
    time, part, n               minute, hour, day, week (ISO 8601), month or year of a time, in UTC
    null                        the field is missing or empty
    exists, b                   the field is there and not empty
    ref, field, starts, ends    equals, starts with, ends with or (both) contains the other field's value

Case is ignored character by character (Unicode lower-casing, both small sigmas alike); `?` stands for one character
of the lower-cased text. A missing field, and an empty text counts as one, makes every atom false except `null` and
`exists` false. Of an array any member will do.
"""

from __future__ import annotations

import datetime as dt
import functools
import ipaddress
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

import re2

Atom = tuple[Any, ...]
Check = Callable[[str], bool]

ANY, ONE = 1, 2
"""The wildcards `*` and `?` among the parts of a text atom."""

_FINAL_SIGMA, _SIGMA = "\u03c2", "\u03c3"
_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_HEX = re.compile(r"0x[0-9a-f]{1,32}", re.ASCII | re.IGNORECASE)
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "eq": operator.eq,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "neq": operator.ne,
}


def fold(text: str) -> str:
    """The text as comparisons without case see it; folding a concatenation is concatenating what is folded."""
    lower = text.lower()
    return lower if lower.isascii() else lower.replace(_FINAL_SIGMA, _SIGMA)


def number(text: str) -> float | None:
    """The number that a value spells, decimal or 0x-hexadecimal, or None."""
    if _NUMBER.fullmatch(text):
        return float(text) if "." in text else int(text)
    return int(text, 16) if _HEX.fullmatch(text) else None


def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a value spells, an IPv4 address mapped into IPv6 as IPv4, or None."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found


def masked(network: str) -> tuple[int, int, int]:
    """A network as IP version, prefix and mask."""
    parsed = ipaddress.ip_network(network)
    return parsed.version, int(parsed.network_address), int(parsed.netmask)


def moment(text: str) -> dt.datetime | None:
    """The time (UTC) that a value spells in ISO 8601, or None; without an offset it is UTC."""
    try:
        found = dt.datetime.fromisoformat(text.strip())
        return found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


@functools.lru_cache(maxsize=65_536)
def canonical(atom: Atom) -> Atom:
    """The same test for all atoms that differ only in case, where case does not count."""
    if atom[0] != "text" or atom[1]:
        return atom
    return (*atom[:2], *(fold(part) if isinstance(part, str) else part for part in atom[2:]))


@functools.lru_cache(maxsize=65_536)
def check(atom: Atom) -> Check:
    """A function that says whether one non-empty text satisfies the atom; not for null, exists and ref."""
    kind, *arguments = atom
    return _CHECKS[kind](*arguments)


def satisfied(atom: Atom, members: Sequence[str]) -> bool:
    """Whether a field with these (non-empty) values satisfies the atom; not for ref."""
    if atom[0] == "null":
        return not members
    if atom[0] == "exists":
        return bool(members) is bool(atom[1])
    test = check(atom)
    return any(test(member) for member in members)


def referred(atom: Atom, members: Sequence[str], others: Sequence[str]) -> bool:
    """Whether any pair of the two fields' values satisfies a ref atom; case is ignored."""
    _, _, starts, ends = atom
    return any(_pair(fold(value), fold(other), starts=starts, ends=ends) for value in members for other in others)


def _pair(value: str, other: str, *, starts: bool, ends: bool) -> bool:
    if starts and ends:
        return other in value
    if starts:
        return value.startswith(other)
    return value.endswith(other) if ends else value == other


def _text(cased: bool, *parts: str | int) -> Check:
    wanted = parts if cased else tuple(fold(part) if isinstance(part, str) else part for part in parts)
    matches = _glob(wanted)
    return matches if cased else lambda text: matches(fold(text))


def _glob(parts: Sequence[str | int]) -> Check:
    if ONE in parts:
        pattern = "".join(re2.escape(part) if isinstance(part, str) else ".*" if part == ANY else "." for part in parts)
        options = re2.Options()
        options.log_errors = False
        compiled = re2.compile(f"(?s){pattern}", options)
        return lambda text: compiled.fullmatch(text) is not None
    pieces = [part for part in parts if isinstance(part, str)]
    if ANY not in parts:
        whole = "".join(pieces)
        return lambda text: text == whole
    first = pieces.pop(0) if parts[0] != ANY else ""
    last = pieces.pop() if parts[-1] != ANY else ""

    def matches(text: str) -> bool:
        """Leftmost placement of each piece, in linear time."""
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)) or end < len(first):
            return False
        at = len(first)
        for piece in pieces:
            found = text.find(piece, at, end)
            if found < 0:
                return False
            at = found + len(piece)
        return True

    return matches


def _number(wanted: float) -> Check:
    return lambda text: number(text) == wanted


def _compare(name: str, wanted: float) -> Check:
    test = OPERATORS[name]

    def compares(text: str) -> bool:
        value = number(text)
        return value is not None and test(value, wanted)

    return compares


def _bool(wanted: bool) -> Check:
    text_wanted = "true" if wanted else "false"
    return lambda text: fold(text) == text_wanted


def _re(pattern: str, flags: str) -> Check:
    # On bytes the binding does not translate offsets, which nobody asks for here.
    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    compiled = re2.compile((f"(?{flags}){pattern}" if flags else pattern).encode(), options)
    return lambda text: compiled.search(text.encode()) is not None


def _cidr(network: str) -> Check:
    version, prefix, mask = masked(network)

    def inside(text: str) -> bool:
        found = address(text)
        return found is not None and found.version == version and int(found) & mask == prefix

    return inside


def _time(part: str, wanted: int) -> Check:
    def has_part(text: str) -> bool:
        found = moment(text)
        if found is None:
            return False
        value: int = found.isocalendar().week if part == "week" else getattr(found, part)
        return value == wanted

    return has_part


_CHECKS: dict[str, Callable[..., Check]] = {
    "text": _text,
    "number": _number,
    "compare": _compare,
    "bool": _bool,
    "re": _re,
    "cidr": _cidr,
    "time": _time,
}


def shown(atom: Atom) -> str:
    """The atom as a person reads it."""
    return _SHOWN[atom[0]](*atom[1:])


def _shown_text(cased: bool, *parts: str | int) -> str:
    text = "".join("*" if part == ANY else "?" if part == ONE else str(part) for part in parts)
    return f"{text} (case-sensitive)" if cased else text


_SHOWN: dict[str, Callable[..., str]] = {
    "text": _shown_text,
    "number": str,
    "compare": lambda op, wanted: f"{op} {wanted}",
    "bool": lambda wanted: str(wanted).lower(),
    "re": lambda pattern, flags: f"/{pattern}/{flags}",
    "cidr": str,
    "time": lambda part, wanted: f"{part} {wanted}",
    "null": lambda: "(missing)",
    "exists": lambda wanted: "(exists)" if wanted else "(missing)",
    "ref": lambda other, starts, ends: f"{'*' if ends else ''}{{{other}}}{'*' if starts else ''}",
}
