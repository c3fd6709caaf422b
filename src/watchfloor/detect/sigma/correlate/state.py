"""Matches and firings of correlations in the relational store, where they survive a crash and cost no memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from watchfloor.detect.sigma.correlate.rules import Correlation
from watchfloor.detect.sigma.correlate.windows import Match, Window
from watchfloor.store.tables import correlation, correlation_firing, correlation_match
from watchfloor.store.writes import insert_missing

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


def matches_of(connection: sa.Connection, number: int, group: str) -> Iterator[Match]:
    """A group's matches by time."""
    table = correlation_match.c
    query = sa.select(*_MATCH).where(table.correlation == number, table.group_key == group).order_by(table.time)
    with connection.execution_options(yield_per=_FETCH).execute(query) as rows:
        yield from map(Match._make, rows)


def all_matches(connection: sa.Connection, number: int) -> Iterator[tuple[str, Match]]:
    """Group and match of all matches, group by group, each by time."""
    table = correlation_match.c
    query = (
        sa.select(table.group_key, *_MATCH)
        .where(table.correlation == number)
        .order_by(table.correlation, table.group_key, table.time)
    )
    with connection.execution_options(yield_per=_FETCH).execute(query) as rows:
        for group, *match in rows:
            yield group, Match._make(match)


def open_groups(connection: sa.Connection, number: int) -> set[str]:
    """Groups with firings that events can still change."""
    table = correlation_firing.c
    query = sa.select(table.group_key).where(table.correlation == number, ~table.sealed).distinct()
    return set(connection.execute(query).scalars())


def open_firings(connection: sa.Connection, number: int, group: str) -> dict[int, Window]:
    """A group's firings that events can still change, by anchor."""
    table = correlation_firing.c
    query = sa.select(*(table[name] for name in _RECORDED)).where(
        table.correlation == number, table.group_key == group, ~table.sealed
    )
    return {
        row.anchor: Window(row.anchor, row.first, row.events, row.measured, fires=True, checksum=row.checksum)
        for row in connection.execute(query)
    }


def last_sealed(connection: sa.Connection, number: int, group: str) -> int | None:
    """Anchor of a group's last firing that is final."""
    table = correlation_firing.c
    query = sa.select(sa.func.max(table.anchor)).where(
        table.correlation == number, table.group_key == group, table.sealed
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
                    "sealed": False,
                    **{name: getattr(window, name) for name in _RECORDED},
                }
                for number, group, window in new
            ],
        )


def seal(connection: sa.Connection, number: int, moment: int, keep: int) -> None:
    """Make everything up to a moment final; matches up to `keep` are of no use any more and go."""
    connection.execute(sa.update(correlation).where(correlation.c.number == number).values(settled=moment))
    firing, match = correlation_firing.c, correlation_match.c
    connection.execute(
        sa.update(correlation_firing)
        .where(firing.correlation == number, ~firing.sealed, firing.anchor <= moment)
        .values(sealed=True)
    )
    connection.execute(sa.delete(correlation_match).where(match.correlation == number, match.time <= keep))
