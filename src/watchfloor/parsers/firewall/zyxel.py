"""Zyxel USG, ATP and ZyWALL: pairs `src="address:port" dst= msg= note=` and the category of the message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._address import endpoints
from watchfloor.parsers._columns import column
from watchfloor.parsers._connection import connection, observer
from watchfloor.parsers._forged import DOUBTED, doubted
from watchfloor.parsers._mapping import Target, mapped
from watchfloor.parsers._pairs import all_pairs
from watchfloor.parsers._users import acting
from watchfloor.parsers.plugin import FieldsParser

_FIELDS: dict[str, Target] = {
    **DOUBTED,
    "src": "@source", "dst": "@destination", "msg": "message", "note": "@note", "user": "@user",
    "devID": "observer.serial_number", "devname": "observer.name", "cat": "rule.category", "protoID": "@proto",
    "proto": "@service", "dir": "@direction", "sent": "source.bytes", "rcvd": "destination.bytes",
    "duration": "@seconds",
}  # fmt: skip
_ONCE = frozenset({"msg", "note", "user", "cat"})
_NO_ADDRESS = "0.0.0.0"  # noqa: S104  # how the firewall writes that there is none
_SIGN_IN = r"(?i)\blog(?:ged)?[ -]?(?:in|out|on|off)\b|authenticat"
# Names are what clients typed; what the device says stands behind them, so the last such words count.
_PERSON = (
    r"(?s)^[A-Z][A-Za-z-]*(?: user)? (?P<who>.+) "
    r"has (?:been )?(?P<did>logged in|logged out|logged off|denied(?: from)?)\b[^']*$"
)
_ROLE = r"(?i)^[a-z-]*(?:user|administrator|admin|guest) "
_BY = r"(?s)^(?P<user>.+) from (?P<by>[a-z0-9/_-]+)$"
_MAC = r"\(MAC=[^()]*\)$"
_DENIED = ("(?i)block|drop", r"(?i)\b(?:DROP|DENY|REJECT|BLOCK)\b")
_ALLOWED = ("(?i)forward|traffic log", r"\b(?:ACCEPT|FORWARD|ALLOW)\b")
"""What notes and messages say of connections."""
_ACCOUNT = r"^Account: (.+)$"
_OUT = ("logged out", "logged off")
_VPN = r"(?i)ssl ?vpn|l2tp|xauth|ike|eap|pptp"


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's pairs."""
    del header
    return all_pairs(lines, once=_ONCE)


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = observer(mapped(records, _FIELDS, vendor="zyxel", wanted=wanted), "Zyxel", "USG")
    zones = column(frame, "@direction").str.extract_groups(r"^(?P<from>[^:]+):(?P<to>.+)$").struct
    note, message = column(frame, "@note"), column(frame, "message")
    did, name, service = _person(message)
    tried = message.str.starts_with("Failed login attempt ").fill_null(value=False)
    # What is said of a person's log-in holds the person's own text, which may read like a verdict.
    told = did.is_not_null() | tried
    denied, allowed = (
        ~told & (note.str.contains(in_note) | message.str.contains(in_message)).fill_null(value=False)
        for in_note, in_message in (_DENIED, _ALLOWED)
    )
    verdict = pl.when(denied).then(pl.lit("denied")).when(allowed).then(pl.lit("allowed"))
    sign_in = told | (message.str.contains(_SIGN_IN) & ~(denied | allowed)).fill_null(value=False)
    out = did.is_in(_OUT).fill_null(value=False)
    into = (did == "logged in").fill_null(value=False)
    failed = sign_in & ~out & ~into & message.str.contains(r"(?i)fail|denied|incorrect").fill_null(value=False)
    vpn = service.str.contains(_VPN).fill_null(value=False)
    user = column(frame, "@user").replace("unknown", None).fill_null(note.str.extract(_ACCOUNT))
    frame = frame.with_columns(
        *_peers(frame),
        user.fill_null(name).alias("source.user.name"),
        pl.when(failed)
        .then(pl.lit("logon-failed"))
        .when(out)
        .then(pl.when(vpn).then(pl.lit("client-vpn-disconnected")).otherwise(pl.lit("logged-out")))
        .when(into)
        .then(pl.when(vpn).then(pl.lit("client-vpn-connected")).otherwise(pl.lit("logged-in")))
        .otherwise(note)
        .alias("event.action"),
        zones.field("from").alias("observer.ingress.zone"),
        zones.field("to").alias("observer.egress.zone"),
        pl.when(sign_in).then(pl.lit(["authentication"])).otherwise(pl.lit(["network"])).alias("event.category"),
        pl.when(denied | allowed)
        .then(pl.concat_list(pl.lit("connection"), verdict))
        .when(out)
        .then(pl.lit(["end"]))
        .when(into)
        .then(pl.lit(["start"]))
        .otherwise(pl.lit(["info"]))
        .alias("event.type"),
        pl.when(denied | allowed)
        .then(pl.lit("success"))
        .when(failed)
        .then(pl.lit("failure"))
        .when(out | into)
        .then(pl.lit("success"))
        .alias("event.outcome"),
    )
    return acting(connection(doubted(frame, believed=("source.address", "source.port"))))


def _person(message: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """What a person did, who it was, and by which service; nulls where the message tells of none."""
    said = message.str.extract_groups(_PERSON).struct
    did, who = said.field("did"), said.field("who")
    by = who.str.extract_groups(_BY).struct
    refused = ((did == "denied from") & message.str.contains(_ROLE)).fill_null(value=False)
    known = by.field("by").is_not_null() | refused
    name = by.field("user").fill_null(who).str.replace(_MAC, "")
    found = (pl.when(known).then(each) for each in (did, name, by.field("by")))
    done, user, service = (pl.select(each).to_series() for each in found)
    return done, user, service


def _peers(frame: pl.DataFrame) -> list[pl.Series]:
    """Addresses and ports of both sides."""
    found = []
    for side in ("source", "destination"):
        address, port = endpoints(column(frame, f"@{side}"))
        found += [address.replace(_NO_ADDRESS, None).alias(f"{side}.address"), port.alias(f"{side}.port")]
    return found


PARSER = FieldsParser(
    reference="https://support.zyxel.eu/hc/en-us/articles/360001378673",
    sieve=r'^\s*src="[^"]*" dst="[^"]*" msg="[^"]*" note="[^"]*" user="',
    read=read,
    parse=parse,
)
