"""From samples to a parser's source text, tried out over the same samples."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfloor.app.suggest import named, source
from watchfloor.app.suggest.patterns import Suggested, suggested
from watchfloor.app.suggest.samples import Samples, clustered
from watchfloor.app.suggest.trial import Trial, tried
from watchfloor.core.catalog import plugins
from watchfloor.core.errors import UsageError
from watchfloor.parsers.likely import inner

_MOST_PATTERNS = 40
_MOSTLY = 0.8
_PROGRAM = 0.6
_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_ENVELOPE = re.compile(r"<\d{1,3}>|[A-Z][a-z]{2} [ \d]\d \d\d:|\d{4}-\d\d-\d\dT")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A parser that might do.

    Attributes:
        name: `family.format`.
        kind: `JsonParser`, `FieldsParser`, `LineParser` or `MessageParser`.
        text: the source text of its file.
        header: of the samples' table, if it is one.
        trial: what it makes of the samples.
    """

    name: str
    kind: str
    text: str
    header: str
    trial: Trial


def default_name(path: str) -> str:
    """A name for the format of a file."""
    stem = re.sub(r"[^a-z0-9]+", "_", Path(path).name.split(".")[0].lower()).strip("_")
    stem = stem[:40] if stem[:1].isalpha() and not keyword.iskeyword(stem) else f"log_{stem[:40]}".rstrip("_")
    return f"custom.{stem}"


def suggest(name: str, given: Samples) -> Suggestion:
    """A parser for the samples, and how it does.

    Raises:
        UsageError: the name is no `family.format`, or an installed parser has it.
    """
    if not _NAME.fullmatch(name) or any(map(keyword.iskeyword, name.split("."))):
        raise UsageError("not a parser's name", place=name, way_out="Name it family.format, of a-z, 0-9 and _")
    if name in plugins("watchfloor.parsers", "PARSER"):
        raise UsageError("there is a parser of this name", place=name, way_out="Choose another one with --name")
    kind, text, header = _written(name, given)
    return Suggestion(name, kind, text, header, tried(name, text, given.texts, header))


def _written(name: str, given: Samples) -> tuple[str, str, str]:
    """(kind, source text, header) of the parser."""
    table = named.columns_of(given.header)
    if table:
        columns, separator = table
        fields = named.fields([dict.fromkeys(columns)])
        return "FieldsParser", source.table_parser(name, fields, given.header, columns, separator), given.header
    unpacked = inner(given.texts)
    texts = [message for _, message in unpacked]
    records = [record for record in named.objects(texts) if record]
    if len(records) >= _MOSTLY * len(texts):
        keys = named.keys_of(records)
        return "JsonParser", source.json_parser(name, named.fields(records), keys, named.kind_of(records, keys)), ""
    held = [(text, found) for text, found in zip(texts, named.pairs(texts), strict=True) if found]
    if len(held) >= _MOSTLY * len(texts):
        pairs = [found for _, found in held]
        sieve = named.sieve([text for text, _ in held], named.keys_of(pairs))
        return "FieldsParser", source.pairs_parser(name, named.fields(pairs), sieve), ""
    program = _program(given.texts, unpacked)
    if program:
        messages = [message for each, message in unpacked if each.strip("()").lower() == program]
        patterns = _patterns(messages, timed=False)
        return "MessageParser", source.message_parser(name, program, patterns, len(messages)), ""
    return "LineParser", source.line_parser(name, _patterns(given.texts, timed=True), len(given.texts)), ""


def _program(texts: Sequence[str], unpacked: Sequence[tuple[str, str]]) -> str:
    """The program that wrote most of the samples, if they are syslog."""
    enveloped = sum(
        bool(program) and bool(_ENVELOPE.match(text)) for text, (program, _) in zip(texts, unpacked, strict=True)
    )
    if enveloped < _PROGRAM * len(texts):
        return ""
    programs = Counter(program.strip("()").lower() for program, _ in unpacked if program)
    name, _ = min(programs.items(), key=lambda item: (-item[1], item[0]))
    return name


def _patterns(texts: Sequence[str], *, timed: bool) -> list[Suggested]:
    """A pattern for each shape, the most frequent first; those that come out the same are one."""
    found: dict[str, Suggested] = {}
    for cluster in clustered(texts)[:_MOST_PATTERNS]:
        pattern = suggested(cluster, timed=timed)
        known = found.get(pattern.regex)
        formats = tuple(dict.fromkeys((*known.formats, *pattern.formats))) if known else pattern.formats
        found[pattern.regex] = Suggested(pattern.regex, pattern.count + (known.count if known else 0), formats)
    return sorted(found.values(), key=lambda each: -each.count)
