"""FortiOS: traffic, security and event logs of FortiGate firewalls as `key=value` pairs between blanks or commas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column, first, gathered, listed, word
from watchfloor.parsers._pairs import all_pairs, listed_pairs, merged
from watchfloor.parsers.firewall._fortinet import base, finished
from watchfloor.parsers.plugin import FieldsParser

_COMMAS = re.compile(r'\s*\w+=(?:"[^"]*"|[^\s",]*),\w+=')
_PERHAPS = r'^[^=]*=(?:"[^"]*"|[^",]*),'
"""What every such line fits, and hardly any other."""
_DENIED = ("deny", "denied", "block", "blocked", "dropped", "drop", "reset", "reset_client", "reset_server",
           "ip-conn", "redirect", "clear_session", "drop_session")  # fmt: skip
_ALLOWED = ("accept", "pass", "passthrough", "allow", "allowed", "permit", "start", "close", "timeout", "client-rst",
            "server-rst", "detected", "monitored", "dns", "log-only", "exempt", "bypass", "session close")  # fmt: skip
_VERDICTS = dict.fromkeys(_DENIED, "denied") | dict.fromkeys(_ALLOWED, "allowed")
_UTM = {
    "ips": ["network", "intrusion_detection"],
    "anomaly": ["network", "intrusion_detection"],
    "virus": ["network", "malware"],
}
_EVENTS = {
    "vpn": ["network"],
    "user": ["authentication"],
    "update": ["host", "malware"],
    "router": ["network"],
    "wireless": ["network"],
}
_ACTIONS = {
    "login": ["start"],
    "logout": ["end"],
    "auth-logon": ["start"],
    "fsso-logon": ["start"],
    "fsso-logoff": ["end"],
    "auth-logout": ["end"],
    "tunnel-up": ["connection", "start"],
    "tunnel-down": ["connection", "end"],
    "ssl-login-fail": ["connection", "denied"],
    "edit": ["change"],
    "add": ["creation"],
    "delete": ["deletion"],
}
_OUTCOMES = {
    "ok": "success", "success": "success", "succeed": "success", "successful": "success", "auth-logon": "success",
    "fsso-logon": "success", "fsso-logoff": "success", "auth-logout": "success", "tunnel-up": "success",
    "error": "failure", "fail": "failure", "failed": "failure", "failure": "failure", "negotiate_error": "failure",
    "ssl-login-fail": "failure", "denied": "failure",
}  # fmt: skip


def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:
    """Each line's pairs."""
    del header
    may_be = pl.Series(lines, dtype=pl.String).str.contains(_PERHAPS).arg_true()
    commas = {place: listed_pairs(lines[place]) for place in may_be if _COMMAS.match(lines[place])}
    plain = [place for place in range(len(lines)) if place not in commas] if commas else range(len(lines))
    pairs = all_pairs([lines[place] for place in plain] if commas else lines)
    return merged([(plain, pairs), (list(commas), list(commas.values()))])


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The records as columns."""
    frame = base(records, wanted, "Fortigate", "firewall")
    kind = column(frame, "@type").str.to_lowercase()
    kind = kind.replace({"dns": "utm", "ips": "utm", "virus": "utm", "webfilter": "utm", "app-ctrl": "utm"})
    frame = _ends(frame.with_columns(kind.alias("@kind")))
    return finished(_leases(_kinds(frame)))


def _ends(frame: pl.DataFrame) -> pl.DataFrame:
    """The peers of tunnels: the remote end is the client where it dials in, and so is the source."""
    sides = (("source", "@remote"), ("destination", "@local_ip"))
    for side, name in sides:
        address = first(frame, f"{side}.address", name).alias(f"{side}.address")
        port = first(frame, f"{side}.port", f"{name.removesuffix('_ip')}_port").alias(f"{side}.port")
        frame = frame.with_columns(address, port)
    return frame


def _leases(frame: pl.DataFrame) -> pl.DataFrame:
    """DHCP events, in which `hostname` is the client's name."""
    message = column(frame, "@dhcp")
    if message.null_count() == len(message):
        return frame
    leased = pl.lit(message.is_not_null())
    return frame.with_columns(
        message.str.to_lowercase().alias("dhcp.type"),
        pl.when(leased).then(column(frame, "url.domain")).alias("dhcp.hostname"),
        pl.when(leased).then(column(frame, "@ip")).alias("dhcp.assigned_ip"),
        pl.when(leased).then(column(frame, "@lease")).alias("dhcp.lease_seconds"),
        pl.when(~leased).then(column(frame, "url.domain")).alias("url.domain"),
        pl.when(leased).then(pl.lit(["network"])).otherwise("event.category").alias("event.category"),
    )


def _kinds(frame: pl.DataFrame) -> pl.DataFrame:
    action = column(frame, "@action").str.to_lowercase()
    verdict = word(column(frame, "@utmaction"), {"block": "denied"}).fill_null(word(action, _VERDICTS))
    subtype = column(frame, "@subtype").str.to_lowercase()
    outcome = word(column(frame, "@result"), _OUTCOMES).fill_null(word(column(frame, "@status"), _OUTCOMES))
    outcome = outcome.fill_null(word(action, _OUTCOMES))
    names = {"action": action, "verdict": verdict, "subtype": subtype, "outcome": outcome}
    frame = frame.with_columns(series.alias(f"@{name}_") for name, series in names.items())
    message = column(frame, "message").str.to_lowercase()
    login = (message.str.contains(r"log[- ]?(?:in|out)|logged (?:in|out)") & (subtype == "system")).fill_null(
        value=False
    )
    # A client that gives its name in the negotiation of its tunnel, and is not let in.
    refused = ((action == "negotiate") & (outcome == "failure") & column(frame, "@xauth").is_not_null()).fill_null(
        value=False
    )
    events = listed(subtype, _EVENTS)
    configured = column(frame, "@cfgpath").is_not_null()
    traffic, utm = pl.col("@kind") == "traffic", pl.col("@kind") == "utm"
    types = listed(action, _ACTIONS)
    return frame.with_columns(
        pl.when(traffic)
        .then(pl.lit(["network"]))
        .when(utm)
        .then(listed(subtype, _UTM, ["network"]))
        .when(login)
        .then(pl.lit(["authentication"]))
        .when(configured)
        .then(pl.lit(["configuration"]))
        .when(action.is_in(["ssl-login-fail", "ssl-login"]) | refused)
        .then(pl.lit(["network", "authentication"]))
        .when(action == "perf-stats")
        .then(pl.lit(["host"]))
        .otherwise(events)
        .alias("event.category"),
        pl.when(traffic | utm)
        .then(_flow_types(traffic))
        .otherwise(types.fill_null(pl.lit(["info"])))
        .alias("event.type"),
        pl.when(utm)
        .then(pl.coalesce(column(frame, "@eventtype"), column(frame, "@action")))
        .otherwise(column(frame, "@action"))
        .alias("event.action"),
        pl.when((traffic | utm) & pl.col("@action_").is_not_null())
        .then(pl.lit("success"))
        .otherwise("@outcome_")
        .alias("event.outcome"),
    )


def _flow_types(traffic: pl.Expr) -> pl.Expr:
    action = pl.col("@action_")
    phase = pl.when(action == "start").then(pl.lit("start")).when(action.is_not_null()).then(pl.lit("end"))
    asked = pl.when(~traffic & (pl.col("@subtype_") == "dns")).then(pl.lit("info"))
    parts = [pl.when(traffic).then(pl.lit("connection")), pl.when(traffic).then(phase), asked, pl.col("@verdict_")]
    return gathered(*parts)


PARSER = FieldsParser(
    reference="https://docs.fortinet.com/document/fortigate/7.6.0/fortios-log-message-reference/524940/introduction",
    sieve=(
        r"^\s*(?:(?:date|time|eventtime|itime|timestamp|logver|vd|tz|type|subtype|level|devname|devid)="
        r'(?:"[^"]*"|[^\s,"]*)[ ,]+(?:[a-z_]+=(?:"[^"]*"|[^\s,"]*)[ ,]+){0,23})?logid="?\w'
    ),
    read=read,
    parse=parse,
)
