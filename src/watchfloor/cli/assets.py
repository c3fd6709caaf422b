"""`watchfloor assets`: what the inventory says of hosts, networks and people."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from watchfloor.app.knowledge import inventory_path
from watchfloor.assets.inventory import Host, Inventory, Person, Zone
from watchfloor.assets.inventory_file import FILE_NAME, read_inventory
from watchfloor.cli.device import device_command
from watchfloor.cli.options import HomeOption, InventoryOption, JsonOption, chosen_home, optional_moment
from watchfloor.cli.output import json_line
from watchfloor.cli.terminal import plain, print_columns
from watchfloor.core.addresses import packed
from watchfloor.core.clock import from_microseconds, iso, to_microseconds
from watchfloor.core.errors import UsageError
from watchfloor.core.settings import Settings

Entry = Host | Zone | Person
_BY_LEASE = ". Who had the address by DHCP: watchfloor assets device"
_COLUMNS = ("kind", "name", "known by", "roles", "owner", "from", "until", "where")

app = typer.Typer(help="The inventory of hosts, networks and people.", no_args_is_help=True)


@app.callback()
def assets() -> None:
    """The inventory of hosts, networks and people."""


app.command("device")(device_command)


@app.command("list")
def list_command(inventory: InventoryOption = None, home: HomeOption = None, as_json: JsonOption = False) -> int:
    """Every entry of the inventory, in the order of the file."""
    found = _inventory(inventory, home)
    return _print((*found.hosts, *found.zones, *found.people), as_json=as_json)


@app.command("show")
def show_command(
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Host name, IP or MAC address, account.")],
    at: Annotated[str, typer.Option("--at", metavar="T", help="As of this moment (ISO 8601 or an age: 7d).")] = "",
    inventory: InventoryOption = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """What the inventory says of a name, an address or an account; exit code 1 when it says nothing."""
    found = _inventory(inventory, home)
    given = optional_moment(at)
    entries = list(dict.fromkeys(_of(found, value, to_microseconds(given) if given else None)))
    if not entries:
        sys.stderr.write(f"watchfloor: the inventory says nothing of it{_BY_LEASE if packed(value) else ''}\n")
        return 1
    return _print(entries, as_json=as_json)


@app.command("check")
def check_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Inventory, YAML or CSV.")],
) -> int:
    """Read an inventory and say what is in it, or what is wrong and in which line (exit code 2)."""
    found = read_inventory(file)
    counts = f"{len(found.hosts):,} hosts, {len(found.zones):,} networks, {len(found.people):,} people"
    Console(highlight=False).print(plain(f"{file}: {counts}"), soft_wrap=True)
    return 0


def _inventory(given: Path | None, home: Path | None) -> Inventory:
    folder = chosen_home(home)
    path = inventory_path(Settings.from_environment(), given, folder)
    if path is None:
        raise UsageError("no inventory yet", place=str(folder / FILE_NAME), way_out="See docs/guide/enrichment.md")
    return read_inventory(path)


def _of(inventory: Inventory, value: str, at: int | None) -> Iterator[Entry]:
    for entry in (
        *(inventory.host(kind, value, at) for kind in ("ip", "mac", "host")),
        inventory.zone(value),
        inventory.person(value, at),
    ):
        if entry is not None:
            yield entry


def _print(entries: tuple[Entry, ...] | list[Entry], *, as_json: bool) -> int:
    shown = [_shown(entry) for entry in entries]
    if as_json:
        sys.stdout.buffer.writelines(json_line({name: value for name, value in row.items() if value}) for row in shown)
        return 0
    print_columns(Console(highlight=False), _COLUMNS, [[_cell(row[name]) for name in _COLUMNS] for row in shown])
    return 0


def _cell(value: list[str] | str | None) -> Text:
    return plain(" ".join(value) if isinstance(value, list) else value or "")


def _shown(entry: Entry) -> dict[str, Any]:
    """The entry by the names of the columns."""
    fields = asdict(entry)
    lists = (fields.get(key, ()) for key in ("names", "addresses", "macs", "accounts"))
    known_by = [fields.get("cidr"), *itertools.chain.from_iterable(lists)]
    return {
        "kind": {Host: "host", Zone: "network", Person: "person"}[type(entry)],
        "name": entry.name,
        "known by": [value for value in known_by if value],
        "roles": sorted(entry.roles),
        "owner": fields.get("owner"),
        "criticality": fields.get("criticality"),
        "from": _moment(fields.get("since")),
        "until": _moment(fields.get("until")),
        "where": entry.place,
    }


def _moment(count: int | None) -> str | None:
    return None if count is None else iso(from_microseconds(count))
