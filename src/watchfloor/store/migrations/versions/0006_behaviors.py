"""State and findings of behaviours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables. Written out, not taken from today's metadata: a migration never changes."""
    op.create_table(
        "behavior",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("rule_id", sa.String, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("refused", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("last", sa.BigInteger, nullable=True),
        sa.Column("pruned", sa.BigInteger, nullable=True),
        sa.Column("unjudged", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("absent", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.UniqueConstraint("key", name="uq_behavior_key"),
    )
    op.create_table(
        "behavior_state",
        sa.Column("behavior", sa.Integer, primary_key=True),
        sa.Column("entity", sa.String, primary_key=True),
        sa.Column("slot", sa.BigInteger, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("least", sa.BigInteger, nullable=True),
        sa.Column("most", sa.BigInteger, nullable=True),
        sa.Column("times", sa.LargeBinary, nullable=True),
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("record_id", sa.BigInteger, nullable=True),
        sa.Column("channel", sa.String, nullable=True),
        sa.Column("peer", sa.String, nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_behavior_state_peer",
        "behavior_state",
        ["behavior", "peer"],
        sqlite_where=sa.text("peer IS NOT NULL"),
        postgresql_where=sa.text("peer IS NOT NULL"),
    )
    op.create_table(
        "behavior_finding",
        sa.Column("behavior", sa.Integer, primary_key=True),
        sa.Column("entity", sa.String, primary_key=True),
        sa.Column("time", sa.BigInteger, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sa.Column("first", sa.BigInteger, nullable=False),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("measured", sa.String, nullable=False),
        sa.Column("why", sa.String, nullable=False),
        sa.Column("places", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "behavior_gap",
        sa.Column("behavior", sa.Integer, primary_key=True),
        sa.Column("source", sa.String, primary_key=True),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
