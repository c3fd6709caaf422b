"""Exchange Server's message tracking log: each step of each message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._mapping import Target
from watchfloor.parsers.mail._exchange import TIME, kinds, reader, table
from watchfloor.parsers.mail._parts import with_client
from watchfloor.parsers.plugin import FieldsParser

_2010 = [
    "date-time",
    "client-ip",
    "client-hostname",
    "server-ip",
    "server-hostname",
    "source-context",
    "connector-id",
    "source",
    "event-id",
    "internal-message-id",
    "message-id",
    "recipient-address",
    "recipient-status",
    "total-bytes",
    "recipient-count",
    "related-recipient-address",
    "reference",
    "message-subject",
    "sender-address",
    "return-path",
    "message-info",
    "directionality",
    "tenant-id",
    "original-client-ip",
    "original-server-ip",
    "custom-data",
]
_2013 = [*_2010[:11], "network-message-id", *_2010[11:]]
_2016 = [*_2013, "transport-traffic-type", "log-id", "schema-version"]
_2007 = _2010[:21]
_USUAL = (_2007, _2010, _2013, _2016[:28], _2016[:29], _2016)
_FIELDS: dict[str, Target] = {
    "clientip": ("client.ip", "source.address"),
    "clienthostname": ("client.domain", "_name"),
    "serverip": ("server.ip", "destination.address"),
    "serverhostname": ("server.domain", "_server"),
    "messageid": "email.message_id",
    "networkmessageid": "email.local_id",
    "internalmessageid": "email.local_id",
    "recipientaddress": "_to",
    "recipientstatus": "event.reason",
    "totalbytes": "network.bytes",
    "messagesubject": "email.subject",
    "senderaddress": "email.sender.address",
    "directionality": "_direction",
    "eventid": "event.code",
    "customdata": "_custom",
}
_ACTIONS = {
    "DELIVER": "delivered",
    "SEND": "sent",
    "SENDEXTERNAL": "sent",
    "RECEIVE": "received",
    "FAIL": "failed",
    "BADMAIL": "failed",
    "POISONMESSAGE": "failed",
    "DEFER": "deferred",
    "DSN": "notification",
    "SUBMIT": "submitted",
    "EXPAND": "expanded",
}
_FAILURES = ["FAIL", "DEFER", "BADMAIL", "POISONMESSAGE", "SUBMITFAIL", "AGENTFAIL"]
_SUCCESSES = ["DELIVER", "SEND", "SENDEXTERNAL", "RECEIVE", "SUBMIT"]
_OUTCOMES = dict.fromkeys(_FAILURES, "failure") | dict.fromkeys(_SUCCESSES, "success")
_DIRECTIONS = {"Incoming": "inbound", "Originating": "outbound"}


def _fits(record: dict[str, str]) -> bool:
    return record["event-id"].isupper() and record["source"].isupper() and record["recipient-count"].isdigit()


def _parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """Who sent to whom, over which servers, what happened and how it ended."""
    frame = table(records, _FIELDS, wanted)
    frame = with_client(with_client(frame), "destination", "_server")
    if "_to" in frame.columns:
        frame = frame.drop("_to").with_columns(frame["_to"].str.split(";").alias("email.to.address"))
    frame = _with_sender(frame)
    if "_direction" in frame.columns:
        direction = frame["_direction"].replace_strict(_DIRECTIONS, default=None, return_dtype=pl.String)
        frame = frame.drop("_direction").with_columns(direction.alias("email.direction"))
    code = frame["event.code"]
    outcome = code.replace_strict(_OUTCOMES, default=None, return_dtype=pl.String)
    action = code.replace(_ACTIONS).str.to_lowercase()
    return kinds(frame, ["email"], ["info"]).with_columns(action.alias("event.action"), outcome.alias("event.outcome"))


def _with_sender(frame: pl.DataFrame) -> pl.DataFrame:
    """The from header, where the server rewrote it and notes the original, else the sender."""
    senders = []
    if "_custom" in frame.columns:
        original = pl.col("_custom").str.extract(r"(?:^|;)S:OriginalFromAddress=([^;<>]+)(?:;|$)")
        senders.append(original)
    if "email.sender.address" in frame.columns:
        sender = frame["email.sender.address"]
        frame = frame.with_columns(pl.select(pl.when(sender != "<>").then(sender)).to_series().alias(sender.name))
        senders.append(pl.col("email.sender.address"))
    if not senders:
        return frame
    first = pl.coalesce(senders)
    frame = frame.with_columns(pl.when(first.is_not_null()).then(pl.concat_list(first)).alias("email.from.address"))
    return frame.drop("_custom", strict=False)


PARSER = FieldsParser(
    reference="https://learn.microsoft.com/en-us/exchange/mail-flow/transport-logs/message-tracking",
    sieve=TIME + r"[^,]*,[^,]*,[^,]*,[^,]*,",
    header=r"(?m)^#Fields: ?date-time,client-ip,client-hostname,server-ip,",
    read=reader(_USUAL, _fits),
    parse=_parse,
)
