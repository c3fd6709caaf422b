"""Definitions of behaviours and correlations in the store: which it knows all stored events of, and which are new."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import sqlalchemy as sa


def register(
    connection: sa.Connection, table: sa.Table, about: Collection[sa.Table], ids: Mapping[str, str]
) -> tuple[dict[str, int], frozenset[str]]:
    """The number of each definition; new ones get one, and what they replace is forgotten.

    So is one that earlier runs were without: what these committed it has not seen, and nobody knows what that was.

    Args:
        connection: of the transaction in which the new ones also take what is stored.
        table: of the definitions, with the columns `number`, `key`, `rule_id` and `absent`.
        about: tables whose first column is the number of the definition that a row is about.
        ids: key of each definition -> id of its rule.

    Returns:
        Number by key, and the keys of which nothing is known yet.
    """
    keys = {identity: key for key, identity in ids.items()}
    query = sa.select(table.c.number, table.c.key, table.c.rule_id, table.c.absent)
    known = connection.execute(query).all()
    gone = {row.number for row in known if keys.get(row.rule_id, row.key) != row.key or (row.absent and row.key in ids)}
    for number in gone:
        for column in (*(next(iter(each.c)) for each in about), table.c.number):
            connection.execute(sa.delete(column.table).where(column == number))
    missing = [row.number for row in known if row.rule_id not in keys]
    connection.execute(sa.update(table).where(table.c.number.in_(missing)).values(absent=True))
    new = sorted(ids.keys() - {row.key for row in known if row.number not in gone})
    if new:
        connection.execute(sa.insert(table), [{"key": key, "rule_id": ids[key]} for key in new])
    return {row.key: row.number for row in connection.execute(query) if row.key in ids}, frozenset(new)


def unjudged(connection: sa.Connection, table: sa.Table) -> set[int]:
    """Definitions with something that has not been judged yet."""
    return set(connection.execute(sa.select(table.c.number).where(table.c.unjudged)).scalars())


def mark(connection: sa.Connection, table: sa.Table, number: int, *, unjudged: bool) -> None:
    """Note whether a definition has something that has not been judged yet."""
    connection.execute(sa.update(table).where(table.c.number == number).values(unjudged=unjudged))
