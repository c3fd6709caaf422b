"""Settings, ids and errors."""

from __future__ import annotations

import pytest

from watchfloor.core.errors import SourceError, UsageError
from watchfloor.core.ids import stable_id
from watchfloor.core.settings import Settings


def test_every_setting_has_a_sentence_and_a_default() -> None:
    assert Settings()
    assert all((field.description or "").endswith(".") for field in Settings.model_fields.values())


def test_the_environment_overrides() -> None:
    assert Settings.from_environment({"WATCHFLOOR_BATCH_SIZE": "7"}).batch_size == 7


@pytest.mark.parametrize("value", ["0", "-1", "many", ""])
def test_a_wrong_value_names_its_variable(value: str) -> None:
    with pytest.raises(UsageError, match="WATCHFLOOR_BATCH_SIZE"):
        Settings.from_environment({"WATCHFLOOR_BATCH_SIZE": value})


def test_an_empty_folder_is_not_the_current_one() -> None:
    with pytest.raises(UsageError, match="WATCHFLOOR_HOME: is empty"):
        Settings.from_environment({"WATCHFLOOR_HOME": ""})


def test_ids_are_the_same_on_every_machine_and_keep_parts_apart() -> None:
    assert stable_id("a", "bc") == "77bbcab7072b897c5483"
    assert stable_id("a", "bc") != stable_id("ab", "c")
    assert stable_id("\udc80") != stable_id("\udc81")


def test_an_error_names_thing_place_and_way_out() -> None:
    assert str(SourceError("is cut off", place="a.gz", way_out="Copy it again")) == "a.gz: is cut off. Copy it again"
