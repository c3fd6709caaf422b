"""Matches and firings of correlations in the relational store, where they survive a crash and cost no memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from watchfloor.detect.sigma.correlate.rules import Correlation
from watchfloor.detect.sigma.correlate.windows import Match, Window
from watchfloor.store.tables import correlation, correlation_firing, correlation_match
from watchfloor.store.writes import insert_missing

BEGINNING = -(1 << 63)
"""Before all times."""
_FETCH = 10_000
_MATCH = (
    correlation_match.c.time,
    correlation_match.c.event_id,
    correlation_match.c.member,
    correlation_match.c.value,
)
_IDENTITY = ("correlation", "group_key", "time", "event_id", "member", "value")
_RECORDED = ("anchor", "first", "events", "measured", "checksum")


def register(connection: sa.Connection, rules: Sequence[Correlation]) -> dict[str, int]:
    """The number of each definition, by its key; new ones get one, and what they replace is forgotten."""
    keys = {rule.id: rule.key for rule in rules}
    query = sa.select(correlation.c.number, correlation.c.key, correlation.c.rule_id)
    known = connection.execute(query).all()
    _forget(connection, [row.number for row in known if keys.get(row.rule_id, row.key) != row.key])
    new = set(keys.values()) - {row.key for row in known}
    if new:
        rows = [{"key": rule.key, "rule_id": rule.id} for rule in rules if rule.key in new]
        connection.execute(sa.insert(correlation), rows)
    return {row.key: row.number for row in connection.execute(query) if keys.get(row.rule_id) == row.key}


def _forget(connection: sa.Connection, numbers: Sequence[int]) -> None:
    for number in numbers:
        for column in (correlation_match.c.correlation, correlation_firing.c.correlation, correlation.c.number):
            connection.execute(sa.delete(column.table).where(column == number))


def settled(connection: sa.Connection) -> dict[int, int]:
    """Moments up to which correlations are final; those that are still open everywhere are absent."""
    query = sa.select(correlation.c.number, correlation.c.settled).where(correlation.c.settled.is_not(None))
    return {row.number: row.settled for row in connection.execute(query)}


def unjudged(connection: sa.Connection) -> set[int]:
    """Correlations with matches that no firing knows of yet."""
    return set(connection.execute(sa.select(correlation.c.number).where(correlation.c.unjudged)).scalars())


def mark(connection: sa.Connection, number: int, *, unjudged: bool) -> None:
    """Note whether a correlation has matches that no firing knows of yet."""
    connection.execute(sa.update(correlation).where(correlation.c.number == number).values(unjudged=unjudged))


def add_matches(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep matches; those that are known already change nothing."""
    insert_missing(connection, correlation_match, rows)


def withdraw_matches(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Forget matches, by all that makes them one."""
    if rows:
        condition = sa.and_(*(correlation_match.c[name] == sa.bindparam(f"old_{name}") for name in _IDENTITY))
        connection.execute(
            sa.delete(correlation_match).where(condition), [{f"old_{n}": row[n] for n in _IDENTITY} for row in rows]
        )


def matches_of(connection: sa.Connection, number: int, group: str, after: int) -> Iterator[Match]:
    """A group's matches after a moment, by time."""
    table = correlation_match.c
    own = sa.and_(table.correlation == number, table.group_key == group, table.time > after)
    query = sa.select(*_MATCH).where(own).order_by(table.time)
    with connection.execution_options(yield_per=_FETCH).execute(query) as rows:
        yield from map(Match._make, rows)


def all_matches(connection: sa.Connection, number: int, after: int = BEGINNING) -> Iterator[tuple[str, Match]]:
    """Group and match of all matches after a moment, group by group, each by time."""
    table = correlation_match.c
    query = (
        sa.select(table.group_key, *_MATCH)
        .where(table.correlation == number, table.time > after)
        .order_by(table.correlation, table.group_key, table.time)
    )
    with connection.execution_options(yield_per=_FETCH).execute(query) as rows:
        for group, *match in rows:
            yield group, Match._make(match)


def fired_groups(connection: sa.Connection, number: int, after: int) -> set[str]:
    """Groups with firings after a moment."""
    table = correlation_firing.c
    query = sa.select(table.group_key).where(table.correlation == number, table.anchor > after).distinct()
    return set(connection.execute(query).scalars())


def firings_of(connection: sa.Connection, number: int, group: str, after: int) -> dict[int, Window]:
    """A group's firings after a moment, by anchor."""
    table = correlation_firing.c
    query = sa.select(*(table[name] for name in _RECORDED)).where(
        table.correlation == number, table.group_key == group, table.anchor > after
    )
    return {
        row.anchor: Window(row.anchor, row.first, row.events, row.measured, fires=True, checksum=row.checksum)
        for row in connection.execute(query)
    }


def last_firing(connection: sa.Connection, number: int, group: str, until: int) -> int | None:
    """Anchor of a group's last firing up to a moment."""
    table = correlation_firing.c
    query = sa.select(sa.func.max(table.anchor)).where(
        table.correlation == number, table.group_key == group, table.anchor <= until
    )
    found: int | None = connection.execute(query).scalar_one()
    return found


def replace_firings(
    connection: sa.Connection, gone: Sequence[tuple[int, str, Window]], new: Sequence[tuple[int, str, Window]]
) -> None:
    """Exchange firings, each given with its correlation's number and group."""
    table = correlation_firing
    if gone:
        condition = sa.and_(
            table.c.correlation == sa.bindparam("number"),
            table.c.group_key == sa.bindparam("group"),
            table.c.anchor == sa.bindparam("at"),
        )
        connection.execute(
            sa.delete(table).where(condition),
            [{"number": number, "group": group, "at": window.anchor} for number, group, window in gone],
        )
    if new:
        connection.execute(
            sa.insert(table),
            [
                {
                    "correlation": number,
                    "group_key": group,
                    **{name: getattr(window, name) for name in _RECORDED},
                }
                for number, group, window in new
            ],
        )


def seal(connection: sa.Connection, number: int, moment: int) -> None:
    """Make everything up to a moment final."""
    connection.execute(sa.update(correlation).where(correlation.c.number == number).values(settled=moment))


def drop_matches(connection: sa.Connection, number: int, until: int) -> None:
    """Forget the matches up to a moment."""
    table = correlation_match
    connection.execute(sa.delete(table).where(table.c.correlation == number, table.c.time <= until))
