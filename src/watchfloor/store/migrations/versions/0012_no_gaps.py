"""Behaviours learn from the stored events what they missed; those that missed some begin anew once more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Note whose gaps are open, and drop the gaps. Written out: a migration never changes."""
    behavior = sa.table("behavior", sa.column("number", sa.Integer), sa.column("absent", sa.Boolean))
    gap = sa.table("behavior_gap", sa.column("behavior", sa.Integer))
    op.execute(sa.update(behavior).where(behavior.c.number.in_(sa.select(gap.c.behavior))).values(absent=True))
    op.drop_table("behavior_gap")
