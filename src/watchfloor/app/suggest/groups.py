"""Which field a value in a line fills, guessed by its kind and by what stands before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from watchfloor.parsers.generic._names import NAMES
from watchfloor.schema.fields import declared

_DIVIDERS = re.compile(r"[ _.-]")
_LEAD = r"[ =:\[(<\"']*$"
_WORD = r"(?:^|[^a-z0-9])"
_KEY = re.compile(r"([\w.-]{1,64})=[\"'<\[(]?$")
_NAMED = frozenset({"*", "id", "value", "text", "email", "number", "hex"})
_CONTEXTS = (
    (frozenset({"ip"}), rf"{_WORD}(?:to|dst|dest|destination|server|target){_LEAD}", ("destination.address",)),
    (frozenset({"ip"}), rf"{_WORD}(?:from|src|source|client|peer|rhost|by|remote){_LEAD}", ("source.address",)),
    (frozenset({"ip"}), "", ("source.address", "destination.address")),
    (frozenset({"mac"}), "", ("source.mac", "destination.mac")),
    (_NAMED, rf"{_WORD}(?:user|username|login|account|user name){_LEAD}", ("user.name",)),
    (frozenset({"*", "id", "text"}), rf"{_WORD}for{_LEAD}", ("user.name",)),
    (frozenset({"number"}), rf"{_WORD}pid{_LEAD}|[a-z]\[$", ("process.pid",)),
    (frozenset({"url"}), "", ("url.original",)),
    (frozenset({"path", "text"}), rf"{_WORD}(?:file|path|opened){_LEAD}", ("file.path",)),
    (frozenset({"number"}), rf"{_WORD}status{_LEAD}", ("http.response.status_code",)),
    (frozenset({"text"}), rf"{_WORD}(?:agent|user-agent|ua){_LEAD}", ("user_agent.original",)),
)
"""(kinds of values, what stands before them, the fields that they fill, in this order)."""
_PORT = re.compile(rf"{_WORD}(?:port|spt|sport|dpt|dport){_LEAD}")
_PORTS = {"source.address": "source.port", "destination.address": "destination.port"}


def plain(name: str) -> str:
    """A name without regard to case and to what divides its words."""
    return _DIVIDERS.sub("", name).lower()


_TABLE = {plain(name): target for name, target in reversed(NAMES.items())}


def field_of(key: str) -> str:
    """The field of a value that has this name, empty if the name says nothing."""
    target = _TABLE.get(plain(key), "")
    return target if isinstance(target, str) else target[0]


@dataclass(slots=True)
class Groups:
    """The groups of one pattern as they are given out, each name once."""

    taken: set[str] = field(default_factory=set)
    side: str = "source.address"
    """The address before."""
    request: bool = False
    """Whether an HTTP request has come."""

    def name(self, kind: str, before: str) -> str:
        """The group for a value: a declared field, or a scratch name.

        Args:
            kind: of the value (see `shapes.MARKS`).
            before: the pattern's shown text before it, in lower case.
        """
        scratch = sum(name[1:].isdigit() for name in self.taken) + 1
        for each in (*self._fields(kind, before), f"_{scratch}"):
            if each not in self.taken and (each.startswith("_") or each in declared()):
                self.taken.add(each)
                if each in _PORTS:
                    self.side = each
                return each
        raise AssertionError  # scratch names are new

    def _fields(self, kind: str, before: str) -> list[str]:
        found = []
        if kind == "number" and (before.endswith("<ip>:") or _PORT.search(before)):
            found.append(_PORTS[self.side])
        if self.request and kind == "number":
            found += ["http.response.status_code", "http.response.body.bytes"]
        key = _KEY.search(before)
        if key:
            found.append(field_of(key[1]))
        for kinds, context, fields in _CONTEXTS:
            if kind in kinds and re.search(context, before):
                found += fields
                break
        return [each for each in found if not each.startswith("@")]
