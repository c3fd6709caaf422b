"""Exchange Server's SMTP protocol logs: each line that is said on each connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target
from watchfloor.parsers.mail._exchange import TIME, kinds, numbered, reader, table
from watchfloor.parsers.mail._parts import with_client
from watchfloor.parsers.plugin import FieldsParser

_NAMES = [
    "date-time",
    "connector-id",
    "session-id",
    "sequence-number",
    "local-endpoint",
    "remote-endpoint",
    "event",
    "data",
    "context",
]
_FIELDS: dict[str, Target] = {
    "sessionid": "session.id",
    "sequencenumber": "event.sequence",
    "localendpoint": "_local",
    "remoteendpoint": "_remote",
    "event": "_event",
    "data": ("event.reason", "_data"),
    "context": "_context",
}
_ACTIONS = {"+": "connected", "-": "disconnected", ">": "sent", "<": "received", "*": "information"}
_SERVED = [25, 465, 587, 475, 717, 2525]
"""Ports on which Exchange itself listens, so that the other end is the client."""
_FAILED = r"^5\d\d 5\.7\.[38] .*[Aa]uthentication|LogonDenied|[Aa]uthentication (?:failed|unsuccessful)|AUTH \w+ failed"
_DONE = r"^235 2\.7\.0 "


def _fits(record: dict[str, str]) -> bool:
    return record["event"] in _ACTIONS and record["sequence-number"].isdigit()


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The ends of the connection, and log-ins by the server's answer."""
    frame = table(records, _FIELDS, wanted, empty=frozenset({""}))
    for scratch in ("_local", "_remote", "_event", "_data", "_context"):
        if scratch not in frame.columns:
            frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(scratch))
    frame = with_client(with_client(_with_ends(frame)), "destination", "_none")
    refused = (pl.col("_event") == ">") & pl.col("_data").str.contains(_FAILED)
    failed = refused.fill_null(value=False) | pl.col("_context").str.contains(_FAILED).fill_null(value=False)
    done = (pl.col("_data").str.contains(_DONE) & (pl.col("_event") == ">")).fill_null(value=False)
    reply = frame["_data"].str.extract_groups(r"^([2-5]\d\d)[ -](?:([245]\.\d{1,3}\.\d{1,3}) )?").struct
    kind = pl.when(failed | done).then(pl.lit(["authentication"], dtype=pl.List(pl.String)))
    step = pl.col("_event").replace_strict({"+": "start", "-": "end"}, default="info", return_dtype=pl.String)
    command = frame["_data"].str.extract(r"^([A-Za-z]{4,8})(?:[ :]|$)").str.to_uppercase()
    spoken = frame["_event"].is_in(["<", ">"])
    return (
        kinds(frame, ["network"], ["info"])
        .with_columns(
            kind.otherwise("event.category").alias("event.category"),
            pl.when(step.is_in(["start", "end"]) & ~failed)
            .then(pl.concat_list(pl.lit("connection"), step))
            .otherwise("event.type")
            .alias("event.type"),
            pl.when(failed | done)
            .then(pl.lit("login"))
            .otherwise(pl.col("_event").replace_strict(_ACTIONS, default=None, return_dtype=pl.String))
            .alias("event.action"),
            pl.when(failed).then(pl.lit("failure")).when(done).then(pl.lit("success")).alias("event.outcome"),
            pl.lit("smtp").alias("network.protocol"),
            reply.field("1").cast(pl.Int64, strict=False).alias("smtp.reply_code"),
            reply.field("2").alias("smtp.enhanced_code"),
            pl.when(spoken).then(pl.lit(command)).alias("smtp.command"),
        )
        .drop("_event", "_data", "_context", "_local", "_remote")
    )


def _with_ends(frame: pl.DataFrame) -> pl.DataFrame:
    """The client as source: the other end where the own port is one that Exchange serves."""
    local, local_port = numbered(frame["_local"])
    remote, remote_port = numbered(frame["_remote"])
    served = local_port.is_in(_SERVED).fill_null(value=False)
    pairs = {
        "source.address": (remote, local),
        "source.port": (remote_port, local_port),
        "destination.address": (local, remote),
        "destination.port": (local_port, remote_port),
    }
    chosen = [pl.select(pl.when(served).then(a).otherwise(b)).to_series().alias(name) for name, (a, b) in pairs.items()]
    return frame.with_columns(chosen)


PARSER = FieldsParser(
    reference="https://learn.microsoft.com/en-us/exchange/mail-flow/connectors/protocol-logging",
    sieve=TIME + r"[^,]*,[0-9A-Fa-f]{16},\d+,",
    header=r"(?m)^#Fields: ?date-time,connector-id,session-id,sequence-number,",
    read=reader((_NAMES,), _fits),
    parse=_parse,
)
