"""The source text of suggested parsers, laid out as ruff format lays it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from watchfloor.app.suggest.literals import escaped, python, raw
from watchfloor.app.suggest.patterns import Suggested
from watchfloor.parsers._mapping import Target

PLACEHOLDER = "https://example.org/replace-by-the-format-s-reference"
"""The reference of a suggested parser: who takes it over has to name the real one."""
_FUTURE = "from __future__ import annotations\n"
_TO_DO = "# fill in event.category, event.type, event.action, event.outcome"
_EPOCH = [
    '    if "_epoch" in frame.columns:',
    '        frame = frame.with_columns(epochs(frame["_epoch"]).alias("@timestamp"))',
]


def line_parser(name: str, patterns: Sequence[Suggested], samples: int) -> str:
    """A parser of whole lines."""
    formats = tuple(dict.fromkeys(form for pattern in patterns for form in pattern.formats))
    finish, imports = _finish(patterns)
    extra = ["    finish=finish,"] if finish else []
    body = [_reference(), *_patterns(patterns, samples), f"    times={_tuple(formats)},", *extra]
    return _module(name, [*imports, "LineParser, Pattern"], finish, ["PARSER = LineParser(", *body, ")"])


def message_parser(name: str, program: str, patterns: Sequence[Suggested], samples: int) -> str:
    """A parser of what a program sends to syslog."""
    finish, imports = _finish(patterns)
    extra = ["    finish=finish,"] if finish else []
    body = [_reference(), *_patterns(patterns, samples), f"    programs=frozenset({{{python(program)}}}),", *extra]
    return _module(name, [*imports, "MessageParser, Pattern"], finish, ["PARSER = MessageParser(", *body, ")"])


def json_parser(name: str, fields: Mapping[str, Target], keys: Sequence[str], kind: tuple[str, str] | None) -> str:
    """A parser of JSON objects.

    Args:
        name: of the parser.
        fields: the vendor's names, and what they fill.
        keys: names that every object has at its top.
        kind: a name and the value that all objects have there, if there is one.
    """
    named = f"record.get({python(kind[0])}) == {python(kind[1])}" if kind else ""
    held = named or f"{_held(keys)} <= record.keys()"
    claims = ["def claims(record: Mapping[str, Any]) -> bool:", '    """Whether the object is of this format."""']
    claims += [
        f"    return {held}" if len(held) < 100 else f"    return all(key in record for key in {_tuple(keys, 4)})"
    ]
    parser = ["PARSER = JsonParser(", _reference(), "    claims=claims,", "    parse=parse,"]
    parser += [f"    keys={_tuple(keys)},", ")"]
    kinds = ["Mapping, Sequence", "JsonParser"]
    return _named(name, fields, kinds, "", "\n".join(claims), parser)


def pairs_parser(name: str, fields: Mapping[str, Target], sieve: str) -> str:
    """A parser of lines of `key=value` pairs."""
    read = [
        "def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:",
        '    """Each line\'s pairs."""',
        "    del header",
        "    return all_pairs(lines)",
    ]
    parser = [
        "PARSER = FieldsParser(",
        _reference(),
        f"    sieve={_wrapped(sieve)},",
        "    read=read,",
        "    parse=parse,",
        ")",
    ]
    return _named(name, fields, ["Sequence", "FieldsParser"], "all_pairs", "\n".join(read), parser)


def table_parser(name: str, fields: Mapping[str, Target], header: str, names: Sequence[str], separator: str) -> str:
    """A parser of lines under a header that names their columns."""
    read = [
        f"_NAMES = {_tuple(names)}",
        "",
        "",
        "def read(lines: Sequence[str], header: str) -> Sequence[dict[str, str] | None]:",
        '    """Each line\'s values by the names of the columns; None where no header names them."""',
        f"    return columns(lines, _NAMES, {python(separator)}) if header else [None] * len(lines)",
    ]
    parser = ["PARSER = FieldsParser(", _reference()]
    parser += [
        '    sieve=r"^[^\\s\\S]",  # without a header nothing is taken for this table',
        "    read=read,",
        "    parse=parse,",
    ]
    parser += [f"    header={_wrapped(f'^{escaped(header)}$')},", ")"]
    return _named(name, fields, ["Sequence", "FieldsParser"], "columns", "\n".join(read), parser)


def _named(
    name: str, fields: Mapping[str, Target], kinds: Sequence[str], reader: str, function: str, parser: Sequence[str]
) -> str:
    collections, kind = kinds
    imports = [f"from collections.abc import {collections}", "from typing import Any", "", "import polars as pl", ""]
    imports += [
        "from watchfloor.parsers._columns import first",
        "from watchfloor.parsers._connection import connection",
        "from watchfloor.parsers._mapping import Target, mapped",
    ]
    imports += [f"from watchfloor.parsers._pairs import {reader}"] if reader else []
    imports += [
        "from watchfloor.parsers.generic._moments import moments",
        f"from watchfloor.parsers.plugin import {kind}",
    ]
    times = dict.fromkeys(str(target) for target in fields.values() if str(target).startswith("@time"))
    table = [
        "_FIELDS: dict[str, Target] = {",
        *(f"    {python(key)}: {_target(to)}," for key, to in fields.items()),
        "}",
    ]
    parse = [
        "def parse(records: Sequence[dict[str, Any]], wanted: frozenset[str]) -> pl.DataFrame:",
        '    """The records as columns."""',
        f"    frame = mapped(records, _FIELDS, vendor={python(name)}, wanted=wanted)",
    ]
    if times:
        listed = ", ".join(map(python, times))
        parse.append(f"    frame = frame.with_columns(moments(first(frame, {listed}))).drop({listed}, strict=False)")
    else:
        imports = [each.replace("connection, first", "connection") for each in imports if "_moments" not in each]
    parse += [f"    {_TO_DO}", '    frame = frame.with_columns(pl.lit("event").alias("event.kind"))']
    parse.append("    return connection(frame)")
    if not fields:
        table = ["_FIELDS: dict[str, Target] = {}"]
    parts = [
        "\n".join(table) + ("\n" + function if function.startswith("_NAMES") else ""),
        "\n".join(parse),
        "\n".join(parser),
    ]
    if not function.startswith("_NAMES"):
        parts.insert(1, function)
    return "\n".join([_docstring(name), "", _FUTURE, *imports, ""]) + "\n" + "\n\n\n".join(parts) + "\n"


def _module(name: str, imports: Sequence[str], finish: str, parser: Sequence[str]) -> str:
    *others, plugin = imports
    head = [_docstring(name), "", _FUTURE, *others, f"from watchfloor.parsers.plugin import {plugin}"]
    return "\n".join(head) + ("\n\n\n" + finish + "\n\n" if finish else "\n") + "\n" + "\n".join(parser) + "\n"


def _docstring(name: str) -> str:
    return f'"""Records of {name}: say here in one sentence what the format tells."""'


def _reference() -> str:
    return f"    reference={python(PLACEHOLDER)},  # replace it"


def _patterns(patterns: Sequence[Suggested], samples: int) -> list[str]:
    lines = ["    patterns=("]
    for pattern in patterns:
        lines += [
            "        Pattern(",
            f"            # {pattern.count:,} of {samples:,} samples",
            f"            {raw(pattern.regex, 12)},",
            f'            {{"event.kind": "event"}},  {_TO_DO}',
            "        ),",
        ]
    return [*lines, "    ),"]


def _finish(patterns: Iterable[Suggested]) -> tuple[str, list[str]]:
    """The function that completes what the patterns fill, if there is anything to do, and its imports."""
    regexes = "".join(pattern.regex for pattern in patterns)
    sides = [side for side in ("source", "destination") if f"(?P<{side}.address>" in regexes]
    epoch = "(?P<_epoch>" in regexes
    if not sides and not epoch:
        return "", []
    imports = ["import polars as pl", ""]
    imports += ["from watchfloor.parsers._address import split_address"] if sides else []
    imports += ["from watchfloor.parsers._times import epochs"] if epoch else []
    steps = _EPOCH if epoch else []
    result = "frame"
    for side in sides:
        result = f'split_address({result}, "{side}")'
    head = ["def finish(frame: pl.DataFrame) -> pl.DataFrame:", '    """What follows from the values in the line."""']
    return "\n".join([*head, *steps, f"    return {result}"]), imports


def _wrapped(regex: str) -> str:
    text = raw(regex, 8)
    return f"(\n        {text}\n    )" if "\n" in text else text


def _tuple(values: Sequence[str], indent: int = 0) -> str:
    texts = [python(each) for each in values]
    flat = f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
    if indent + len(flat) <= 100:
        return flat
    inner = "".join(f"{' ' * (indent + 4)}{each},\n" for each in texts)
    return f"(\n{inner}{' ' * indent})"


def _held(keys: Sequence[str]) -> str:
    return f"{{{', '.join(map(python, keys))}}}"


def _target(target: Target) -> str:
    return python(target) if isinstance(target, str) else _tuple(target, 4)
