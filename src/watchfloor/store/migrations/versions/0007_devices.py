"""What DHCP events say of addresses, and which forms of accounts belong together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables. Written out, not taken from today's metadata: a migration never changes."""
    op.create_table(
        "lease_observation",
        sa.Column("address", sa.String, primary_key=True),
        sa.Column("time", sa.BigInteger, primary_key=True),
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("mac", sa.String, nullable=True),
        sa.Column("client", sa.String, nullable=True),
        sa.Column("hostname", sa.String, nullable=True),
        sa.Column("seconds", sa.BigInteger, nullable=True),
        sa.Column("log", sa.String, nullable=False),
        sa.Column("server", sa.String, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lease_observation_time", "lease_observation", ["time"])
    op.create_table(
        "account_fact",
        sa.Column("left_kind", sa.String, primary_key=True),
        sa.Column("left", sa.String, primary_key=True),
        sa.Column("right_kind", sa.String, primary_key=True),
        sa.Column("right", sa.String, primary_key=True),
        sqlite_with_rowid=False,
    )
