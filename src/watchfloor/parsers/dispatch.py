"""Chooses the parser of each record by its content, inside whatever envelope it comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl
import pyarrow as pa

from watchfloor.parsers._catalog import catalogued
from watchfloor.parsers._completion import completed
from watchfloor.parsers._json import OBJECT, Claimed, claimed
from watchfloor.parsers._lines import PATH, PROGRAM, Lines
from watchfloor.parsers._messages import parse_messages, program
from watchfloor.parsers._objects import DATASET, parse_objects
from watchfloor.parsers._patterns import ROW, TEXT, overlaid, some, stacked, typed
from watchfloor.parsers._peer import with_peer
from watchfloor.parsers._syslog import bare, peel
from watchfloor.parsers._times import resolve
from watchfloor.parsers.plugin import JsonEnvelope, JsonParser
from watchfloor.schema.events import EventBatch
from watchfloor.schema.records import RawBatch, Source

SYSLOG = "linux.syslog"
"""Dataset of a syslog record whose message no parser knows."""
UNKNOWN = "no parser knows this record"
_DEEPEST = 4
"""Envelopes around envelopes that are taken off."""
_ERROR = "error.message"
_WHY = "@why"
_INNER = (ROW, "@source", TEXT, PROGRAM, PATH, _WHY)
"""Columns of rows on their way to a parser."""


def parse_records(batch: RawBatch, *, wanted: frozenset[str]) -> EventBatch:
    """One event per record, in order; which parser takes a record depends on that record and its source alone.

    What no parser knows, on what a parser fails, or what could not be framed or decoded, is an event of kind
    `pipeline_error` with its raw text. What fails is halved until the records to blame stand alone.

    Args:
        batch: the records.
        wanted: fields that get a column of their own; a vendor's other fields share the rest column.
    """
    try:
        return _parsed(batch, wanted)
    except (Exception, pl.exceptions.PanicException) as error:  # the boundary where a failure becomes a counted event
        if len(batch) > 1:
            return EventBatch.concat([parse_records(half, wanted=wanted) for half in batch.halves()])
        if batch.error[0].is_valid:  # what fails is none of the parsers
            raise
        reason = f"parsing failed: {type(error).__name__}: {error}"
    return _parsed(replace(batch, error=pa.array([reason], pa.string())), wanted)


def _parsed(batch: RawBatch, wanted: frozenset[str]) -> EventBatch:
    frame = _frame(batch)
    broken = frame[_ERROR].is_not_null()
    whole = frame.drop(_ERROR) if not broken.any() else frame.filter(~broken).drop(_ERROR)
    parts, unknown = _Dispatch(batch.sources, wanted, Lines.of(batch.sources, wanted)).known(whole, 0)
    why = pl.coalesce(_WHY, pl.lit(UNKNOWN)) if _WHY in unknown.columns else pl.lit(UNKNOWN)
    parts += [
        frame.filter(broken).drop(TEXT),
        unknown.drop(TEXT, PROGRAM, PATH, strict=False).with_columns(why.alias(_ERROR)),
    ]
    events = stacked([resolve(typed(part), batch.sources) for part in parts])
    return completed(events, batch, wanted)


def _frame(batch: RawBatch) -> pl.DataFrame:
    return pl.DataFrame(
        {
            ROW: pl.int_range(len(batch), eager=True),
            "@source": pl.from_arrow(batch.source),
            TEXT: pl.Series(pl.from_arrow(batch.raw), dtype=pl.String).fill_null(""),
            _ERROR: pl.Series(pl.from_arrow(batch.error), dtype=pl.String),
        }
    )


@dataclass(frozen=True, slots=True)
class _Dispatch:
    """Finds the parsers of rows of these sources."""

    sources: Sequence[Source]
    wanted: frozenset[str]
    lines: Lines

    def known(self, frame: pl.DataFrame, depth: int) -> tuple[list[pl.DataFrame], pl.DataFrame]:
        """Parsed rows, and the rows that no parser knows.

        A message goes to its program's parser, an object to the one that claims it, a line to the one that it fits;
        what is in an envelope comes out of it and starts again; what is left goes to the generic parsers.
        """
        found: list[pl.DataFrame] = []
        rest = frame
        if PROGRAM in frame.columns:
            found, rest = parse_messages(rest, self.sources)
        objects = rest[TEXT].str.contains(OBJECT)
        if objects.any():
            parts, texts = self._objects(rest.filter(objects), depth)
            found += parts
            rest = stacked([some(rest, ~objects), texts]) if len(texts) else rest.filter(~objects)
        parts, rest = self.lines.special(rest)
        found += parts
        if depth < _DEEPEST and not rest.is_empty():
            parts, rest = self._enveloped(rest, depth)
            found += parts
        if PROGRAM not in frame.columns:
            parts, rest = parse_messages(rest, self.sources)
            found += parts
        parts, rest = self.lines.generic(rest)
        return found + parts, rest

    def _objects(self, frame: pl.DataFrame, depth: int) -> tuple[list[pl.DataFrame], pl.DataFrame]:
        """Parsed objects, and the rows whose text is none, with the reason."""
        found: list[pl.DataFrame] = []
        failed = [frame.clear()]
        for piece in claimed(frame, self.sources, envelopes=depth < _DEEPEST):
            for name, (rows, objects) in piece.groups.items():
                envelope = catalogued(JsonEnvelope).get(name)
                if envelope is None:
                    parser = catalogued(JsonParser)[name]
                    mine = piece.rows(rows).select(ROW, "@source")
                    found += parse_objects(name, parser, mine, objects, self.wanted)
                else:
                    texts, outer = envelope.unwrap(objects)
                    found.append(self._inside(name, piece.rows(rows), texts, outer, depth))
            if piece.failed:
                failed.append(_failed(piece))
        return found, pl.concat(failed, how="diagonal")

    def _inside(
        self, name: str, frame: pl.DataFrame, texts: Sequence[str], outer: pl.DataFrame, depth: int
    ) -> pl.DataFrame:
        """What is in the envelopes of one kind, over what the envelopes say."""
        rows = frame.select(ROW, "@source")
        envelopes = rows.hstack(outer.with_columns(pl.Series("message", texts, dtype=pl.String)))
        given = [column for column in (PROGRAM, PATH) if column in outer.columns]
        text = bare("message") if PROGRAM in given else pl.col("message")
        inner = envelopes.select(ROW, "@source", text.alias(TEXT), *given)
        envelopes = typed(envelopes.drop(given))
        fallback = pl.coalesce(DATASET, pl.lit(name)) if DATASET in envelopes.columns else pl.lit(name)
        return self._overlaid(envelopes.with_columns(fallback.alias(DATASET)), inner, depth)

    def _enveloped(self, frame: pl.DataFrame, depth: int) -> tuple[list[pl.DataFrame], pl.DataFrame]:
        """What is in syslog envelopes, and the rows without one."""
        envelopes, rest = peel(frame.select(name for name in _INNER if name in frame.columns))
        if envelopes.is_empty():
            return [], rest
        envelopes = envelopes.sort(ROW)
        kept = [PATH] if PATH in envelopes.columns else []
        inner = envelopes.select(ROW, "@source", *kept, bare("message").alias(TEXT), program().alias(PROGRAM))
        outer = envelopes.drop(TEXT, PROGRAM, PATH, _WHY, strict=False).with_columns(pl.lit(SYSLOG).alias(DATASET))
        return [self._overlaid(typed(outer), inner, depth)], rest

    def _overlaid(self, envelopes: pl.DataFrame, inner: pl.DataFrame, depth: int) -> pl.DataFrame:
        parts, unknown = self.known(inner, depth + 1)
        known = [part.drop(_WHY, strict=False) for part in parts]
        said = with_peer(unknown) if PROGRAM in inner.columns else unknown
        fields = stacked([*known, said.drop(_WHY, strict=False)])
        return overlaid(envelopes, fields.drop(ROW, "@source", TEXT, PROGRAM, PATH, strict=False))


def _failed(piece: Claimed) -> pl.DataFrame:
    """The rows that are no objects or that nobody claims, with the reason."""
    reasons = pl.Series(_WHY, list(piece.failed.values()), dtype=pl.String)
    return piece.frame[list(piece.failed)].with_columns(reasons)
