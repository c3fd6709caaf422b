"""When what a behaviour found ended, where it went on after the moment that it is about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column. Written out, not taken from today's metadata: a migration never changes."""
    op.add_column("behavior_finding", sa.Column("last", sa.BigInteger, nullable=True))
