"""Rules as text and events as dictionaries in, fired rule ids per event out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from watchfloor.detect.sigma import Detector, Firing, RuleSet, match
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type

SYSMON = {"winlog.channel": "Microsoft-Windows-Sysmon/Operational", "winlog.provider_name": "Microsoft-Windows-Sysmon"}


def batch(events: list[dict[str, Any]]) -> EventBatch:
    names = sorted({name for event in events for name in event})
    return EventBatch(
        pa.table([pa.array([event.get(name) for event in events], arrow_type(name)) for name in names], names=names)
    )


def sysmon(event_id: int = 1, **data: Any) -> dict[str, Any]:
    fields = {f"winlog.event_data.{name}": value for name, value in data.items()}
    return {**SYSMON, "winlog.event_id": str(event_id), **fields}


def security(event_id: int, **data: Any) -> dict[str, Any]:
    fields = {f"winlog.event_data.{name}": value for name, value in data.items()}
    return {"winlog.channel": "Security", "winlog.event_id": str(event_id), **fields}


def rule(detection: Mapping[str, Any], logsource: Mapping[str, str] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "title": "A test",
        "id": "00000000-0000-4000-8000-000000000001",
        "logsource": logsource or {"product": "windows", "category": "process_creation"},
        "detection": dict(detection),
        **more,
    }


class Kit:
    """Loads rules from text and matches events given as dictionaries."""

    batch = staticmethod(batch)
    sysmon = staticmethod(sysmon)
    security = staticmethod(security)
    rule = staticmethod(rule)

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, *rules: Mapping[str, Any] | str, **options: Any) -> RuleSet:
        folder = self.folder / f"rules-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        for number, found in enumerate(rules):
            text = found if isinstance(found, str) else yaml.safe_dump(dict(found), allow_unicode=True, sort_keys=False)
            (folder / f"{number:04}.yml").write_text(text, "utf-8")
        return RuleSet.load([folder], **options)

    def firings(self, rules: RuleSet, *events: dict[str, Any]) -> list[Firing]:
        return Detector(rules).match(batch(list(events)))

    def fires(self, detection: Mapping[str, Any], *events: dict[str, Any], **options: Any) -> list[int]:
        """Rows of the events that one rule over `detection` fires on; it must load without problems."""
        rules = self.load(rule(detection, **options))
        assert rules.problems == ()
        return [firing.row for firing in self.firings(rules, *events)]

    def selects(self, item: Mapping[str, Any], *values: Any, field: str = "CommandLine") -> list[Any]:
        """Those values of a field that a selection of one item accepts."""
        events = [sysmon(**{field: value}) for value in values]
        return [values[row] for row in self.fires({"sel": dict(item), "condition": "sel"}, *events)]


@pytest.fixture
def sigma(tmp_path: Path) -> Kit:
    return Kit(tmp_path)


@pytest.fixture(autouse=True, scope="module")
def keywords_by_search() -> Iterator[None]:
    """Tests have few events, for which a detector would not build the search that most events go through."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(match, "_FEW", 0)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")
