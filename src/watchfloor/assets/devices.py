"""Which device had an address at a moment: the one question that the lease history answers."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from watchfloor.assets.holders import (
    CHANGING,
    DISAGREE,
    FOREVER,
    NEVER,
    NOBODY,
    STATIC,
    Observation,
    Span,
    Terms,
    mac_in_duid,
    spans,
)
from watchfloor.assets.inventory import Host, Inventory
from watchfloor.assets.leases import canonical
from watchfloor.store.asset_tables import lease_observation

SCHEMA = pa.schema(
    {
        "mac": pa.string(),
        "hostname": pa.string(),
        "since": pa.int64(),
        "until": pa.int64(),
        "basis": pa.string(),
        "client_id": pa.string(),
        "randomized": pa.bool_(),
        "device": pa.string(),
    }
)
"""Of each row: who it was, since and until when (microseconds since 1970), and how that is known or why it is not."""
_CHUNK = 500
"""Addresses per query."""
_PAGE = 10_000
"""Rows read at a time."""
_MOST = 500_000
"""Observations of one address that are read; with more nobody can tell, for somebody floods the server."""
_FLOODED = "too many records of this address"
_COLUMNS = tuple(lease_observation.c[name] for name in Observation._fields)


class Answer(NamedTuple):
    """One row of the table that `device_at` gives."""

    mac: str | None = None
    hostname: str | None = None
    since: int | None = None
    until: int | None = None
    basis: str = NEVER
    client_id: str | None = None
    randomized: bool | None = None
    device: str | None = None


class Piece(NamedTuple):
    """A time under one name: which span it is of, its first moment and the first one after it."""

    span: int
    since: int
    until: int
    hostname: str | None


def device_at(connection: sa.Connection, addresses: pa.Array, times: pa.Array, terms: Terms | None = None) -> pa.Table:
    """The device that had each address at that moment, as far as the logs tell.

    Args:
        connection: for reading.
        addresses: text, in any notation.
        times: int64, microseconds since 1970, one per address; a null is a moment that nobody can tell of.
        terms: what is known of leases beside the logs.

    Returns:
        One row per address as `SCHEMA` says. `device` is the same for the same device: its MAC address, or its client
        identifier where the log has no other, and for a MAC address that is random the lease as well. It is null, as
        `mac` and `hostname` are, when nobody can tell; then `basis` says why.
    """
    terms = terms or Terms()
    size = len(addresses)
    texts = addresses.dictionary_encode()
    plain = {at: canonical(text) for at, text in enumerate(texts.dictionary.to_pylist()) if text is not None}
    wanted: dict[str, list[int]] = {}
    for at, address in plain.items():
        if address is not None:
            wanted.setdefault(address, []).append(at)
    codes = texts.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    moments = times.cast(pa.int64()).fill_null(-FOREVER).to_numpy(zero_copy_only=False)
    rows_of = _rows_of(codes)
    found = _Answers(size)
    at_rows = {address: np.concatenate([rows_of[at] for at in texts_]) for address, texts_ in wanted.items()}
    for address, held in histories(connection, sorted(at_rows), terms):
        found.take(at_rows[address], moments[at_rows[address]], held, terms.clock)
    if terms.inventory.hosts:
        for address, rows in at_rows.items():
            found.settle(address, rows, moments[rows], terms.inventory)
    return found.table()


def histories(connection: sa.Connection, addresses: Sequence[str], terms: Terms) -> Iterator[tuple[str, list[Span]]]:
    """The spans of the addresses that are known, by address.

    Args:
        connection: for reading.
        addresses: in their shortest form, ascending.
        terms: what is known of leases beside the logs.
    """
    table = lease_observation
    for start in range(0, len(addresses), _CHUNK):
        query = sa.select(table.c.address, *_COLUMNS).where(table.c.address.in_(addresses[start : start + _CHUNK]))
        rows = connection.execute(query.order_by(table.c.address).execution_options(yield_per=_PAGE))
        for address, own in itertools.groupby(rows, key=lambda row: str(row[0])):
            seen = [Observation(*row[1:]) for row in itertools.islice(own, _MOST)]
            flooded = next(own, None) is not None
            yield address, [_flood()] if flooded else spans(address, seen, terms)


def is_randomized(mac: str) -> bool:
    """Whether a MAC address was given by software, as phones do for each network, and not by the maker of the card.

    The second bit of the first byte says so: IEEE Std 802c-2017, https://standards.ieee.org/ieee/802c/7034/
    """
    try:
        return bool(int(mac[:2], 16) & 2)
    except ValueError:
        return False


def answer(span: Span, hostname: str | None) -> Answer:
    """What a span says of the moments inside."""
    until = None if span.until >= FOREVER else span.until
    if not span.known:
        return Answer(since=span.since, until=until, basis=span.basis)
    basis = span.basis
    if span.mac is not None and span.client is not None and span.mac == mac_in_duid(span.client):
        basis += ", MAC address in the DUID"
    randomized = None if span.mac is None else is_randomized(span.mac)
    device = span.mac if span.mac is not None else f"client {span.client}"
    if randomized:
        device = f"{span.mac} {span.since}"
    return Answer(span.mac, hostname, span.since, until, basis, span.client, randomized, device)


def pieces(held: Sequence[Span]) -> list[Piece]:
    """The spans of an address, cut where the device changes its name."""
    return [piece for place, span in enumerate(held) for piece in _cut(place, span)]


def with_host(found: Answer, host: Host) -> Answer:
    """What the logs say and what the inventory says whose address it is, together.

    The inventory fills what no log tells; where a lease names another device nobody can tell.
    """
    if found.device is None:
        if found.basis not in {NEVER, NOBODY, CHANGING}:
            return found
        mac = host.macs[0] if len(host.macs) == 1 else None
        return Answer(mac, host.name, host.since, host.until, STATIC, None, None, mac or f"host {host.name.lower()}")
    names = {name.lower().partition(".")[0] for name in (host.name, *host.names)}
    # A device can give itself any name.
    is_it = found.mac in host.macs if host.macs else (found.hostname or "").lower().partition(".")[0] in names
    return found if is_it else Answer(basis=DISAGREE)


def _rows_of(codes: NDArray[np.int64]) -> Mapping[int, NDArray[np.int64]]:
    """Code -> where it stands."""
    order = np.argsort(codes, kind="stable")
    values, firsts = np.unique(codes[order], return_index=True)
    return dict(zip(values.tolist(), np.split(order, firsts[1:]), strict=True)) if len(codes) else {}


def _flood() -> Span:
    return Span(-FOREVER, FOREVER, None, None, (), _FLOODED)


class _Answers:
    """Rows and which of the different answers each has."""

    def __init__(self, size: int) -> None:
        self._codes = np.zeros(size, np.int64)
        self._known: dict[Answer, int] = {Answer(): 0}

    def take(self, rows: NDArray[np.int64], times: NDArray[np.int64], held: Sequence[Span], clock: int) -> None:
        """Answer the rows of one address."""
        if not held:
            self._codes[rows] = self._code(Answer(basis=NOBODY))
            return
        cut = pieces(held)
        starts = np.array([piece.since for piece in cut], np.int64)
        begins = np.array([held[piece.span].since for piece in cut], np.int64)
        ends = np.array([held[piece.span].until for piece in cut], np.int64)
        known = np.array([held[piece.span].known for piece in cut], bool)
        place = np.searchsorted(starts, times, "right") - 1
        inside = (place >= 0) & (times < ends[place])
        sure = ~known[place] | ((times - clock >= begins[place]) & (times + clock < ends[place]))
        lasts = np.array([piece.until for piece in cut], np.int64)
        is_named = ((times - clock >= starts[place]) | (starts == begins)[place]) & (
            (times + clock < lasts[place]) | (lasts == ends)[place]
        )
        # 0 where nobody holds the address; else per piece: too near to the ends, too near to a change of name, sure.
        keys = np.where(inside, 3 * place + 1 + sure * (1 + is_named), 0)
        for key in np.unique(keys).tolist():
            self._codes[rows[keys == key]] = self._code(_answer(held, cut, key))

    def settle(self, address: str, rows: NDArray[np.int64], times: NDArray[np.int64], inventory: Inventory) -> None:
        """Compare the answers of one address with the inventory, which says the same between two of its changes."""
        known = [*self._known]
        parts = np.searchsorted(inventory.changes, times, "right")
        keys = np.stack([self._codes[rows], parts])
        for code, part in np.unique(keys, axis=1).T.tolist():
            at = int(inventory.changes[part - 1]) if part else -FOREVER
            host = inventory.host("ip", address, at)
            if host is not None:
                own = rows[(keys[0] == code) & (keys[1] == part)]
                self._codes[own] = self._code(with_host(known[code], host))

    def _code(self, found: Answer) -> int:
        return self._known.setdefault(found, len(self._known))

    def table(self) -> pa.Table:
        """One row per row."""
        columns = zip(*self._known, strict=True)
        every = pa.table([pa.array(column, kind.type) for column, kind in zip(columns, SCHEMA, strict=True)], SCHEMA)
        return every.take(pa.array(self._codes))


def _answer(held: Sequence[Span], cut: Sequence[Piece], key: int) -> Answer:
    if key == 0:
        return Answer(basis=NOBODY)
    at, sure = divmod(key - 1, 3)
    return answer(held[cut[at].span], cut[at].hostname if sure > 1 else None) if sure else Answer(basis=CHANGING)


def _cut(place: int, span: Span) -> Iterator[Piece]:
    inside = [(at, name) for at, name in span.names if at < span.until]
    first = max(bisect_right(inside, span.since, key=itemgetter(0)) - 1, 0)
    starts = [span.since, *(at for at, _ in inside[first + 1 :])]
    names: list[str | None] = [name for _, name in inside[first:]] or [None]
    for since, until, name in zip(starts, [*starts[1:], span.until], names, strict=True):
        yield Piece(place, since, until, name)
