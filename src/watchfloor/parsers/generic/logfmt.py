"""Logfmt: structured logs of Go services and others as `level=info msg="…" key=value` pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._pairs import all_pairs
from watchfloor.parsers.generic._guess import guessed
from watchfloor.parsers.plugin import FieldsParser

_LEVELS = frozenset({"level", "lvl", "severity"})
_TIMES = frozenset({"time", "ts", "t", "timestamp", "at"})
_TEXTS = frozenset({"msg", "message", "err", "error", "event"})


def is_logfmt(values: Mapping[str, str]) -> bool:
    """Whether the pairs are a log record by their names: a level or a time, and a message."""
    names = values.keys()
    return bool(names & _TEXTS) and bool(names & _LEVELS or names & _TIMES) and next(iter(names)) in _FIRST


_FIRST = _LEVELS | _TIMES | _TEXTS | {"caller", "logger", "component", "app", "service", "source"}


def read(lines: Sequence[str], header: str) -> list[dict[str, str] | None]:
    """Each line's pairs."""
    del header
    return [values if values and is_logfmt(values) else None for values in all_pairs(lines)]


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    return guessed(records, wanted, "logfmt")


PARSER = FieldsParser(
    reference="https://brandur.org/logfmt",
    sieve=(
        r"^\s*(?:level|lvl|severity|time|ts|t|timestamp|at|msg|message|err|error|event|caller|logger|component|app"
        r'|service|source)=(?:"|[^\s"]*\s)(?s:.)*[\w.-]='
    ),
    read=read,
    parse=parse,
)
