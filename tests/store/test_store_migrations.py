"""Migrations give exactly the declared tables."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from watchfloor.store import migrate
from watchfloor.store.engine import open_store
from watchfloor.store.tables import metadata


def test_migrated_store_is_what_the_tables_say(tmp_path: Path) -> None:
    store = open_store(tmp_path, write=True)
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    store.close()


def test_newest_migration_is_the_one_that_opening_expects() -> None:
    scripts = ScriptDirectory(str(migrate.FOLDER))
    assert scripts.get_current_head() == migrate.HEAD
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)


def test_constraints_of_a_migrated_store_have_the_declared_names(tmp_path: Path) -> None:
    migrated = open_store(tmp_path, write=True)
    created = sa.create_engine("sqlite://")
    metadata.create_all(created)
    assert _names(migrated.engine) == _names(created)
    migrated.close()
    created.dispose()


@pytest.mark.parametrize("url", ["postgresql+psycopg://", "sqlite://"])
def test_tables_are_expressible_in_every_database(url: str) -> None:
    dialect = sa.make_url(url).get_dialect()()
    for table in metadata.sorted_tables:
        assert str(sa.schema.CreateTable(table).compile(dialect=dialect)).strip().startswith("CREATE TABLE")


def _names(engine: sa.Engine) -> set[tuple[str, str | None]]:
    inspector = sa.inspect(engine)
    found: set[tuple[str, str | None]] = set()
    for table in metadata.tables:
        found.add((table, inspector.get_pk_constraint(table)["name"]))
        for entries in (
            inspector.get_indexes(table),
            inspector.get_foreign_keys(table),
            inspector.get_unique_constraints(table),
        ):
            found.update((table, entry["name"]) for entry in entries)
    return found
