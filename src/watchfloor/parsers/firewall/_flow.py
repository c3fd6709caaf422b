"""What firewalls say of a connection in one way, from the columns of text that a parser's table filled.

Scratch columns: `@proto` is the transport protocol by its number or name, `@seconds` a duration. They, and addresses
that are none, are gone from what `connection` gives.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from watchfloor.parsers._address import ip_of
from watchfloor.parsers.web._request import with_url

PROTOCOLS = {
    "0": "hopopt", "1": "icmp", "2": "igmp", "4": "ipv4", "6": "tcp", "8": "egp", "17": "udp", "33": "dccp",
    "41": "ipv6",
    "46": "rsvp", "47": "gre", "50": "esp", "51": "ah", "58": "ipv6-icmp", "88": "eigrp", "89": "ospf", "103": "pim",
    "112": "vrrp", "115": "l2tp", "132": "sctp", "136": "udplite",
}  # fmt: skip
"""https://www.iana.org/assignments/protocol-numbers"""
ZONES = {
    "UTC": "+0000", "GMT": "+0000", "WET": "+0000", "WEST": "+0100", "CET": "+0100", "CEST": "+0200", "EET": "+0200",
    "EEST": "+0300", "MSK": "+0300", "JST": "+0900", "KST": "+0900", "AEST": "+1000", "AEDT": "+1100", "NZST": "+1200",
    "NZDT": "+1300", "EST": "-0500", "EDT": "-0400", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800",
    "PDT": "-0700",
}  # fmt: skip
"""Abbreviations that stand for one offset only; those of India, Britain and China are each used for several."""
SEVERITIES = {
    "emergency": "0", "emerg": "0", "alert": "1", "critical": "2", "crit": "2", "error": "3", "err": "3",
    "warning": "4",
    "warn": "4", "notice": "5", "notification": "5", "information": "6", "informational": "6", "info": "6",
    "debug": "7",
}  # fmt: skip
"""Syslog's severities, https://www.rfc-editor.org/rfc/rfc5424#section-6.2.1"""
_SIDES = ("source", "destination")
_HARDWARE = r"^[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}$"
_NO_ADDRESS = "0.0.0.0"  # noqa: S104  # how firewalls write that there is none
_NO_MAC = "00-00-00-00-00-00"


def column(frame: pl.DataFrame, name: str) -> pl.Series:
    """The column of that name as text, nulls where there is none."""
    if name in frame.columns:
        return frame[name]
    return pl.Series(name, [None] * len(frame), dtype=pl.String)


def first(frame: pl.DataFrame, *names: str) -> pl.Series:
    """For each row the first of these columns that has a value."""
    return pl.select(pl.coalesce([column(frame, name) for name in names])).to_series()


def word(texts: pl.Series, words: Mapping[str, str], default: str | None = None) -> pl.Series:
    """What each text, in lower case, means by a table; the default where the table does not tell."""
    lower = texts.str.to_lowercase()
    found = lower.replace_strict(dict(words), default=None, return_dtype=pl.String)
    return (
        found if default is None else pl.select(pl.when(texts.is_not_null()).then(found.fill_null(default))).to_series()
    )


def listed(texts: pl.Series, words: Mapping[str, list[str]], default: list[str] | None = None) -> pl.Series:
    """As `word`, for fields that are lists; rows without a text have the default too."""
    known = {name: "\n".join(values) for name, values in words.items()}
    found = texts.str.to_lowercase().replace_strict(known, default=None, return_dtype=pl.String)
    if default is not None:
        found = found.fill_null("\n".join(default))
    return found.str.split("\n")


def connection(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with both sides, the totals, the protocol and the users in ECS's form."""
    for side in _SIDES:
        frame = _side(frame, side)
    frame = _protocol(frame)
    for total in ("bytes", "packets"):
        frame = _total(frame, total)
    for name in ("user", "source.user", "destination.user"):
        frame = split_user(frame, name)
    seconds = column(frame, "@seconds").cast(pl.Float64, strict=False)
    if seconds.null_count() < len(seconds):
        nanoseconds = (seconds.clip(0, 1e9) * 1e9).cast(pl.Int64, strict=False)
        given = column(frame, "event.duration").cast(pl.Int64, strict=False)
        frame = frame.with_columns(given.fill_null(nanoseconds).alias("event.duration"))
    return frame.drop("@seconds", "@proto", strict=False)


def _side(frame: pl.DataFrame, side: str) -> pl.DataFrame:
    added: list[pl.Series] = []
    if f"{side}.address" in frame.columns:
        address = frame[f"{side}.address"]
        ip = ip_of(address)
        names = pl.select(pl.when(ip.is_null() & ~address.str.contains(r"[:\s]")).then(address)).to_series()
        added += [ip.alias(f"{side}.ip"), first(frame, f"{side}.domain").fill_null(names).alias(f"{side}.domain")]
    if f"{side}.nat.ip" in frame.columns:
        nat = ip_of(frame[f"{side}.nat.ip"])
        nat = nat.replace({_NO_ADDRESS: None, "::": None})
        added.append(nat.alias(f"{side}.nat.ip"))
        if f"{side}.nat.port" in frame.columns:
            port = frame[f"{side}.nat.port"]
            added.append(pl.select(pl.when(nat.is_not_null() & (port != "0")).then(port)).to_series())
            added[-1] = added[-1].alias(f"{side}.nat.port")
    if f"{side}.mac" in frame.columns:
        added.append(mac(frame[f"{side}.mac"]).alias(f"{side}.mac"))
    return frame.with_columns(added)


def mac(texts: pl.Series) -> pl.Series:
    """Hardware addresses as ECS writes them, null for what is none or all zero."""
    known = texts.str.contains(_HARDWARE)
    written = texts.str.to_uppercase().str.replace_all(":", "-", literal=True)
    return pl.select(pl.when(known & (written != _NO_MAC)).then(written)).to_series()


def _protocol(frame: pl.DataFrame) -> pl.DataFrame:
    if "@proto" in frame.columns:
        given = frame["@proto"].str.to_lowercase().str.strip_chars()
        names = given.replace_strict(PROTOCOLS, default=None, return_dtype=pl.String)
        numbers = given.replace_strict({name: number for number, name in PROTOCOLS.items()}, default=None)
        number = given.str.extract(r"^(\d{1,3})$")
        transport = names.fill_null(pl.select(pl.when(~given.str.contains(r"^\d")).then(given)).to_series())
        frame = frame.with_columns(
            first(frame, "network.transport").fill_null(transport).alias("network.transport"),
            number.fill_null(numbers.cast(pl.String)).alias("network.iana_number"),
        )
    ips = first(frame, "source.ip", "destination.ip")
    if ips.null_count() < len(ips):
        kind = pl.select(
            pl.when(ips.str.contains(":")).then(pl.lit("ipv6")).when(ips.is_not_null()).then(pl.lit("ipv4"))
        )
        frame = frame.with_columns(kind.to_series().alias("network.type"))
    return frame


def _total(frame: pl.DataFrame, what: str) -> pl.DataFrame:
    ends = [column(frame, f"{side}.{what}").cast(pl.Int64, strict=False) for side in _SIDES]
    total = ends[0] + ends[1]
    if total.null_count() == len(total):
        return frame
    given = column(frame, f"network.{what}").cast(pl.Int64, strict=False)
    return frame.with_columns(given.fill_null(total).alias(f"network.{what}"))


def urls(frame: pl.DataFrame) -> pl.DataFrame:
    """The parts of `url.original`, also where it starts with the host; other parts that are known already stay."""
    if "url.original" not in frame.columns:
        return frame
    target = frame["url.original"]
    bare = target.str.contains(r"^[^/?#:\s]+\.[^/?#:\s]+(?::\d{1,5})?(?:[/?#]|$)").fill_null(value=False)
    whole = pl.select(pl.when(bare).then("http://" + target).otherwise(target)).to_series().alias("url.original")
    parts = with_url(frame.with_columns(whole, column(frame, "http.request.method"), column(frame, "url.domain")))
    scheme = pl.select(pl.when(~bare).then(parts["url.scheme"])).to_series().alias("url.scheme")
    query = parts["url.query"].fill_null(column(frame, "url.query")).alias("url.query")
    return parts.with_columns(target, scheme, query)


def countries(frame: pl.DataFrame) -> pl.DataFrame:
    """Without country codes that are none of two letters, as vendors give for reserved addresses."""
    names = [name for name in frame.columns if name.endswith(".geo.country_iso_code")]
    return frame.with_columns(pl.when(pl.col(name).str.contains("^[A-Z]{2}$")).then(name).alias(name) for name in names)


def acting(frame: pl.DataFrame) -> pl.DataFrame:
    """The user of the event: the one on the sender's side, where no other is named."""
    for part in ("name", "domain"):
        user = first(frame, f"user.{part}", f"source.user.{part}")
        if user.null_count() < len(user):
            frame = frame.with_columns(user.alias(f"user.{part}"))
    return frame


def split_user(frame: pl.DataFrame, prefix: str) -> pl.DataFrame:
    r"""`DOMAIN\name` as `<prefix>.domain` and `<prefix>.name`."""
    name = f"{prefix}.name"
    if name not in frame.columns or not frame[name].str.contains("\\", literal=True).any():
        return frame
    parts = frame[name].str.extract_groups(r"^(?P<domain>[^\\]+)\\+(?P<name>.+)$").struct
    domain = first(frame, f"{prefix}.domain").fill_null(parts.field("domain"))
    return frame.with_columns(domain.alias(f"{prefix}.domain"), parts.field("name").fill_null(frame[name]).alias(name))


def observer(frame: pl.DataFrame, vendor: str, product: str, kind: str = "firewall") -> pl.DataFrame:
    """The frame with who observed."""
    return frame.with_columns(
        pl.lit(vendor).alias("observer.vendor"),
        pl.lit(product).alias("observer.product"),
        pl.lit(kind).alias("observer.type"),
    )


def moments(texts: pl.Series, formats: tuple[str, ...], zones: pl.Series | None = None) -> tuple[pl.Series, pl.Series]:
    """(`@timestamp`, `@local`) of texts, and of offsets such as `+0200` in a column of their own."""
    if zones is not None:
        names = zones.replace_strict(ZONES, default=None, return_dtype=pl.String)
        given = zones.str.extract_groups(r"^\(?(?:UTC|GMT)?([+-])(\d\d?):?(\d\d)?\b").struct
        minutes = given.field("3").fill_null("00")
        offset = given.field("1") + given.field("2").str.zfill(2) + minutes
        offset = names.fill_null(offset)
        texts = pl.select(pl.concat_str([texts, offset.fill_null("")])).to_series()
    utc = pl.Series([None] * len(texts), dtype=pl.Datetime("us", "UTC"))
    local = pl.Series([None] * len(texts), dtype=pl.Datetime("us"))
    for form in formats:
        utc = utc.fill_null(texts.str.to_datetime(f"{form}%#z", time_unit="us", time_zone="UTC", strict=False))
        local = local.fill_null(texts.str.to_datetime(form, time_unit="us", strict=False))
    return utc.alias("@timestamp"), local.alias("@local")
