"""A table of form by event: whoever shipped an event, and as what, it has the same core fields."""

import datetime as dt
from pathlib import Path
from typing import Any

import orjson
import pytest

from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source

GOLDEN = Path(__file__).parents[2] / "golden"
FORMS = (
    "snare", "event_xml", "rendered", "evtsys", "wazuh", "wazuh_archive", "sentinel", "fluentbit", "get_winevent",
    "osquery", "nxlog_ietf", "otel", "xml_json",
)  # fmt: skip
SAMPLES = sorted(
    path
    for form in FORMS
    for path in (GOLDEN / "parsers" / f"windows.{form}").glob("*")
    if path.suffix != ".jsonl" and path.stem != "before_vista"
)
BLOCKS: dict[str, list[str]] = orjson.loads((GOLDEN / "windows_blocks" / "blocks.json").read_bytes())
CORE = (
    "event.action",
    "event.category",
    "event.code",
    "event.kind",
    "event.outcome",
    "event.provider",
    "event.reason",
    "event.type",
    "error.code",
    "destination.",
    "dns.",
    "file.",
    "group.",
    "host.name",
    "network.",
    "process.command_line",
    "process.entity_id",
    "process.executable",
    "process.hash",
    "process.parent.",
    "registry.",
    "service.",
    "source.",
    "user.",
    "winlog.logon.",
)
NOT_IN_TEXT = ("user.id",)
"""What is only in Security/UserID for some events, which most forms do not have."""
EVENTS = 18


def parsed(records: list[str]) -> list[dict[str, Any]]:
    source = Source("s", "x.log", reference=dt.datetime(2031, 4, 1, tzinfo=dt.UTC))
    return list(parse_records(RawBatch.of(source, records), wanted=frozenset(declared())).rows())


def core(event: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name.startswith(CORE)}


def from_evtx() -> dict[tuple[str, str], dict[str, Any]]:
    lines = [
        line
        for path in sorted((GOLDEN / "parsers" / "windows.evtx_json").glob("*.json"))
        for line in path.read_text("utf-8").splitlines()
    ]
    events: dict[tuple[str, str], dict[str, Any]] = {}
    for event in parsed(lines):
        events.setdefault((event["event.provider"], event["event.code"]), event)
    return events


WANTED = from_evtx()


def agree(events: list[dict[str, Any]], *, timeless: bool = False) -> None:
    for event in events:
        wanted = WANTED[event["event.provider"], event["event.code"]]
        if not timeless:
            assert abs(event["@timestamp"] - wanted["@timestamp"]) < dt.timedelta(seconds=1)
        expected, got = core(wanted), core(event)
        for name in NOT_IN_TEXT:
            if name not in got and event["event.code"] in {"7045", "4104"}:
                expected.pop(name, None)
        assert got == expected, event["event.original"]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_lines_give_the_same_event(sample: Path) -> None:
    events = parsed(sample.read_text("utf-8").removesuffix("\n").split("\n"))
    assert len(events) >= min(EVENTS, 7)
    agree(events, timeless=sample.stem == "cloudwatch")


@pytest.mark.parametrize("form", BLOCKS)
def test_blocks_of_lines_give_the_same_event(form: str) -> None:
    events = parsed(BLOCKS[form])
    assert len(events) == EVENTS
    assert {event["event.dataset"] for event in events} <= {"windows.rendered", "windows.event_xml"}
    agree(events)
