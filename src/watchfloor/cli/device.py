"""`watchfloor assets device`: who had an address at a moment, and who had it before and after."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

import pyarrow as pa
import sqlalchemy as sa
import typer
from rich.console import Console

from watchfloor.app.home import reading
from watchfloor.app.knowledge import home_terms
from watchfloor.assets.devices import answer, device_at, histories, pieces
from watchfloor.assets.holders import Terms
from watchfloor.assets.leases import canonical
from watchfloor.cli.options import HomeOption, JsonOption, chosen_home
from watchfloor.cli.output import json_line
from watchfloor.cli.terminal import plain, print_columns
from watchfloor.core.clock import from_microseconds, moment, to_microseconds, utc_now
from watchfloor.core.errors import UsageError


def device_command(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="IPv4 or IPv6 address.")],
    at: Annotated[str, typer.Option("--at", metavar="TIME", help="The moment; by default now.")] = "",
    history: Annotated[bool, typer.Option("--history", help="Everybody who had it, by time.")] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """The device that had an address at a moment, from DHCP records; or why nobody can tell."""
    plain_address = canonical(address)
    if plain_address is None:
        raise UsageError("no address that a device can have", place=repr(address))
    asked = moment(at) if at else utc_now()
    with reading(chosen_home(home)) as opened, opened.store.read() as connection:
        terms = home_terms(opened)
        if history:
            rows = list(_history(connection, plain_address, terms))
        else:
            times = pa.array([to_microseconds(asked)], pa.int64())
            rows = device_at(connection, pa.array([plain_address]), times, terms).to_pylist()
    rows = [_readable(row) for row in rows]
    if as_json:
        sys.stdout.buffer.writelines(json_line({"address": plain_address, **row}) for row in rows)
    else:
        _show(Console(highlight=False), rows)
    return 0


def _history(connection: sa.Connection, address: str, terms: Terms) -> Iterator[dict[str, Any]]:
    for _, held in histories(connection, [address], terms):
        for piece in pieces(held):
            found = answer(held[piece.span], piece.hostname)
            yield found._replace(since=piece.since, until=found.until and piece.until)._asdict()


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    times = {name: from_microseconds(row[name]) for name in ("since", "until") if row[name] is not None}
    return {**row, **times}


def device_lines(entities: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Who had the addresses of an alert at its first event and later, or why nobody can tell."""
    for entity in entities:
        if device := entity.get("device"):
            yield f"{entity['value']}: {_told(device)}"
        for later in entity.get("later_devices", ()):
            yield f"{entity['value']} later: {_told(later)}"


def _told(device: Mapping[str, Any]) -> str:
    names = [device[name] for name in ("hostname", "mac", "client_id") if name in device]
    if not names:
        return f"device unknown, {device['basis']}"
    random = " (random)" if device.get("randomized") else ""
    since, until = (device.get(name, "")[:16].replace("T", " ") for name in ("since", "until"))
    span = f", from {since}" * bool(since) + f" to {until}" * bool(until)
    return f"{' '.join(names[:2])}{random}{span}, {device['basis']}"


def _show(console: Console, rows: list[dict[str, Any]]) -> None:
    cells = [
        (
            _time(row["since"]),
            _time(row["until"]),
            plain(f"{row['mac'] or ''}{' (random)' if row['randomized'] else ''}"),
            plain(row["hostname"] or ""),
            plain(row["client_id"] or ""),
            plain(row["basis"]),
        )
        for row in rows
    ]
    if cells:
        print_columns(
            console, ("Since (UTC)", "Until", "MAC address", "Host name", "Client id", "How it is known"), cells
        )
    else:
        console.print(plain("no lease of this address is known"))


def _time(value: Any) -> Any:
    return plain("" if value is None else value.strftime("%Y-%m-%d %H:%M:%S"))
