"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables. Written out, not taken from today's metadata: a migration never changes."""
    op.create_table(
        "source",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("reference_time", sa.BigInteger, nullable=False),
        sa.Column("reference_kind", sa.String, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "fresh_file",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("first_time", sa.BigInteger, nullable=False),
        sa.Column("last_time", sa.BigInteger, nullable=False),
        sa.Column("compaction", sa.BigInteger, nullable=True, index=True),
        sa.Column("compacted", sa.BigInteger, nullable=True),
    )
    op.create_table(
        "event_column",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("physical", sa.String, nullable=False),
        sa.Column("folded", sa.String, nullable=False, unique=True),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("holder", sa.String, nullable=False),
        sa.Column("pid", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("rule_id", sa.String, nullable=False, index=True),
        sa.Column("rule_title", sa.String, nullable=False),
        sa.Column("rule_level", sa.String, nullable=False),
        sa.Column("rule_tags", sa.JSON, nullable=False),
        sa.Column("day", sa.Date, nullable=False, index=True),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("first_time", sa.BigInteger, nullable=False),
        sa.Column("last_time", sa.BigInteger, nullable=False),
        sa.Column("why", sa.JSON, nullable=False),
        sa.Column("why_event_id", sa.String, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
    )
    op.create_table(
        "alert_event",
        sa.Column("alert_id", sa.String, sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("timestamp", sa.BigInteger, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=False),
        sa.Column("record_id", sa.BigInteger, nullable=True),
        sa.Column("channel", sa.String, nullable=True),
    )
