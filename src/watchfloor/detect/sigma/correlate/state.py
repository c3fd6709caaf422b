"""Matches and firings of correlations in the relational store, where they survive a crash and cost no memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

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
_STREAMED = {"yield_per": _FETCH}

# Statements are built once: building one takes longer than running it.
_NUMBER = sa.bindparam("number", type_=sa.Integer)
_GROUP = sa.bindparam("group", type_=sa.String)
_MOMENT = sa.bindparam("moment", type_=sa.BigInteger)
_match, _firing = correlation_match.c, correlation_firing.c
_MATCHES_OF = (
    sa.select(*_MATCH)
    .where(_match.correlation == _NUMBER, _match.group_key == _GROUP, _match.time > _MOMENT)
    .order_by(_match.time)
)
_ALL_MATCHES = (
    sa.select(_match.group_key, *_MATCH)
    .where(_match.correlation == _NUMBER, _match.time > _MOMENT)
    .order_by(_match.correlation, _match.group_key, _match.time)
)
_FIRED_GROUPS = sa.select(_firing.group_key).where(_firing.correlation == _NUMBER, _firing.anchor > _MOMENT).distinct()
_FIRINGS_OF = sa.select(*(_firing[name] for name in _RECORDED)).where(
    _firing.correlation == _NUMBER, _firing.group_key == _GROUP, _firing.anchor > _MOMENT
)
_ALL_FIRINGS = (
    sa.select(_firing.group_key, *(_firing[name] for name in _RECORDED))
    .where(_firing.correlation == _NUMBER)
    .order_by(_firing.group_key, _firing.anchor)
)
_LAST_FIRING = sa.select(sa.func.max(_firing.anchor)).where(
    _firing.correlation == _NUMBER, _firing.group_key == _GROUP, _firing.anchor <= _MOMENT
)
_DROP_FIRING = sa.delete(correlation_firing).where(
    _firing.correlation == _NUMBER, _firing.group_key == _GROUP, _firing.anchor == _MOMENT
)
_WITHDRAW = sa.delete(correlation_match).where(*(_match[name] == sa.bindparam(f"old_{name}") for name in _IDENTITY))


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
        connection.execute(_WITHDRAW, [{f"old_{name}": row[name] for name in _IDENTITY} for row in rows])


def matches_of(connection: sa.Connection, number: int, group: str, after: int) -> Iterator[Match]:
    """A group's matches after a moment, by time."""
    own = {"number": number, "group": group, "moment": after}
    with connection.execute(_MATCHES_OF, own, execution_options=_STREAMED) as rows:
        yield from map(Match._make, rows)


def all_matches(connection: sa.Connection, number: int, after: int = BEGINNING) -> Iterator[tuple[str, Match]]:
    """Group and match of all matches after a moment, group by group, each by time."""
    own = {"number": number, "moment": after}
    with connection.execute(_ALL_MATCHES, own, execution_options=_STREAMED) as rows:
        for group, *match in rows:
            yield group, Match._make(match)


def fired_groups(connection: sa.Connection, number: int, after: int) -> set[str]:
    """Groups with firings after a moment."""
    return set(connection.execute(_FIRED_GROUPS, {"number": number, "moment": after}).scalars())


def firings_of(connection: sa.Connection, number: int, group: str, after: int) -> dict[int, Window]:
    """A group's firings after a moment, by anchor."""
    own = {"number": number, "group": group, "moment": after}
    return {row.anchor: _window(row) for row in connection.execute(_FIRINGS_OF, own)}


def all_firings(connection: sa.Connection, number: int) -> Iterator[tuple[str, Window]]:
    """Group and window of every firing of a correlation."""
    with connection.execute(_ALL_FIRINGS, {"number": number}, execution_options=_STREAMED) as rows:
        for row in rows:
            yield row.group_key, _window(row)


def _window(row: Any) -> Window:
    return Window(row.anchor, row.first, row.events, row.measured, fires=True, checksum=row.checksum)


def last_firing(connection: sa.Connection, number: int, group: str, until: int) -> int | None:
    """Anchor of a group's last firing up to a moment."""
    own = {"number": number, "group": group, "moment": until}
    found: int | None = connection.execute(_LAST_FIRING, own).scalar_one()
    return found


def replace_firings(
    connection: sa.Connection, gone: Sequence[tuple[int, str, Window]], new: Sequence[tuple[int, str, Window]]
) -> None:
    """Exchange firings, each given with its correlation's number and group."""
    if gone:
        connection.execute(
            _DROP_FIRING,
            [{"number": number, "group": group, "moment": window.anchor} for number, group, window in gone],
        )
    if new:
        connection.execute(
            sa.insert(correlation_firing),
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
