"""The samples beside a rule: raw logs that must or must not fire it, through the parsers installed now.

Beside `NAME.yml` the folder `NAME.samples/` holds files `fires.*` and `holds.*`. They are raw logs of any kind that
`analyze` reads, or say in `FILE.repeat` what `FILE` would have (see `repeated`). What else may be there: `policy.yml`
and `inventory.yml`, which the rule is tested with, and `may_fire.yml`, which names the other rules that may fire on a
look-alike.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import yaml
from pydantic import TypeAdapter

from watchfloor.app.repeated import SUFFIX, written_out
from watchfloor.assets.inventory_file import FILE_NAME as INVENTORY
from watchfloor.assets.inventory_file import read_inventory
from watchfloor.core.errors import SourceError
from watchfloor.detect.sigma import BehaviorRule, Correlation, Rule
from watchfloor.detect.sigma.ruleset import SAMPLES
from watchfloor.enrich.enrich import enrich
from watchfloor.enrich.plugin import Knowledge
from watchfloor.joins.groups import settled
from watchfloor.joins.parts import asked, parts_of
from watchfloor.parsers.dispatch import parse_records
from watchfloor.schema.events import EventBatch
from watchfloor.sources.files import plan, read
from watchfloor.sources.problems import Problem

FIRES, HOLDS = "fires", "holds"
MAY_FIRE = "may_fire.yml"
_MAX_BYTES = 1 << 20
_REFERENCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One file of samples.

    Attributes:
        file: where it lies.
        records: an event for each of its records.
        joined: the events that joins make of them.
        problems: what could not be read.
    """

    file: Path
    records: tuple[EventBatch, ...]
    joined: EventBatch | None
    problems: tuple[Problem, ...]

    @property
    def must_fire(self) -> bool:
        """Whether it is one of `fires.*`."""
        return self.file.name.startswith(f"{FIRES}.")

    @property
    def batches(self) -> tuple[EventBatch, ...]:
        """All its events."""
        return self.records if self.joined is None else (*self.records, self.joined)

    def filled(self) -> Iterator[str]:
        """The columns that have a value in some event."""
        for batch in self.batches:
            for name, column in zip(batch.table.column_names, batch.table.columns, strict=True):
                if column.null_count < len(column) and not _only_empty(column):
                    yield name

    def places(self) -> Iterator[tuple[str, str]]:
        """Each record's id, and in words which one it is."""
        for batch in self.records:
            columns = (batch.table[name].to_pylist() for name in ("event.id", "log.line", "event.dataset"))
            for event_id, line, dataset in zip(*columns, strict=True):
                yield event_id, f"{self.file.name} record {line} ({dataset})"


def samples_of(rule: Rule | Correlation | BehaviorRule) -> Path:
    """The folder of the rule's samples, whether it exists or not."""
    return rule.path.with_suffix(SAMPLES)


def sample_files(folder: Path) -> list[Path]:
    """The files of a folder that must or must not fire, those that must first."""
    return [file for kind in (FIRES, HOLDS) for file in sorted(folder.glob(f"{kind}.*"))]


def knowledge_of(folder: Path) -> Knowledge:
    """What is known beside the samples of a folder: its inventory, where it has one.

    Raises:
        UsageError: it cannot be read or is something else.
    """
    path = folder / INVENTORY
    return Knowledge(read_inventory(path)) if path.exists() else Knowledge()


def read_sample(file: Path, wanted: frozenset[str], knowledge: Knowledge) -> Sample:
    """Parse, join and enrich one file.

    Args:
        file: one of `sample_files`.
        wanted: columns that are read.
        knowledge: what there is to be known beside the events.
    """
    problems: list[Problem] = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = written_out(file, Path(folder)) if file.name.endswith(SUFFIX) else file
        except SourceError as error:
            return Sample(file, (), None, (Problem(file.name, error.thing),))
        raw = read(plan([str(path)]), zone=dt.UTC, now=_REFERENCE, report=problems.append)
        parsed = [parse_records(each, wanted=wanted | asked()) for each in raw]
    made = settled(map(parts_of, parsed))
    return Sample(
        file,
        tuple(enrich(events, knowledge) for events in parsed),
        enrich(made.events(), knowledge) if made.rows else None,
        tuple(problems),
    )


def may_fire(folder: Path) -> Mapping[str, frozenset[str]]:
    """Which other rules, by the names of their files without suffix, may fire on which look-alike.

    Raises:
        SourceError: the file says it in another form, or names look-alikes that are not there.
    """
    path = folder / MAY_FIRE
    if not path.exists():
        return {}
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise SourceError(f"larger than {_MAX_BYTES >> 20} MiB", place=str(path))
        given = TypeAdapter(dict[str, frozenset[str]]).validate_python(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:  # ValueError: pydantic's, too
        raise SourceError(f"no names of rules by file: {str(error)[:300]}", place=str(path)) from None
    here = {file.name for file in folder.glob(f"{HOLDS}.*")}
    if strange := sorted(given.keys() - here):
        raise SourceError(f"no such look-alike: {', '.join(strange)}", place=str(path))
    return given


def _only_empty(column: pa.ChunkedArray) -> bool:
    return pa.types.is_string(column.type) and not pc.any(pc.greater(pc.utf8_length(column), 0)).as_py()
