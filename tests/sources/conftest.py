"""What the tests of the file sources share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from watchfloor.schema.records import RawBatch, Source
from watchfloor.sources.files import plan, read
from watchfloor.sources.problems import Problem


@dataclass
class Got:
    """What a read gave."""

    batches: list[RawBatch] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[str, int, str, str | None]]:
        """Source id, line, text and error of every record."""
        found = []
        for batch in self.batches:
            assert len(batch.source) == len(batch.line) == len(batch.raw) == len(batch.error)
            columns = (batch.source, batch.line, batch.raw, batch.error)
            for source, line, raw, error in zip(*(column.to_pylist() for column in columns), strict=True):
                found.append((batch.sources[source].id, line, raw, error))
        return found

    @property
    def raw(self) -> list[str]:
        return [row[2] for row in self.rows]

    @property
    def errors(self) -> list[str]:
        return [row[3] for row in self.rows if row[3] is not None]

    @property
    def sources(self) -> list[Source]:
        return list({source.id: source for batch in self.batches for source in batch.sources}.values())

    @property
    def paths(self) -> list[str]:
        return [source.path for source in self.sources]

    @property
    def told(self) -> list[str]:
        return [str(problem) for problem in self.problems]


Reading = Callable[..., Got]


@pytest.fixture
def reading() -> Reading:
    def go(paths: Path | str | Sequence[Path | str], **options: Any) -> Got:
        given = [paths] if isinstance(paths, (str, Path)) else list(paths)
        inventory = plan([str(path) for path in given])
        got = Got(problems=list(inventory.problems))
        settings: dict[str, Any] = {"zone": dt.UTC, "now": None, "report": got.problems.append, **options}
        got.batches.extend(read(inventory, **settings))
        for told in got.told:
            assert "\n" not in told
        return got

    return go


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data" / "corpus_open"
    if not folder.is_dir():
        pytest.skip(f"no shared data at {folder}")
    return folder
