"""Entries of an inventory as a file has them: texts by key, each with its line, from YAML or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from watchfloor.core.errors import UsageError

MAX_BYTES = 16 << 20
"""Largest inventory that is read: some hundred thousand hosts."""
MAX_VALUES = 1_000_000
"""Most texts in an inventory."""
SECTIONS = {"hosts": "host", "networks": "network", "people": "person"}
"""Key of the YAML file -> `kind` in a CSV file."""
_DEPTH = 4
"""Mapping of sections, list of entries, mapping of keys, list of values."""
_LIST = ";"


@dataclass(slots=True)
class Entry:
    """One host, network or person.

    Attributes:
        kind: `host`, `network` or `person`.
        place: `file:line`.
        values: key -> its texts, none of them empty.
    """

    kind: str
    place: str
    values: dict[str, list[str]] = field(default_factory=dict)


def entries(path: Path) -> Iterator[Entry]:
    """The entries of an inventory in the file's order; a name that ends in `.csv` is CSV, any other YAML.

    Raises:
        UsageError: the file cannot be read, is too large or has another form; says the line.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", place=str(path)) from error
    if len(data) > MAX_BYTES:
        raise UsageError(f"larger than {MAX_BYTES >> 20} MiB", place=str(path))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError("not UTF-8", place=f"{path}:{line}") from None
    found = _of_csv(text, path) if path.suffix.lower() == ".csv" else _of_yaml(text, path)
    count = 0
    for entry in found:
        count += 1 + sum(map(len, entry.values.values()))
        if count > MAX_VALUES:
            raise UsageError(f"more than {MAX_VALUES:,} values", place=entry.place)
        yield entry


def _of_csv(text: str, path: Path) -> Iterator[Entry]:
    """One entry per line under a header; without a column `kind` all are hosts. Several values stand between `;`."""
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    kinds = SECTIONS.values()
    try:
        header = [name.strip().lower() for name in next(rows, [])]
        if len(set(header)) != len(header):
            raise UsageError("two columns have the same name", place=f"{path}:1")
        for row in rows:
            place = f"{path}:{rows.line_num}"
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                raise UsageError(f"{len(row)} columns under a header of {len(header)}", place=place)
            values = {
                name: [text for each in cell.split(_LIST) if (text := each.strip())]
                for name, cell in zip(header, row, strict=True)
            }
            kind = "".join(values.pop("kind", [])) or "host"
            if kind not in kinds:
                raise UsageError(f"unknown kind {kind[:40]!r}", place=place, way_out=f"One of {', '.join(kinds)}")
            yield Entry(kind, place, {name: texts for name, texts in values.items() if texts})
    except csv.Error as error:
        raise UsageError(f"not CSV: {error}", place=f"{path}:{rows.line_num}") from None


def _of_yaml(text: str, path: Path) -> Iterator[Entry]:
    try:
        _check_shape(text, path)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise UsageError(f"not YAML: {getattr(error, 'problem', None) or error}", place=place) from None
    if root is None:
        return
    for key, section in _pairs(root, path):
        if key not in SECTIONS:
            raise UsageError(
                f"unknown section {key[:40]!r}", place=_place(path, section), way_out=f"One of {', '.join(SECTIONS)}"
            )
        for node in _items(section, path):
            values = {name: _texts(value, path) for name, value in _pairs(node, path)}
            yield Entry(SECTIONS[key], _place(path, node), {name: texts for name, texts in values.items() if texts})


def _check_shape(text: str, path: Path) -> None:
    """Refuse nesting and references, with which a small file could be endless work, before anything is built."""
    depth = 0
    documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        documents += isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.AliasEvent):
            raise UsageError("a reference (*name)", place=f"{path}:{line}", way_out="Write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH or documents > 1:
            raise UsageError("nested too deeply" if depth > _DEPTH else "two documents", place=f"{path}:{line}")


def _pairs(node: yaml.Node, path: Path) -> Iterator[tuple[str, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise UsageError("a mapping (key: value) is wanted here", place=_place(path, node))
    seen = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in seen:
            raise UsageError("a key that is no text or is there twice", place=_place(path, key))
        seen.add(key.value)
        yield key.value, value


def _items(node: yaml.Node, path: Path) -> list[yaml.Node]:
    if _is_null(node):
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise UsageError("a list (- …) is wanted here", place=_place(path, node))
    return list(node.value)


def _texts(node: yaml.Node, path: Path) -> list[str]:
    """One value or a list of values, as they are written."""
    nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
    found = []
    for each in nodes:
        if not isinstance(each, yaml.ScalarNode):
            raise UsageError("a text or a list of texts is wanted here", place=_place(path, each))
        if not _is_null(each) and each.value.strip():
            found.append(each.value.strip())
    return found


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _place(path: Path, node: yaml.Node) -> str:
    return f"{path}:{node.start_mark.line + 1}"
