"""How well the parsers know a source: who takes which records, and what the unknown ones look like."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import polars as pl

from watchfloor.parsers.clusters import LONGEST_EXAMPLE, Cluster, Clusters, Place
from watchfloor.parsers.dispatch import parse_records
from watchfloor.parsers.likely import inner, is_fallback, reasons, takes_part_of, unmatched
from watchfloor.parsers.near import Near
from watchfloor.parsers.shapes import Shape, json_shape, shown
from watchfloor.schema.fields import declared
from watchfloor.schema.records import RawBatch
from watchfloor.sources.files import plan, read
from watchfloor.sources.problems import Problem

FAILED, MESSAGE, FORMAT = "failed", "message", "format"
"""What is unknown: the whole record, the message of a known program, the format of what was read by general means."""
_COMMON = frozenset(
    {
        "@timestamp",
        "event.id",
        "event.ingested",
        "event.original",
        "event.kind",
        "event.dataset",
        "event.module",
        "log.file.path",
        "log.line",
        "error.message",
        "watchfloor.rest",
    }
)
"""Fields that say nothing about how well a record was understood."""
_OTHERS = 3
_ORIGINAL = "event.original"


@dataclass(slots=True)
class DatasetTest:
    """The records of one dataset.

    Attributes:
        name: of the dataset, mostly that of the parser.
        records: how many.
        timed: those with a time of their own.
        categorised: those with an `event.category`.
        unknown: those whose message or format is not known though the dataset is.
        first: earliest time of their own.
        last: latest one.
        fields: field -> how many records have it.
    """

    name: str
    records: int = 0
    timed: int = 0
    categorised: int = 0
    unknown: int = 0
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    fields: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Unknown records of one shape.

    Attributes:
        kind: `failed`, `message` or `format`.
        dataset: that they got, empty for `failed`.
        program: that wrote them, by the syslog envelope.
        shape: of the message, with `<kind>` for values.
        count: records.
        place: the first one's path and number, from 1.
        example: the first one without its envelope.
        near: why the likely parsers do not take it, the nearest first.
    """

    kind: str
    dataset: str
    program: str
    shape: str
    count: int
    place: Place
    example: str
    near: list[Near]


@dataclass(slots=True)
class SourceTest:
    """What came of all records.

    Attributes:
        records: how many.
        datasets: by name.
        failures: why records were not parsed -> how many.
        clusters: the unknown records by shape.
        problems: inputs with trouble.
    """

    records: int = 0
    datasets: dict[str, DatasetTest] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)
    clusters: Clusters = field(default_factory=Clusters)
    problems: list[Problem] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Records that no parser took."""
        return self.failures.total()

    def unknown(self, hint: str, limit: int) -> tuple[list[Unknown], int]:
        """The most frequent shapes of unknown records, and the number of further ones."""
        found = self.clusters.found()
        known = sorted(
            (each for each in self.datasets.values() if not is_fallback(each.name)), key=lambda each: -each.records
        )
        others = [each.name for each in known[:_OTHERS]]
        return [_unknown(cluster, hint, others) for cluster in found[:limit]], max(len(found) - limit, 0)


def run_source_test(
    paths: Sequence[str], stdin: BinaryIO | None, zone: dt.tzinfo, now: dt.datetime | None, parser: str, batch_size: int
) -> SourceTest:
    """Parse every record below the paths and count."""
    inventory = plan(paths)
    test = SourceTest(problems=list(inventory.problems))
    batches = read(
        inventory, zone=zone, now=now, parser=parser, batch_size=batch_size, stdin=stdin, report=test.problems.append
    )
    wanted = frozenset(declared())
    for raw in batches:
        events = pl.from_arrow(parse_records(raw, wanted=wanted).table)
        assert isinstance(events, pl.DataFrame)
        _count(test, events, _own_time(events, raw))
    return test


def _own_time(events: pl.DataFrame, raw: RawBatch) -> pl.Series:
    """Which events have a time that is not merely the source's moment of reference."""
    moments = pl.Series([source.reference for source in raw.sources], dtype=pl.Datetime("us", "UTC"))
    return events["@timestamp"] != moments.gather(pl.Series(pl.from_arrow(raw.source)))


def _count(test: SourceTest, events: pl.DataFrame, own: pl.Series) -> None:
    test.records += len(events)
    failed = events.filter(events["event.dataset"].is_null())
    test.failures.update(failed["error.message"].fill_null("unknown").to_list())
    _cluster(test, failed, FAILED, "")
    for (name,), part in events.with_columns(own.alias("@own")).group_by("event.dataset", maintain_order=True):
        if name is None:
            continue
        dataset = test.datasets.setdefault(str(name), DatasetTest(str(name)))
        timed = part.filter("@own")["@timestamp"]
        dataset.records += len(part)
        dataset.timed += len(timed)
        moments = [each for each in (dataset.first, dataset.last, *_ends(timed)) if each is not None]
        dataset.first, dataset.last = (min(moments), max(moments)) if moments else (None, None)
        if "event.category" in part.columns:
            dataset.categorised += len(part) - part["event.category"].null_count()
        filled = {each: len(part) - part[each].null_count() for each in part.columns if each not in {*_COMMON, "@own"}}
        dataset.fields.update({each: count for each, count in filled.items() if count})
        _unknown_of(test, dataset, part)


def _ends(moments: pl.Series) -> tuple[dt.datetime | None, dt.datetime | None]:
    first, last = moments.min(), moments.max()
    return (first, last) if isinstance(first, dt.datetime) and isinstance(last, dt.datetime) else (None, None)


def _unknown_of(test: SourceTest, dataset: DatasetTest, part: pl.DataFrame) -> None:
    """Count the dataset's records whose format or message is not known."""
    if is_fallback(dataset.name):
        dataset.unknown += len(part)
        _cluster(test, part, FORMAT, dataset.name)
        return
    texts = [text for _, text in _texts(part)]
    missed = unmatched(dataset.name, texts, part[_ORIGINAL].fill_null("").to_list())
    if missed:
        wrapped = part[_ORIGINAL].str.starts_with("{") & takes_part_of(dataset.name)
        unknown = part.filter(pl.Series([at in missed for at in range(len(part))]) & ~wrapped)
        dataset.unknown += len(unknown)
        _cluster(test, unknown, MESSAGE, dataset.name)


def _texts(events: pl.DataFrame) -> list[tuple[str, str]]:
    """(program, text without envelope) of each event."""
    originals = events[_ORIGINAL].fill_null("").to_list()
    found = inner(originals)
    if "message" not in events.columns:
        return found
    programs = events["process.name"] if "process.name" in events.columns else [None] * len(found)
    messages = zip(originals, events["message"], programs, found, strict=True)
    return [
        (program or "", message) if original.startswith("{") and message else own
        for original, message, program, own in messages
    ]


def _cluster(test: SourceTest, events: pl.DataFrame, kind: str, dataset: str) -> None:
    if events.is_empty():
        return
    places = zip(events["log.file.path"], events["log.line"], strict=True)
    for (program, text), (path, line) in zip(_texts(events), places, strict=True):
        group = "\t".join((kind, dataset, program.replace("\t", " ")))
        test.clusters.add(text, (str(path), int(line) + 1), group, _json(text))


def _json(text: str) -> Shape | None:
    return json_shape(text) if text[:1] in "{[@" else None


def _unknown(cluster: Cluster, hint: str, others: Sequence[str]) -> Unknown:
    kind, dataset, program = cluster.group.split("\t")
    place, example = cluster.examples[0]
    hint = hint or (dataset if kind == MESSAGE else "")
    whole = len(example) < LONGEST_EXAMPLE  # a part of a JSON object would be called broken
    near = reasons(example, program, hint, others) if whole else []
    shape = shown(cluster.words) + (" …" if cluster.cut else "")
    return Unknown(kind, dataset, program, shape, cluster.count, place, example, near)


def as_json(test: SourceTest, unknown: Sequence[Unknown], further: int) -> Iterator[dict[str, Any]]:
    """A document per dataset, per reason of failure, per shape, and a summary at the end."""
    for name, each in sorted(test.datasets.items()):
        yield {
            "kind": "dataset",
            "dataset": name,
            "records": each.records,
            "timed": each.timed,
            "categorised": each.categorised,
            "unknown": each.unknown,
            "first": each.first,
            "last": each.last,
            "fields": dict(sorted(each.fields.items())),
        }
    for reason, count in test.failures.most_common():
        yield {"kind": "failure", "reason": reason, "records": count}
    for shape in unknown:
        yield {
            "kind": "shape",
            "unknown": shape.kind,
            "dataset": shape.dataset,
            "program": shape.program,
            "shape": shape.shape,
            "records": shape.count,
            "share": shape.count / test.records,
            "path": shape.place[0],
            "record": shape.place[1],
            "example": shape.example,
            "near": [_near(each) for each in shape.near],
        }
    other = test.clusters.other
    yield {"kind": "summary", "records": test.records, "failed": test.failed, "further_shapes": further, "other": other}


def _near(near: Near) -> dict[str, Any]:
    if near.reason:
        return {"parser": near.parser, "reason": near.reason}
    return {
        "parser": near.parser,
        "pattern": near.pattern,
        "position": near.position,
        "item": near.item,
        "group": near.group,
        "share": round(near.share, 3),
    }
