"""Timelines as tables: plaso's psort (l2tcsv and dynamic) and Timesketch, by their headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._pairs import columns, rows
from watchfloor.parsers.generic import _plaso
from watchfloor.parsers.plugin import FieldsParser


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's values by the names in the header."""
    if not header:
        return [None] * len(lines)
    first = header.splitlines()[-1].lstrip("\ufeff").strip()
    return columns(lines, [name.strip() for name in rows([first])[0]])


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return _plaso.parsed(records, wanted)


PARSER = FieldsParser(
    dataset="generic.plaso",
    reference="https://plaso.readthedocs.io/en/latest/sources/user/Output-format-dynamic.html",
    sieve=r"^[^\s\S]",  # without a header nothing is taken for a timeline
    read=read,
    parse=parse,
    header=_plaso.HEADER_TEXT,
)
