"""When the last event of an incident was as somebody closed it, so that whatever is later opens it again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the column. Written out, not taken from today's metadata: a migration never changes."""
    op.add_column("incident_change", sa.Column("last_time", sa.BigInteger, nullable=True))
