"""The W3C extended log format: columns that a `#Fields:` line names, `+` for blanks in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers._mapping import Target
from watchfloor.parsers._pairs import Pairs, columns
from watchfloor.parsers._users import with_domain
from watchfloor.parsers.web._request import decoded, with_extension

FIELDS: Mapping[str, Target] = {
    "date": "_date",
    "time": "_clock",
    "c-ip": "source.address",
    "c-port": "source.port",
    "s-ip": "destination.address",
    "s-port": "destination.port",
    "cs-host": ("destination.domain", "url.domain"),
    "cs(Host)": ("destination.domain", "url.domain"),
    "cs-username": "user.name",
    "cs-method": "http.request.method",
    "cs-uri": "url.original",
    "cs-uri-stem": "_stem",
    "cs-uri-query": "_query",
    "cs-uri-scheme": "url.scheme",
    "cs-version": "_version",
    "cs-protocol-version": "_version",
    "cs(User-Agent)": "_agent",
    "cs(Referer)": "http.request.referrer",
    "sc-status": "http.response.status_code",
    "time-taken": "_millis",
}
"""The specification's names -> fields and scratch columns (https://www.w3.org/TR/WD-logfile.html)."""
TIMES = ("%Y-%m-%d %H:%M:%S%.f",)
"""Format of date and time, which are UTC."""
MARK = "#Fields:"


def names_in(header: str) -> list[str]:
    """The columns that the last `#Fields:` line of a header names."""
    lines = [line for line in header.splitlines() if line.startswith(MARK)]
    return lines[-1][len(MARK) :].split() if lines else []


def rows(lines: Sequence[str], names: Sequence[str], separator: str = " ") -> Pairs:
    """Each line's values by the names of its columns; None where their number is another one."""
    return columns([line.rstrip("\r\n ") for line in lines], names, separator, fewest=len(names))


def derived(frame: pl.DataFrame) -> pl.DataFrame:
    """Time, URL, version, agent and user out of the scratch columns."""
    stem, query = column(frame, "_stem"), column(frame, "_query")
    frame = frame.with_columns(
        (column(frame, "_date") + " " + column(frame, "_clock")).alias("_time"),
        column(frame, "url.original").fill_null(stem).alias("url.original"),
        decoded(stem).alias("url.path"),
        decoded(query, plus=True).alias("url.query"),
        column(frame, "_version").str.extract(r"(\d(?:\.\d)?)$").alias("http.version"),
        column(frame, "_agent").str.replace_all("+", " ", literal=True).alias("user_agent.original"),
    )
    for name in ("destination.domain", "url.domain"):
        if name in frame.columns:
            frame = frame.with_columns(frame[name].str.replace(r":\d{1,5}$", ""))
    return with_domain(with_extension(frame))
