"""The records that a user has of a format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from watchfloor.core.errors import UsageError
from watchfloor.parsers.clusters import Cluster, Clusters
from watchfloor.parsers.shapes import json_shape
from watchfloor.sources.files import plan, read
from watchfloor.sources.problems import Problem

_MOST, _LONGEST = 20_000, 65_536
_EXAMPLES = 8


@dataclass(frozen=True, slots=True)
class Samples:
    """Records of a user.

    Attributes:
        texts: as they came, at most `_LONGEST` characters each.
        header: that names their columns, if there is one.
        problems: inputs with trouble.
    """

    texts: list[str]
    header: str
    problems: list[Problem]


def samples(path: str, stdin: BinaryIO | None, batch_size: int) -> Samples:
    """The records of a file that come first.

    Raises:
        UsageError: there is none.
    """
    inventory = plan([path])
    problems = list(inventory.problems)
    texts: list[str] = []
    header = ""
    for raw in read(inventory, zone=dt.UTC, now=None, report=problems.append, batch_size=batch_size, stdin=stdin):
        header = header or next((each.header for each in raw.sources if each.header), "")
        clean = (
            text[:_LONGEST] for text, error in zip(raw.raw.to_pylist(), raw.error.to_pylist(), strict=True) if not error
        )
        texts += [text for text in clean if text.strip()]
        if len(texts) >= _MOST:
            break
    if not texts:
        raise UsageError("no sample records", place=path, way_out=str(problems[0]) if problems else "")
    return Samples(texts[:_MOST], header, problems)


def clustered(texts: Sequence[str]) -> list[Cluster]:
    clusters = Clusters(examples=_EXAMPLES)
    for at, text in enumerate(texts):
        clusters.add(text, ("", at), shape_of=json_shape(text) if text[:1] == "{" else None)
    return clusters.found(close=True)
