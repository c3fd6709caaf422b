"""A report read back from its HTML, by Python's own parser, which knows nothing of how it was written."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "hr", "img", "input", "link"})
ALLOWED = frozenset(
    {
        *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article", "div", "p"),
        *("h1", "h2", "h3", "h4", "ol", "ul", "li", "dl", "dt", "dd", "a", "span", "b", "i", "em", "strong", "small"),
        *("code", "mark", "time", "table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary"),
        *("figure", "figcaption", "svg", "defs", "marker", "g", "path", "circle", "rect", "line", "text"),
    }
)
"""Elements that the templates use; none of them loads or runs anything."""


@dataclass
class Element:
    """One element: its name, attributes and all text below it."""

    tag: str
    attributes: dict[str, str]
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)


@dataclass
class Document:
    """What a page holds."""

    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def of(self, tag: str, **attributes: str) -> list[Element]:
        """Elements with this tag and these attributes; `_` in names stands for `-`."""
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            each
            for each in self.elements
            if each.tag == tag and all(each.attributes.get(name) == value for name, value in wanted.items())
        ]

    @property
    def ids(self) -> Counter[str]:
        """Every id and how often it is given."""
        return Counter(each.attributes["id"] for each in self.elements if "id" in each.attributes)

    @property
    def targets(self) -> set[str]:
        """Everything that a link or a drawing refers to."""
        found = [each.attributes[name] for each in self.elements for name in ("href", "src") if name in each.attributes]
        for each in self.elements:
            for value in each.attributes.values():
                found += re.findall(r"url\(([^)]*)\)", value)
            for name in ("aria-labelledby", "aria-describedby"):
                found += [f"#{target}" for target in each.attributes.get(name, "").split()]
        return set(found)

    def counts(self) -> dict[str, set[str]]:
        """Name of a number -> what the page gives for it, wherever it does."""
        found: dict[str, set[str]] = {}
        for each in self.elements:
            if "data-count" in each.attributes:
                found.setdefault(each.attributes["data-count"], set()).add(each.text)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.document = Document()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.document.faults.append(f"an attribute twice in <{tag}>")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.document.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self.document.faults.append(f"</{tag}> where {self._open[-1].tag if self._open else 'nothing'} is open")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)

    def handle_comment(self, data: str) -> None:
        self.document.faults.append(f"a comment: {data}")

    def close(self) -> None:
        super().close()
        self.document.faults.extend(f"<{each.tag}> is never closed" for each in self._open)


def read(page: bytes) -> Document:
    """The document of a page."""
    reader = _Reader()
    reader.feed(page.decode())
    reader.close()
    return reader.document


def faults(page: bytes) -> list[str]:
    """What is wrong with a page that must stand alone: its structure, its links, and what it could load or run."""
    found = read(page)
    listed = list(found.faults)
    listed += [f"element {each.tag}" for each in found.elements if each.tag not in ALLOWED]
    listed += [f"id {name} {count} times" for name, count in found.ids.items() if count > 1]
    known = {f"#{name}" for name in found.ids}
    listed += [f"nothing at {target}" for target in sorted(found.targets) if target not in known]
    for each in found.elements:
        listed += [
            f"attribute {name} of {each.tag}"
            for name in each.attributes
            if name.startswith("on") or name in {"style", "srcdoc", "action", "formaction", "ping", "background"}
        ]
    style = "".join(each.text for each in found.of("style"))
    listed += [f"{word} in the style" for word in ("@import", "url(", "expression", "javascript") if word in style]
    text = page.decode()
    odd = sorted({each for each in text if not each.isprintable() and each != "\n"})
    return listed + [f"character {each!a}" for each in odd]
