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
from numpy.typing import NDArray

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
    told = _told(path, part, tuple(kinds.items()))
    rows = told.rows(found, asked.values[0])
    taken = pa.array(rows, mask=rows == NOTHING)
    return {name: values.take(taken) for name, values in told.columns.items()}


class _Told:
    """What is wanted of a database's records, of those that were asked for lately, as columns."""

    def __init__(self, path: Path, part: Callable[[Record], Record], kinds: Sequence[tuple[str, pa.DataType]]) -> None:
        self._path = path
        self._part = part
        self._kinds = kinds
        self.columns: dict[str, pa.Array] = {}
        self._places: NDArray[np.int64]
        self._rows: NDArray[np.int64]
        self._forget()

    def rows(self, places: NDArray[np.int64], examples: pa.Array) -> NDArray[np.int64]:
        """Rows of `columns` by the places of records in the file and an address of each; `NOTHING` of `NOTHING`."""
        found = self._known(places)
        new = np.flatnonzero((found == NOTHING) & (places != NOTHING))
        if not len(new):
            return found
        if len(self._places) > _REMEMBERED:
            self._forget()
            new = np.flatnonzero(places != NOTHING)
        added, first = np.unique(places[new], return_index=True)
        records = [self._read(text) for text in examples.take(pa.array(new[first])).to_pylist()]
        for name, kind in self._kinds:
            values = pa.array([record.get(name) for record in records], kind)
            self.columns[name] = pa.concat_arrays([self.columns[name], values])
        rows = np.append(self._rows, np.arange(len(self._rows), len(self._rows) + len(added)))
        every = np.append(self._places, added)
        order = np.argsort(every)
        self._places, self._rows = every[order], rows[order]
        return self._known(places)

    def _forget(self) -> None:
        self.columns = {name: pa.array([], kind) for name, kind in self._kinds}
        self._places = self._rows = np.array([], np.int64)

    def _known(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        if not len(self._places):
            return np.full(len(places), NOTHING, np.int64)
        at = np.minimum(np.searchsorted(self._places, places), len(self._places) - 1)
        return np.where(self._places[at] == places, self._rows[at], NOTHING)

    def _read(self, text: str) -> Record:
        import maxminddb  # noqa: PLC0415 - only who has a database needs it

        try:
            # An IPv4 address may be written as IPv6, and one of IPv6 has a zone at times.
            record = opened(self._path).get(str(ip_address(packed(text) or b"")) if ":" in text else text)
        except (maxminddb.InvalidDatabaseError, ValueError) as error:
            raise UsageError(f"a damaged database: {error}", place=str(self._path)) from error
        return self._part(record) if isinstance(record, dict) else {}


@functools.cache
def _told(path: Path, part: Callable[[Record], Record], kinds: Sequence[tuple[str, pa.DataType]]) -> _Told:
    return _Told(path, part, kinds)


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
