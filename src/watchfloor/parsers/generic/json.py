"""Any JSON object that no other parser knows: its values under `json`, with the usual names in ECS's fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from watchfloor.parsers.generic import ecs_json, gelf, ocsf, plaso
from watchfloor.parsers.generic._guess import guessed
from watchfloor.parsers.plugin import JsonParser


def claims(record: Mapping[str, Any]) -> bool:
    """Whether none of the other general formats is the record's."""
    return bool(record) and not any(other.claims(record) for other in (ecs_json, gelf, ocsf, plaso))


def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:
    """The objects as columns."""
    return guessed(records, wanted, "json")


PARSER = JsonParser(reference="https://www.rfc-editor.org/rfc/rfc8259", claims=claims, parse=parse)
