"""Every public log sample beside the repository parses, but for lines in them that are no record of any format."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from watchfloor.cli.main import app

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FAMILIES = ("firewall.", "generic.", "ids.", "linux.", "web.")
NO_RECORD = {"cef.out": 1, "syslog-5424.out": 1, "syslog_rsyslog_SyslogProtocol23Format": 1}
"""Files with a line `unparsable line`, a header that opens with `<` and closes with `)`, and the rest of a message
that broke in two; the reader of the published expectation drops or joins these lines, here they stay, counted."""
COUNTED_MORE = {"apache_access.log": 1}
"""Well-formed lines beyond the published count: docs/reference/normalisation-disagreements.md."""

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public test data is not at {DATA}")


def samples() -> list[Path]:
    folders = sorted(DATA.glob("corpus_*/samples/*"))
    return [path for folder in folders if folder.name.startswith(FAMILIES) for path in sorted(folder.iterdir())]


def parsed(path: Path) -> Counter[str]:
    run = CliRunner().invoke(app, ["parse", str(path)])
    return Counter(json.loads(line).get("event.kind", "event") for line in run.stdout.splitlines())


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_every_sample_parses(path: Path) -> None:
    kinds = parsed(path)
    assert kinds["pipeline_error"] == NO_RECORD.get(path.name, 0)
    assert kinds.total() > kinds["pipeline_error"]


def test_samples_hold_the_published_number_of_events() -> None:
    published = DATA / "corpus_open" / "counts" / "plaso_event_counts.jsonl"
    expected = {
        each["file"]: each["expected"]["events"] for each in map(json.loads, published.read_text("utf-8").splitlines())
    }
    here = {path.name: path for path in samples() if path.name in expected}
    assert here
    for name, path in here.items():
        assert parsed(path).total() == expected[name] + COUNTED_MORE.get(name, 0)
