"""The tables of what logs tell of devices and accounts."""

from __future__ import annotations

import sqlalchemy as sa

from watchfloor.store.tables import metadata

lease_observation = sa.Table(
    "lease_observation",
    metadata,
    sa.Column("address", sa.String, primary_key=True),
    sa.Column("time", sa.BigInteger, primary_key=True, index=True),
    sa.Column("event_id", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("mac", sa.String, nullable=True),
    sa.Column("client", sa.String, nullable=True),
    sa.Column("hostname", sa.String, nullable=True),
    sa.Column("seconds", sa.BigInteger, nullable=True),
    sa.Column("log", sa.String, nullable=False),
    sa.Column("server", sa.String, nullable=False),
    sa.Column("line", sa.BigInteger, nullable=False),
    comment="What DHCP events say of an address, one row per event. time: microseconds since 1970; client: client"
    " identifier or DUID; seconds: length of the lease; log: the dataset; server: who wrote the log.",
    sqlite_with_rowid=False,
)
account_fact = sa.Table(
    "account_fact",
    metadata,
    sa.Column("left_kind", sa.String, primary_key=True),
    sa.Column("left", sa.String, primary_key=True),
    sa.Column("right_kind", sa.String, primary_key=True),
    sa.Column("right", sa.String, primary_key=True),
    comment="Two forms of one account that an event told together; kinds as in assets/accounts.py.",
    sqlite_with_rowid=False,
)
