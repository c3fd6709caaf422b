"""Brings the store to the shape that this version knows."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from watchfloor.core.errors import StoreError
from watchfloor.store import asset_tables, behavior_tables  # noqa: F401 - their tables are part of the metadata
from watchfloor.store.tables import metadata

HEAD = "0013"
"""The newest migration, named here so that opening a store of today need not load Alembic (0.4 s); a test holds it."""
FOLDER = Path(__file__).parent / "migrations"
_VERSION = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table."""


def upgrade(connection: sa.Connection, place: str) -> None:
    """Create the tables, or run the missing migrations, inside the caller's transaction.

    An empty store gets today's tables at once (a test holds them equal to what the migrations make), since loading
    Alembic takes longer than all else that a small `analyze` does.

    Raises:
        StoreError: the store was written by a newer version.
    """
    have = revision(connection)
    if have == HEAD:
        return
    if have is None and not sa.inspect(connection).get_table_names():
        metadata.create_all(connection, checkfirst=False)
        _VERSION.create(connection, checkfirst=False)
        connection.execute(sa.insert(_VERSION).values(version_num=HEAD))
        return
    _refuse_newer(have, place)
    run(connection)


def run(connection: sa.Connection, until: str = "head") -> None:
    """Run the missing migrations up to one, all of them on an empty store."""
    from alembic import command  # noqa: PLC0415 slow to import, and needed when a home changes version
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, until)


def check(connection: sa.Connection, place: str) -> None:
    """Refuse a store of another version, for a reader.

    Raises:
        StoreError: it is newer or older.
    """
    have = revision(connection)
    if have == HEAD:
        return
    _refuse_newer(have, place)
    raise StoreError(
        "is of an older version, or just being created", place=place, way_out="Run: watchfloor analyze PATH --home DIR"
    )


def revision(connection: sa.Connection) -> str | None:
    """The store's migration, None when it is empty."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _refuse_newer(have: str | None, place: str) -> None:
    if have is not None and have > HEAD:
        raise StoreError("was written by a newer version", place=place, way_out="Upgrade Watchfloor")
