"""`watchfloor incidents`: alerts that belong together, why, and what people say about them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from watchfloor.alerts.levels import parse_level, rank
from watchfloor.app.home import reading
from watchfloor.app.incident_changes import VERDICTS, change, merge, split
from watchfloor.app.incident_stories import whole
from watchfloor.app.incidents import heads
from watchfloor.app.knowledge import home_inventory, home_terms
from watchfloor.cli.incident_screen import listed, shown
from watchfloor.cli.options import (
    ByOption,
    HomeOption,
    JsonOption,
    chosen_home,
    opened_for_writing,
    who,
)
from watchfloor.cli.output import json_line
from watchfloor.cli.terminal import safe
from watchfloor.core.errors import UsageError
from watchfloor.incidents.markdown import markdown

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Alerts that belong together, and why.")
IncidentArgument = Annotated[str, typer.Argument(metavar="ID", help="The incident's id, or its beginning.")]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the record.")]
NoteOption = Annotated[str, typer.Option("--note", metavar="TEXT", help="A note, for the record.")]


@app.command("list")
def list_command(
    level: Annotated[
        str, typer.Option("--level", metavar="L", help="Lowest severity that is listed.", show_default=False)
    ] = "informational",
    everything: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most this many.")] = 100,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """The incidents, the worst first."""
    lowest = rank(parse_level(level))
    with reading(chosen_home(home)) as opened, opened.store.read() as connection:
        found = [each for each in heads(connection) if rank(each["severity"]) >= lowest]
    open_ones = [each for each in found if everything or each["status"] != "closed"]
    if as_json:
        sys.stdout.buffer.writelines(json_line(each) for each in open_ones[:limit])
    else:
        listed(Console(highlight=False), open_ones[:limit], more=max(len(open_ones) - limit, 0))
    return 0


@app.command("show")
def show_command(incident: IncidentArgument, home: HomeOption = None, as_json: JsonOption = False) -> int:
    """One incident: what happened in which order, why it belongs together, and what to do first."""
    found = _whole(home, incident)
    if as_json:
        sys.stdout.buffer.write(json_line(found))
    else:
        shown(Console(highlight=False), found)
    return 0


@app.command("export")
def export_command(
    incident: IncidentArgument,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Where to; else standard output.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="F", help="markdown or json.")] = "markdown",
    home: HomeOption = None,
) -> int:
    """One incident as a document to pass on."""
    if form not in {"markdown", "json"}:
        raise UsageError(f"no such format: {form!r}", way_out="Give markdown or json")
    found = _whole(home, incident)
    content = json_line(found) if form == "json" else markdown(found).encode()
    if to is None:
        sys.stdout.buffer.write(content)
        return 0
    try:
        to.write_bytes(content)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", place=str(to)) from error
    return 0


@app.command("merge")
def merge_command(
    incidents: Annotated[list[str], typer.Argument(metavar="ID ID…", help="The incidents to make one of.")],
    why: WhyOption = "",
    by: ByOption = "",
    home: HomeOption = None,
) -> int:
    """Make one incident of several; later alerts keep to it."""
    with opened_for_writing(home) as opened:
        _say(f"one incident now: {merge(opened, home_inventory(opened), incidents, by=who(by), why=why)}")
    return 0


@app.command("split")
def split_command(
    incident: IncidentArgument,
    alerts: Annotated[list[str], typer.Argument(metavar="ALERT…", help="Ids of the alerts to take out.")],
    why: WhyOption = "",
    by: ByOption = "",
    home: HomeOption = None,
) -> int:
    """Take alerts out of an incident; later alerts keep to it."""
    with opened_for_writing(home) as opened:
        found = split(opened, home_inventory(opened), incident, alerts, by=who(by), why=why)
    rest = "" if len(found) > 1 else "; what is in none stays alerts, since it is below the threshold"
    _say(f"incidents now: {', '.join(found) or 'none'}{rest}")
    return 0


@app.command("close")
def close_command(
    incident: IncidentArgument,
    verdict: Annotated[str, typer.Option("--as", metavar="VERDICT", help=f"One of {', '.join(VERDICTS)}.")],
    note: NoteOption = "",
    by: ByOption = "",
    home: HomeOption = None,
) -> int:
    """Close an incident with a verdict; more alerts open it again."""
    return _changed(home, incident, "close", verdict, by, note)


@app.command("reopen")
def reopen_command(
    incident: IncidentArgument, note: NoteOption = "", by: ByOption = "", home: HomeOption = None
) -> int:
    """Open a closed incident again."""
    return _changed(home, incident, "reopen", "", by, note)


@app.command("assign")
def assign_command(
    incident: IncidentArgument,
    owner: Annotated[str, typer.Argument(metavar="NAME", help="Who works on it.")],
    note: NoteOption = "",
    by: ByOption = "",
    home: HomeOption = None,
) -> int:
    """Give an incident to somebody."""
    return _changed(home, incident, "assign", owner, by, note)


@app.command("note")
def note_command(
    incident: IncidentArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to remember.")],
    by: ByOption = "",
    home: HomeOption = None,
) -> int:
    """Write a note to an incident."""
    return _changed(home, incident, "note", "", by, text)


def _whole(home: Path | None, incident: str) -> dict[str, Any]:
    with reading(chosen_home(home)) as opened:
        return whole(opened, incident, home_terms(opened))


def _changed(home: Path | None, incident: str, kind: str, value: str, by: str, note: str) -> int:
    with opened_for_writing(home) as opened:
        head = change(opened, incident, kind, value=value, by=who(by), note=note)
    owner = f", owner {safe(head['owner'])}" if head["owner"] else ""
    verdict = f" as {head['verdict']}" if head["verdict"] else ""
    _say(f"{head['id']}: {head['status']}{verdict}{owner}")
    return 0


def _say(text: str) -> None:
    Console(highlight=False).print(Text(text), soft_wrap=True)
