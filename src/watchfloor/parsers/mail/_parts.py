"""What mail records have in common: the client, log-in names, addresses in brackets, replies of SMTP."""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields

EMAIL: Fields = {"event.category": ["email"], "event.type": ["info"]}
"""Something happened to a message."""
LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["info"], "event.action": "login"}
LOGIN_FAILED: Fields = {**LOGIN, "event.outcome": "failure"}
LOGIN_DONE: Fields = {**LOGIN, "event.category": ["authentication", "session"], "event.outcome": "success"}
SESSION_END: Fields = {"event.category": ["session"], "event.type": ["end"], "event.action": "logout"}
CONNECTED: Fields = {"event.category": ["network"], "event.type": ["connection", "start"], "event.action": "connected"}
CLOSED: Fields = {"event.category": ["network"], "event.type": ["connection", "end"], "event.action": "disconnected"}
BROKEN: Fields = {"event.category": ["network"], "event.type": ["connection", "error"], "event.outcome": "failure"}
DENIED: Fields = {"event.category": ["network"], "event.type": ["connection", "denied"], "event.outcome": "failure"}
NOTED: Fields = {"event.category": ["network"], "event.type": ["info"]}
REJECTED: Fields = {**EMAIL, "event.action": "rejected", "event.outcome": "failure"}
STARTED: Fields = {"event.category": ["process"], "event.type": ["start"]}
STOPPED: Fields = {"event.category": ["process"], "event.type": ["end"]}

_NOBODY = ["unknown", "UNKNOWN", "NULL", "localhost.localdomain.invalid", "", "?"]
_LOGIN_NAME = r"^(.*)@([A-Za-z0-9._-]+)$"


def with_client(frame: pl.DataFrame, side: str = "source", name: str = "_name") -> pl.DataFrame:
    """`<side>.ip` and `.domain` from `<side>.address`, and the peer's host name in column `name` as its domain."""
    domain, address = f"{side}.domain", f"{side}.address"
    given = [frame[domain]] if domain in frame.columns else []
    frame = split_address(frame, side)
    if name in frame.columns:
        host = pl.col(name)
        known = ~host.is_in(_NOBODY) & ~host.str.contains(r"^[0-9.]+$")
        given.insert(0, frame.select(pl.when(known).then(host.str.strip_chars_end("."))).to_series())
        frame = frame.drop(name)
    if given:
        given += [frame[domain]] if domain in frame.columns else []
        frame = frame.with_columns(pl.select(pl.coalesce(given)).to_series().alias(domain))
        frame = first(frame, address, pl.col(domain))
    return frame


def first(frame: pl.DataFrame, name: str, value: pl.Expr) -> pl.DataFrame:
    """Column `name` as it is, with `value` where it has none."""
    return frame.with_columns((pl.coalesce(name, value) if name in frame.columns else value).alias(name))


def with_login(frame: pl.DataFrame) -> pl.DataFrame:
    """The log-in name in `user.name` as name and domain; as `user.email` where it has the form of an address."""
    if "user.name" not in frame.columns:
        return frame
    login = frame["user.name"]
    parts = login.str.extract_groups(_LOGIN_NAME).struct
    mailbox = parts.field("1").is_not_null()
    windows = login.str.extract_groups(r"^([A-Za-z0-9._-]+)\\([^\\@]+)$").struct
    frame = first(
        frame, "user.domain", pl.lit(pl.select(pl.coalesce(parts.field("2"), windows.field("1"))).to_series())
    )
    return frame.with_columns(
        pl.select(pl.coalesce(parts.field("1"), windows.field("2"), login)).to_series().alias("user.name"),
        pl.select(pl.when(mailbox).then(login)).to_series().alias("user.email"),
    )


def with_addresses(frame: pl.DataFrame, separator: str = ",") -> pl.DataFrame:
    """Lists of addresses that a pattern took as one text in `_to`, without brackets."""
    if "_to" not in frame.columns:
        return frame
    members = frame["_to"].str.split(separator).list.eval(pl.element().str.strip_chars(" <>")).list.drop_nulls()
    return first(frame.drop("_to"), "email.to.address", pl.lit(members))


def with_reply(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """`smtp.reply_code` and `smtp.enhanced_code` from the first that stand in the text of column `name`."""
    if name not in frame.columns:
        return frame
    reply = (
        frame[name].str.extract_groups(r"(?:^|[\s:(\"])([2-5]\d\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3}))?(?:[\s:]|$)").struct
    )
    code, enhanced = reply.field("1").cast(pl.Int64, strict=False), reply.field("2")
    frame = first(frame, "smtp.reply_code", pl.lit(code))
    return first(frame, "smtp.enhanced_code", pl.lit(enhanced))


def with_tls(frame: pl.DataFrame, name: str = "_tls") -> pl.DataFrame:
    """`tls.version` and `tls.version_protocol` from a text such as `TLSv1.3`, `TLS1.2` or `SSLv3`."""
    if name not in frame.columns:
        return frame
    parts = frame[name].str.extract_groups(r"^(TLS|SSL)[v_ ]?(\d(?:\.\d)?)").struct
    version = parts.field("2").replace({"1": "1.0"})
    return frame.drop(name).with_columns(
        parts.field("1").str.to_lowercase().alias("tls.version_protocol"), version.alias("tls.version")
    )
