"""Events are found by their ids, wherever they are and however many are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from watchfloor.lake import lookup
from watchfloor.lake.lookup import fields_of


def test_fields_of_events_in_fresh_files_and_in_the_table(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "_CHUNK", 2)
    home.commit([{"event.dataset": "a", "event.original": "x" * 50}, {"event.dataset": "b"}])
    home.lake.compact()
    home.commit([{"event.dataset": "c", "event.original": 'it\'s "quoted"'}])
    wanted = ["s000:0", "s000:1", "s001:0", "s009:0", "s000:0", "' OR 1 --"]
    found = fields_of(home.lake, wanted, ("event.dataset", "event.original"), longest=20)
    assert found == {
        "s000:0": {"event.dataset": "a", "event.original": "x" * 20},
        "s000:1": {"event.dataset": "b", "event.original": None},
        "s001:0": {"event.dataset": "c", "event.original": 'it\'s "quoted"'},
    }
    assert fields_of(home.lake, [], ("event.dataset",)) == {}
