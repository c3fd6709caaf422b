"""Forms of accounts, and which of them events tell together: kept in the store as rows that no order can change."""

from __future__ import annotations

import re
from typing import NamedTuple

import polars as pl
import pyarrow as pa
import sqlalchemy as sa

from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import REST
from watchfloor.store.asset_tables import account_fact
from watchfloor.store.writes import insert_missing

SCHEMA = pa.schema({"left_kind": pa.string(), "left": pa.string(), "right_kind": pa.string(), "right": pa.string()})
"""One row per pair of forms; the columns are those of the store's table."""
SID = re.compile(r"s-1-5-21-\d{1,10}-\d{1,10}-\d{1,10}-\d{1,10}")
"""A security identifier of a domain's or a machine's account:
https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers"""
_SIDES = ("user", "user.target", "source.user")
_PARTS = ("name", "domain", "id", "email")
_LONGEST = 256
_LOGON, _PRINCIPAL = "winlog.logon.type", "winlog.event_data.UserPrincipalName"
_IN_REST = r'"winlog\.event_data\.UserPrincipalName":"([^"\\]+)"'


class Form(NamedTuple):
    r"""An account as a log writes it, in lower case.

    Attributes:
        kind: `sid`; `account`, a domain's or a machine's: `domain\name`; `mail`: `name@domain`; `local`, of one host
            of Linux: `host\name`; `uid`: `host\number`; `name` alone.
        value: as the kind says.
    """

    kind: str
    value: str

    @property
    def name(self) -> str:
        """The account's name without domain or host; the number of a uid."""
        return self.value.partition("@")[0] if self.kind == "mail" else self.value.rpartition("\\")[2]

    @property
    def place(self) -> str:
        """The domain or host; empty when none is told."""
        return self.value.partition("@")[2] if self.kind == "mail" else self.value.rpartition("\\")[0]


def form_of(text: str, host: str | None = None) -> Form | None:
    """What form a text has; None for an empty one.

    Args:
        text: of any form, in any case.
        host: where it was used, which makes a number a uid and `.` a domain.
    """
    plain = text.strip().lower()
    if plain in {"", "-", "n/a", "unknown", "(null)"} or len(plain) > _LONGEST:
        return None
    if plain.startswith("s-1-"):
        return Form("sid", plain)
    if "\\" in plain:
        domain, _, name = plain.partition("\\")
        return _of_domain(domain, name, host or "")
    if "@" in plain.strip("@"):
        return Form("mail", plain)
    return Form("uid", f"{host.lower()}\\{int(plain)}") if plain.isdecimal() and host else Form("name", plain)


def _of_domain(domain: str, name: str, host: str) -> Form | None:
    place = host.lower().partition(".")[0] if domain == "." else domain
    if not (place and name):
        return Form("name", name) if name else None
    return Form("account", f"{place}\\{name}")


def observe(events: EventBatch) -> pa.Table:
    """The pairs of forms that a batch tells, as `SCHEMA` says."""
    table = events.table
    found: set[tuple[Form, Form]] = set()
    for side in _SIDES:
        own = {part: f"{side}.{part}" for part in _PARTS}
        if own["id"] not in table.column_names and own["email"] not in table.column_names:
            continue
        wanted = (*own.values(), "host.name", "event.dataset", _LOGON, _PRINCIPAL, REST)
        frame = pl.from_arrow(table.select([name for name in wanted if name in table.column_names]))
        assert isinstance(frame, pl.DataFrame)  # of a table, not of an array
        frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in wanted if name not in frame.columns)
        told = pl.col(own["id"]).is_not_null() | pl.col(own["email"]).is_not_null()
        rest = pl.col(REST).str.extract(_IN_REST)  # where no rule reads the field
        principal = pl.coalesce(pl.col(_PRINCIPAL), rest).alias(_PRINCIPAL)
        frame = frame.filter(told & pl.col(own["name"]).is_not_null()).select(*wanted[:-2], principal)
        for row in frame.unique().iter_rows():
            found |= _pairs(side, *row)
    rows = [(left.kind, left.value, right.kind, right.value) for left, right in sorted(found)]
    columns = zip(*rows, strict=True) if rows else [()] * len(SCHEMA)
    return pa.table([pa.array(column, pa.string()) for column in columns], SCHEMA)


def _pairs(
    side: str,
    name: str,
    domain: str | None,
    number: str | None,
    mail: str | None,
    host: str | None,
    dataset: str | None,
    logon: str | None,
    principal: str | None,
) -> set[tuple[Form, Form]]:
    """What one record tells of an account."""
    given = (number or "").lower()
    sid = Form("sid", given) if SID.fullmatch(given) else None
    account = form_of(f"{domain}\\{name}", host) if domain and domain != "-" and "@" not in name else None
    found: set[tuple[Form, Form]] = set()
    if sid and account:
        found.add((sid, account))
        # Computers do not log on as a service: what does, and looks like one, is a group managed service account.
        if logon == "Service" and name.endswith("$") and side == "user":
            found.add((Form("service", account.value), account))
    elif number and number.isdecimal() and host and dataset == "linux.useradd" and side == "user":
        found.add((Form("uid", f"{host.lower()}\\{int(number)}"), Form("local", f"{host.lower()}\\{name.lower()}")))
    addresses = {mail, principal if side == "user.target" else None}
    for address in (form_of(each) for each in addresses if each):
        other = sid or account
        if address and address.kind == "mail" and other and address.place != (domain or "").lower():
            found.add((other, address))
    return found


def keep(connection: sa.Connection, facts: pa.Table) -> None:
    """Add a batch's pairs; those that are there already change nothing."""
    if facts.num_rows:
        insert_missing(connection, account_fact, facts.to_pylist())


def facts(connection: sa.Connection) -> list[tuple[Form, Form]]:
    """Every pair that is known."""
    table = account_fact
    columns = (table.c.left_kind, table.c.left, table.c.right_kind, table.c.right)
    return [
        (Form(kind, value), Form(other, text)) for kind, value, other, text in connection.execute(sa.select(*columns))
    ]
