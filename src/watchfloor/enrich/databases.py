"""The user's own databases of addresses in MaxMind's format."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from watchfloor.core.errors import UsageError

Record = Mapping[str, Any]
_NOTHING: Record = {}
_LOOKED_AT = 10_000
"""Networks that are looked at to see what a database is of; some of them may lack a part."""


def records(path: Path, addresses: Sequence[str | None], part: Callable[[Record], Record] = dict) -> list[Record]:
    """What the database says of each address; nothing for text that is no address and for unknown ones.

    Raises:
        UsageError: the file cannot be read or is damaged.
    """
    import maxminddb  # noqa: PLC0415 - only who has a database needs it

    reader = opened(path)
    found = []
    for address in addresses:
        if address is None:
            found.append(_NOTHING)
            continue
        try:
            record = reader.get(address.partition("%")[0] if ":" in address else address)
        except maxminddb.InvalidDatabaseError as error:
            raise UsageError(f"a damaged database: {error}", place=str(path)) from error
        except ValueError:  # no address, or one of IPv6 in a database of IPv4
            record = None
        found.append(part(record) if isinstance(record, dict) else _NOTHING)
    return found


def check(path: Path, part: Callable[[Record], Record], what: str) -> None:
    """See that the database tells something, else it would say nothing of any address, and nobody would know.

    Args:
        path: of the file.
        part: what is wanted of a record; one of the first networks at least must have some of it.
        what: what that is, for the message.

    Raises:
        UsageError: the file cannot be read, is no database, is damaged or tells nothing of that kind.
    """
    import maxminddb  # noqa: PLC0415 - as above

    reader = opened(path)
    try:
        for _, record in islice(reader, _LOOKED_AT):
            if isinstance(record, dict) and any(value is not None for value in part(record).values()):
                return
    except (maxminddb.InvalidDatabaseError, ValueError) as error:
        raise UsageError(f"a damaged database: {error}", place=str(path)) from error
    raise UsageError(
        f"a database without {what}: its type is {str(reader.metadata().database_type)[:60]!r}",
        place=str(path),
        way_out="Give one with MaxMind's names of keys",
    )


@functools.cache
def opened(path: Path) -> Any:
    """The database, open for this process.

    Raises:
        UsageError: the file cannot be read or is no database.
    """
    import maxminddb  # noqa: PLC0415 - as above

    try:
        return maxminddb.open_database(path)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", place=str(path)) from error
    except (maxminddb.InvalidDatabaseError, ValueError) as error:
        raise UsageError(
            f"not a database of addresses: {error}", place=str(path), way_out="Give an MMDB file"
        ) from error
