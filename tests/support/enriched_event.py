"""One event, enriched."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Knowledge
from watchfloor.schema.events import EventBatch
from watchfloor.schema.fields import arrow_type


def enriched(knowledge: Knowledge | None = None, /, **fields: Any) -> dict[str, Any]:
    """One event with those fields (`__` for the dot), enriched."""
    columns = {name.replace("__", "."): value for name, value in fields.items()}
    arrays = {"@timestamp": pa.array([100], pa.int64()).cast(arrow_type("@timestamp"))}
    arrays |= {name: pa.array([value], arrow_type(name)) for name, value in columns.items()}
    return next(iter(enrich(EventBatch(pa.table(arrays)), knowledge or Knowledge()).rows()))
