"""Which events of alerts say that nothing came of what was tried; of those before nothing is known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column. Written out, not taken from today's metadata: a migration never changes."""
    op.add_column("alert_event", sa.Column("failed", sa.Boolean, nullable=True))
