"""FortiMail, FortiManager, FortiAnalyzer, FortiWeb, FortiAuthenticator, FortiDDoS and FortiClient: `key=value` logs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, listed, word
from watchfloor.parsers._pairs import pairs
from watchfloor.parsers._users import with_domain
from watchfloor.parsers.firewall._fortinet import base, finished
from watchfloor.parsers.plugin import FieldsParser, by_line

_CLIENT = "traff_direct"
_DATED = re.compile(r"\s*([A-Z][a-z]{2})[a-z]* {1,2}(\d{1,2} \d\d:\d\d:\d\d) (\S+) proto=")
_PAIRS = r'(?:"[^"]*"|[^\s,"]*)[ ,]+(?:[a-z_]+=(?:"[^"]*"|[^\s,"]*)[ ,]+){0,24}'
_DENIED = (
    "deny",
    "denied",
    "block",
    "blocked",
    "reject",
    "rejected",
    "discard",
    "alert_deny",
    "drop",
    "dropped",
    "erase",
)
_ALLOWED = ("accept", "allow", "allowed", "pass", "passed", "permit", "alert", "relay", "monitored")
_VERDICTS = dict.fromkeys(_DENIED, "denied") | dict.fromkeys(_ALLOWED, "allowed")
_KINDS = {
    "statistics": ["email"],
    "spam": ["email"],
    "virus": ["email", "malware"],
    "virus_file-signature": ["email", "malware"],
    "encrypt": ["email"],
    "attack": ["network", "intrusion_detection"],
    "traffic": ["network"],
}
_OUTCOMES = {
    "success": "success", "succeeded": "success", "failure": "failure", "failed": "failure", "fail": "failure",
    "error": "failure", "unknown": "unknown",
}  # fmt: skip
_PRODUCTS = {
    "FE": "FortiMail",
    "FV": "FortiWeb",
    "FA": "FortiAuthenticator",
    "FM": "FortiManager",
    "FL": "FortiAnalyzer",
}


def _read(line: str) -> dict[str, str]:
    """A line's pairs, and the text that a line ends with as `msg`."""
    values = pairs(line)
    dated = _DATED.match(line)
    if dated:  # FortiClient writes the month in full, which no syslog daemon does
        month, moment, values["host_name"] = dated.groups()
        values["log_time"] = f"{month} {moment}"
    if "msg" not in values and "typeid" in values:  # FortiAuthenticator ends with a sentence
        values["msg"] = line.rsplit('" ', 1)[-1].strip()
    return values


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = base(records, wanted, "Fortinet", "firewall")
    serial = column(frame, "observer.serial_number")
    products = serial.str.slice(0, 2).replace_strict(_PRODUCTS, default=None, return_dtype=pl.String)
    client = pl.Series([_CLIENT in record for record in records])
    kind = column(frame, "@type").str.to_lowercase()
    message = column(frame, "message")
    action = first(frame, "@action", "@status" if client.any() else "@type").fill_null(column(frame, "@type"))
    login = (column(frame, "@action").str.to_lowercase().is_in(["login", "logout", "authentication"])).fill_null(
        value=False
    )
    verdict = word(action, _VERDICTS)
    outcome = word(column(frame, "@status"), _OUTCOMES).fill_null(word(message, _OUTCOMES))
    category = pl.when(login).then(pl.lit(["authentication"])).otherwise(listed(kind, _KINDS))
    frame = frame.with_columns(
        products.fill_null("Fortinet").alias("observer.product"),
        action.alias("event.action"),
        outcome.alias("event.outcome"),
        pl.when(client).then(pl.lit(["network"])).otherwise(category).alias("event.category"),
        pl.when(verdict.is_not_null()).then(pl.concat_list(verdict)).otherwise(pl.lit(["info"])).alias("event.type"),
        pl.coalesce(column(frame, "file.name"), message.str.extract(r"^Attachment file \((.*)\) has sha1")).alias(
            "file.name"
        ),
    )
    frame = _client(frame, records) if client.any() else frame
    return finished(frame)


def _client(frame: pl.DataFrame, records: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """FortiClient's traffic: the application protocol, the direction and the user have names of their own."""
    given = {
        name: pl.Series([record.get(name) if _CLIENT in record else None for record in records], dtype=pl.String)
        for name in ("proto", "service", _CLIENT, "pid", "app_name", "logon_user", "server_app")
    }
    names = given["logon_user"].str.extract_groups(r"^(?P<name>[^@]+)(?:@(?P<domain>.+))?$").struct
    frame = frame.with_columns(
        pl.coalesce(given["service"], column(frame, "event.code")).alias("event.code"),
        pl.coalesce(given["proto"].str.to_lowercase(), column(frame, "network.protocol")).alias("network.protocol"),
        pl.coalesce(given[_CLIENT], column(frame, "network.direction")).alias("network.direction"),
        given["pid"].alias("process.pid"),
        given["app_name"].alias("process.name"),
        pl.coalesce(names.field("name"), column(frame, "user.name")).alias("user.name"),
        names.field("domain").alias("user.domain"),
        names.field("domain").alias("server.domain"),
    )
    return with_domain(frame, "user")


PARSER = FieldsParser(
    reference="https://docs.fortinet.com/document/fortimail/7.6.0/log-reference/469106/log-message-syntax",
    sieve=(
        rf'^\s*(?:(?:date|logver|itime)={_PAIRS}(?:log_id|devid|device_id)="?\w'
        rf'|(?:devid|log_id|device_id|devname)={_PAIRS}type="?\w'
        r"|(?:[A-Z][a-z]{2,8} {1,2}\d{1,2} \d\d:\d\d:\d\d \S+ )?proto=\S* service=\S* status=\w* src="
        r'|category="\w+" subcategory="[^"]*" typeid=\d+ )'
    ),
    read=by_line(_read),
    parse=parse,
)
