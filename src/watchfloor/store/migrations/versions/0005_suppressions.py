"""Suppressions of alerts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table. Written out, not taken from today's metadata: a migration never changes."""
    op.create_table(
        "suppression",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("rule_id", sa.String, nullable=False),
        sa.Column("entities", sa.JSON, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
    )
