"""State and firings of correlation rules, and the revisions of their alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables. Written out, not taken from today's metadata: a migration never changes."""
    op.create_table(
        "correlation",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("rule_id", sa.String, nullable=False),
        sa.Column("settled", sa.BigInteger, nullable=True),
        sa.Column("unjudged", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "correlation_match",
        sa.Column("correlation", sa.Integer, primary_key=True),
        sa.Column("group_key", sa.String, primary_key=True),
        sa.Column("time", sa.BigInteger, primary_key=True),
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("member", sa.Integer, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("path", sa.String, nullable=True),
        sa.Column("line", sa.BigInteger, nullable=True),
        sa.Column("record_id", sa.BigInteger, nullable=True),
        sa.Column("channel", sa.String, nullable=True),
        sa.Column("firing_group", sa.String, nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "correlation_firing",
        sa.Column("correlation", sa.Integer, primary_key=True),
        sa.Column("group_key", sa.String, primary_key=True),
        sa.Column("anchor", sa.BigInteger, primary_key=True),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("measured", sa.String, nullable=False),
        sa.Column("checksum", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alert_revision",
        sa.Column("alert_id", sa.String, sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_time", sa.BigInteger, nullable=False),
        sa.Column("last_time", sa.BigInteger, nullable=False),
    )
    op.add_column("alert", sa.Column("provisional", sa.Boolean, nullable=False, server_default=sa.false()))
