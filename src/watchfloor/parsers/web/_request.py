"""The request line, the URL and its parts, as web servers and proxies write them."""

from __future__ import annotations

from urllib.parse import unquote, unquote_plus

import polars as pl

from watchfloor.parsers._columns import column

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
    frame = frame.drop("_request")
    both = [name for name in parts.columns if name in frame.columns]
    parts = parts.with_columns(parts[name].fill_null(frame[name].cast(pl.String)) for name in both)
    return with_url(frame.drop(both).hstack(parts))


def with_url(frame: pl.DataFrame) -> pl.DataFrame:
    """The parts of `url.original`, in front of parts that are known already.

    Path and query are percent-decoded where that gives UTF-8 text; a target with a scheme is also `url.full`.
    """
    target = frame["url.original"]
    parts = target.str.extract_groups(_URL).struct.unnest()
    path, query = decoded(parts["url.path"]), decoded(parts["url.query"])
    whole = pl.when(pl.col("url.scheme").is_not_null()).then(target)
    url = parts.with_columns(path.alias("url.path"), query.alias("url.query"), whole.alias("url.full"))
    connect = (column(frame, "http.request.method") == "CONNECT").fill_null(value=False)
    if connect.any():
        authority = target.str.extract_groups(_AUTHORITY).struct.unnest()
        url = url.with_columns(
            pl.when(connect).then(authority["url.domain"]).otherwise("url.domain").alias("url.domain"),
            pl.when(connect).then(authority["url.port"]).otherwise("url.port").alias("url.port"),
            *(
                pl.when(~connect).then(name).alias(name)
                for name in ("url.scheme", "url.path", "url.query", "url.full", "url.username")
            ),
        )
    url = url.with_columns(pl.when(pl.all() != "").then(pl.all()))
    known = [name for name in url.columns if name in frame.columns]
    url = url.with_columns(url[name].fill_null(frame[name].cast(pl.String)) for name in known)
    return with_extension(frame.drop(known).hstack(url))


def urls(frame: pl.DataFrame) -> pl.DataFrame:
    """The parts of `url.original`, also where it starts with the host; other parts that are known already stay."""
    if "url.original" not in frame.columns:
        return frame
    target = frame["url.original"]
    bare = target.str.contains(r"^[^/?#:\s]+\.[^/?#:\s]+(?::\d{1,5})?(?:[/?#]|$)").fill_null(value=False)
    whole = pl.select(pl.when(bare).then("http://" + target).otherwise(target)).to_series().alias("url.original")
    parts = with_url(frame.with_columns(whole))
    scheme = pl.select(pl.when(~bare).then(parts["url.scheme"])).to_series().alias("url.scheme")
    query = parts["url.query"].fill_null(column(frame, "url.query")).alias("url.query")
    return parts.with_columns(target, scheme, query)


def split_host(frame: pl.DataFrame) -> pl.DataFrame:
    """`url.domain` and `url.port` from `_host`, a name with or without port, and `http.version` from `_protocol`."""
    if "_protocol" in frame.columns:
        version = frame["_protocol"].str.extract(r"^(?:HTTP|http|H|h)/?(\d(?:\.\d)?)$")
        frame = frame.with_columns(version.alias("http.version"))
    if "_host" not in frame.columns:
        return frame
    parts = frame["_host"].str.extract_groups(r"^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$").struct
    return frame.with_columns(parts.field("1").alias("url.domain"), parts.field("2").alias("url.port"))


def with_extension(frame: pl.DataFrame) -> pl.DataFrame:
    """`url.extension` from `url.path`."""
    return frame.with_columns(pl.col("url.path").str.extract(r"[^/]\.([A-Za-z0-9]{1,16})$").alias("url.extension"))


def decoded(texts: pl.Series, *, plus: bool = False) -> pl.Series:
    """Texts without percent escapes, where that gives UTF-8; with `plus`, `+` stands for a blank."""
    marked = texts.str.contains_any(["%", "+"] if plus else ["%"]).fill_null(value=False)
    if not marked.any():
        return texts
    plain = {text: _unquoted(text, plus=plus) for text in texts.filter(marked).unique()}
    return texts.replace(plain)


def _unquoted(text: str, *, plus: bool) -> str:
    try:
        return unquote_plus(text, errors="strict") if plus else unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text.replace("+", " ") if plus else text
