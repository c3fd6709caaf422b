"""What ASA and FTD have in common: the marker before a message, the catalogue `asa.yml`, what follows from them."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

import polars as pl
import yaml

from watchfloor.parsers._address import with_macs
from watchfloor.parsers._columns import column
from watchfloor.parsers._connection import with_mapped, with_sides, with_transport
from watchfloor.parsers._patterns import REMAINDER, typed
from watchfloor.parsers._times import spans
from watchfloor.parsers.firewall._templates import Rows, catalogue, told
from watchfloor.parsers.plugin import Fields, Pattern
from watchfloor.parsers.web._request import with_url

_LEVELS = ["emergency", "alert", "critical", "error", "warning", "notification", "informational", "debug"]
_ADMINISTRATION = ["111008", "111009", "111010", "502103", "611101", "611102"]
"""Messages whose user is one of the device itself."""
_ACCOUNT = (
    r"^(?:LOCAL\\)?(?:(?P<domain>[^\\@,]+)\\)?(?P<name>[^@,]*?)\$?(?:@(?P<at>[A-Za-z0-9.-]+))?"
    r"(?:, *\d+(?::[^,]*)?)?$"
)
_LISTED = {
    "permitted": ("allowed", "success"),
    "est-allowed": ("allowed", "success"),
    "denied": ("denied", "failure"),
    "ok": ("change", "success"),
    "failed": ("info", "failure"),
    "succeeded": ("info", "success"),
}


def marker(names: str) -> str:
    """The pattern of `%NAME-severity-number: message`; a part of the number's own name may stand between."""
    return rf"^\s?%(?:{names})-(?:[A-Za-z_]+-)?(?P<event.severity>\d)-(?P<event.code>\d{{6}}):?(?: |$){REMAINDER}"


def observed(product: str) -> Fields:
    """Who tells."""
    return {"observer.vendor": "Cisco", "observer.product": product, "observer.type": "firewall", "event.kind": "event"}


def patterns_of(number: str) -> tuple[Pattern, ...]:
    """The patterns for messages of a number: its own, else its family's, else one that fits any message."""
    return messages().get(number) or _families().get(number[:3]) or (Pattern("^", _tables()["kinds"]["network"]),)


@functools.cache
def messages() -> dict[str, tuple[Pattern, ...]]:
    """Patterns by the number of the message."""
    return catalogue(_rows("messages"), _tables()["parts"])


@functools.cache
def _families() -> dict[str, tuple[Pattern, ...]]:
    return catalogue(_rows("families"), _tables()["parts"])


def _rows(table: str) -> Rows:
    for row in _tables()[table]:
        yield row["numbers"], {**_tables()["kinds"][row["kind"]], **row.get("also", {})}, tuple(row.get("says", ()))


@functools.cache
def _tables() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("asa.yml").read_text("utf-8")
    tables: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return tables


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """Everything that a message's number and text say."""
    return _derived(typed(told(frame, "event.code", patterns_of)))


def _derived(frame: pl.DataFrame) -> pl.DataFrame:
    frame = _with_accounts(with_macs(with_mapped(with_sides(with_transport(frame)))))
    if "_duration" in frame.columns:
        frame = frame.with_columns(spans(frame["_duration"]).alias("event.duration")).drop("_duration")
    level = {str(code): name for code, name in enumerate(_LEVELS)}
    severity = frame["event.severity"].cast(pl.String)
    frame = frame.with_columns(severity.replace_strict(level, default=None).alias("log.level"))
    if "_direction" in frame.columns:
        frame = frame.with_columns(pl.col("_direction").str.to_lowercase().alias("network.direction")).drop(
            "_direction"
        )
    if "network.protocol" in frame.columns:
        frame = frame.with_columns(pl.col("network.protocol").str.to_lowercase())
    if "_tls" in frame.columns:
        tls = frame["_tls"].str.extract_groups(r"^([A-Z]+?)(?:v(\d(?:\.\d)?))?$").struct
        frame = frame.drop("_tls").with_columns(
            tls.field("1").str.to_lowercase().alias("tls.version_protocol"), tls.field("2").alias("tls.version")
        )
    frame = _with_user(_with_outcome(frame))
    return with_url(frame) if "url.original" in frame.columns else frame


def _with_outcome(frame: pl.DataFrame) -> pl.DataFrame:
    """Type and outcome by the word that says what was done with a packet or a configuration."""
    if "_outcome" not in frame.columns:
        return frame
    word = frame["_outcome"].str.to_lowercase()
    last = word.replace_strict(
        {name: kind for name, (kind, _) in _LISTED.items()}, default=None, return_dtype=pl.String
    )
    outcome = word.replace_strict(
        {name: what for name, (_, what) in _LISTED.items()}, default=None, return_dtype=pl.String
    )
    first = frame["event.type"].list.first()
    both = first == "connection"
    types = (
        pl.when(last.is_null())
        .then(frame["event.type"])
        .when(both)
        .then(pl.concat_list(pl.lit("connection"), last))
        .otherwise(pl.concat_list(last))
    )
    known = frame["event.outcome"] if "event.outcome" in frame.columns else pl.lit(None, dtype=pl.String)
    return frame.drop("_outcome").with_columns(
        types.alias("event.type"), pl.coalesce(outcome, known).alias("event.outcome")
    )


def _with_accounts(frame: pl.DataFrame) -> pl.DataFrame:
    r"""`<side>.user.*` out of `_<side>_user`: `LOCAL\name`, `DOMAIN\name`, `name@domain`, a security group behind."""
    for side in ("source", "destination"):
        name = f"_{side}_user"
        if name not in frame.columns:
            continue
        parts = frame[name].str.extract_groups(_ACCOUNT).struct
        user = parts.field("name")
        group = frame[name].str.contains(r"^\d+(?::.*)?$")
        found = {
            "name": pl.select(pl.when(~group & (user != "")).then(user)).to_series(),
            "domain": parts.field("domain").fill_null(parts.field("at")),
            "email": frame[name].str.extract(r"^(?:LOCAL\\)?([^\\,\s]+@[A-Za-z0-9.-]+)"),
        }
        frame = frame.drop(name).with_columns(
            column(frame, f"{side}.user.{part}").fill_null(values).alias(f"{side}.user.{part}")
            for part, values in found.items()
        )
    return frame


def _with_user(frame: pl.DataFrame) -> pl.DataFrame:
    """The user of either side is the user of the event."""
    names = [name for name in ("source.user.name", "destination.user.name") if name in frame.columns]
    if not names:
        return frame
    on_device = pl.when(pl.col("event.code").is_in(_ADMINISTRATION)).then(pl.coalesce(names))
    domains = [pl.col(name) for name in ("source.user.domain",) if name in frame.columns]
    return frame.with_columns(
        pl.coalesce(names).alias("user.name"),
        on_device.alias("server.user.name"),
        *(domain.alias("user.domain") for domain in domains),
    )
