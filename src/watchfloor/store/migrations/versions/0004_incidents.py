"""Links of alerts, incidents, what people decide about them, and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables. Written out, not taken from today's metadata: a migration never changes."""
    op.add_column("alert", sa.Column("rule_response", sa.JSON, nullable=False, server_default="[]"))
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.Column("digest", sa.String, nullable=False),
    )
    op.create_table(
        "alert_link",
        sa.Column("alert_id", sa.String, sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("side", sa.String, primary_key=True),
        sa.Column("value", sa.String, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "incident",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("anchor", sa.String, nullable=False),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("risk", sa.Integer, nullable=False),
        sa.Column("first_time", sa.BigInteger, nullable=False),
        sa.Column("last_time", sa.BigInteger, nullable=False),
        sa.Column("alerts", sa.Integer, nullable=False),
        sa.Column("why", sa.JSON, nullable=False),
        sa.UniqueConstraint("anchor"),
    )
    op.create_table(
        "incident_alert",
        sa.Column("alert_id", sa.String, primary_key=True),
        sa.Column("incident_id", sa.String, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False),
        sa.Column("join", sa.JSON, nullable=False),
    )
    op.create_index("ix_incident_alert_incident_id", "incident_alert", ["incident_id"])
    op.create_table(
        "incident_decision",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("left", sa.JSON, nullable=False),
        sa.Column("right", sa.JSON, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("why", sa.String, nullable=False),
    )
    op.create_table(
        "incident_change",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("alert_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("alerts", sa.Integer, nullable=False),
        sa.Column("by", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("note", sa.String, nullable=False),
    )
    op.create_index("ix_incident_change_alert_id", "incident_change", ["alert_id"])
