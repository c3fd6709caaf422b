"""One runner over the samples of all parsers: `golden/parsers/<parser>/<name>.log|.json`, `.expected.jsonl`."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from watchfloor.core.catalog import plugins
from watchfloor.parsers.dispatch import parse_records
from watchfloor.parsers.plugin import JsonEnvelope
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch, Source
from watchfloor.sources.frame import Records
from watchfloor.sources.limits import Limits
from watchfloor.sources.records import records as framed

GOLDEN = Path(__file__).parents[1] / "golden" / "parsers"
SAMPLES = sorted(path for path in GOLDEN.glob("*/*") if path.suffix in {".log", ".json", ".csv"})
PARSERS = plugins("watchfloor.parsers", "PARSER")
REFERENCE = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
UNSTABLE = {"event.ingested", "event.id", "event.original", "log.file.path", "log.line"}
"""Fields that say nothing about the parser."""


def groups(sample: Path) -> list[Records]:
    """The records of a sample, cut as those of a user's file are, with the headers in force for them."""
    return [group for group in framed([sample.read_bytes()], Limits()) if group.raw]


def records(sample: Path) -> list[str]:
    return [raw for group in groups(sample) for raw in group.raw]


def parsed(sample: Path) -> list[dict[str, Any]]:
    path = sample.relative_to(GOLDEN).as_posix()
    events: list[dict[str, Any]] = []
    for group in groups(sample):
        source = Source("golden", path, reference=REFERENCE, reference_kind="now", header=group.header)
        events += parse_records(RawBatch.of(source, group.raw), wanted=frozenset(declared())).rows()
    return events


def name_of(sample: Path) -> str:
    return sample.relative_to(GOLDEN).as_posix()


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_sample_gives_what_is_expected(sample: Path, update_golden: bool) -> None:
    found = [
        orjson.dumps({key: event[key] for key in event if key not in UNSTABLE}, option=orjson.OPT_SORT_KEYS)
        for event in parsed(sample)
    ]
    expected = sample.with_suffix(".expected.jsonl")
    if update_golden:
        expected.write_bytes(b"\n".join(found) + b"\n")
    wanted = expected.read_bytes().removesuffix(b"\n").split(b"\n")
    assert [orjson.loads(line) for line in found] == [orjson.loads(line) for line in wanted]


@pytest.mark.parametrize("sample", SAMPLES, ids=name_of)
def test_sample_gets_its_own_parser(sample: Path) -> None:
    events = parsed(sample)
    assert len(events) == len(records(sample))
    parser = PARSERS.get(sample.parent.name)
    own = ".*" if isinstance(parser, JsonEnvelope) else getattr(parser, "datasets", "")
    datasets = re.compile(own or re.escape(getattr(parser, "dataset", "") or sample.parent.name))
    for event in events:
        assert datasets.fullmatch(event["event.dataset"]), event
        assert event["event.kind"] != "pipeline_error", event


def test_no_orphans() -> None:
    folders = {path.name for path in GOLDEN.iterdir()}
    sampled = {sample.parent.name for sample in SAMPLES}
    stray = [
        path.name
        for path in GOLDEN.glob("*/*.expected.jsonl")
        if not any(
            path.with_name(path.name.replace(".expected.jsonl", end)).exists() for end in (".log", ".json", ".csv")
        )
    ]
    assert sorted(folders) == sorted(sampled) == sorted({*PARSERS, "linux.syslog"})
    assert stray == []
