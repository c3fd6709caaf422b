"""What a parser is: one file that defines `PARSER` as one of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

Fields = Mapping[str, str | int | list[str]]
"""Field name -> the value that every record of a pattern has."""


def unchanged(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as it is."""
    return frame


@dataclass(frozen=True, slots=True)
class Pattern:
    r"""One shape of a record.

    Attributes:
        regex: in the syntax of Rust's regex crate (linear time), anchored at the start; groups are named by the field
            that they fill, such as `(?P<source.address>\S+)`.
        fields: what holds for every record of this shape.
    """

    regex: str
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JsonParser:
    """A parser of JSON objects.

    Attributes:
        reference: URL of the format's description.
        dataset: where its events are filed, when another parser reads the same format in another form.
        claims: whether a decoded object is of this format.
        parse: the objects as columns, one row per object in order, of dotted names; `@local` (datetime without zone)
            in place of `@timestamp` where the format gives no zone; `error.message` for what is broken. A column
            `event.dataset` names the dataset where a parser gives several.
        keys: names that every object of this format has at its top; others are not asked about.
        datasets: a regex of the datasets that it gives; empty when it gives but the one of its own name.
    """

    reference: str
    claims: Callable[[dict[str, Any]], bool]
    parse: Callable[[Sequence[dict[str, Any]], frozenset[str]], pl.DataFrame]
    keys: tuple[str, ...] = ()
    datasets: str = ""
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class JsonEnvelope:
    """What shippers put around a record: a JSON object that holds the record's own text.

    Attributes:
        reference: URL of the format's description.
        claims: whether a decoded object is such an envelope.
        unwrap: for each object the text of the record inside, and what the envelope says of it as columns, one row per
            object; `@program` is the program that wrote the record, `@path` the file where it was read.
        keys: names that every such object has at its top.
    """

    reference: str
    claims: Callable[[dict[str, Any]], bool]
    unwrap: Callable[[Sequence[dict[str, Any]]], tuple[list[str], pl.DataFrame]]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldsParser:
    """A parser of lines that are lists of values: `key=value` pairs, or columns by a header or in a known order.

    Attributes:
        reference: URL of the format's description.
        dataset: where its events are filed, when another parser reads the same format in another form.
        sieve: a cheap regex, anchored at the start, that every line of this format fits; `read` sees no other lines.
        read: for lines and the header that is in force for them (empty where there is none), each line's values by the
            vendor's names; None for a line of another format.
        parse: those values as columns, as `JsonParser.parse` gives them.
        header: a regex for the headers (see `Source.header`) of this format; all lines under one are this parser's.
        sources: words in a source's path, or program names, that say that the format is this one.
        datasets: as for `JsonParser`.
    """

    reference: str
    sieve: str
    read: Callable[[Sequence[str], str], Sequence[dict[str, str] | None]]
    parse: Callable[[Sequence[dict[str, Any]], frozenset[str]], pl.DataFrame]
    header: str = ""
    sources: tuple[str, ...] = ()
    datasets: str = ""
    dataset: str = ""


def by_line(
    read: Callable[[str], dict[str, Any] | None],
) -> Callable[[Sequence[str], str], list[dict[str, Any] | None]]:
    """`FieldsParser.read` for a format whose lines are read one by one and need no header."""

    def each(lines: Sequence[str], _header: str) -> list[dict[str, Any] | None]:
        return [read(line) for line in lines]

    return each


@dataclass(frozen=True, slots=True)
class LineParser:
    """A parser of whole lines, also of lines that arrive as the message of a syslog record.

    Attributes:
        reference: URL of the format's description.
        dataset: where its events are filed, when another parser reads the same format in another form.
        patterns: tried in order; the first that matches counts. They fill `_time` with the text of the time.
        times: formats of `_time` in the syntax of chrono, tried in order; `%z` gives the zone, else it is the source's.
        sieve: a cheap regex that every line of this format fits; the patterns see no other lines, or all without one.
        sources: words in a source's path that say that the format is this one, where another one looks the same.
        finish: derives further columns from those that the patterns filled.
    """

    reference: str
    patterns: tuple[Pattern, ...]
    times: tuple[str, ...]
    sources: tuple[str, ...] = ()
    sieve: str = ""
    finish: Callable[[pl.DataFrame], pl.DataFrame] = unchanged
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class MessageParser:
    """A parser of the messages that certain programs send to syslog.

    Attributes:
        reference: URL of the format's description.
        dataset: where its events are filed, when another parser reads the same format in another form.
        patterns: tried in order on the message; the first that matches counts.
        programs: the programs' names as syslog tags give them, lower-case.
        starts: a regex for messages of any program; it goes before all parsers that go by the program.
        bound: as `starts`, for texts that other programs may write too: only messages of `senders` count, and those
            that come without a program's name.
        senders: the programs of `bound`, as syslog tags give them, lower-case.
        fields: what holds for a message of these programs that no pattern knows.
        finish: derives further columns from those that the patterns filled.
    """

    reference: str
    patterns: tuple[Pattern, ...]
    programs: frozenset[str] = frozenset()
    starts: str = ""
    bound: str = ""
    senders: frozenset[str] = frozenset()
    fields: Fields = field(default_factory=dict)
    finish: Callable[[pl.DataFrame], pl.DataFrame] = unchanged
    dataset: str = ""
