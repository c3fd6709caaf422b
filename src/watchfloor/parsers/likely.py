"""Which parsers a record was likely meant for that none of them took, and why each did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from watchfloor.core.catalog import plugins
from watchfloor.parsers._catalog import catalogued, is_generic, line_parsers, message_parsers
from watchfloor.parsers._json import OBJECT, decode
from watchfloor.parsers._patterns import ROW, TEXT, extract
from watchfloor.parsers._regex import ascii_classes
from watchfloor.parsers._syslog import bare, peel
from watchfloor.parsers.near import Near, nearest
from watchfloor.parsers.plugin import FieldsParser, JsonEnvelope, JsonParser, LineParser, MessageParser

_SYSLOG = "linux.syslog"
_MOST = 6
"""Parsers that are asked about one record."""
_JSON = 3


def is_fallback(dataset: str) -> bool:
    """Whether records of this dataset are those whose format is not known."""
    return dataset == _SYSLOG or is_generic(dataset) or dataset in catalogued(JsonEnvelope)


def inner(texts: Sequence[str]) -> list[tuple[str, str]]:
    """(program, message) of each record in a syslog envelope, ("", record) of the others."""
    frame = pl.DataFrame({ROW: range(len(texts)), TEXT: pl.Series(texts, dtype=pl.String)})
    found = [("", text) for text in texts]
    envelopes, _ = peel(frame)
    if envelopes.is_empty():
        return found
    rows = envelopes.select(ROW, pl.col("process.name").fill_null(""), bare("message").alias(TEXT)).iter_rows()
    for row, program, message in rows:
        found[row] = (program, message)
    return found


def unmatched(name: str, texts: Sequence[str], records: Sequence[str]) -> set[int]:
    """Positions of the messages that no pattern of a message parser knows, though their program is its own.

    A parser of whole lines that files under the same name may know the record in which a message stands: by a pattern
    that says what happened.
    """
    parser = catalogued(MessageParser).get(name)
    if parser is None or not parser.patterns:
        return set()
    _, rest = extract(_rows(texts), parser.patterns)
    for form in catalogued(LineParser).values():
        if form.dataset == name and len(rest):
            telling = [pattern for pattern in form.patterns if pattern.fields]
            _, left = extract(_rows(records)[rest[ROW]], telling)
            rest = rest.filter(rest[ROW].is_in(left[ROW].implode()))
    return set(rest[ROW])


def _rows(texts: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame({ROW: range(len(texts)), TEXT: pl.Series(texts, dtype=pl.String)})


def takes_part_of(name: str) -> bool:
    """Whether a message parser may leave less than the whole message in `message`."""
    return any("(?P<message>" in pattern.regex for pattern in catalogued(MessageParser)[name].patterns)


def reasons(text: str, program: str = "", hint: str = "", others: Sequence[str] = ()) -> list[Near]:
    """Why the likely parsers do not take a record, the nearest first.

    Args:
        text: the record without its envelope.
        program: the program that wrote it.
        hint: the parser that the user named; no other is asked then.
        others: parsers that take other records of the same file.
    """
    kind = _installed(hint)
    hint = hint if isinstance(kind, JsonParser | LineParser | MessageParser | FieldsParser) else ""
    lines = isinstance(kind, LineParser | MessageParser | FieldsParser)
    if not lines and pl.Series([text], dtype=pl.String).str.contains(OBJECT)[0]:
        return list(_json_reasons(text, hint))
    likely = [*_fitting(text, program), *(name for name in others if not isinstance(_installed(name), JsonParser))]
    names = [hint] if hint else list(dict.fromkeys(likely))[:_MOST]
    found = [near for near in (_reason(name, text) for name in names) if near is not None]
    return sorted(found, key=lambda near: (bool(near.reason), -near.position * near.share, near.parser))


def _installed(name: str) -> object:
    return plugins("watchfloor.parsers", "PARSER").get(name)


def _fitting(text: str, program: str) -> Iterator[str]:
    line = pl.Series([text], dtype=pl.String)
    for name, message in message_parsers():
        tag = program.strip("()").lower()
        begins = (message.starts, message.bound if not tag or tag in message.senders else "")
        starts = any(line.str.contains(ascii_classes(regex))[0] for regex in begins if regex)
        if starts or tag in message.programs:
            yield name
    for name, parser in line_parsers():
        if parser.sieve and not is_generic(name) and line.str.contains(ascii_classes(parser.sieve))[0]:
            yield name


def _reason(name: str, text: str) -> Near | None:
    parser = _installed(name)
    if isinstance(parser, MessageParser):
        return nearest(name, [pattern.regex for pattern in parser.patterns], text)
    if isinstance(parser, LineParser):
        sieve = "" if _sifted(parser, text) else parser.sieve
        return nearest(name, [pattern.regex for pattern in parser.patterns], text, sieve)
    if isinstance(parser, FieldsParser):
        return _fields_reason(name, parser, text)
    return Near(name, reason="it is no JSON object") if isinstance(parser, JsonParser) else None


def _sifted(parser: LineParser | FieldsParser, text: str) -> bool:
    return not parser.sieve or bool(pl.Series([text], dtype=pl.String).str.contains(ascii_classes(parser.sieve))[0])


def _fields_reason(name: str, parser: FieldsParser, text: str) -> Near | None:
    if _sifted(parser, text):
        reason = "it starts like this format, but its values are none of it"
        return Near(name, reason=f"{reason}; a header line may be missing" if parser.header else reason)
    near = nearest(name, (), text, parser.sieve)
    return near or (Near(name, reason="the header line that names its columns is missing") if parser.header else None)


def _json_reasons(text: str, hint: str) -> Iterator[Near]:
    try:
        record = decode(text)
    except ValueError as error:
        yield Near(hint, reason=f"broken JSON: {error}")
        return
    known = {name: each for name, each in catalogued(JsonParser).items() if not is_generic(name)}
    parsers = {hint: catalogued(JsonParser)[hint]} if hint else known
    lacking = {name: [key for key in parser.keys if key not in record] for name, parser in parsers.items()}
    held = {name: len(parser.keys) - len(lacking[name]) for name, parser in parsers.items()}
    alike = [name for name in parsers if hint or held[name] > len(lacking[name])]
    likely = sorted(alike, key=lambda name: (len(lacking[name]), -held[name], name))
    for name in likely[:_JSON]:
        missing = ", ".join(lacking[name])
        yield Near(name, reason=f"without the keys {missing}" if missing else "its values are not those of this format")
