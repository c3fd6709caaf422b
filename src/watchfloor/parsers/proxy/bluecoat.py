"""Blue Coat (Symantec) ProxySG access logs: W3C extended format, by its header or in the order of the main format."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from watchfloor.parsers._columns import column
from watchfloor.parsers.plugin import FieldsParser
from watchfloor.parsers.web._records import ACCESS, reader
from watchfloor.parsers.web._w3c import FIELDS, TIMES, derived, names_in

_VALUE = re.compile(r'"((?:[^"]|"")*)"(?=\s|$)|(\S+)')
_MAIN = [
    "date",
    "time",
    "time-taken",
    "c-ip",
    "cs-username",
    "cs-auth-group",
    "x-exception-id",
    "sc-filter-result",
    "cs-categories",
    "cs(Referer)",
    "sc-status",
    "s-action",
    "cs-method",
    "rs(Content-Type)",
    "cs-uri-scheme",
    "cs-host",
    "cs-uri-port",
    "cs-uri-path",
    "cs-uri-query",
    "cs-uri-extension",
    "cs(User-Agent)",
    "s-ip",
    "sc-bytes",
    "cs-bytes",
    "x-virus-id",
    "x-bluecoat-application-name",
    "x-bluecoat-application-operation",
]
_FEWEST = 24


def _read(lines: Sequence[str], header: str) -> list[dict[str, str] | None]:
    names = names_in(header) or _MAIN
    fewest = len(names) if header else _FEWEST
    found: list[dict[str, str] | None] = []
    for line in lines:
        values = [quoted or bare for quoted, bare in _VALUE.findall(line)]
        if not fewest <= len(values) <= len(names):
            found.append(None)
            continue
        found.append(dict(zip(names, values, strict=False)))
    return found


def _derive(frame: pl.DataFrame) -> pl.DataFrame:
    """The whole URL out of its parts; what the policy denied is a failure."""
    scheme, host, port = column(frame, "url.scheme"), column(frame, "url.domain"), column(frame, "url.port")
    path, query = column(frame, "_path"), column(frame, "_query")
    usual = port.is_null() | ((scheme == "http") & (port == "80")) | ((scheme == "https") & (port == "443"))
    web = scheme.is_in(["http", "https", "ftp"]) & path.is_not_null()
    authority = host + pl.select(pl.when(usual).then(pl.lit("")).otherwise(":" + port)).to_series()
    marked = pl.select(pl.when(query.str.starts_with("?")).then(query).otherwise("?" + query)).to_series()
    whole = scheme + "://" + authority + path + marked.fill_null("")
    url = pl.select(pl.when(web).then(whole).when(path.is_not_null()).then(path)).to_series()
    action = column(frame, "event.action")
    denied = action.str.contains("DENIED") | (column(frame, "_verdict") == "DENIED")
    frame = derived(
        frame.drop("_query", strict=False).with_columns(
            column(frame, "url.original").fill_null(url).alias("url.original")
        )
    )
    failed = pl.when(denied.fill_null(value=False)).then(pl.lit("failure"))
    return frame.drop("url.query", "url.path", strict=False).with_columns(failed.alias("event.outcome"))


PARSER = FieldsParser(
    reference="https://techdocs.broadcom.com/us/en/symantec-security-software/web-and-network-security/edge-swg/7-4.html",
    sieve=(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \d+ [0-9A-Fa-f.:]+ \S+ (?:\"[^\"]*\"|\S+) \S+ (?:OBSERVED|PROXIED|DENIED|-) "
    ),
    header=r"(?m)^#Fields: .*\b(?:s-action|x-exception-id|sc-filter-result)\b",
    read=_read,
    parse=reader(
        {
            **FIELDS,
            "cs-uri-scheme": "url.scheme",
            "cs-uri-port": "url.port",
            "cs-uri-path": "_path",
            "cs-host": "url.domain",
            "s-ip": "observer.ip",
            "r-ip": "destination.address",
            "s-supplier-ip": "destination.address",
            "s-action": "event.action",
            "sc-filter-result": "_verdict",
            "x-exception-id": "event.reason",
            "cs-auth-group": "user.group.name",
            "rs(Content-Type)": "http.response.mime_type",
            "sc-bytes": "http.response.bytes",
            "cs-bytes": "http.request.bytes",
        },
        vendor="bluecoat",
        times=TIMES,
        utc=True,
        derive=_derive,
        fixed=ACCESS,
        empty=frozenset({"", "-"}),
    ),
)
