"""Public event logs and attack recordings: every record becomes an event that knows what it is."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from evtx import PyEvtxParser

from watchfloor.parsers.windows import event_xml, evtx_json, nxlog
from watchfloor.parsers.windows._message import event_data
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import declared

DATA = Path(__file__).parents[4] / "shared" / "data"
DETECTION = DATA / "corpus_open" / "detection"
pytestmark = pytest.mark.skipif(not DETECTION.is_dir(), reason=f"no shared data at {DATA}")
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd]")
WANTED = frozenset(declared()) | {"winlog.event_data.CommandLine"}


def evtx_files() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted((DATA / "corpus_open/samples/windows.evtx_benign").glob("*.evtx")))
    for archive in (
        DETECTION / "evtx_to_mitre/evtx_to_mitre.zip",
        DATA / "corpus_copyleft/detection/evtx_attack_samples/evtx_attack_samples.zip",
    ):
        with zipfile.ZipFile(archive) as members:
            yield from (members.read(name) for name in members.namelist() if name.endswith(".evtx"))


def test_every_evtx_record_keeps_its_identity_and_data(tmp_path: Path) -> None:
    texts = []
    for number, content in enumerate(evtx_files()):
        path = tmp_path / f"{number}.evtx"
        path.write_bytes(content)
        texts += [record["data"] for record in PyEvtxParser(str(path)).records_json() if record]
    records = [orjson.loads(text) for text in texts]
    assert len(records) > 9000
    assert all(map(evtx_json.claims, records))
    events = list(EventBatch.of(evtx_json.parse(records, WANTED)).rows())
    assert not [event for event in events if "error.message" in event]
    for record, event in zip(records, events, strict=True):
        system = record["Event"]["System"]
        assert event["winlog.record_id"] == int(system["EventRecordID"])
        assert event["winlog.channel"] == system["Channel"]
        written = system["TimeCreated"]["#attributes"]["SystemTime"]
        assert f"{event['@timestamp']:%Y-%m-%dT%H:%M:%S.%f}" == written.rstrip("Z")[:26]
        data = record["Event"].get("EventData") or {}
        expected = {name: value for name, value in data.items() if isinstance(value, str | int) and value != ""}
        kept = {name: event[f"winlog.event_data.{name}"] for name in expected}
        assert kept == {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in expected.items()
        }
    known = [event for event in events if "event.action" in event]
    assert len(known) > 0.85 * len(events)


def test_flat_attack_recordings_are_claimed_and_mapped() -> None:
    events = 0
    for archive in sorted((DETECTION / "otrf/host").glob("*.zip")):
        with zipfile.ZipFile(archive) as members:
            for name in members.namelist():
                if not name.endswith(".json"):
                    continue
                records = [orjson.loads(line) for line in members.read(name).splitlines() if line.strip()]
                assert all(map(nxlog.claims, records))
                table = nxlog.parse(records, WANTED)
                assert table.height == len(records)
                assert table["winlog.event_id"].null_count() == 0
                assert table["event.action"].null_count() < 0.2 * len(records)
                assert not {"winlog.event_data.SourceName", "winlog.event_data.Hostname"} & set(table.columns)
                events += len(records)
    assert events > 15_000


def test_xml_gives_what_the_file_gives(tmp_path: Path) -> None:
    path = tmp_path / "x.evtx"
    seen = 0
    for content in evtx_files():
        path.write_bytes(content)
        xml = [record["data"] for record in PyEvtxParser(str(path)).records() if record][:20]
        objects = [orjson.loads(record["data"]) for record in PyEvtxParser(str(path)).records_json() if record][:20]
        read = [event for event in event_xml.PARSER.read(xml, "") if event]
        assert len(read) == len(xml)
        events = [list(EventBatch.of(evtx_json.parse(each, WANTED)).rows()) for each in (read, objects)]
        assert [readable(event) for event in events[0]] == [readable(event) for event in events[1]]
        seen += len(xml)
        if seen > 1000:
            return
    pytest.fail("too few records")


def readable(event: dict[str, object]) -> dict[str, object]:
    """Without what has characters that XML does not allow."""
    return {name: value for name, value in event.items() if not NOT_XML.search(str(value))}


LOGON_FIELDS = {
    "4624": ("TargetUserName", "TargetUserSid", "IpAddress", "IpPort", "LogonType", "TargetLogonId", "ProcessName"),
    "4688": (
        "NewProcessName",
        "NewProcessId",
        "CommandLine",
        "ParentProcessName",
        "SubjectUserName",
        "TokenElevationType",
    ),
    "4672": ("SubjectUserName", "SubjectUserSid", "SubjectLogonId"),
    "5156": ("Application", "SourceAddress", "SourcePort", "DestAddress", "DestPort", "Protocol", "Direction"),
    "5145": ("ShareName", "RelativeTargetName", "IpAddress", "AccessMask", "AccessList"),
}


@pytest.mark.parametrize("flat", [False, True])
def test_rendered_texts_give_the_values_beside_them(flat: bool) -> None:
    checked = 0
    for archive in sorted((DETECTION / "otrf/host").glob("*.zip"))[:40]:
        with zipfile.ZipFile(archive) as members:
            lines = [
                line
                for name in members.namelist()
                if name.endswith(".json")
                for line in members.read(name).splitlines()
            ]
        for line in lines:
            record = orjson.loads(line) if line.strip() else {}
            names = LOGON_FIELDS.get(str(record.get("EventID")), ())
            if not names or "Auditing" not in str(record.get("SourceName")) or not record.get("Message"):
                continue
            text = record["Message"]
            if flat:
                text = text.replace("\r", "").replace("\n", "  ").replace("\t", " ")
            values = event_data(record["SourceName"], str(record["EventID"]), text)
            for name in names:
                given = str(record.get(name) or "-").strip()
                assert values.get(name, "-") == given, (name, record["Message"])
            checked += 1
    assert checked > 200
