"""Cuts the content of a file into records, by what its beginning looks like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from watchfloor.sources.blocks import blocks, cutter
from watchfloor.sources.frame import Records, lines, looks_like_document, objects
from watchfloor.sources.headers import with_headers
from watchfloor.sources.limits import Limits


def records(chunks: Iterable[bytes], limits: Limits) -> Iterator[Records]:
    """The records of a text in UTF-8 or a single-byte encoding.

    A JSON document over several lines (an object, an array of objects, several objects after each other, or an object
    that holds nothing but a list of them) gives one record per object: its lines without their indentation, joined to
    one; its values stay as they were written. XML events, journal entries and audit transactions give one record each.
    Everything else, and what follows the first thing in such a document that is none of these, gives one record per
    line; lines at the top that name columns are the header of the others.
    """
    pieces = iter(chunks)
    first = next(pieces, b"")
    pieces = chain([first], pieces)
    cut = cutter(first)
    if cut is not None:
        yield from blocks(pieces, cut, limits)
    elif looks_like_document(first):
        yield from objects(pieces, limits)
    else:
        yield from with_headers(lines(pieces, limits.record_bytes))
