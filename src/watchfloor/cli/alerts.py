"""`watchfloor alerts`: the alerts of a home, and hiding those that somebody answers for."""

from __future__ import annotations

import sys
from itertools import islice
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from watchfloor.alerts.levels import parse_level
from watchfloor.alerts.listing import Wanted, listed
from watchfloor.alerts.record import stored_alerts
from watchfloor.alerts.revised import taken_back
from watchfloor.alerts.suppression import Suppression, entity_of, stored
from watchfloor.app.home import reading
from watchfloor.app.knowledge import home_inventory, home_terms
from watchfloor.app.statistics import shown_alerts
from watchfloor.app.suppressions import Preview, preview, rule_of, suppress, unsuppress
from watchfloor.cli.device import device_lines
from watchfloor.cli.findings_screen import alert_lines
from watchfloor.cli.options import (
    ByOption,
    HomeOption,
    JsonOption,
    chosen_home,
    opened_for_writing,
    optional_moment,
    who,
)
from watchfloor.cli.output import json_line
from watchfloor.cli.styles import STYLES
from watchfloor.cli.terminal import plain, print_columns, safe, shorten
from watchfloor.cli.timeline import FileArgument, ProfileOption, timeline_file
from watchfloor.core.clock import ahead, utc_now
from watchfloor.core.errors import UsageError
from watchfloor.hunting.span import Span

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Alerts, and hiding those that somebody answers for."
)
_ID = 12
_INCIDENTS = 5
"""Incidents that are named."""


@app.command("list")
def list_command(
    level: Annotated[
        str, typer.Option("--level", metavar="L", help="Lowest level that is listed.", show_default=False)
    ] = "informational",
    rule: Annotated[str, typer.Option("--rule", metavar="RULE", help="Id of a rule, or a part of its title.")] = "",
    entity: Annotated[
        str, typer.Option("--entity", metavar="KIND=VALUE", help="host=web01, user=anna, ip=192.0.2.0/24.")
    ] = "",
    since: Annotated[
        str, typer.Option("--from", metavar="T", help="Alerts from this moment on (ISO 8601 or an age: 24h).")
    ] = "",
    until: Annotated[str, typer.Option("--to", metavar="T", help="Alerts before this moment.")] = "",
    suppressed: Annotated[bool, typer.Option("--suppressed", help="Those that are hidden instead.")] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most this many.")] = 100,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """The alerts, the latest first."""
    wanted = Wanted(
        parse_level(level),
        rule,
        entity_of(entity) if entity else None,
        optional_moment(since),
        optional_moment(until),
    )
    with reading(chosen_home(home)) as opened, opened.store.read() as connection:
        found = list(listed(connection, wanted, opened.policy))
        ids = [alert_id for alert_id, by in found if bool(by) == suppressed]
        alerts = list(stored_alerts(connection, list(islice(ids, limit)), home_terms(opened)))[::-1]
    if as_json:
        sys.stdout.buffer.writelines(json_line(alert) for alert in alerts)
        return 0
    console = Console(highlight=False)
    _table(console, alerts)
    if len(ids) > limit:
        console.print(plain(f"… and {len(ids) - limit:,} more: --limit N", "dim"))
    if not suppressed and len(found) > len(ids):
        console.print(plain(f"{len(found) - len(ids):,} hidden by suppressions: --suppressed", "dim"))
    return 0


@app.command("timeline")
def timeline_command(
    file: FileArgument,
    profile: ProfileOption = "standard",
    level: Annotated[
        str, typer.Option("--level", metavar="L", help="Lowest level that has rows.", show_default=False)
    ] = "informational",
    since: Annotated[
        str, typer.Option("--from", metavar="T", help="Events from this moment on (ISO 8601 or an age: 24h).")
    ] = "",
    until: Annotated[str, typer.Option("--to", metavar="T", help="Events before this moment.")] = "",
    home: HomeOption = None,
) -> int:
    """Write a row for each event of each alert, by time."""
    lowest, span = parse_level(level), Span(optional_moment(since), optional_moment(until))
    with reading(chosen_home(home)) as opened, timeline_file(file, profile) as timeline:
        count = timeline.write(opened, shown_alerts(opened, lowest, span), span)
    sys.stdout.write(f"{count:,} row{'' if count == 1 else 's'} in {safe(file)}\n")
    return 0


@app.command("show")
def show_command(
    alert: Annotated[str, typer.Argument(metavar="ID", help="The alert's id, or its beginning.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """One alert with its reasons and events."""
    with reading(chosen_home(home)) as opened, opened.store.read() as connection:
        text = alert.strip().lower()
        every = listed(connection, Wanted(), opened.policy)
        ids = [known for known, _ in every if text and known.startswith(text)]
        if not ids and (gone := taken_back(connection, text)):
            raise UsageError(
                f"alert {gone} was taken back: by later events, or rules that changed, it is none",
                way_out="See what there is with: watchfloor alerts list",
            )
        if len(ids) != 1:
            raise UsageError(
                f"{len(ids) or 'no'} alerts start with {alert!r}", way_out="See ids with: watchfloor alerts list"
            )
        (found,) = stored_alerts(connection, ids, home_terms(opened))
    if as_json:
        sys.stdout.buffer.write(json_line(found))
        return 0
    console = Console(highlight=False)
    console.print(alert_lines(found, console.width, reasons=len(found["why"])))
    for line in device_lines(found["entities"]):
        console.print(Padding(plain(line), (0, 0, 0, 11), expand=False))
    for event in found["events"]:
        place = f"{event.get('log.file.path', '')}:{event.get('log.line', '')}"
        console.print(plain(f"           {event['@timestamp'][:19].replace('T', ' ')}  {event['event.id']}  {place}"))
    for number, step in enumerate(found["rule"]["response"], start=1):
        console.print(plain(f"        {number}. {step}"))
    return 0


@app.command("suppress")
def suppress_command(
    rule: Annotated[str, typer.Option("--rule", metavar="RULE", help="Whose alerts: id or title.")],
    until: Annotated[
        str,
        typer.Option(
            "--until", metavar="T", help="Alerts up to this moment are hidden (ISO 8601, or 30d from now on)."
        ),
    ],
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help="Who answers for it.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is right to hide them.")],
    entity: Annotated[
        list[str] | None,
        typer.Option(
            "--entity",
            metavar="KIND=VALUE",
            help="Only alerts with it; given again, with all of them.",
            show_default=False,
        ),
    ] = None,
    only_preview: Annotated[bool, typer.Option("--preview", help="Only show what it would hide.")] = False,
    by: ByOption = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> int:
    """Hide a rule's alerts until a date; they stay stored and are counted."""
    now = utc_now()
    entities = tuple(entity_of(text) for text in entity or ())
    with reading(chosen_home(home)) as opened, opened.store.read() as connection:
        wanted = Suppression(0, rule_of(connection, rule), entities, ahead(until, now), owner, reason, now)
        found = preview(connection, wanted, opened.policy)
    number = 0
    if not only_preview:
        with opened_for_writing(home) as opened:
            number = suppress(opened, home_inventory(opened), wanted, by=who(by))
    if as_json:
        content = {
            name: getattr(found, name) for name in ("hidden", "visible", "highest", "incidents", "warnings", "examples")
        }
        sys.stdout.buffer.write(json_line({"number": number or None} | content))
    else:
        _previewed(Console(highlight=False), found, number)
    return 0


@app.command("suppressions")
def suppressions_command(home: HomeOption = None, as_json: JsonOption = False) -> int:
    """Every suppression; those whose time is over are marked."""
    now = utc_now()
    with reading(chosen_home(home)) as opened, opened.store.read() as connection:
        found = stored(connection)
    if as_json:
        sys.stdout.buffer.writelines(json_line(_as_json(each, over=each.until <= now)) for each in found)
        return 0
    rows = [
        [
            plain(str(each.number)),
            plain(each.until.isoformat()[:16].replace("T", " "), "dim" if each.until <= now else ""),
            plain("over" if each.until <= now else "active"),
            plain(each.owner),
            plain(each.rule_id[:_ID]),
            plain(" ".join(f"{entity.kind}={entity.value}" for entity in each.entities) or "everything"),
            plain(shorten(safe(each.reason), 60)),
        ]
        for each in found
    ]
    console = Console(highlight=False)
    if rows:
        print_columns(console, ("No.", "Until (UTC)", "State", "Owner", "Rule", "Entities", "Reason"), rows)
    else:
        console.print(plain("No suppressions.", "dim"))
    return 0


@app.command("unsuppress")
def unsuppress_command(
    number: Annotated[int, typer.Argument(metavar="NO", help="The suppression's number.")],
    by: ByOption = "",
    home: HomeOption = None,
) -> int:
    """Show again what a suppression hides."""
    with opened_for_writing(home) as opened:
        found = unsuppress(opened, home_inventory(opened), number, by=who(by))
    Console(highlight=False).print(plain(f"suppression {number} of {found.owner} is gone"))
    return 0


def _table(console: Console, alerts: list[dict[str, Any]]) -> None:
    if not alerts:
        console.print(plain("No alerts.", "dim"))
        return
    room = console.width - 42 - max(len(alert["rule"]["level"]) for alert in alerts)
    rows = []
    for alert in alerts:
        level = alert["rule"]["level"]
        entities = " ".join(f"{entity['kind']}={entity['value']}" for entity in alert["entities"])
        text = f"{safe(alert['rule']['title'])}  {safe(entities)}"
        rows.append(
            [
                plain(alert["id"][:_ID], "bold"),
                Text(level or "none", style=STYLES.get(level, "")),
                plain(alert["timestamp"][:16].replace("T", " ")),
                plain(f"{alert['count']:,}"),
                plain(shorten(text, max(room, 24))),
            ]
        )
    print_columns(console, ("Alert", "Level", "Since (UTC)", "Events", "Title and entities"), rows)


def _previewed(console: Console, found: Preview, number: int) -> None:
    verb = "hides" if number else "would hide"
    head = f"suppression {number} {verb}" if number else f"it {verb}"
    console.print(plain(f"{head} {found.hidden:,} of {found.visible:,} alerts"))
    if found.incidents:
        shown = ", ".join(each[:_ID] for each in found.incidents[:_INCIDENTS])
        more = f" and {len(found.incidents) - _INCIDENTS:,} more" if len(found.incidents) > _INCIDENTS else ""
        console.print(plain(f"  takes alerts out of {shown}{more} (watchfloor incidents list)"))
    for warning in found.warnings:
        console.print(Text.assemble(("  ! ", "yellow"), safe(warning)))
    for alert in found.examples:
        console.print(alert_lines(alert, console.width))


def _as_json(each: Suppression, *, over: bool) -> dict[str, Any]:
    return {
        "number": each.number,
        "rule": each.rule_id,
        "entities": [{"kind": entity.kind, "value": entity.value} for entity in each.entities],
        "until": each.until,
        "over": over,
        "owner": each.owner,
        "reason": each.reason,
        "made": each.made,
    }
