"""One event gives the same fields, in whichever of the three forms it arrives."""

import datetime as dt
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import pytest

from watchfloor.parsers.windows import evtx_json, nxlog, winlogbeat
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import declared

GOLDEN = Path(__file__).parents[2] / "golden" / "parsers"
FORMS: dict[str, ModuleType] = {"evtx_json": evtx_json, "winlogbeat": winlogbeat, "nxlog": nxlog}
NAMES = sorted(path.stem for path in (GOLDEN / "windows.evtx_json").glob("*.json"))
GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?\Z")
OF_ONE_FORM = (
    "message",
    "winlog.opcode",
    "winlog.task",
    "winlog.level",
    "winlog.keywords",
    "winlog.version",
    "winlog.user.",
)


def events(form: str, name: str) -> list[dict[str, Any]]:
    lines = (GOLDEN / f"windows.{form}" / f"{name}.json").read_bytes().splitlines()
    table = FORMS[form].parse([orjson.loads(line) for line in lines], frozenset(declared()))
    return list(EventBatch.of(table).rows())


def comparable(event: dict[str, Any]) -> dict[str, Any]:
    """Without what only some forms have, GUIDs in one spelling, times to the millisecond."""
    return {
        name.replace("winlog.user_data.", "winlog.event_data."): plain(value)
        for name, value in event.items()
        if not name.startswith(OF_ONE_FORM) and not name.endswith((".xml_name", ".Data", ".Binary"))
    }


def plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.replace(microsecond=value.microsecond // 1000 * 1000)
    match = GUID.match(value) if isinstance(value, str) else None
    return match[1].lower() if match else value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["winlogbeat", "nxlog"])
def test_forms_agree(form: str, name: str) -> None:
    assert list(map(comparable, events(form, name))) == list(map(comparable, events("evtx_json", name)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", FORMS)
def test_form_claims_its_own_records_only(form: str, name: str) -> None:
    for line in (GOLDEN / f"windows.{form}" / f"{name}.json").read_bytes().splitlines():
        record = orjson.loads(line)
        assert [each for each, module in FORMS.items() if module.claims(record)] == [form]


def test_unnamed_items_are_one_list_in_order() -> None:
    for form in ("evtx_json", "winlogbeat"):
        [event] = [event for event in events(form, "operational") if event["winlog.provider_name"] == "AlpenwerkAgent"]
        assert event["winlog.event_data.Data"] == ["disk full", "", "D:"]
        assert event["winlog.event_data.Binary"] == "0500FF"


def test_dotted_and_old_winlogbeat_names_give_the_same() -> None:
    nested = orjson.loads((GOLDEN / "windows.winlogbeat" / "sysmon.json").read_bytes().splitlines()[0])
    dotted = {f"winlog.event_data.{name}": value for name, value in nested["winlog"].pop("event_data").items()}
    dotted |= {f"winlog.{name}": value for name, value in nested["winlog"].items() if name not in {"process", "user"}}
    dotted |= {f"winlog.user.{name}": value for name, value in nested["winlog"]["user"].items()}
    dotted |= {"winlog.process.pid": 2744, "winlog.process.thread.id": 3520, "log.level": "information"}
    dotted |= {"@timestamp": nested["@timestamp"], "message": nested["message"]}
    old = {
        **{name: nested["winlog"][name] for name in ("computer_name", "event_id", "opcode", "provider_guid", "task")},
        "@timestamp": nested["@timestamp"],
        "log_name": nested["winlog"]["channel"],
        "source_name": nested["winlog"]["provider_name"],
        "record_number": str(nested["winlog"]["record_id"]),
        "event_data": {name.rpartition(".")[2]: value for name, value in dotted.items() if "event_data" in name},
        "process_id": 2744,
        "thread_id": 3520,
        "level": "Information",
        "version": nested["winlog"]["version"],
        "user": nested["winlog"]["user"],
        "message": nested["message"],
        "type": "wineventlog",
    }
    expected = events("winlogbeat", "sysmon")[0]
    for record in (dotted, {"_index": "winlogbeat-8", "_source": dotted}, old):
        assert winlogbeat.claims(record)
        [event] = EventBatch.of(winlogbeat.parse([record], frozenset(declared()))).rows()
        event.pop("winlog.level", None)
        assert event == expected


def test_nxlog_time_without_zone_is_the_sources_but_for_sysmon() -> None:
    [logon, *_] = (GOLDEN / "windows.nxlog" / "security_logon.json").read_bytes().splitlines()
    [process, *_] = (GOLDEN / "windows.nxlog" / "sysmon.json").read_bytes().splitlines()
    local = [orjson.loads(line) | {"EventTime": "2031-03-04 08:12:45"} for line in (logon, process)]
    table = nxlog.parse(local, frozenset(declared()))
    wall = dt.datetime(2031, 3, 4, 8, 12, 45)  # noqa: DTZ001 a time without zone is what is meant
    assert table["@local"].to_list() == [wall, None]
    assert table["@timestamp"].to_list() == [None, dt.datetime(2031, 3, 4, 11, 0, 0, 500000, tzinfo=dt.UTC)]
