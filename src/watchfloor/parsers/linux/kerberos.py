"""Messages of MIT Kerberos: tickets that the KDC gave and refused, and what was done to principals with kadmin.

Principals are the client's text; the client's addresses stand before them.
"""

from __future__ import annotations

import polars as pl

from watchfloor.parsers._address import split_address
from watchfloor.parsers.plugin import Fields, MessageParser, Pattern

_LOGIN: Fields = {"event.category": ["authentication"], "event.type": ["info"], "network.protocol": "kerberos"}
_DONE: Fields = {**_LOGIN, "event.outcome": "success"}
_FAILED: Fields = {**_LOGIN, "event.outcome": "failure"}
_ADMIN: Fields = {"event.category": ["iam"], "event.type": ["user"], "event.outcome": "success"}
_REQUEST = r"(?P<_request>AS|TGS)_REQ (?:\([^()]*\) )?(?P<source.address>[0-9A-Fa-f.:]+): "
_PRINCIPAL = r"(?P<_name>[^\s@,]+)@(?P<user.domain>[^\s@,]+)"
_SERVICE = r"(?P<kerberos.service>[^\s,]+)"
_ISSUED = r"authtime \d+, (?:etypes \{[^{}]*\}, )?"
_BY = r"client=(?P<_name>[^\s@,]+)@(?P<user.domain>[^\s@,]+), service=(?P<kerberos.service>[^\s,]+)"


def _finish(frame: pl.DataFrame) -> pl.DataFrame:
    """The principal without its realm, the kind of ticket as the action, the address without its port."""
    if "_name" in frame.columns:
        frame = frame.with_columns(pl.col("_name").alias("user.name")).drop("_name")
    if "_request" in frame.columns:
        kind = pl.col("_request").str.to_lowercase() + "_req"
        given = [pl.col("event.action")] if "event.action" in frame.columns else []
        frame = frame.with_columns(pl.coalesce(*given, kind).alias("event.action")).drop("_request")
    return split_address(frame, "source")


PARSER = MessageParser(
    reference="https://web.mit.edu/kerberos/krb5-latest/doc/admin/admin_commands/krb5kdc.html",
    programs=frozenset({"krb5kdc", "kadmind"}),
    patterns=(
        Pattern(rf"^{_REQUEST}ISSUE: {_ISSUED}{_PRINCIPAL} for {_SERVICE}\s*$", _DONE),
        Pattern(
            rf"^{_REQUEST}(?P<event.code>NEEDED_PREAUTH): {_PRINCIPAL} for {_SERVICE}, (?P<event.reason>.*)$",
            {**_LOGIN, "event.outcome": "unknown"},
        ),
        Pattern(
            rf"^{_REQUEST}(?P<event.code>[A-Z_]+): (?:{_ISSUED}\s*)?{_PRINCIPAL} for {_SERVICE},"
            r" (?P<event.reason>.*)$",
            _FAILED,
        ),
        Pattern(rf"^{_REQUEST}(?P<event.code>[A-Z_]+): (?P<event.reason>.*)$", _FAILED),
        Pattern(
            rf"^Request: kadm5_(?P<event.action>\w+), (?P<user.target.name>[^,]*), success, {_BY},"
            r" addr=(?P<source.address>[0-9A-Fa-f.:]+)\s*$",
            _ADMIN,
        ),
        Pattern(
            rf"^Request: kadm5_(?P<event.action>\w+), (?P<user.target.name>[^,]*), (?P<event.reason>.*), {_BY},"
            r" addr=(?P<source.address>[0-9A-Fa-f.:]+)\s*$",
            {**_ADMIN, "event.outcome": "failure"},
        ),
        Pattern(
            rf"^Unauthorized request: kadm5_(?P<event.action>\w+), (?P<user.target.name>[^,]*), {_BY},"
            r" addr=(?P<source.address>[0-9A-Fa-f.:]+)\s*$",
            {**_ADMIN, "event.outcome": "failure"},
        ),
        Pattern(r"^(?:closing down fd \d+|commencing operation|setting up .*|listening on .*)\s*$"),
    ),
    finish=_finish,
)
