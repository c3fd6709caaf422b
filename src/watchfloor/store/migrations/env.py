"""Runs migrations on the connection that `open_store` hands over."""

from __future__ import annotations

from alembic import context

from watchfloor.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
