"""What is derived for every record of a request: URL, client, outcome, duration, TLS version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._mapping import EMPTY, Target, mapped
from watchfloor.parsers._patterns import typed
from watchfloor.parsers._times import LOCAL, epochs, nanoseconds, parse_times
from watchfloor.parsers.plugin import Fields, unchanged
from watchfloor.parsers.web._clients import with_clients
from watchfloor.parsers.web._request import split_host, with_request, with_url
from watchfloor.schema.fields import REST, declared

ACCESS: Fields = {"event.category": ["web"], "event.type": ["access"]}
_UNITS = {
    "_seconds": 1_000_000_000,
    "nginx.request_time": 1_000_000_000,
    "_millis": 1_000_000,
    "_micros": 1_000,
    "_nanos": 1,
}
_BOOLEANS = {"true": True, "false": False}
Derive = Callable[[pl.DataFrame], pl.DataFrame]
View = Callable[[Mapping[str, Any]], dict[str, Any]]
Parse = Callable[[Sequence[Mapping[str, Any]], frozenset[str]], pl.DataFrame]


def finish_access(frame: pl.DataFrame) -> pl.DataFrame:
    """Everything that is derived for the record of a request, from its fields and scratch columns.

    `_request` is the request line; `_client`, `_peer`, `_clients`, `_server` and `_forwarded` are as for
    `with_clients`; `_seconds`, `_millis`, `_micros` and `_nanos` are durations; `_tls` is a version such as `TLSv1.2`,
    `_host` and `_protocol` are as for `split_host`, `_path` is a path where there is no `url.original`.
    """
    frame = with_clients(split_host(frame))
    if "_path" in frame.columns:
        frame = frame.with_columns(column(frame, "url.original").fill_null(frame["_path"]).alias("url.original"))
    if "_request" in frame.columns:
        frame = with_request(frame)
    elif "url.original" in frame.columns:
        frame = with_url(frame)
    return with_outcome(with_tls(with_duration(typed(frame))))


def with_outcome(frame: pl.DataFrame) -> pl.DataFrame:
    """`event.outcome` by the status code: below 400 a success; there is none for 0, which says that nobody answered."""
    if "http.response.status_code" not in frame.columns:
        return frame
    status = frame["http.response.status_code"].cast(pl.Int64, strict=False)
    status = pl.select(pl.when(status > 0).then(status)).to_series()
    outcome: pl.Expr = pl.when(status < 400).then(pl.lit("success")).when(status >= 400).then(pl.lit("failure"))
    if "event.outcome" in frame.columns:
        outcome = pl.coalesce("event.outcome", outcome)
    return frame.with_columns(status.alias("http.response.status_code"), outcome.alias("event.outcome"))


def with_duration(frame: pl.DataFrame) -> pl.DataFrame:
    """`event.duration` in nanoseconds from the columns of other units; -1 means that there is none."""
    known = [name for name in _UNITS if name in frame.columns]
    if not known:
        return frame
    values = [nanoseconds(frame[name], _UNITS[name]) for name in known]
    return frame.with_columns(pl.coalesce(values).alias("event.duration")).drop(
        name for name in known if name.startswith("_")
    )


def with_tls(frame: pl.DataFrame) -> pl.DataFrame:
    """`tls.version` and `tls.version_protocol` from `_tls`."""
    if "_tls" not in frame.columns:
        return frame
    tls = frame["_tls"].str.extract_groups(r"^(?i)(TLS|SSL)[v ]?(\d(?:\.\d)?)$").struct
    return frame.drop("_tls").with_columns(
        tls.field("1").str.to_lowercase().alias("tls.version_protocol"), tls.field("2").alias("tls.version")
    )


def with_time(frame: pl.DataFrame, times: Sequence[str]) -> pl.DataFrame:
    """`@timestamp` or `@local` from `_time`, a text in one of these formats or seconds since 1970 and parts of them."""
    if "_time" not in frame.columns:
        return frame
    texts = frame["_time"]
    utc, local = parse_times(texts, times)
    if (utc.is_null() & local.is_null()).any():
        utc = utc.fill_null(epochs(texts))
    return frame.drop("_time").with_columns(utc.alias("@timestamp"), local.alias(LOCAL))


def as_utc(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with times that carry no zone taken as UTC, for formats that say so."""
    if LOCAL not in frame.columns:
        return frame
    utc = frame[LOCAL].dt.replace_time_zone("UTC")
    known = frame["@timestamp"].fill_null(utc) if "@timestamp" in frame.columns else utc
    return frame.drop(LOCAL).with_columns(known.alias("@timestamp"))


def reader(
    fields: Mapping[str, Target],
    *,
    vendor: str,
    times: Sequence[str] = (),
    utc: bool = False,
    fixed: Fields = ACCESS,
    derive: Derive = unchanged,
    view: View | None = None,
    empty: frozenset[str] = EMPTY,
) -> Parse:
    """The `parse` of a parser of requests as named values.

    Args:
        fields: vendor's name -> field or scratch column, as for `mapped` and `finish_access`; `_time` is the time.
        vendor: prefix of the verbatim fields.
        times: formats of `_time` as for `with_time`.
        utc: whether times without a zone are UTC.
        fixed: fields of every record that nothing else fills.
        derive: run on the mapped columns before all other derivations.
        view: gives, for a record, the values that `fields` names, where they are not the record's own.
        empty: texts that are no value.
    """

    def parse(records: Sequence[Mapping[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
        frame = mapped(records, fields if view is None else {}, vendor=vendor, wanted=wanted, empty=empty)
        if view is not None:
            seen = mapped([view(record) for record in records], fields, vendor=vendor, wanted=frozenset(), empty=empty)
            frame = frame.hstack(seen.drop(REST, *frame.columns, strict=False))
        frame = with_time(derive(frame), times)
        return with_fixed(_with_booleans(finish_access(as_utc(frame) if utc else frame)), fixed)

    return parse


def _with_booleans(frame: pl.DataFrame) -> pl.DataFrame:
    names = [name for name in frame.columns if name in declared() and declared()[name].type == "boolean"]
    return frame.with_columns(
        frame[name].str.to_lowercase().replace_strict(_BOOLEANS, default=None, return_dtype=pl.Boolean)
        for name in names
        if frame[name].dtype == pl.String
    )


def with_fixed(frame: pl.DataFrame, fixed: Fields) -> pl.DataFrame:
    """The frame with values for every row where it has none."""
    columns = []
    for name, value in fixed.items():
        one = pl.lit(list(value), dtype=pl.List(pl.String)) if isinstance(value, list) else pl.lit(str(value))
        columns.append((pl.coalesce(name, one) if name in frame.columns else one).alias(name))
    return frame.with_columns(columns)
