"""Exchange Server's IMAP4 and POP3 protocol logs: each command of each session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target
from watchfloor.parsers.mail._exchange import TIME, kinds, numbered, reader, table
from watchfloor.parsers.mail._parts import with_client, with_login
from watchfloor.parsers.plugin import FieldsParser

_NAMES = [
    "dateTime",
    "sessionId",
    "seqNumber",
    "sIp",
    "cIp",
    "user",
    "duration",
    "rqsize",
    "rpsize",
    "command",
    "parameters",
    "context",
    "puid",
]
_FIELDS: dict[str, Target] = {
    "sessionid": "session.id",
    "seqnumber": "event.sequence",
    "sip": "_local",
    "cip": "_remote",
    "user": "user.name",
    "duration": "_millis",
    "rqsize": "source.bytes",
    "rpsize": "destination.bytes",
    "command": "event.action",
    "context": "event.reason",
}
_LOGINS = ["login", "authenticate", "auth", "pass", "apop", "user"]


def _fits(record: dict[str, str]) -> bool:
    return record["seqNumber"].isdigit() and record["duration"].isdigit() and ":" in record["cIp"]


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """Both ends, the user, and whether a log-in worked."""
    frame = kinds(table(records, _FIELDS, wanted), ["network"], ["info"])
    for scratch in ("_local", "_remote", "_millis", "event.action", "event.reason"):
        if scratch not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(scratch))
    for end, side in (("_remote", "source"), ("_local", "destination")):
        address, port = numbered(frame[end])
        frame = frame.drop(end).with_columns(address.alias(f"{side}.address"), port.alias(f"{side}.port"))
    login = pl.col("event.action").str.to_lowercase().is_in(_LOGINS)
    answer = pl.col("event.reason").str.extract(r"(?i)\bR=\"?[^\"\s]* ?(OK|NO|BAD|\+OK|-ERR)")
    fine = answer.str.to_uppercase().replace_strict(
        {"OK": "success", "+OK": "success", "NO": "failure", "BAD": "failure", "-ERR": "failure"}, default=None
    )
    authentication = pl.lit(["authentication"], dtype=pl.List(pl.String))
    frame = frame.with_columns(
        pl.when(login).then(authentication).otherwise("event.category").alias("event.category"),
        fine.cast(pl.String).alias("event.outcome"),
        (pl.col("_millis").cast(pl.Int64, strict=False) * 1_000_000).alias("event.duration"),
    )
    return with_login(with_client(with_client(frame.drop("_millis")), "destination", "_none"))


PARSER = FieldsParser(
    reference="https://learn.microsoft.com/en-us/exchange/clients/pop3-and-imap4/configure-protocol-logging",
    sieve=TIME + r"[0-9A-Fa-f]{16},\d+,",
    header=r"(?m)^#Fields: ?dateTime,sessionId,seqNumber,sIp,cIp,",
    read=reader((_NAMES,), _fits),
    parse=_parse,
)
