"""Reads the XML of one Windows event into the shape that decoded EVTX has.

What stands before the first element is cut off, so there is no document type and there are no entities but the five of
XML itself; nothing is fetched, and nesting is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

_DEEPEST = 32
_START = re.compile(r"<[A-Za-z_]")
_NOT_XML = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
"""Characters that XML 1.0 does not allow, which Windows writes all the same."""


def event_of(xml: str) -> dict[str, Any] | None:
    """`{"Event": {"System": {...}, ...}}` of the first event; None for what is no event.

    Of a text that breaks off, what came before counts, if the event id is in it.
    """
    root = _root(xml)
    event = None if root is None else next(_named(root, "Event"), None)
    content = None if event is None else _content(event, _DEEPEST)
    if type(content) is not dict or type(content.get("System")) is not dict or "EventID" not in content["System"]:
        return None
    return {"Event": content}


def data_of(xml: str) -> dict[str, Any]:
    """EventData by name, from a text that holds that element alone, in `DataItem` or not."""
    root = _root(xml)
    data = None if root is None else next(_named(root, "EventData"), None)
    content = None if data is None else _content(data, _DEEPEST)
    return content if type(content) is dict else {}


def _root(xml: str) -> Element | None:
    start = _START.search(xml)
    if not start:
        return None
    text = xml[start.start() :].rstrip().replace("\r", "&#13;")  # a parser would drop it; EVTX keeps it
    root, whole = _parsed(text)
    return root if whole or not _NOT_XML.search(text) else _parsed(_NOT_XML.sub("\ufffd", text))[0]


def _parsed(text: str) -> tuple[Element | None, bool]:
    """The tree as far as it goes, and whether the text was well formed."""
    builder = TreeBuilder()
    parser = XMLParser(target=builder)  # noqa: S314  # the text has no prolog
    try:
        parser.feed(text)
        parser.close()
    except ParseError:
        try:
            return builder.close(), False
        except (AssertionError, ParseError):  # nothing was read
            return None, False
    return builder.close(), True


def _named(element: Element, name: str, depth: int = 3) -> Iterator[Element]:
    """The elements of a name at most so deep below an element, and that one."""
    if _local(element.tag) == name:
        yield element
    elif depth:
        for child in element:
            yield from _named(child, name, depth - 1)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _content(element: Element, depth: int) -> dict[str, Any] | str | None:
    """Text, or attributes and children by name; nothing below the deepest level."""
    content: dict[str, Any] = {"#attributes": dict(element.attrib)} if element.attrib else {}
    if depth:
        for child in element:
            name = _local(child.tag)
            if name == "Data":
                _add_data(content, child)
            else:
                content.setdefault(name, _content(child, depth - 1))
    text = _text(element)
    if not content:
        return text or None
    if text:
        content["#text"] = text
    return content


def _add_data(event_data: dict[str, Any], element: Element) -> None:
    """A named item by its name, an unnamed one at the end of the list of such."""
    name = element.get("Name")
    if name:
        event_data.setdefault(name, _text(element))
    else:
        event_data.setdefault("Data", {"#text": []})["#text"].append(_text(element))


def _text(element: Element) -> str:
    """The element's text; line breaks and blanks alone are what printers put between elements."""
    text = element.text or ""
    return text if "\n" not in text or text.strip() else ""
