"""Reads the XML of one Windows event into the shape that decoded EVTX has.

Nothing is expanded or fetched: a document type is refused, so there are no entities but the five of XML itself, and
nesting is bounded.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

_DEEPEST = 32
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));",
    re.IGNORECASE,
)
"""Characters that XML 1.0 does not allow, which Windows writes all the same."""


class _RefusedError(ValueError):
    """The document has what no event has."""


def event_of(xml: str) -> dict[str, Any] | None:
    """`{"Event": {"System": {...}, ...}}` of the first event; None for what is no event.

    Of a text that breaks off, what came before counts, if the event id is in it.
    """
    event = _Reader("Event").read(xml)
    system = event.get("System") if event else None
    return {"Event": event} if type(system) is dict and "EventID" in system else None


def data_of(xml: str) -> dict[str, Any]:
    """EventData by name, from a text that holds that element alone, in `DataItem` or not."""
    return _Reader("EventData").read(xml) or {}


class _Reader:
    """Keeps the content of the first element of one name.

    Args:
        root: the element's name, without name space prefix.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._path: list[tuple[str, dict[str, Any], list[str]]] = []
        self._depth = 0
        self._found: dict[str, Any] | None = None
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse

    def read(self, xml: str) -> dict[str, Any] | None:
        """The element's content; None when there is none."""
        try:
            self._parser.Parse(_CONTROL.sub("\ufffd", xml.strip()), True)
        except expat.ExpatError:
            while self._path:
                self._end(self._path[-1][0])
        except _RefusedError:
            return None
        return self._found

    def _refuse(self, *_: object) -> None:
        raise _RefusedError

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _RefusedError
        if self._path or (name == self._root and self._found is None):
            self._path.append((name, {"#attributes": attributes} if attributes else {}, []))

    def _text(self, text: str) -> None:
        if self._path:
            self._path[-1][2].append(text)

    def _end(self, _: str) -> None:
        self._depth -= 1
        if not self._path:
            return
        name, element, texts = self._path.pop()
        text = "".join(texts)
        if not self._path:
            self._found = element
        elif name == "Data":
            _add_data(self._path[-1][1], element, text)
        elif not element:
            self._path[-1][1].setdefault(name, text or None)
        else:
            if text.strip():
                element["#text"] = text
            self._path[-1][1].setdefault(name, element)


def _add_data(event_data: dict[str, Any], element: dict[str, Any], text: str) -> None:
    """A named item by its name, an unnamed one at the end of the list of such."""
    name = element.get("#attributes", {}).get("Name")
    if name:
        event_data.setdefault(name, text)
    else:
        event_data.setdefault("Data", {"#text": []})["#text"].append(text)
