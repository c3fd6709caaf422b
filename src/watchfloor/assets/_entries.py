"""Entries of an inventory as a file has them, YAML or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from watchfloor.assets._entry import SECTIONS, Entry
from watchfloor.assets._yaml_entries import yaml_entries
from watchfloor.core.errors import UsageError
from watchfloor.core.faults import Tell

MAX_BYTES = 16 << 20
"""Largest inventory that is read: some hundred thousand hosts."""
MAX_VALUES = 1_000_000
"""Most texts in an inventory."""
_LIST = ";"


def entries(path: Path, tell: Tell) -> Iterator[Entry]:
    """The entries of an inventory in the file's order; a name that ends in `.csv` is CSV, any other YAML.

    Args:
        path: the file.
        tell: takes what is wrong with an entry or a section; the others are still read.

    Raises:
        UsageError: the file cannot be read (on), is too large or has another form; says the line.
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
    found = _of_csv(text, path, tell) if path.suffix.lower() == ".csv" else yaml_entries(text, path, tell)
    count = 0
    for entry in found:
        count += 1 + sum(map(len, entry.values.values()))
        if count > MAX_VALUES:
            raise UsageError(f"more than {MAX_VALUES:,} values", place=entry.place)
        yield entry


def _of_csv(text: str, path: Path, tell: Tell) -> Iterator[Entry]:
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
                tell(UsageError(f"{len(row)} columns under a header of {len(header)}", place=place))
                continue
            values = {
                name: [text for each in cell.split(_LIST) if (text := each.strip())]
                for name, cell in zip(header, row, strict=True)
            }
            kind = "".join(values.pop("kind", [])) or "host"
            if kind in kinds:
                yield Entry(kind, place, {name: texts for name, texts in values.items() if texts})
            else:
                tell(UsageError(f"unknown kind {kind[:40]!r}", place=place, way_out=f"One of {', '.join(kinds)}"))
    except csv.Error as error:
        raise UsageError(f"not CSV: {error}", place=f"{path}:{rows.line_num}") from None
