"""Tables: lines under a header that names the columns, divided by commas, semicolons, tabs or bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._pairs import columns, rows
from watchfloor.parsers.generic import _plaso
from watchfloor.parsers.generic._guess import guessed
from watchfloor.parsers.generic._typed import as_fields
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.schema.fields import declared

_SEPARATORS = ",;\t|"


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's values by the names in the header; None for the header itself and for lines with more values."""
    if not header or _plaso.HEADER.match(header):
        return [None] * len(lines)
    first = header.splitlines()[-1].lstrip("\ufeff").strip()
    separator = max(_SEPARATORS, key=first.count)
    names = [re.sub(r"\s+", "_", name.strip().strip('"')) for name in rows([first], separator)[0]]
    return columns(lines, names, separator)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns; those that have ECS's names are ECS's fields."""
    own = [{name: value for name, value in record.items() if name not in declared()} for record in records]
    ecs = [{name: value for name, value in record.items() if name in declared()} for record in records]
    frame = guessed(own, wanted, "csv")
    named = as_fields(ecs, wanted)
    filled = [pl.coalesce(named[name], frame[name]).alias(name) for name in named.columns if name in frame.columns]
    frame = frame.with_columns(filled)
    return frame.hstack([named[name] for name in named.columns if name not in frame.columns])


PARSER = FieldsParser(
    reference="https://www.rfc-editor.org/rfc/rfc4180",
    sieve=r"^[^\s\S]",  # without a header nothing is taken for a table
    read=read,
    parse=parse,
    header=r'^\x{FEFF}?"?[A-Za-z_@][^\n]*[,;\t|][^\n]*$',
)
