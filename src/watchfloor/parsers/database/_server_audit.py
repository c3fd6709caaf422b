"""Records of MariaDB's audit plugin, which its own file and syslog share: log-ins, queries, tables touched.

Nothing is escaped but the query, and a user's name may be any text: a log-in is read from its end, which the server
writes.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, Pattern

REFERENCE = "https://mariadb.com/kb/en/mariadb-audit-plugin-log-format/"
_WHERE = r"(?P<source.address>[^,\s]*),(?P<mysql.thread_id>\d+),(?P<mysql.query_id>\d+)"
_SAID = r",(?P<mysql.database>[^,]*),(?:'(?P<mysql.query>(?s:.*))'|(?P<mysql.table>[^,']*)),(?P<_code>\d*)\s*$"
_ENDED = r",(?P<mysql.database>[^,]*),[^,]*,(?P<_code>\d+)\s*$"
_LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["start"], "event.action": "login"}
_DATABASE: Fields = {"event.category": ["database"]}


def patterns(head: str) -> tuple[Pattern, ...]:
    """All shapes behind `head`, an anchored regex of what stands before the server's host."""
    host = rf"{head}[^,\s]+,"
    tables = {"READ": "access", "WRITE": "change", "CREATE": "change", "ALTER": "change", "RENAME": "change"}
    tables["DROP"] = "change"
    return (
        Pattern(rf"{host}(?P<user.name>.*),{_WHERE},(?:FAILED_CONNECT|CONNECT){_ENDED}", _LOGIN),
        Pattern(
            rf"{host}(?P<user.name>.*),{_WHERE},DISCONNECT{_ENDED}",
            {"event.category": ["session"], "event.type": ["end"], "event.action": "logout"},
        ),
        Pattern(
            rf"{host}(?P<user.name>[^,]*),{_WHERE},QUERY{_SAID}",
            {**_DATABASE, "event.type": ["access"], "event.action": "query"},
        ),
        *(
            Pattern(
                rf"{host}(?P<user.name>[^,]*),{_WHERE},{operation}{_SAID}",
                {**_DATABASE, "event.type": [kind], "event.action": operation.lower()},
            )
            for operation, kind in tables.items()
        ),
    )


def finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The outcome by the return code, 0 for a success and none for a table; addresses as IP or name."""
    code = pl.col("_code")
    frame = frame.with_columns(
        pl.when(code == "0").then(pl.lit("success")).when(code != "").then(pl.lit("failure")).alias("event.outcome"),
        pl.when(~code.is_in(["", "0"])).then(code).alias("error.code"),
    ).drop("_code")
    if "mysql.query" in frame.columns:
        frame = frame.with_columns(pl.col("mysql.query").str.replace_all(r"\'", "'", literal=True))
    return split_address(frame, "source")
