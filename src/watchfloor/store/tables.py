"""The tables of a home, in portable types."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from watchfloor.core.clock import from_microseconds, to_microseconds


class UtcTime(sa.TypeDecorator[dt.datetime]):
    """A moment in UTC, stored as microseconds since 1970: exact, sortable, the same on every engine."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> int | None:  # noqa: ARG002 SQLAlchemy's
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002 SQLAlchemy's
        return None if value is None else from_microseconds(value)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""Constraints have names, else a later migration could not drop them."""

source = sa.Table(
    "source",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("reference_time", UtcTime, nullable=False),
    sa.Column("reference_kind", sa.String, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    comment="Logical sources and how many of their records are committed.",
)
fresh_file = sa.Table(
    "fresh_file",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("first_time", UtcTime, nullable=False),
    sa.Column("last_time", UtcTime, nullable=False),
    sa.Column("compaction", sa.BigInteger, nullable=True, index=True),
    sa.Column("compacted", UtcTime, nullable=True),
    comment="Committed fresh files. bytes: size in memory; compaction: number of the move into the table that takes the"
    " file, set before the move; compacted: when the table had it, from then on the file waits for its readers only.",
)
event_column = sa.Table(
    "event_column",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("physical", sa.String, nullable=False),
    sa.Column("folded", sa.String, nullable=False, unique=True),
    comment="Which column of the lake holds which event field; folded is the column in lower case.",
)
lease = sa.Table(
    "lease",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("pid", sa.BigInteger, nullable=False),
    sa.Column("since", UtcTime, nullable=False),
    comment="Who writes to this home, for people to read; the lock itself is the operating system's.",
)
alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("rule_id", sa.String, nullable=False, index=True),
    sa.Column("rule_title", sa.String, nullable=False),
    sa.Column("rule_level", sa.String, nullable=False),
    sa.Column("rule_tags", sa.JSON, nullable=False),
    sa.Column("rule_response", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("day", sa.Date, nullable=False, index=True),
    sa.Column("entities", sa.JSON, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_time", UtcTime, nullable=False),
    sa.Column("last_time", UtcTime, nullable=False),
    sa.Column("why", sa.JSON, nullable=False),
    sa.Column("why_event_id", sa.String, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("provisional", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("learning", sa.Boolean, nullable=False, server_default=sa.false()),
    comment="One alert per rule, set of entities and UTC day. learning: too little was known of the past to be sure.",
)
alert_event = sa.Table(
    "alert_event",
    metadata,
    sa.Column("alert_id", sa.String, sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("event_id", sa.String, primary_key=True),
    sa.Column("timestamp", UtcTime, nullable=False),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("line", sa.BigInteger, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=True),
    sa.Column("channel", sa.String, nullable=True),
    sa.Column("failed", sa.Boolean, nullable=True),
    comment="The events that take part in an alert. failed: its record says that nothing came of it.",
)
correlation = sa.Table(
    "correlation",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("rule_id", sa.String, nullable=False),
    sa.Column("settled", sa.BigInteger, nullable=True),
    sa.Column("unjudged", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("absent", sa.Boolean, nullable=False, server_default=sa.false()),
    comment="Definitions of correlation rules. key: of the definition; settled: microseconds since 1970 up to which its"
    " firings are final, null while every event may still come; unjudged: it has matches that no firing knows of yet;"
    " absent: a run was without it.",
)
correlation_match = sa.Table(
    "correlation_match",
    metadata,
    sa.Column("correlation", sa.Integer, primary_key=True),
    sa.Column("group_key", sa.String, primary_key=True),
    sa.Column("time", sa.BigInteger, primary_key=True),
    sa.Column("event_id", sa.String, primary_key=True),
    sa.Column("member", sa.Integer, primary_key=True),
    sa.Column("value", sa.String, primary_key=True),
    sa.Column("path", sa.String, nullable=True),
    sa.Column("line", sa.BigInteger, nullable=True),
    sa.Column("record_id", sa.BigInteger, nullable=True),
    sa.Column("channel", sa.String, nullable=True),
    sa.Column("firing_group", sa.String, nullable=True),
    comment="Events, and firings of other correlations, that may take part in a correlation. firing_group: a firing's"
    " group, null for an event.",
    sqlite_with_rowid=False,
)
correlation_firing = sa.Table(
    "correlation_firing",
    metadata,
    sa.Column("correlation", sa.Integer, primary_key=True),
    sa.Column("group_key", sa.String, primary_key=True),
    sa.Column("anchor", sa.BigInteger, primary_key=True),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("events", sa.BigInteger, nullable=False),
    sa.Column("measured", sa.String, nullable=False),
    sa.Column("checksum", sa.BigInteger, nullable=False),
    comment="Windows that fire: from first to anchor, both included.",
    sqlite_with_rowid=False,
)
join_part = sa.Table(
    "join_part",
    metadata,
    sa.Column("join", sa.String, primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("time", sa.BigInteger, primary_key=True),
    sa.Column("event_id", sa.String, primary_key=True),
    sa.Column("fields", sa.String, nullable=False),
    comment="What joins keep of records until their group is whole. time: microseconds since 1970; fields: JSON.",
    sqlite_with_rowid=False,
)
joined_event = sa.Table(
    "joined_event",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    comment="Events that joins have made.",
    sqlite_with_rowid=False,
)
alert_revision = sa.Table(
    "alert_revision",
    metadata,
    sa.Column("alert_id", sa.String, sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("first_time", UtcTime, nullable=False),
    sa.Column("last_time", UtcTime, nullable=False),
    comment="What a correlation's alert said before and says now; a count of 0 withdraws it.",
)
alert_link = sa.Table(
    "alert_link",
    metadata,
    sa.Column("alert_id", sa.String, sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("side", sa.String, primary_key=True),
    sa.Column("value", sa.String, primary_key=True),
    comment="Values by which an alert may belong together with others. Of a kind and side with more than `links.MANY`"
    " values not all are kept, and none counts.",
    sqlite_with_rowid=False,
)
incident = sa.Table(
    "incident",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("anchor", sa.String, nullable=False, unique=True),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("severity", sa.String, nullable=False),
    sa.Column("risk", sa.Integer, nullable=False),
    sa.Column("first_time", UtcTime, nullable=False),
    sa.Column("last_time", UtcTime, nullable=False),
    sa.Column("alerts", sa.Integer, nullable=False),
    sa.Column("why", sa.JSON, nullable=False),
    comment="Incidents as the alerts of the home make them; anchor: the alert that gives it its id.",
)
incident_alert = sa.Table(
    "incident_alert",
    metadata,
    sa.Column("alert_id", sa.String, primary_key=True),
    sa.Column("incident_id", sa.String, sa.ForeignKey("incident.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("join", sa.JSON, nullable=False),
    comment="Which alert is in which incident. join: the alert that it joined, what both share, and how far apart.",
)
incident_decision = sa.Table(
    "incident_decision",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("left", sa.JSON, nullable=False),
    sa.Column("right", sa.JSON, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    comment="What people joined (together) and split (apart): ids of alerts. Grouping keeps to it.",
)
incident_change = sa.Table(
    "incident_change",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("alert_id", sa.String, nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("value", sa.String, nullable=False),
    sa.Column("alerts", sa.Integer, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("note", sa.String, nullable=False),
    sa.Column("last_time", UtcTime, nullable=True),
    comment="What people did with an incident, kept with its anchor: wherever that alert is now, the change belongs."
    " kind: close, reopen, assign or note; value: verdict or owner; alerts and last_time: how many"
    " it had then, and when its last event was.",
)
audit_entry = sa.Table(
    "audit_entry",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
    comment="What people changed. digest: SHA-256 of the entry and the digest before it, in hex.",
)
suppression = sa.Table(
    "suppression",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("rule_id", sa.String, nullable=False),
    sa.Column("entities", sa.JSON, nullable=False),
    sa.Column("until", UtcTime, nullable=False),
    sa.Column("owner", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("made", UtcTime, nullable=False),
    comment="Alerts of a rule that are hidden for named entities: those whose latest event is before `until`.",
)
