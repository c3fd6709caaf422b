"""The user's own databases of addresses in MaxMind's format."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from watchfloor.core.addresses import packed
from watchfloor.core.errors import UsageError
from watchfloor.enrich._database_tree import Tree
from watchfloor.enrich.plugin import NOTHING, Answers, Questions

Record = Mapping[str, Any]
_REMEMBERED = 50_000
"""Records that are remembered as they were read: some 25 MB of cities."""
_LOOKED_AT = 10_000
"""Networks that are looked at to see what a database is of; some of them may lack a part."""


def answers(
    path: Path, asked: Questions, kinds: Mapping[str, pa.DataType], part: Callable[[Record], Record]
) -> Answers:
    """What the database says of each question's address; nothing for text that is no address and for unknown ones.

    Args:
        path: of the file.
        asked: questions whose first field has the addresses.
        kinds: name of an answer -> its type.
        part: what is wanted of a record, by these names.

    Raises:
        UsageError: the file cannot be read or is damaged.
    """
    tree = _tree(path)
    found = asked.each(lambda distinct: tree.find(distinct.addresses))
    rows = np.flatnonzero(found != NOTHING)
    places, examples, number = np.unique(found[rows], return_index=True, return_inverse=True)
    texts = asked.values[0].take(pa.array(rows[examples]))
    told = _told(path, part).of(places.tolist(), texts)
    picked = np.full(len(found), NOTHING)
    picked[rows] = number
    taken = pa.array(picked, mask=picked == NOTHING)
    return {name: pa.array([each.get(name) for each in told], kind).take(taken) for name, kind in kinds.items()}


class _Told:
    """What is wanted of a database's records, of those that were asked for lately."""

    def __init__(self, path: Path, part: Callable[[Record], Record]) -> None:
        self._path = path
        self._part = part
        self._known: dict[int, Record] = {}

    def of(self, places: Sequence[int], examples: pa.Array) -> list[Record]:
        """By the places of records in the file and an address of each."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        new = [row for row, place in enumerate(places) if place not in self._known]
        for row, text in zip(new, examples.take(pa.array(new, pa.int64())).to_pylist(), strict=True):
            self._known[places[row]] = self._read(text)
        return [self._known[place] for place in places]

    def _read(self, text: str) -> Record:
        import maxminddb  # noqa: PLC0415 - only who has a database needs it

        try:
            # An IPv4 address may be written as IPv6, and one of IPv6 has a zone at times.
            record = opened(self._path).get(str(ip_address(packed(text) or b"")) if ":" in text else text)
        except (maxminddb.InvalidDatabaseError, ValueError) as error:
            raise UsageError(f"a damaged database: {error}", place=str(self._path)) from error
        found = self._part(record) if isinstance(record, dict) else {}
        return {name: value for name, value in found.items() if value is not None}


@functools.cache
def _told(path: Path, part: Callable[[Record], Record]) -> _Told:
    return _Told(path, part)


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


@functools.cache
def _tree(path: Path) -> Tree:
    try:
        return Tree.of(path, opened(path).metadata())
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", place=str(path)) from error
    except ValueError as error:
        raise UsageError(f"a damaged database: {error}", place=str(path)) from error
