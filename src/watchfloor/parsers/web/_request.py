"""What web servers' records have in common: the request line, the URL, the answer's outcome, the client."""

from __future__ import annotations

import ipaddress
from urllib.parse import unquote

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers._patterns import typed

_REQUEST = (
    r"^(?P<http.request.method>[A-Za-z][A-Za-z_-]{0,31}) "
    r"(?P<url.original>(?s:.*?))(?: HTTP/(?P<http.version>\d(?:\.\d)?))?$"
)
_URL = (
    r"^(?:(?P<url.scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<url.username>[^/@?#:]*)(?::[^/@?#]*)?@)?"
    r"(?P<url.domain>\[[^\]/]*\]|[^/:?#]*)(?::(?P<url.port>\d{1,5}))?)?"
    r"(?P<url.path>[^?#]*)(?:\?(?P<url.query>[^#]*))?(?:#(?P<url.fragment>(?s:.*)))?$"
)
_AUTHORITY = r"^(?P<url.domain>\[[^\]/]*\]|[^/:?#]+):(?P<url.port>\d{1,5})$"


def with_request(frame: pl.DataFrame) -> pl.DataFrame:
    """The parts of `_request`, the request line, in place of it; a line that is no request gives none."""
    if "_request" not in frame.columns:
        return frame
    parts = frame["_request"].str.extract_groups(_REQUEST).struct.unnest()
    return with_url(frame.drop("_request").hstack(parts))


def with_url(frame: pl.DataFrame) -> pl.DataFrame:
    """The parts of `url.original`; path and query are percent-decoded where that gives UTF-8 text."""
    target = frame["url.original"]
    connect = (frame["http.request.method"] == "CONNECT").fill_null(value=False)
    parts = target.str.extract_groups(_URL).struct.unnest()
    authority = target.str.extract_groups(_AUTHORITY).struct.unnest()
    named = frame["url.domain"] if "url.domain" in frame.columns else pl.Series([None] * len(frame), dtype=pl.String)
    url = parts.with_columns(
        pl.when(connect).then(authority["url.domain"]).otherwise(pl.coalesce("url.domain", named)).alias("url.domain"),
        pl.when(connect).then(authority["url.port"]).otherwise("url.port").alias("url.port"),
        pl.when(~connect).then(_decoded(parts["url.path"])).alias("url.path"),
        _decoded(parts["url.query"]).alias("url.query"),
    )
    url = url.with_columns(pl.col("url.path").str.extract(r"[^/]\.([A-Za-z0-9]{1,16})$").alias("url.extension"))
    url = url.with_columns(pl.when(pl.all() == "").then(None).otherwise(pl.all()).name.keep())
    return frame.drop(url.columns, strict=False).hstack(url)


def _decoded(texts: pl.Series) -> pl.Series:
    escaped = texts.filter(texts.str.contains("%", literal=True).fill_null(value=False)).unique()
    plain = {text: _unquoted(text) for text in escaped}
    return texts.replace(plain) if plain else texts


def _unquoted(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def with_outcome(frame: pl.DataFrame) -> pl.DataFrame:
    """`event.outcome` by the status code: below 400 a success."""
    if "http.response.status_code" not in frame.columns:
        return frame
    status = frame["http.response.status_code"].cast(pl.Int64, strict=False)
    outcome = pl.when(status < 400).then(pl.lit("success")).when(status >= 400).then(pl.lit("failure"))
    return frame.with_columns(status, outcome.alias("event.outcome"))


def with_clients(frame: pl.DataFrame) -> pl.DataFrame:
    """The client out of `_clients`, a list of addresses as proxies pass it on: the first public one, else the first.

    The name in front of the list (`url.domain`) is the server's, also as destination.
    """
    if "_clients" in frame.columns:
        lists = frame["_clients"]
        several = lists.str.contains(r"[,\s]").fill_null(value=False)
        chosen = {text: _client(text) for text in lists.filter(several).unique()}
        known = [lists.replace(chosen), *([frame["source.address"]] if "source.address" in frame.columns else [])]
        frame = frame.with_columns(pl.select(pl.coalesce(known)).to_series().alias("source.address")).drop("_clients")
    if "_server" in frame.columns:
        frame = frame.with_columns(pl.col("_server").alias("destination.address")).drop("_server")
        frame = split_address(frame, "destination")
        frame = frame.with_columns(pl.col("destination.domain").alias("url.domain"))
    frame = split_address(frame, "source")
    if "_forwarded" in frame.columns:
        first = frame["_forwarded"].str.extract(r"^([0-9A-Fa-f.:]+)")
        addresses = {text: _address(text) for text in first.drop_nulls().unique()}
        forwarded = first.replace_strict(addresses, default=None, return_dtype=pl.String)
        frame = frame.with_columns(forwarded.alias("network.forwarded_ip")).drop("_forwarded")
    return frame


def _client(text: str) -> str:
    members = text.replace(",", " ").replace('"', " ").split()
    public = (member for member in members if _address(member) and not ipaddress.ip_address(member).is_private)
    return next(public, members[0])


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def finish_access(frame: pl.DataFrame) -> pl.DataFrame:
    """Everything that is derived for a record of an access log."""
    frame = typed(with_request(with_clients(frame)))
    if "_tls" in frame.columns:
        tls = frame["_tls"].str.extract_groups(r"^(TLS|SSL)v(\d(?:\.\d)?)$").struct
        frame = frame.drop("_tls").with_columns(
            tls.field("1").str.to_lowercase().alias("tls.version_protocol"), tls.field("2").alias("tls.version")
        )
    return with_outcome(frame)
