"""The tables of behaviours."""

from __future__ import annotations

import sqlalchemy as sa

from watchfloor.store.tables import metadata

behavior = sa.Table(
    "behavior",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("rule_id", sa.String, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("refused", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("last", sa.BigInteger, nullable=True),
    sa.Column("pruned", sa.BigInteger, nullable=True),
    sa.Column("unjudged", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("absent", sa.Boolean, nullable=False, server_default=sa.false()),
    comment="Definitions of behaviours. key: of the definition; rows: in behavior_state, at most; refused: rows that"
    " were not kept because there were too many; last: time of the latest event; pruned: slots before this moment"
    " (microseconds since 1970) are forgotten; unjudged: it has rows that no finding knows of yet; absent: a run was"
    " without it.",
)
behavior_state = sa.Table(
    "behavior_state",
    metadata,
    sa.Column("behavior", sa.Integer, primary_key=True),
    sa.Column("entity", sa.String, primary_key=True),
    sa.Column("slot", sa.BigInteger, primary_key=True),
    sa.Column("value", sa.String, primary_key=True),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("last", sa.BigInteger, nullable=False),
    sa.Column("count", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("least", sa.BigInteger, nullable=True),
    sa.Column("most", sa.BigInteger, nullable=True),
    sa.Column("times", sa.LargeBinary, nullable=True),
    sa.Column("event_id", sa.String, nullable=False),
    sa.Column("path", sa.String, nullable=False),
    sa.Column("line", sa.BigInteger, nullable=False),
    sa.Column("record_id", sa.BigInteger, nullable=True),
    sa.Column("channel", sa.String, nullable=True),
    sa.Column("peer", sa.String, nullable=True),
    sa.Index(
        "ix_behavior_state_peer",
        "behavior",
        "peer",
        sqlite_where=sa.text("peer IS NOT NULL"),
        postgresql_where=sa.text("peer IS NOT NULL"),
    ),
    comment="Events of behaviours, summed up per entity, slot and value, and one row per entity with the least slot of"
    " all, which says since when it is known. The event is the first one; peer: the value, where that of"
    " others is asked for.",
    sqlite_with_rowid=False,
)
behavior_finding = sa.Table(
    "behavior_finding",
    metadata,
    sa.Column("behavior", sa.Integer, primary_key=True),
    sa.Column("entity", sa.String, primary_key=True),
    sa.Column("time", sa.BigInteger, primary_key=True),
    sa.Column("value", sa.String, primary_key=True),
    sa.Column("first", sa.BigInteger, nullable=False),
    sa.Column("events", sa.BigInteger, nullable=False),
    sa.Column("measured", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("places", sa.String, nullable=False),
    sa.Column("learning", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("last", sa.BigInteger, nullable=True),
    comment="What behaviours found. places: JSON, some of the events; learning: too little is known to be sure;"
    " last: its end, where that is not its time.",
    sqlite_with_rowid=False,
)
