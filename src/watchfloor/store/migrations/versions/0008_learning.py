"""Findings and alerts of which too little is known to be sure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns. Written out, not taken from today's metadata: a migration never changes."""
    for table in ("behavior_finding", "alert"):
        op.add_column(table, sa.Column("learning", sa.Boolean, nullable=False, server_default=sa.false()))
