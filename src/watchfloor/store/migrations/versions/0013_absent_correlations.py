"""Correlations that a run was without learn from the stored events; so do once all that were there before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column. Written out: a migration never changes. Nobody noted which runs were without a correlation."""
    op.add_column("correlation", sa.Column("absent", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute(sa.update(sa.table("correlation", sa.column("absent", sa.Boolean))).values(absent=True))
