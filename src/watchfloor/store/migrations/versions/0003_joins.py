"""Parts of joins, and the events that they made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables. Written out, not taken from today's metadata: a migration never changes."""
    op.create_table(
        "join_part",
        sa.Column("join", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("time", sa.BigInteger, primary_key=True),
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("fields", sa.String, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table("joined_event", sa.Column("id", sa.String, primary_key=True), sqlite_with_rowid=False)
