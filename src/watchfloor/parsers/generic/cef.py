r"""CEF, ArcSight's Common Event Format: `CEF:0|vendor|product|version|class|name|severity|key=value …`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, word
from watchfloor.parsers._connection import connection
from watchfloor.parsers._mapping import mapped
from watchfloor.parsers._users import acting
from watchfloor.parsers.generic._cef import FIELDS, LABELS, LONG
from watchfloor.parsers.generic._moments import instants, moments
from watchfloor.parsers.generic._verdicts import classified
from watchfloor.parsers.plugin import FieldsParser, by_line
from watchfloor.parsers.web._request import urls

_HEAD = re.compile(r"\s*(?:\S+ )?CEF:\s?(\d+(?:\.\d+)?)" + r"\|((?:[^|\\]|\\.)*+)" * 6 + r"(?:\|(.*))?\Z", re.DOTALL)
_NAMES = ("version", "device.vendor", "device.product", "device.version", "device.event_class_id", "name", "severity")
_KEY = re.compile(r"(?:^|\s)([A-Za-z_][\w.:\[\]-]{0,127}+)=")
_ESCAPED = re.compile(r"\\([\\=|nrt])")
_MEANT = {"n": "\n", "r": "\r", "t": "\t"}
_SEVERITIES = {"unknown": "0", "low": "0", "medium": "4", "high": "7", "very-high": "9", "very high": "9"}
_HASHES = ((32, "md5"), (40, "sha1"), (64, "sha256"), (128, "sha512"))
_LABEL = "Label"
_BY_CLIENT = ("Fortinet", "Palo Alto Networks")
"""Vendors whose `in` is what the client received; the standard counts it from source to destination."""


def _read(line: str) -> dict[str, str] | None:
    """A line's header and extension, the keys in full."""
    head = _HEAD.match(line)
    if not head:
        return None
    *places, extension = head.groups()
    values = {name: _plain(place) for name, place in zip(_NAMES, places, strict=True)}
    parts = _KEY.split(extension.strip()) if extension else [""]
    labels: dict[str, str] = {}
    for key, text in zip(parts[1::2], parts[2::2], strict=True):
        name = LONG.get(key, key)
        value = _plain(text.strip())
        if key == "request":
            value = value.removeprefix('"').removesuffix('"')  # as Palo Alto's own template writes it
        values.setdefault(name, value)
        if name.endswith(_LABEL):
            labels[name.removesuffix(_LABEL)] = value
    if "date" in values and "time" in values:
        values["@dated"] = f"{values['date']} {values['time']}"
    for name, label in labels.items():
        meaning = LABELS.get(label.lower())
        if meaning and values.get(name):
            values.setdefault(meaning, values[name])
    return values


def _plain(text: str) -> str:
    return _ESCAPED.sub(lambda match: _MEANT.get(match[1], match[1]), text) if "\\" in text else text


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns; all keys also under `cef.extensions`."""
    shown = [
        {name: value for name, value in record.items() if name[0] != "@" and name not in _NAMES} for record in records
    ]
    meant = [{name: value for name, value in record.items() if name[0] == "@" or name in _NAMES} for record in records]
    frame = mapped(shown, FIELDS, vendor="cef.extensions", wanted=wanted)
    heads = mapped(meant, FIELDS, vendor="cef", wanted=wanted)
    return _finished(_joined(frame, heads))


def _joined(frame: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """The columns of both, those of the extension first."""
    rest = "watchfloor.rest"
    heads = heads.drop(rest, strict=False)
    both = [pl.coalesce(frame[name], heads[name]).alias(name) for name in heads.columns if name in frame.columns]
    return frame.with_columns(both).hstack([heads[name] for name in heads.columns if name not in frame.columns])


def _finished(frame: pl.DataFrame) -> pl.DataFrame:
    severity = column(frame, "@severity")
    turned = column(frame, "observer.vendor").is_in(_BY_CLIENT)
    there, back = column(frame, "source.bytes"), column(frame, "destination.bytes")
    digest = column(frame, "@hash").str.to_lowercase()
    direction = column(frame, "@direction").replace_strict({"0": "inbound", "1": "outbound"}, default=None)
    times = first(frame, "@receipt", "@event_time", "@end", "@start", "@agent_receipt", "@dated")
    frame = frame.with_columns(
        *moments(times),
        instants(column(frame, "@start")).alias("event.start"),
        instants(column(frame, "@end")).alias("event.end"),
        instants(column(frame, "@file_created")).alias("file.created"),
        instants(column(frame, "@file_modified")).alias("file.mtime"),
        word(severity, _SEVERITIES).fill_null(severity.str.extract(r"^\s*(\d{1,2})")).alias("event.severity"),
        first(frame, "message", "@name").alias("message"),
        pl.when(turned).then(back).otherwise(there).alias("source.bytes"),
        pl.when(turned).then(there).otherwise(back).alias("destination.bytes"),
        direction.cast(pl.String).alias("network.direction"),
        column(frame, "event.action").str.to_lowercase().alias("@verdict"),
        *(
            first(frame, f"file.hash.{name}")
            .fill_null(pl.select(pl.when(digest.str.contains(rf"^[0-9a-f]{{{size}}}$")).then(digest)).to_series())
            .alias(f"file.hash.{name}")
            for size, name in _HASHES
        ),
        pl.lit("event").alias("event.kind"),
    )
    return acting(connection(urls(classified(frame))))


PARSER = FieldsParser(
    reference="https://www.microfocus.com/documentation/arcsight/arcsight-smartconnectors-8.4/cef-implementation-standard/",
    sieve=r"^\s*(?:\S+ )?CEF:\s?\d+(?:\.\d+)?\|(?:[^|]*\|){5}",
    read=by_line(_read),
    parse=parse,
)
