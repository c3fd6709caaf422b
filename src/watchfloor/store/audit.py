"""The audit trail: every change by a person, each entry sealed with the digest of the one before."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import sqlalchemy as sa

from watchfloor.core.clock import to_microseconds
from watchfloor.store.tables import audit_entry

_FIRST = ""
"""What the first entry has in the place of a digest before it."""


def note(
    connection: sa.Connection, at: dt.datetime, by: str, action: str, subject: str, detail: Mapping[str, Any]
) -> int:
    """Write one entry in the caller's transaction, beside the change that it tells of.

    Args:
        connection: of the transaction.
        at: when.
        by: who.
        action: what was done, such as `incident.close`.
        subject: id of what it was done to.
        detail: what else there is to know; plain JSON values.

    Returns:
        The entry's number.
    """
    query = sa.select(audit_entry.c.number, audit_entry.c.digest).order_by(audit_entry.c.number.desc()).limit(1)
    last = connection.execute(query).one_or_none()
    number, before = (last.number + 1, last.digest) if last else (1, _FIRST)
    row = {"number": number, "at": at, "by": by, "action": action, "subject": subject, "detail": dict(detail)}
    connection.execute(sa.insert(audit_entry).values(row | {"digest": _digest(before, row)}))
    return number


def entries(connection: sa.Connection) -> Iterator[sa.RowMapping]:
    """All entries, the oldest first."""
    yield from connection.execute(sa.select(audit_entry).order_by(audit_entry.c.number)).mappings()


def broken(connection: sa.Connection) -> int | None:
    """The number of the first entry that is missing or was changed after it was written; None when all hold.

    It cannot see that the newest entries were taken away, unless their digests are known from elsewhere.
    """
    before = _FIRST
    for number, row in enumerate(entries(connection), start=1):
        content = {name: value for name, value in row.items() if name != "digest"}
        if row["number"] != number or row["digest"] != _digest(before, content):
            return number
        before = row["digest"]
    return None


def _digest(before: str, row: Mapping[str, Any]) -> str:
    at = to_microseconds(row["at"])
    content = orjson.dumps(
        [before, *(row[name] for name in ("number", "by", "action", "subject", "detail")), at],
        option=orjson.OPT_SORT_KEYS,
    )
    return hashlib.sha256(content).hexdigest()
