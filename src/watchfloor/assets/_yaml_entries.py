"""Entries of an inventory in YAML, from the parser's events: a tree of them would take ten times the file's size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from watchfloor.assets._entry import SECTIONS, Entry
from watchfloor.core.errors import UsageError
from watchfloor.core.faults import Tell

_DEPTH = 4
"""Mapping of sections, list of entries, mapping of keys, list of values."""
_NULL = "tag:yaml.org,2002:null"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain texts that mean nothing; https://yaml.org/type/null.html"""


def yaml_entries(text: str, path: Path, tell: Tell) -> Iterator[Entry]:
    """The entries in the file's order.

    Args:
        text: the file's content.
        path: the file.
        tell: takes what is wrong with an entry or a section; the others are still read.

    Raises:
        UsageError: it cannot be read on: no YAML, nested too deeply, or a second document.
    """
    reader = _Reader(text, path, tell)
    try:
        yield from reader.entries()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise UsageError(f"not YAML: {getattr(error, 'problem', None) or error}", place=place) from None
    finally:
        reader.loader.dispose()


class _Reader:
    """Reads events; what a method is given has begun, and it takes all that belongs to it."""

    def __init__(self, text: str, path: Path, tell: Tell) -> None:
        self.loader = yaml.CSafeLoader(text)
        self._path = path
        self._tell = tell
        self._told = 0
        self._depth = 0

    def entries(self) -> Iterator[Entry]:
        self._take()  # the stream
        if isinstance(self._take(), yaml.StreamEndEvent):
            return
        for section, value in self._pairs(self._take()):
            kind = SECTIONS.get(section.value)
            if kind is None:
                self._fault(section, f"unknown section {section.value[:40]!r}", f"One of {', '.join(SECTIONS)}")
                self._skip(value)
                continue
            for item in self._items(value):
                if isinstance(item, yaml.MappingStartEvent):
                    yield self._entry(kind, item)
                else:
                    self._refuse(item, "a mapping (key: value) is wanted here")
        self._take()  # the document's end
        event = self._take()
        if isinstance(event, yaml.DocumentStartEvent):
            raise UsageError("two documents", place=self._place(event))

    def _entry(self, kind: str, event: yaml.Event) -> Entry:
        entry, before = Entry(kind, self._place(event)), self._told
        for key, value in self._pairs(event):
            told = self._told
            texts = self._texts(value)
            if texts or self._told > told:
                entry.values[key.value] = texts
        entry.sound = self._told == before
        return entry

    def _pairs(self, event: yaml.Event) -> Iterator[tuple[yaml.ScalarEvent, yaml.Event]]:
        """The caller takes the value before it asks for the next pair."""
        if not isinstance(event, yaml.MappingStartEvent):
            self._refuse(event, "a mapping (key: value) is wanted here")
            return
        seen = set()
        while not isinstance(key := self._take(), yaml.MappingEndEvent):
            if isinstance(key, yaml.ScalarEvent) and key.value not in seen:
                seen.add(key.value)
                yield key, self._take()
            else:
                self._refuse(key, "a key that is no text or is there twice")
                self._skip(self._take())

    def _items(self, event: yaml.Event) -> Iterator[yaml.Event]:
        """The caller takes each before it asks for the next one."""
        if isinstance(event, yaml.SequenceStartEvent):
            while not isinstance(item := self._take(), yaml.SequenceEndEvent):
                yield item
        elif not _is_null(event):
            self._refuse(event, "a list (- …) is wanted here")

    def _texts(self, event: yaml.Event) -> list[str]:
        """One value or a list of values, as they are written."""
        found = []
        for each in self._items(event) if isinstance(event, yaml.SequenceStartEvent) else (event,):
            if not isinstance(each, yaml.ScalarEvent):
                self._refuse(each, "a text or a list of texts is wanted here")
            elif not _is_null(each) and (text := each.value.strip()):
                found.append(text)
        return found

    def _take(self) -> yaml.Event:
        event = self.loader.get_event()
        assert event is not None  # the stream's end, after which nobody asks, is an event
        if isinstance(event, yaml.CollectionStartEvent):
            self._depth += 1
            if self._depth > _DEPTH:
                raise UsageError("nested too deeply", place=self._place(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._depth -= 1
        return event

    def _refuse(self, event: yaml.Event, thing: str) -> None:
        """Tell what is wrong there, and go on after it."""
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, "a reference (*name)", "Write the value out")
        else:
            self._fault(event, thing)
        self._skip(event)

    def _skip(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.CollectionStartEvent):
            around = self._depth - 1
            while self._depth > around:
                self._take()

    def _fault(self, event: yaml.Event, thing: str, way_out: str = "") -> None:
        self._told += 1
        self._tell(UsageError(thing, place=self._place(event), way_out=way_out))

    def _place(self, event: yaml.Event) -> str:
        return f"{self._path}:{event.start_mark.line + 1 if event.start_mark else 1}"


def _is_null(event: yaml.Event) -> bool:
    if not isinstance(event, yaml.ScalarEvent):
        return False
    return event.tag == _NULL or (event.value in _NULLS and event.tag is None and event.implicit[0])
