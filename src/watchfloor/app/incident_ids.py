"""Incidents by the ids that they have or had: an id comes from the first alert, and that may change or be hidden."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from watchfloor.app.home import Home
from watchfloor.app.incidents import grouped
from watchfloor.app.knowledge import home_inventory
from watchfloor.core.errors import UsageError
from watchfloor.incidents import register
from watchfloor.store.tables import alert, incident

_TELLING = 8
"""Characters of an id from which on it is no other's by chance, not even of all that there ever were."""


def find(home: Home, connection: sa.Connection, text: str) -> sa.RowMapping:
    """The row of an incident.

    Args:
        home: open.
        connection: of its store.
        text: its id, or the beginning of it; also of an id that it had before an earlier alert or a merge joined it, or
            before its first alert was suppressed or withdrawn: then the incident that has most of the others.

    Raises:
        UsageError: there is no such incident, or more than one.
    """
    wanted = text.strip().lower()
    rows = list(connection.execute(sa.select(incident)).mappings())
    found = [row for row in rows if wanted and row["id"].startswith(wanted)]
    if not found and len(wanted) >= _TELLING:
        held = register.holders(connection)
        holders = {holder for member, holder in held.items() if register.incident_id(member).startswith(wanted)}
        if not holders:
            out = {each for each in _not_in(connection, held) if register.incident_id(each).startswith(wanted)}
            holders = set(_followers(home, connection, held, out).values())
        found = [row for row in rows if row["id"] in holders]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{len(found)} incidents start with {text!r}", way_out="Give more of the id")
    raise UsageError(f"no such incident: {text!r}", way_out="See: watchfloor incidents list")


def ids_of(home: Home, connection: sa.Connection, text: str, known: Iterable[str]) -> set[str]:
    """Those of some ids under which the incident of an id was known; empty where there is no such incident.

    Args:
        home: open.
        connection: of its store.
        text: as for `find`, but no shorter beginning than tells one.
        known: ids of incidents, of now or before.
    """
    if len(text.strip()) < _TELLING:
        return set()
    try:
        row = find(home, connection, text)
    except UsageError:
        return set()
    held = register.holders(connection)
    by_id = {register.incident_id(member): holder for member, holder in held.items()}
    others = set(known) - by_id.keys()
    out = {id_: each for each in _not_in(connection, held) if (id_ := register.incident_id(each)) in others}
    followers = _followers(home, connection, held, out.values())
    by_id |= {id_: followers[each] for id_, each in out.items() if each in followers}
    return {id_ for id_ in known if by_id.get(id_) == row["id"]}


def _not_in(connection: sa.Connection, held: dict[str, str]) -> list[str]:
    return [each for each in connection.execute(sa.select(alert.c.id)).scalars() if each not in held]


def _followers(home: Home, connection: sa.Connection, held: dict[str, str], out: Iterable[str]) -> dict[str, str]:
    """Alert that is in no incident -> the incident that has most of those that it would be with.

    First as if nothing else that is hidden were there, since much may be joined by what people hid as noise; then, for
    what that does not tell, as if nothing were hidden.
    """
    found: dict[str, str] = {}
    wanted = set(out)
    inventory = home_inventory(home)
    for shown in (wanted, None):
        if wanted <= found.keys():
            break
        for group in grouped(home, connection, inventory, shown)[0]:
            ids = [fact.id for fact in group.alerts]
            now = register.following(ids, held)
            if now is not None:
                found = dict.fromkeys(wanted.intersection(ids), now) | found
    return found
