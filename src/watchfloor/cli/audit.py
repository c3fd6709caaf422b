"""`watchfloor audit`: who changed what in a home, and whether the trail of it still holds."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding

from watchfloor.app.home import reading
from watchfloor.app.incident_ids import ids_of
from watchfloor.cli.options import HomeOption, JsonOption, chosen_home
from watchfloor.cli.output import json_line
from watchfloor.cli.terminal import plain, safe, shorten
from watchfloor.core.clock import iso
from watchfloor.store.audit import broken, entries

_SUBJECT = 12
"""Characters of a subject on the screen."""
_LONGEST = 500
"""Characters of a detail on the screen."""


def audit_command(
    about: Annotated[
        str,
        typer.Option(
            "--about", metavar="ID", help="Only of this incident, also under ids that it had, suppression or exception."
        ),
    ] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most this many, the latest.")] = 100,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Who changed what and when; exits with 1 where an entry was changed or taken out."""
    with reading(chosen_home(home)) as opened, opened.store.read() as connection:
        found = list(entries(connection))
        if wanted := about.strip().lower():
            ids = ids_of(opened, connection, wanted, _incidents(found))
            found = [row for row in found if row["subject"].startswith(wanted) or row["subject"] in ids]
        wrong = broken(connection)
    shown = found[-limit:]
    if as_json:
        sys.stdout.buffer.writelines(
            json_line({str(name): value for name, value in row.items()} | {"at": iso(row["at"])}) for row in shown
        )
    else:
        _print(Console(highlight=False), shown, more=len(found) - len(shown))
    if wrong is not None:
        sys.stderr.write(f"watchfloor: the audit trail does not hold: entry {wrong} was changed or taken out\n")
    return 0 if wrong is None else 1


def _incidents(rows: Sequence[Mapping[Any, Any]]) -> list[str]:
    return list(dict.fromkeys(row["subject"] for row in rows if row["action"].startswith("incident.")))


def _print(console: Console, shown: list[Any], *, more: int) -> None:
    if not shown:
        console.print(plain("Nothing was changed.", "dim"))
        return
    if more:
        console.print(plain(f"{more:,} earlier: --limit N", "dim"))
    for row in shown:
        line = (
            f"{row['number']:>5}  {row['at']:%Y-%m-%d %H:%M}  {row['by']}: {row['action']} {row['subject'][:_SUBJECT]}"
        )
        console.print(plain(line), soft_wrap=True)
        if detail := _told(row["detail"]):
            console.print(Padding(plain(shorten(safe(detail), _LONGEST), "dim"), (0, 0, 0, 7)))


def _told(detail: Mapping[str, Any]) -> str:
    parts = []
    for name, value in detail.items():
        if value:
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            parts.append(f"{name} {text}")
    return "; ".join(parts)
