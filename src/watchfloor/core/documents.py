"""The YAML documents of one file, rules or settings, each with the lines of its keys, read without trusting the file.

Bounded before anything is built: documents, aliases (an alias stands for all that its anchor holds), nesting. What is
refused is reported with its line; the other documents are still read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from watchfloor.core.errors import UsageError
from watchfloor.core.faults import Tell

MAX_DOCUMENTS = 1_000
"""Most documents of one file; SigmaHQ has one rule per file."""
MAX_NODES = 100_000
"""Most keys and values of a file, and of one document with each alias counting as what it stands for."""
MAX_DEPTH = 50
"""Deepest nesting of a document."""

_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_STARTS = re.compile(rb"[\n,\[{]|[-:?][ \t]")  # every key or value but the first comes after one of these
_LONGEST_REASON = 300


class Report(Protocol):
    """Takes what is wrong: the reason in one clause, and where known the line (from 1) and the rule it is about."""

    def __call__(self, reason: str, *, line: int | None = None, rule: str = "", runs: bool = False) -> None:
        """`runs`: the rule runs all the same."""


@dataclass(frozen=True, slots=True)
class Document:
    """One mapping of a file.

    Attributes:
        content: the mapping as plain values.
        nodes: where it was written; of several (a rule and the global documents before it) the first that has a key.
    """

    content: dict[Any, Any]
    nodes: tuple[yaml.MappingNode, ...]

    @property
    def line(self) -> int:
        """Line of its first key."""
        return int(self.nodes[0].start_mark.line) + 1

    @property
    def name(self) -> str:
        """What a problem calls it: its id, else its title."""
        return str(self.content.get("id") or self.content.get("title") or "")

    def line_of(self, *path: str | int) -> int:
        """Line of a key, given by the keys and positions that lead to it, or of the nearest known place above it."""
        best, depth = self.line, 0
        for node in self.nodes:
            line, found = _follow(node, path)
            if found > depth:
                best, depth = line, found
        return best

    def written(self, *path: str | int) -> str | None:
        """The text of a plain value as it is written, whatever YAML makes of it; None where there is none."""
        for node in self.nodes:
            found: yaml.Node | None = node
            for part in path:
                found = _child(found, part)
            if isinstance(found, yaml.ScalarNode):
                return str(found.value)
        return None


def read_document(path: Path, max_bytes: int, tell: Tell | None = None) -> Document:
    """The one YAML mapping of a file that the user names.

    Args:
        path: the file.
        max_bytes: of a larger file nothing is read.
        tell: takes a fault with which the mapping can be read all the same (a key that is given twice).

    Raises:
        UsageError: the file cannot be read, is larger or is something else; says the line.
    """
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", place=str(path)) from error
    if len(data) > max_bytes:
        raise UsageError(f"larger than {max_bytes >> 20} MiB", place=str(path))

    def refuse(reason: str, *, line: int | None = None, rule: str = "", runs: bool = False) -> None:
        del rule
        fault = UsageError(reason, place=f"{path}:{line}" if line else str(path))
        if not runs or tell is None:
            raise fault
        tell(fault)

    documents = list(read_documents(data, refuse))
    if len(documents) != 1:
        raise UsageError("one YAML mapping is wanted", place=str(path))
    return documents[0]


def read_documents(data: bytes, report: Report) -> Iterator[Document]:
    """Every mapping of a file; what is no mapping, or cannot be read, is reported."""
    unreadable = _unreadable(data)
    if unreadable:
        report(unreadable[0], line=unreadable[1])
        return
    loader = yaml.CSafeLoader(data)
    any_content, count = False, 0
    try:
        while loader.check_node():
            node: yaml.Node = loader.get_node()  # type: ignore[assignment]  # there is one, as check_node has said
            count += 1
            if count > MAX_DOCUMENTS:
                report(f"more than {MAX_DOCUMENTS:,} documents; the rest is left out", line=_line(node))
                return
            any_content |= not (isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null")
            document = _document(loader, node, report)
            if document is not None:
                yield document
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        report(f"not YAML: {_short(error.problem or error.context)}", line=mark.line + 1 if mark else None)
        return
    except (yaml.YAMLError, RecursionError) as error:
        report(f"not YAML: {_short(error)}")
        return
    finally:
        loader.dispose()
    if not any_content:
        report("nothing in it", line=1)


def _document(loader: yaml.CSafeLoader, node: yaml.Node, report: Report) -> Document | None:
    line = _line(node)
    try:
        _check(node, report)
        content = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        report(f"not YAML: {_short(error.problem or error.context)}", line=mark.line + 1 if mark else line)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError) as error:  # dates, numbers out of range
        report(f"not YAML: {_short(error)}", line=_failing_line(node))
    else:
        if isinstance(content, dict) and isinstance(node, yaml.MappingNode):
            return Document(content, (node,))
        if content is not None:
            report(f"a {type(content).__name__} instead of a mapping", line=line)
    return None


def _failing_line(root: yaml.Node) -> int:
    """Line of the first plain value that cannot be built."""
    constructor = yaml.CSafeLoader(b"")  # one that has not failed yet
    stack = [root]
    while stack:
        node = stack.pop()
        stack.extend(reversed(_children(node)))
        if isinstance(node, yaml.ScalarNode):
            try:
                constructor.construct_object(node)
            except (ValueError, OverflowError):
                return _line(node)
    return _line(root)


def _unreadable(data: bytes) -> tuple[str, int] | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"not YAML: not UTF-8 (byte 0x{data[error.start]:02x})", data.count(b"\n", 0, error.start) + 1
    found = _FORBIDDEN.search(data)
    if found:
        return f"not YAML: control character U+{ord(found[0]):04X}", data.count(b"\n", 0, found.start()) + 1
    if len(data) > MAX_NODES and len(_STARTS.findall(data)) > MAX_NODES:
        return f"more than {MAX_NODES:,} keys and values", 1
    return None


def _check(root: yaml.Node, report: Report) -> None:
    """Count what a node stands for, aliases as often as they are used, each node being visited once.

    Raises:
        yaml.MarkedYAMLError: it holds itself, nests too deep or stands for too much.
    """
    sizes: dict[int, tuple[int, int]] = {}
    open_: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, visited = stack.pop()
        children = _children(node)
        if visited:
            known = [sizes[id(child)] for child in children]
            size = 1 + sum(found[0] for found in known)
            depth = 1 + max((found[1] for found in known), default=0)
            if size > MAX_NODES:
                raise yaml.MarkedYAMLError(
                    problem=f"more than {MAX_NODES:,} keys and values", problem_mark=node.start_mark
                )
            if depth > MAX_DEPTH:
                raise yaml.MarkedYAMLError(
                    problem=f"nested more than {MAX_DEPTH} levels deep", problem_mark=node.start_mark
                )
            sizes[id(node)] = size, depth
            open_.discard(id(node))
        elif id(node) in open_:
            raise yaml.MarkedYAMLError(problem="an alias that holds itself", problem_mark=node.start_mark)
        elif id(node) not in sizes:
            open_.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in children)
            _report_repeated_keys(node, report)


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _report_repeated_keys(node: yaml.Node, report: Report) -> None:
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                report(f"the key {key.value[:100]!r} is given twice; the last one counts", line=_line(key), runs=True)
            seen.add(key.value)


def _child(node: yaml.Node | None, part: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in reversed(node.value) if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found: yaml.Node = node.value[part]
        return found
    return None


def _follow(node: yaml.Node, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Line of the deepest known part of a path, and how many of its parts are known."""
    line = _line(node)
    for depth, part in enumerate(path):
        found = None
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in reversed(node.value) if key.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = node.value[part], node.value[part]
        if found is None:
            return line, depth
        line, node = _line(found[0]), found[1]
    return line, len(path)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _short(error: object) -> str:
    return str(error).strip().partition("\n")[0][:_LONGEST_REASON]
