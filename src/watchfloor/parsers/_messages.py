"""Runs the parsers of programs' messages."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from watchfloor.parsers._catalog import message_parsers
from watchfloor.parsers._firsts import Sift
from watchfloor.parsers._lines import PROGRAM, finished
from watchfloor.parsers._patterns import TEXT, constant, extract
from watchfloor.parsers._regex import ascii_classes
from watchfloor.parsers.plugin import MessageParser
from watchfloor.schema.records import Source


def program() -> pl.Expr:
    """The name by which message parsers know a program: the tag without path and parentheses, lower-case."""
    return pl.col("process.name").str.strip_chars("()").str.to_lowercase()


def parse_messages(frame: pl.DataFrame, sources: Sequence[Source]) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    """Parsed rows of each message parser, and the rows left.

    Without an envelope that names the program, how the message starts decides, or the user's hint.
    """
    found = []
    rest = frame
    named = {source.parser for source in sources}
    begins = [regex for _, parser in message_parsers() for regex in (parser.starts, parser.bound) if regex]
    sift = Sift(rest[TEXT], begins)
    programs = set(rest[PROGRAM].unique()) if PROGRAM in rest.columns else set()
    for name, parser in message_parsers():
        claims = []
        if name in named:
            hinted = [index for index, source in enumerate(sources) if source.parser == name]
            claims.append(rest["@source"].is_in(hinted))
        if parser.starts and sift.may_fit(parser.starts):
            claims.append(rest[TEXT].str.contains(ascii_classes(parser.starts)))
        if parser.bound and sift.may_fit(parser.bound):
            claims.append(rest[TEXT].str.contains(ascii_classes(parser.bound)) & _sent(rest, parser))
        if programs & parser.programs:
            claims.append(rest[PROGRAM].is_in(parser.programs))
        if not claims:
            continue
        mine = pl.select(pl.any_horizontal(claims)).to_series().fill_null(value=False)
        if mine.any():
            found.append(_message(rest.filter(mine), name, parser))
            rest = rest.filter(~mine)
            sift = sift.left(rest[TEXT])
    return found, rest


def _sent(frame: pl.DataFrame, parser: MessageParser) -> pl.Series:
    """Which messages come from the parser's `senders` or from a program that is not named."""
    if PROGRAM not in frame.columns:
        return pl.repeat(value=True, n=len(frame), eager=True)
    return frame[PROGRAM].is_in(parser.senders) | frame[PROGRAM].is_null()


def _message(frame: pl.DataFrame, name: str, parser: MessageParser) -> pl.DataFrame:
    parsed, unknown = extract(frame, parser.patterns)
    part = pl.concat([parsed, constant(unknown, parser.fields)], how="diagonal") if len(unknown) else parsed
    if PROGRAM not in part.columns and "message" not in part.columns:
        part = part.with_columns(pl.col(TEXT).alias("message"))
    return finished(name, parser, part)
