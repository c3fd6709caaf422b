"""Lines of `key=value` pairs of any product: at least three of them, and most of the line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._pairs import all_pairs
from watchfloor.parsers.generic._guess import guessed
from watchfloor.parsers.generic.logfmt import is_logfmt
from watchfloor.parsers.plugin import FieldsParser

_FEWEST = 3
_OTHERS = re.compile(r"\s*(?:(?:\S+ )?(?:CEF|LEEF):|\[)")


def read(lines: Sequence[str], header: str) -> list[dict[str, str] | None]:
    """Each line's pairs, None where they are few or little of the line."""
    del header
    return [values if _is_kv(line, values) else None for line, values in zip(lines, all_pairs(lines), strict=True)]


def _is_kv(line: str, values: dict[str, str]) -> bool:
    if len(values) < _FEWEST or is_logfmt(values) or _OTHERS.match(line):
        return False
    held = sum(map(len, values)) + sum(map(len, values.values())) + 2 * len(values)
    return 2 * held > len(line)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    return guessed(records, wanted, "kv")


PARSER = FieldsParser(
    reference="https://docs.splunk.com/Documentation/Splunk/latest/Knowledge/Automatickey-valuefieldextractionsatsearch-time",
    sieve=r'^[^=]*[\w.-]="?[^=]*[\w.-]\s?="?[^=]*[\w.-]\s?=',
    read=read,
    parse=parse,
)
