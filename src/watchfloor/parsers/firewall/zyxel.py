"""Zyxel USG, ATP and ZyWALL: pairs `src="address:port" dst= msg= note=` and the category of the message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import endpoints
from watchfloor.parsers._columns import column
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import all_pairs
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser

_FIELDS: dict[str, Target] = {
    "src": "@source", "dst": "@destination", "msg": "message", "note": "@note", "user": "@user",
    "devID": "observer.serial_number", "devname": "observer.name", "cat": "rule.category", "protoID": "@proto",
    "proto": "@service", "dir": "@direction", "sent": "source.bytes", "rcvd": "destination.bytes",
    "duration": "@seconds",
}  # fmt: skip
_NO_ADDRESS = "0.0.0.0"  # noqa: S104  # how the firewall writes that there is none
_SIGN_IN = r"(?i)\blog(?:ged)?[ -]?(?:in|out|on|off)\b|authenticat"


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's pairs."""
    del header
    return all_pairs(lines)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="zyxel", wanted=wanted), "Zyxel", "USG")
    zones = column(frame, "@direction").str.extract_groups(r"^(?P<from>[^:]+):(?P<to>.+)$").struct
    note, message = column(frame, "@note"), column(frame, "message")
    denied = (
        note.str.contains("(?i)block|drop") | message.str.contains(r"(?i)\b(?:DROP|DENY|REJECT|BLOCK)\b")
    ).fill_null(value=False)
    allowed = (
        note.str.contains("(?i)forward|traffic log") | message.str.contains(r"\b(?:ACCEPT|FORWARD|ALLOW)\b")
    ).fill_null(value=False)
    verdict = pl.when(denied).then(pl.lit("denied")).when(allowed).then(pl.lit("allowed"))
    sign_in = (message.str.contains(_SIGN_IN) & ~(denied | allowed)).fill_null(value=False)
    failed = message.str.contains(r"(?i)fail|denied|incorrect").fill_null(value=False)
    user = column(frame, "@user").replace("unknown", None)
    peers = []
    for side in ("source", "destination"):
        address, port = endpoints(column(frame, f"@{side}"))
        peers += [address.replace(_NO_ADDRESS, None).alias(f"{side}.address"), port.alias(f"{side}.port")]
    frame = frame.with_columns(
        *peers,
        user.fill_null(message.str.extract(r"^Administrator ([^\s(]+)")).alias("source.user.name"),
        note.alias("event.action"),
        zones.field("from").alias("observer.ingress.zone"),
        zones.field("to").alias("observer.egress.zone"),
        pl.when(sign_in).then(pl.lit(["authentication"])).otherwise(pl.lit(["network"])).alias("event.category"),
        pl.when(denied | allowed)
        .then(pl.concat_list(pl.lit("connection"), verdict))
        .otherwise(pl.lit(["info"]))
        .alias("event.type"),
        pl.when(denied | allowed)
        .then(pl.lit("success"))
        .when(sign_in)
        .then(pl.when(failed).then(pl.lit("failure")).otherwise(pl.lit("success")))
        .alias("event.outcome"),
    )
    return acting(connection(frame))


PARSER = FieldsParser(
    reference="https://support.zyxel.eu/hc/en-us/articles/360001378673",
    sieve=r'^\s*src="[^"]*" dst="[^"]*" msg="[^"]*" note="[^"]*" user="',
    read=read,
    parse=parse,
)
