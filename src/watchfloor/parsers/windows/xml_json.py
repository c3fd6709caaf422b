"""Windows events whose XML is a text in a JSON object, as Fluent Bit, Logstash, Cribl and others ship them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.plugin import JsonParser
from watchfloor.parsers.windows import evtx_json
from watchfloor.parsers.windows._xml import event_of

_NAMES = (
    "System",
    "Xml",
    "xml",
    "XML",
    "EventXml",
    "event_xml",
    "RawXml",
    "raw_xml",
    "EventData",
    "_raw",
    "event.original",
)
_START = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<Event[\s>]")


def claims(record: dict[str, Any]) -> bool:
    """Whether the record is an event of this form."""
    return _xml(record) is not None


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The events as columns."""
    return evtx_json.parse([event_of(_xml(record) or "") or {"Event": {}} for record in records], wanted)


def _xml(record: dict[str, Any]) -> str | None:
    texts = (record[name] for name in _NAMES if type(record.get(name)) is str)
    return next((text for text in texts if _START.match(text)), None)


PARSER = JsonParser(
    reference="https://docs.fluentbit.io/manual/data-pipeline/inputs/windows-event-log-winevtlog",
    claims=claims,
    parse=parse,
)
