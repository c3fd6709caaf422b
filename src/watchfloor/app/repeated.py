"""Samples that are written as a rhythm instead of record by record: a history of weeks in a few lines.

A file `NAME.repeat` stands for the file `NAME`. It is a YAML list; each entry gives records:

    - raw: '{time} host sshd[1]: Accepted password for ann from {each} port 22 ssh2'
      from: 2026-01-01T08:00:00Z      # the first record's time
      every: 1d                       # 90s, 15m, 12h, 30d; not needed for a single record
      times: 20                       # how many, one by default
      each: [10.0.0.1, 10.0.0.2]      # the values that {each} takes in turn
      time: '%Y-%m-%dT%H:%M:%SZ'      # how {time} is written: strftime's codes, `epoch` or `epoch_ms`

`{number}` counts an entry's records from 0. The records are put in the order of their time.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from watchfloor.core.errors import SourceError
from watchfloor.detect.behaviors.spans import Span

SUFFIX = ".repeat"
MAX_RECORDS = 200_000
"""Most records of one file."""
MAX_BYTES = 1 << 20


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    raw: str
    start: Annotated[dt.datetime, Field(alias="from")]
    every: Span = 0
    times: Annotated[int, Field(ge=1, le=MAX_RECORDS)] = 1
    each: tuple[str, ...] = ()
    time: str = "%Y-%m-%dT%H:%M:%SZ"

    def records(self) -> Iterator[tuple[dt.datetime, str]]:
        begin = self.start if self.start.tzinfo else self.start.replace(tzinfo=dt.UTC)
        for number in range(self.times):
            moment = begin + dt.timedelta(microseconds=self.every * number)
            text = self.raw.replace("{time}", self._shown(moment)).replace("{number}", str(number))
            yield moment, text.replace("{each}", self.each[number % len(self.each)]) if self.each else text

    def _shown(self, moment: dt.datetime) -> str:
        if self.time in {"epoch", "epoch_ms"}:
            return str(int(moment.timestamp() * (1000 if self.time == "epoch_ms" else 1)))
        return moment.strftime(self.time)


@contextmanager
def with_repeated(paths: Sequence[str]) -> Iterator[list[str]]:
    """The paths, files of repeated records being written out as long as the context lasts.

    Raises:
        SourceError: one cannot be read as such.
    """
    with tempfile.TemporaryDirectory(prefix="watchfloor-") as folder:
        found = []
        for number, path in enumerate(paths):
            if path.endswith(SUFFIX) and Path(path).is_file():
                own = Path(folder, str(number))
                own.mkdir()
                found.append(str(written_out(Path(path), own)))
            else:
                found.append(path)
        yield found


def written_out(file: Path, folder: Path) -> Path:
    """Write the records that a file stands for into a folder.

    Raises:
        SourceError: it cannot be read as one.
    """
    try:
        if file.stat().st_size > MAX_BYTES:
            raise SourceError(f"larger than {MAX_BYTES >> 20} MiB", place=str(file))
        entries = TypeAdapter(list[_Entry]).validate_python(yaml.safe_load(file.read_text("utf-8")))
        if sum(entry.times for entry in entries) > MAX_RECORDS:
            raise SourceError(f"more than {MAX_RECORDS:,} records", place=str(file))
        records = [record for entry in entries for record in entry.records()]
    except (OSError, ValueError, OverflowError, RecursionError, yaml.YAMLError) as error:  # ValueError: pydantic's, too
        raise SourceError(f"no list of repeated records: {str(error)[:300]}", place=str(file)) from None
    records.sort(key=lambda record: record[0])
    path = folder / file.name.removesuffix(SUFFIX)
    path.write_text("".join(f"{text}\n" for _, text in records), "utf-8")
    return path
