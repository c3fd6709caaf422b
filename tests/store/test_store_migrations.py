"""Migrations give exactly the declared tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from watchfloor.store import migrate
from watchfloor.store.engine import open_store
from watchfloor.store.tables import metadata


@pytest.fixture
def migrated() -> Iterator[sa.Engine]:
    """A store that every migration made."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        migrate.run(connection)
    yield engine
    engine.dispose()


def test_migrated_store_is_what_the_tables_say(migrated: sa.Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert migrate.revision(connection) == migrate.HEAD


def test_a_behaviour_that_missed_records_is_to_begin_anew() -> None:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        migrate.run(connection, "0011")
        for number in (1, 2):
            row = {"number": number, "key": f"k{number}"}
            connection.execute(sa.text("INSERT INTO behavior (number, key, rule_id) VALUES (:number, :key, 'r')"), row)
        connection.execute(sa.text("INSERT INTO behavior_gap (behavior, source, start, \"end\") VALUES (2, 's', 0, 9)"))
        migrate.run(connection)
        found = connection.execute(sa.text("SELECT number, absent FROM behavior ORDER BY number")).all()
    assert [(number, bool(absent)) for number, absent in found] == [(1, False), (2, True)]
    engine.dispose()


def test_correlations_of_before_learn_once_more() -> None:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        migrate.run(connection, "0012")
        connection.execute(sa.text("INSERT INTO correlation (key, rule_id) VALUES ('k', 'r')"))
        migrate.run(connection)
        connection.execute(sa.text("INSERT INTO correlation (key, rule_id) VALUES ('l', 's')"))
        found = connection.execute(sa.text("SELECT key, absent FROM correlation ORDER BY key")).all()
    assert [(key, bool(absent)) for key, absent in found] == [("k", True), ("l", False)]
    engine.dispose()


def test_newest_migration_is_the_one_that_opening_expects() -> None:
    scripts = ScriptDirectory(str(migrate.FOLDER))
    assert scripts.get_current_head() == migrate.HEAD
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions == sorted(revisions, reverse=True)


def test_new_store_is_what_the_migrations_make(tmp_path: Path, migrated: sa.Engine) -> None:
    created = open_store(tmp_path, write=True)
    assert _names(created.engine) == _names(migrated)
    with created.read() as new, migrated.connect() as old:
        assert sorted(sa.inspect(new).get_table_names()) == sorted(sa.inspect(old).get_table_names())
        assert migrate.revision(new) == migrate.HEAD
        migrate.run(new)  # nothing is left to do
    created.close()


@pytest.mark.parametrize("url", ["postgresql+psycopg://", "sqlite://"])
def test_tables_are_expressible_in_every_database(url: str) -> None:
    dialect = sa.make_url(url).get_dialect()()
    for table in metadata.sorted_tables:
        assert str(sa.schema.CreateTable(table).compile(dialect=dialect)).strip().startswith("CREATE TABLE")


def _names(engine: sa.Engine) -> set[tuple[str, str | None]]:
    inspector = sa.inspect(engine)
    found: set[tuple[str, str | None]] = set()
    for table in (*metadata.tables, "alembic_version"):
        found.add((table, inspector.get_pk_constraint(table)["name"]))
        for entries in (
            inspector.get_indexes(table),
            inspector.get_foreign_keys(table),
            inspector.get_unique_constraints(table),
        ):
            found.update((table, entry["name"]) for entry in entries)
    return found
